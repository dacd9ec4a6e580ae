// A picture, a filter's response to it, and the window behind one response pixel. Every number shown was
// computed by torch; the picture of a response is painted first, its numbers follow.

import { drawn, element, place, say } from "../shared/dom.js";
import { capital, placeText, precise } from "../shared/numbers.js";
import { after, decoded, sharpen, swap, watchSize } from "../shared/picture.js";
import { kept } from "../shared/view.js";
import { buildLoupe, drawChannels, drawLoupe, listenToLoupe, MOST_TAPS } from "./loupe.js";
import { listen, settle } from "./pointing.js";
import { nearest, readWords, shownBefore, shownSize, taps } from "./reads.js";
import { fetchValues, idle, responseValue, VALUES_AFTER } from "./values.js";

const MOST_READY = 24; // pictures kept that a slider may lead to
const FINDABLE = 9; // css pixels: a frame is never drawn smaller, so that one pixel of 1024 can be found

function build(host) {
  const input = figure("input"),
    output = figure("output"),
    loupe = buildLoupe();
  place(output.frame, { tabindex: 0, role: "application", "aria-roledescription": "picture of numbers" });
  const low = element("span"),
    gradient = element("i"),
    high = element("span");
  const spoken = element("div", { class: "spoken", "aria-live": "polite" });
  output.foot.append(element("span", { class: "bar" }, low, gradient, high));
  const views = element("div", { class: "views" }, input.root, output.root, loupe.root);
  const note = element("p", { class: "note" });
  host.append(element("div", { class: "sized" }, views, note, spoken));
  const view = {
    input,
    output,
    loupe,
    note,
    ready: new Map(),
    low,
    gradient,
    high,
    numbers: new Map(),
    channel: 0,
    tap: null,
    token: 0,
    pinned: false,
  };
  view.draw = () => draw(view);
  view.speak = after(250, () => {
    if (output.frame.matches(":focus")) spoken.textContent = sentence(view);
  });
  view.fetchSoon = after(VALUES_AFTER, () => idle(() => fetchValues(view)));
  listen(view);
  listenToLoupe(view);
  for (const side of [input, output]) {
    watchSize(side.frame, (width, height) => {
      side.size = [Math.max(1, height), Math.max(1, width)];
      refresh(view);
    });
  }
  return view;
}

function figure(kind) {
  const [hair, under, mark, dots] = ["hair", "mark-under", "mark", "dots"].map(name => drawn("path", { class: name }));
  const svg = drawn("svg", { "aria-hidden": "true", preserveAspectRatio: "none" }, hair, under, mark, dots);
  const picture = element("div", { class: "picture" }),
    frame = element("div", { class: `frame ${kind}` }, picture, svg);
  const words = element("span"),
    title = element("figcaption", {}, element("b", {}, kind === "input" ? "Input" : "Response"), words);
  const foot = element("div", { class: "foot" });
  return {
    root: element("figure", { class: kind }, title, frame, foot),
    words,
    frame,
    picture,
    svg,
    foot,
    hair,
    under,
    mark,
    dots,
    size: [1, 1],
  };
}

// ---- Drawing

function draw(view) {
  view.reads = view.data.axes.map((axis, which) => taps(axis, view.cell[which]));
  drawCell(view);
  drawWindow(view);
  drawLoupe(view);
  view.speak();
}

function drawCell(view) {
  const size = view.data.axes.map(axis => axis.outputs);
  frameBox(
    view.output,
    view.cell.map(index => [index, index + 1]),
    size,
  );
  view.output.frame.classList.toggle("pinned", view.pinned);
}

function drawWindow(view) {
  const {
      input,
      data: { axes },
      reads,
    } = view,
    isEmpty = reads.some(found => !found.length);
  say(input.foot, readWords(view));
  input.svg.style.display = isEmpty ? "none" : "";
  if (isEmpty) return;
  const before = axes.map(shownBefore),
    size = axes.map(shownSize);
  frameBox(
    input,
    reads.map((found, which) => [found[0].at + before[which], found.at(-1).at + before[which] + 1]),
    size,
  );
  drawDots(view, before, size);
}

function frameBox(side, ends, size) {
  const scale = side.size.map((length, which) => length / size[which]);
  const [[y0, y1], [x0, x1]] = ends.map(([low, high], which) => {
    const more = Math.max(0, (FINDABLE / scale[which] - (high - low)) / 2);
    return [low - more, high + more];
  });
  const box = `M${x0} ${y0}H${x1}V${y1}H${x0}Z`,
    y = (y0 + y1) / 2,
    x = (x0 + x1) / 2;
  for (const path of [side.under, side.mark]) place(path, { d: box });
  const hair = `M0 ${y}H${x0}M${x1} ${y}H${size[1]}M${x} 0V${y0}M${x} ${y1}V${size[0]}`;
  place(side.hair, { d: hair });
}

// Where the window has holes: a dot on each input that is read. The one pointed at in the loupe: always.
function drawDots(view, before, size) {
  const {
    input,
    data: { axes },
    reads: [rows, columns],
    tap,
  } = view;
  const room = Math.min(...input.size.map((length, which) => length / size[which])); // css pixels of an input
  const isHoled = axes.some(axis => axis.dilation > 1 && axis.kernel_size > 1) && !axes[0].transposed;
  const space = room * Math.min(...axes.map(axis => axis.dilation));
  const isShown = isHoled && space >= 4 && Math.max(rows.length, columns.length) <= MOST_TAPS;
  const dot = (row, column) => `M${column.at + before[1] + 0.5} ${row.at + before[0] + 0.5}h0.001`;
  const one = tap === null ? "" : dot(rows[Math.floor(tap / columns.length)] ?? rows[0], columns[tap % columns.length]);
  input.dots.style.strokeWidth = `${Math.min(7, Math.max(2.5, room * 0.5))}px`;
  const all = () => rows.flatMap(row => columns.map(column => dot(row, column))).join("");
  place(input.dots, { d: isShown && tap === null ? all() : one });
}

function sentence(view) {
  const value = responseValue(view);
  return `${capital(placeText(view.cell))}: ${value === undefined ? "value on its way" : precise(value)}; ${readWords(view)}${view.pinned ? "; pinned" : ""}.`;
}

function refresh(view) {
  if (!view.data) return;
  const {
    input,
    output,
    data: {
      axes: [, across],
    },
  } = view;
  sharpen(input.picture.querySelector("img"), (input.size[1] * across.size) / shownSize(across));
  sharpen(output.picture.querySelector("img"), output.size[1]);
  draw(view);
}

// ---- A change of data

function layOut(view, data) {
  const padded = data.axes.map(shownSize),
    inner = data.axes.map(axis => axis.size),
    outer = data.axes.map(axis => axis.outputs);
  const isPadded = padded.some((size, which) => size !== inner[which]);
  say(view.input.words, ` ${inner.join(" × ")}${isPadded ? `, padded to ${padded.join(" × ")}` : ""}`);
  say(view.output.words, ` ${outer.join(" × ")}${data.title ? ` · ${data.title}` : ""}`);
  for (const [side, [height, width]] of [
    [view.input, padded],
    [view.output, outer],
  ]) {
    place(side.root, { style: `--ratio:${width / height}` });
    place(side.svg, { viewBox: `0 0 ${width} ${height}` });
  }
  const [top, left] = data.axes.map(shownBefore),
    share = (part, whole) => `${(100 * part) / whole}%`;
  Object.assign(view.input.picture.style, {
    top: share(top, padded[0]),
    left: share(left, padded[1]),
    height: share(inner[0], padded[0]),
    width: share(inner[1], padded[1]),
  });
  view.input.frame.classList.toggle("padded", isPadded);
}

function write(view, data) {
  say(view.note, data.note);
  say(view.low, data.response.low);
  say(view.high, data.response.high);
  place(view.gradient, { style: `background:${data.response.gradient}` });
  place(view.input.picture.querySelector("img"), { alt: data.input.alt, "data-scale": "" });
  place(view.output.picture.querySelector("img"), { alt: data.response.alt });
  place(view.output.frame, {
    "aria-label": `${data.response.alt} Arrow keys move over its pixels, Shift for steps of ten, Enter pins one.`,
  });
}

function keepPlace(view, data, isNewPhoto) {
  // on the same spot of the same picture; on the strongest pixel of a new one
  if (data.reports) view.pinned = data.cell !== null;
  if (data.reports && data.cell) settle(view, data.cell);
  else if (!view.spot || (isNewPhoto && !view.pinned)) settle(view, data.start);
  else view.cell = data.axes.map((axis, which) => nearest(axis, view.spot[which]));
}

function show(view, data, [photo, picture]) {
  const isNewPhoto = view.data?.input.photo !== data.input.photo;
  view.data = data;
  if (photo) swap(view.input.picture, photo);
  if (picture) swap(view.output.picture, picture);
  layOut(view, data);
  write(view, data);
  keepPlace(view, data, isNewPhoto);
  drawChannels(view);
  refresh(view);
  view.fetchSoon();
}

// A response a slider may lead to: its picture is fetched and decoded before it is asked for.
export function prepare({ data, parentElement }) {
  const view = parentElement.response,
    url = data.response?.picture;
  if (!view || !url || view.ready.has(url)) return;
  view.ready.set(
    url,
    decoded(url, data.response.alt).catch(() => view.ready.delete(url) && null),
  );
  if (view.ready.size > MOST_READY) view.ready.delete(view.ready.keys().next().value);
}

const viewOf = kept(build);

export default function ({ data, parentElement, setStateValue }) {
  const view = viewOf(parentElement);
  view.send = setStateValue;
  const token = ++view.token;
  if (!view.data) layOut(view, data); // the room of the pictures, while they are on their way
  const changed = async (now, next, alt) =>
    now === next ? null : ((await view.ready.get(next)) ?? decoded(next, alt));
  Promise.all([
    changed(view.data?.input.photo, data.input.photo, data.input.alt),
    changed(view.data?.response.picture, data.response.picture, data.response.alt),
  ])
    .then(pictures => {
      if (token === view.token) show(view, data, pictures);
    })
    .catch(() => {}); // a newer response has taken its place on the server
}
