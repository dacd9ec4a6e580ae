// A picture, a filter's response to it, and the window behind one response pixel. Pointing, tapping and
// the arrow keys move over the response (or the picture); every number shown was computed by torch.

const VALUES_AFTER = 200; // ms after the picture: exact values must not compete with the next one
const HEADER = 32;        // bytes of digest before the numbers
const MOST_WEIGHTS = 7, MOST_NUMBERS = 11, MOST_TAPS = 33; // along one side of the loupe
const STEP = 10;          // pixels, with Shift

function build(host) {
  const input = figure("input"), output = figure("output");
  Object.assign(output.frame, { tabIndex: 0 });
  place(output.frame, { role: "application", "aria-roledescription": "picture of numbers" });
  const loupe = { title: element("h4"), channels: element("div", { class: "channels", role: "group", "aria-label": "Input channel" }),
    grid: element("div", { class: "grid" }), note: element("p", { class: "note" }), sum: element("p", { class: "sum" }) };
  const side = element("section", { class: "loupe", "aria-label": "The window that one response pixel read" },
    loupe.title, loupe.channels, loupe.grid, loupe.note, loupe.sum);
  const spoken = element("div", { class: "spoken", "aria-live": "polite" });
  const low = element("span"), gradient = element("i"), high = element("span");
  output.foot.append(element("span", { class: "bar" }, low, gradient, high));
  host.append(element("div", { class: "card" }, element("div", { class: "views" }, input.root, output.root, side), spoken));
  const view = { input, output, loupe, spoken, low, gradient, high, numbers: new Map(), channel: 0, token: 0, pinned: false };
  view.speak = after(250, () => { spoken.textContent = sentence(view); });
  view.fetchSoon = after(VALUES_AFTER, () => (window.requestIdleCallback ?? setTimeout)(() => fetchValues(view)));
  listen(view);
  new ResizeObserver(() => { refresh(view); }).observe(host.querySelector(".card"));
  return view;
}

function figure(kind) {
  const marks = { lines: drawn("path", { class: "hair" }), under: drawn("path", { class: "mark-under" }), mark: drawn("path", { class: "mark" }),
    taps: drawn("path", { class: "taps" }) };
  const svg = drawn("svg", { "aria-hidden": "true", preserveAspectRatio: "none" }, ...Object.values(marks));
  const picture = element("div", { class: "picture" });
  const frame = element("div", { class: "frame " + kind }, picture, svg);
  const title = element("figcaption"), foot = element("div", { class: "foot" });
  return { root: element("figure", {}, title, frame, foot), frame, picture, svg, title, foot, ...marks };
}

// ---- Geometry: which inputs an output reads. Drawing only; the sums come from torch.

// The inputs [{ at, weight }] along one axis that output `index` reads, in the order of the picture.
function taps(axis, index) {
  const found = [];
  for (let weight = 0; weight < axis.kernel_size; weight++) {
    const reach = weight * axis.dilation;
    if (!axis.transposed) { found.push({ at: index * axis.stride - axis.padding[0] + reach, weight }); continue; }
    const at = (index + axis.padding[0] - reach) / axis.stride;
    if (Number.isInteger(at) && at >= 0 && at < axis.size) found.unshift({ at, weight });
  }
  return found;
}

// Where padding takes its value from: an input index, or null for zero.
function source(axis, at) {
  if (at < 0) return axis.before[at + axis.padding[0]];
  return at < axis.size ? at : axis.after[at - axis.size];
}

// The output whose window has its middle nearest to input position `at`.
function nearest(axis, at) {
  const half = (axis.dilation * (axis.kernel_size - 1)) / 2;
  const index = axis.transposed ? at * axis.stride - axis.padding[0] + half : (at + axis.padding[0] - half) / axis.stride;
  return Math.min(axis.outputs - 1, Math.max(0, Math.round(index)));
}

const middle = (axis, index) => {
  const half = (axis.dilation * (axis.kernel_size - 1)) / 2;
  return axis.transposed ? (index + axis.padding[0] - half) / axis.stride : index * axis.stride - axis.padding[0] + half;
};

const shownBefore = axis => (axis.transposed ? 0 : axis.padding[0]);
const shownSize = axis => axis.size + (axis.transposed ? 0 : axis.padding[0] + axis.padding[1]);

// ---- Pointing

function listen(view) {
  const cellAt = event => {
    const box = view.output.frame.getBoundingClientRect();
    return view.data.axes.map((axis, which) => {
      const share = which ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height;
      return Math.min(axis.outputs - 1, Math.max(0, Math.floor(share * axis.outputs)));
    });
  };
  const cellFor = event => {
    const box = view.input.frame.getBoundingClientRect();
    return view.data.axes.map((axis, which) => {
      const share = which ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height;
      return nearest(axis, share * shownSize(axis) - shownBefore(axis) - 0.5);
    });
  };
  for (const [side, cell] of [[view.output, cellAt], [view.input, cellFor]]) {
    side.frame.addEventListener("pointermove", event => { if (view.data && !view.pinned) move(view, cell(event)); });
    side.frame.addEventListener("click", event => { if (view.data) pin(view, cell(event)); });
  }
  view.output.frame.addEventListener("focus", () => view.speak());
  view.output.frame.addEventListener("keydown", event => key(view, event));
}

function key(view, event) {
  if (!view.data) return;
  const [row, column] = view.cell, by = event.shiftKey ? STEP : 1, last = view.data.axes.map(axis => axis.outputs - 1);
  const to = {
    ArrowLeft: [row, column - by], ArrowRight: [row, column + by], ArrowUp: [row - by, column], ArrowDown: [row + by, column],
    Home: [row, 0], End: [row, last[1]], PageUp: [0, column], PageDown: [last[0], column], Enter: view.cell, " ": view.cell,
  }[event.key];
  if (event.key === "Escape" && view.pinned) release(view);
  if (!to) return;
  event.preventDefault();
  const cell = to.map((index, which) => Math.min(last[which], Math.max(0, index)));
  if (to === view.cell) pin(view, cell);
  else { move(view, cell); if (view.pinned) tell(view); }
}

function pin(view, cell) {
  const isSame = view.pinned && cell.every((index, which) => index === view.cell[which]);
  if (isSame) { release(view); return; }
  view.pinned = true;
  move(view, cell);
  tell(view);
  draw(view);
}

function release(view) {
  view.pinned = false;
  tell(view);
  draw(view);
}

function tell(view) { // Python hears of a pinned pixel only where it asked to
  if (view.data.reports) view.send("cell", view.pinned ? view.cell : null);
}

function move(view, cell) {
  if (view.cell && cell[0] === view.cell[0] && cell[1] === view.cell[1]) return;
  view.cell = cell;
  view.spot = view.data.axes.map((axis, which) => middle(axis, cell[which]));
  view.frame ??= requestAnimationFrame(() => { view.frame = null; draw(view); });
  if (!view.numbers.has(view.data.response.values)) fetchValues(view);
}

// ---- Numbers

async function fetchValues(view) {
  const wanted = [view.data.input.values, view.data.response.values];
  for (const url of view.numbers.keys()) if (!wanted.includes(url)) view.numbers.delete(url);
  for (const url of wanted) {
    if (view.numbers.has(url)) continue;
    view.numbers.set(url, null); // under way
    try {
      const answer = await fetch(address(url), { headers: { Range: "bytes=0-" } }); // a range is not compressed on its way
      if (!answer.ok) throw new Error(answer.status);
      view.numbers.set(url, new Float32Array((await answer.arrayBuffer()).slice(HEADER)));
    } catch { view.numbers.delete(url); } // another response has taken its place
  }
  draw(view);
}

const responseValue = view => view.numbers.get(view.data.response.values)?.[view.cell[0] * view.data.axes[1].outputs + view.cell[1]];

function inputValue(view, channel, row, column) {
  const { axes, input } = view.data;
  const from = [source(axes[0], row), source(axes[1], column)];
  if (from.includes(null)) return 0; // zero padding
  const all = view.numbers.get(input.values);
  return all?.[((input.first + channel) * axes[0].size + from[0]) * axes[1].size + from[1]];
}

// ---- Drawing

function draw(view) {
  const { axes } = view.data;
  view.reads = axes.map((axis, which) => taps(axis, view.cell[which]));
  drawCell(view);
  drawWindow(view);
  drawLoupe(view);
  view.speak();
}

// The outline of a box, grown to `least` css pixels so that one pixel of 1024 can be found.
function outline(side, [top, bottom], [left, right], size, least) {
  const scale = [side.frame.clientHeight / size[0], side.frame.clientWidth / size[1]];
  const grown = (low, high, by) => { const more = Math.max(0, (least / by - (high - low)) / 2); return [low - more, high + more]; };
  const [y0, y1] = grown(top, bottom, scale[0]), [x0, x1] = grown(left, right, scale[1]);
  return { box: `M${x0} ${y0}H${x1}V${y1}H${x0}Z`, hair: `M0 ${(y0 + y1) / 2}H${x0}M${x1} ${(y0 + y1) / 2}H${size[1]}M${(x0 + x1) / 2} 0V${y0}M${(x0 + x1) / 2} ${y1}V${size[0]}` };
}

function mark(side, drawing) {
  side.under.setAttribute("d", drawing.box);
  side.mark.setAttribute("d", drawing.box);
  side.lines.setAttribute("d", drawing.hair);
}

function drawCell(view) {
  const [row, column] = view.cell, size = view.data.axes.map(axis => axis.outputs);
  mark(view.output, outline(view.output, [row, row + 1], [column, column + 1], size, 9));
  view.output.frame.classList.toggle("pinned", view.pinned);
}

function drawWindow(view) {
  const { axes } = view.data, size = axes.map(shownSize), before = axes.map(shownBefore), [rows, columns] = view.reads;
  const isEmpty = !rows.length || !columns.length;
  view.input.svg.style.display = isEmpty ? "none" : "";
  if (isEmpty) return;
  const ends = [rows, columns].map((found, which) => [found[0].at + before[which], found.at(-1).at + before[which] + 1]);
  mark(view.input, outline(view.input, ends[0], ends[1], size, 9));
  const isOpen = axes.some(axis => axis.dilation > 1 && axis.kernel_size > 1) && rows.length * columns.length <= MOST_TAPS ** 2;
  const radius = 0.001; // a dot is a line without length: its round cap has the width of the stroke
  view.input.taps.setAttribute("d", !isOpen ? "" : rows.map(({ at: y }) => columns.map(({ at: x }) =>
    `M${x + before[1] + 0.5} ${y + before[0] + 0.5}h${radius}`).join("")).join(""));
}

function drawLoupe(view) {
  const { data, loupe, reads: [rows, columns] } = view;
  const most = Math.max(rows.length, columns.length);
  loupe.title.textContent = `Response pixel ${view.cell[0]}, ${view.cell[1]}`;
  loupe.note.textContent = reading(view);
  loupe.grid.hidden = most === 0 || most > MOST_TAPS;
  if (!loupe.grid.hidden) drawCells(view, most);
  const value = responseValue(view), count = rows.length * columns.length * data.weight.length;
  const bias = data.bias === null ? "" : ` ${data.bias < 0 ? "−" : "+"} bias ${precise(Math.abs(data.bias))}`;
  loupe.sum.replaceChildren(`sum of ${count} ${count === 1 ? "product" : "products"}${bias}${data.then ? ", " + data.then : ""} = `,
    element("b", value === undefined ? {} : { "data-value": value }, value === undefined ? "…" : precise(value)));
}

function drawCells(view, most) {
  const { data, loupe, reads: [rows, columns] } = view;
  loupe.grid.className = "grid" + (most > MOST_NUMBERS ? " tones" : most > MOST_WEIGHTS ? " dense" : "");
  loupe.grid.style.setProperty("--columns", columns.length);
  loupe.grid.style.setProperty("--most", most);
  const count = rows.length * columns.length;
  while (loupe.grid.children.length < count) loupe.grid.append(element("div", { class: "cell" }, element("span"), element("small")));
  while (loupe.grid.children.length > count) loupe.grid.lastChild.remove();
  rows.forEach((row, y) => columns.forEach((column, x) =>
    drawTap(view, loupe.grid.children[y * columns.length + x], row, column)));
}

function drawTap(view, cell, row, column) {
  const { data: { axes, input, weight }, channel } = view;
  const value = inputValue(view, channel, row.at, column.at), factor = weight[channel][row.weight][column.weight];
  const isPadding = row.at < 0 || row.at >= axes[0].size || column.at < 0 || column.at >= axes[1].size;
  const isKnown = value !== undefined;
  const tone = isKnown ? Math.min(1, Math.max(0, (value - input.low) / (input.high - input.low))) : 0.5;
  cell.className = "cell" + (isPadding ? " padding" : tone < 0.5 ? " dark" : "");
  cell.style.setProperty("--tone", Math.round(255 * tone));
  cell.firstChild.textContent = isKnown ? short(value) : "…";
  cell.lastChild.textContent = "×" + short(factor);
  cell.title = `row ${row.at}, column ${column.at}${isPadding ? " (padding)" : ""}: ${isKnown ? precise(value) : "…"} × ${precise(factor)}`;
  place(cell, { "data-value": isKnown ? value : "", "data-weight": factor });
}

const range = (found, one) => found.length === 1 ? `${one} ${found[0].at}` : `${one}s ${found[0].at} to ${found.at(-1).at}`.replaceAll("-", "−");

function reading(view) {
  const [rows, columns] = view.reads, dilation = view.data.axes.map(axis => axis.dilation);
  if (!rows.length || !columns.length) return "reads nothing: no input reaches this pixel";
  const by = dilation.some(step => step > 1) ? `, every ${dilation[0] === dilation[1] ? dilation[0] : dilation.join(" by ")} pixels` : "";
  return `read ${range(rows, "row")}, ${range(columns, "column")}${by}`;
}

function sentence(view) {
  if (!view.data) return "";
  const value = responseValue(view);
  return `Row ${view.cell[0]}, column ${view.cell[1]}: ${value === undefined ? "value on its way" : precise(value)}; ${reading(view)}${view.pinned ? "; pinned" : ""}.`;
}

function channels(view) {
  const { data, loupe } = view, names = data.input.names;
  view.channel = Math.min(view.channel, names.length - 1);
  loupe.channels.hidden = names.length < 2;
  if (loupe.channels.children.length !== names.length || [...loupe.channels.children].some((button, index) => button.textContent !== names[index])) {
    loupe.channels.replaceChildren(...names.map((name, index) => {
      const button = element("button", { type: "button" }, name);
      button.addEventListener("click", () => { view.channel = index; channels(view); draw(view); });
      return button;
    }));
  }
  [...loupe.channels.children].forEach((button, index) => place(button, { "aria-pressed": String(index === view.channel) }));
}

function refresh(view) {
  if (!view.data) return;
  for (const side of [view.input, view.output]) sharpen(side.picture.querySelector("img"));
  draw(view);
}

// ---- A change of data

const caption = (side, name, size, rest) => side.title.replaceChildren(element("b", {}, name), ` ${size.join(" × ")}${rest}`);

function layOut(view, data) {
  const padded = data.axes.map(shownSize), inner = data.axes.map(axis => axis.size), outer = data.axes.map(axis => axis.outputs);
  const isPadded = padded.some((size, which) => size !== inner[which]);
  caption(view.input, "Input", inner, isPadded ? `, padded to ${padded.join(" × ")}` : "");
  caption(view.output, "Response", outer, data.title ? ` · ${data.title}` : "");
  for (const [side, [height, width]] of [[view.input, padded], [view.output, outer]]) {
    side.root.style.setProperty("--ratio", width / height);
    side.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
  const [top, left] = data.axes.map(axis => shownBefore(axis));
  Object.assign(view.input.picture.style, {
    left: `${100 * left / padded[1]}%`, top: `${100 * top / padded[0]}%`, width: `${100 * inner[1] / padded[1]}%`, height: `${100 * inner[0] / padded[0]}%`,
  });
  view.input.frame.classList.toggle("padded", isPadded);
}

function show(view, data, [photo, picture]) {
  const isNewPhoto = view.data?.input.photo !== data.input.photo;
  view.data = data;
  if (photo) swap(view.input.picture, photo);
  if (picture) swap(view.output.picture, picture);
  view.input.picture.querySelector("img").alt = data.input.alt;
  view.output.picture.querySelector("img").alt = data.response.alt;
  layOut(view, data);
  view.low.textContent = data.response.low;
  view.high.textContent = data.response.high;
  view.gradient.style.background = data.response.gradient;
  view.output.frame.setAttribute("aria-label", `${data.response.alt} Arrow keys move over its pixels, Shift for steps of ten, Enter pins one.`);
  if (data.cell) { view.cell = data.cell; view.pinned = true; view.spot = data.axes.map((axis, which) => middle(axis, data.cell[which])); }
  else if (!view.spot || (isNewPhoto && !view.pinned)) { view.cell = data.start; view.spot = data.axes.map((axis, which) => middle(axis, data.start[which])); }
  else view.cell = data.axes.map((axis, which) => nearest(axis, view.spot[which]));
  channels(view);
  refresh(view);
  view.fetchSoon();
}

export default function ({ data, parentElement, setStateValue }) {
  const view = (parentElement.response ??= build(parentElement));
  view.send = setStateValue;
  const token = ++view.token;
  const needed = (now, next, alt) => (now === next ? null : decoded(next, alt));
  Promise.all([needed(view.data?.input.photo, data.input.photo, data.input.alt), needed(view.data?.response.picture, data.response.picture, data.response.alt)])
    .then(pictures => { if (token === view.token) show(view, data, pictures); })
    .catch(() => {}); // a newer response has taken its place on the server
}
