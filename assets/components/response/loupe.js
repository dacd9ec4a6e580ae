// The window behind one response pixel, enlarged: every input it read, the weight it met, and the sum.

import { element, place, say } from "../shared/dom.js";
import { capital, placeText, precise, short } from "../shared/numbers.js";
import { isPadding, source } from "./reads.js";
import { inputValue, responseValue } from "./values.js";

const MOST_WEIGHTS = 5,
  MOST_NUMBERS = 8,
  ROOM = 5; // characters of a weight beside which a cell of so many has no room for “×”
export const MOST_TAPS = 33; // along one side; above: tones, then words

export function buildLoupe() {
  const grid = element("div", {
    class: "grid",
    tabindex: "0",
    role: "application",
    "aria-roledescription": "window of numbers",
  });
  const loupe = {
    title: element("p", { class: "title" }),
    grid,
    read: element("p", { class: "read", "aria-live": "polite" }),
    channels: element("div", { class: "channels", role: "group", "aria-label": "Input channel" }),
    words: element("span"),
    result: element("b"),
  };
  loupe.sum = element("p", { class: "sum" }, loupe.words, loupe.result);
  loupe.root = element(
    "section",
    { class: "loupe", "aria-label": "The window that one response pixel reads" },
    loupe.title,
    loupe.channels,
    grid,
    loupe.sum,
    loupe.read,
  );
  return loupe;
}

export function listenToLoupe(view) {
  const { grid } = view.loupe;
  const point = tap => {
    if (tap !== view.tap) {
      view.tap = tap;
      view.draw();
    }
  };
  grid.addEventListener("pointerover", event => {
    const index = [...grid.children].indexOf(event.target.closest(".cell"));
    if (index >= 0) point(index);
  });
  grid.addEventListener("pointerleave", () => point(null));
  grid.addEventListener("focus", () => {
    if (grid.matches(":focus-visible")) point(view.tap ?? 0);
  });
  grid.addEventListener("blur", () => point(null));
  grid.addEventListener("keydown", event => {
    const [rows, columns] = view.reads.map(found => found.length),
      now = view.tap ?? 0,
      x = now % columns,
      y = (now - x) / columns;
    const to = { ArrowLeft: [y, x - 1], ArrowRight: [y, x + 1], ArrowUp: [y - 1, x], ArrowDown: [y + 1, x] }[event.key];
    if (!to) return;
    event.preventDefault();
    point(Math.min(rows - 1, Math.max(0, to[0])) * columns + Math.min(columns - 1, Math.max(0, to[1])));
  });
}

export function drawLoupe(view) {
  const {
    data,
    loupe,
    reads: [rows, columns],
  } = view;
  const most = Math.max(rows.length, columns.length),
    count = rows.length * columns.length;
  if (view.tap >= count) view.tap = null;
  say(loupe.title, capital(placeText(view.cell)));
  loupe.title.classList.toggle("pinned", view.pinned);
  loupe.grid.hidden = count === 0 || most > MOST_TAPS;
  if (!loupe.grid.hidden) drawTaps(view, most, count);
  say(loupe.read, tapWords(view, most));
  drawSum(view, count * data.weight.length);
}

function drawSum({ data, loupe, ...view }, count) {
  const value = responseValue({ data, ...view });
  const bias = data.bias === null ? "" : ` ${data.bias < 0 ? "−" : "+"} bias ${precise(Math.abs(data.bias))}`;
  const words = `sum of ${count} ${count === 1 ? "product" : "products"}${bias}${data.then ? `, ${data.then}` : ""} = `;
  say(loupe.words, words);
  say(loupe.result, value === undefined ? "…" : precise(value));
  if (value === undefined) delete loupe.result.dataset.value;
  else loupe.result.dataset.value = value;
}

function drawTaps(view, most, count) {
  const {
    data,
    loupe: { grid },
    reads: [rows, columns],
  } = view;
  const isHoled = !data.axes[0].transposed && data.axes.some(axis => axis.dilation > 1);
  const kind = `grid${most > MOST_NUMBERS ? " tones" : most > MOST_WEIGHTS ? " dense" : ""}${isHoled ? " holed" : ""}`;
  place(grid, {
    class: kind,
    style: `--columns:${columns.length};--most:${most}`,
    "aria-label": `${rows.length} × ${columns.length} inputs of channel ${data.input.names[view.channel]} and their weights. Arrow keys read them one by one.`,
  });
  while (grid.children.length < count)
    grid.append(element("div", { class: "cell" }, element("span"), element("small")));
  while (grid.children.length > count) grid.lastChild.remove();
  const isTight = most >= MOST_WEIGHTS;
  rows.forEach((row, y) => columns.forEach((column, x) => drawTap(view, y * columns.length + x, row, column, isTight)));
}

function drawTap(view, index, row, column, isTight) {
  const {
      data: { axes, input, weight },
      channel,
    } = view,
    cell = view.loupe.grid.children[index];
  const value = inputValue(view, row.at, column.at),
    factor = weight[channel][row.weight][column.weight];
  const isOutside = isPadding(axes[0], row.at) || isPadding(axes[1], column.at);
  const isEmpty = source(axes[0], row.at) === null || source(axes[1], column.at) === null;
  const tone = value === undefined ? 0.5 : Math.min(1, Math.max(0, (value - input.low) / (input.high - input.low)));
  const classes = { padding: isOutside, empty: isEmpty, dark: !isEmpty && tone < 0.5, pointed: index === view.tap };
  say(cell.firstChild, value === undefined ? "…" : short(value));
  const weighed = short(factor);
  say(cell.lastChild, isTight && weighed.length >= ROOM ? weighed : `×${weighed}`);
  place(cell, {
    class: ["cell", ...Object.keys(classes).filter(name => classes[name])].join(" "),
    style: `--tone:${Math.round(255 * tone)}`,
    "data-value": value ?? "",
    "data-weight": factor,
  });
}

function tapWords(view, most) {
  // of the tap pointed at; without one, what to expect of the loupe
  const {
    reads: [rows, columns],
    data: { axes, weight },
    tap,
  } = view;
  if (most > MOST_TAPS) return `${rows.length} × ${columns.length} inputs are too many to write out`;
  if (tap === null || tap === undefined) return most > MOST_WEIGHTS ? "point at an input to read it" : "";
  const row = rows[Math.floor(tap / columns.length)],
    column = columns[tap % columns.length];
  const value = inputValue(view, row.at, column.at),
    factor = weight[view.channel][row.weight][column.weight];
  const where = isPadding(axes[0], row.at) || isPadding(axes[1], column.at) ? " (padding)" : "";
  return (
    `${placeText([row.at, column.at])}${where}: ` + `${value === undefined ? "…" : precise(value)} × ${precise(factor)}`
  );
}

export function drawChannels(view) {
  const {
    data: {
      input: { names },
    },
    loupe: { channels },
  } = view;
  view.channel = Math.min(view.channel, names.length - 1);
  channels.hidden = names.length < 2;
  if ([...channels.children].map(button => button.textContent).join() !== names.join()) {
    channels.replaceChildren(
      ...names.map((name, index) => {
        const button = element("button", { type: "button" }, name);
        button.addEventListener("click", () => {
          view.channel = index;
          drawChannels(view);
          view.draw();
        });
        return button;
      }),
    );
  }
  [...channels.children].forEach((button, index) => place(button, { "aria-pressed": index === view.channel }));
}
