// A pooling on a grid of numbers: the input with its winners, the output, and where the gradient goes back.
// Below them the same window under each operation, and the p-norm over p. Pointing is answered here.

import { sayCell } from "../shared/address.js";
import { lineChart } from "../shared/chart.js";
import { drawn, element, place, say } from "../shared/dom.js";
import { precise, short } from "../shared/numbers.js";
import { readable } from "../shared/readable.js";
import { sender } from "../shared/sender.js";
import { kept, newsFor } from "../shared/view.js";

const FRAME = { width: 772, gap: 92, most: 46, narrow: 520 };
const MOST_HEIGHT = 400; // px, as in pooling_grid.css
const SMALLEST_DIGITS = 12, // px as they are shown
  DIGIT_EM = 0.55;
const WIDEST = 104, // px of words beside an arrow
  LINE = 17; // px of them under the output
const BREAK = 10; // px between two windows that do not overlap
const SMALL = 20; // px of a cell
const RING = 3; // px from a cell's edge to the ring of its winner
const STILL = 250; // ms after which a pinned output is told
const WALK = 900; // ms for each output while it plays

function build(host) {
  const view = { at: [0, 0], timer: null };
  view.pins = sender(at => view.setStateValue("pinned", at));
  view.svg = readable(drawn("svg", { class: "grids" }));
  view.stage = element(
    "div",
    {
      class: "stage",
      tabindex: 0,
      role: "group",
      "aria-label": "Input, output and gradient. The arrow keys walk over the outputs.",
    },
    view.svg,
  );
  view.sum = element("code", { class: "sum", "aria-live": "polite" });
  view.tie = element("span", { class: "tie" });
  view.scale = element("span", { class: "scale" });
  const button = (label, text, work) => {
    const made = element("button", { type: "button", "aria-label": label, title: label }, text);
    made.onclick = work;
    return made;
  };
  view.play = button("Play", "▶", () => toggle(view));
  const bar = element(
    "div",
    { class: "bar" },
    element(
      "span",
      { class: "walk" },
      button("Previous output", "◀", () => step(view, -1)),
      view.play,
      button("Next output", "▷", () => step(view, 1)),
    ),
    view.sum,
    view.tie,
    view.scale,
  );
  view.same = element("div", { class: "same" });
  view.chart = readable(drawn("svg", { class: "chart" }));
  view.beyond = element("p", { class: "note beyond" });
  const below = element(
    "div",
    { class: "below" },
    element(
      "div",
      {},
      element("h2", {}, element("b", {}, "The same window"), " under each operation, and its gradient"),
      view.same,
    ),
    element(
      "div",
      { class: "power" },
      element("h2", {}, element("b", {}, "p"), " turns a sum into a maximum"),
      view.chart,
    ),
    view.beyond,
  );
  host.append(element("div", { class: "card" }, view.stage, bar), element("div", { class: "card" }, below));
  view.stage.addEventListener("keydown", event => walk(view, event));
  view.stage.addEventListener("pointerleave", () => {
    if (!view.timer) show(view, view.pinned);
  });
  new ResizeObserver(([{ contentRect }]) => {
    const narrow = contentRect.width < FRAME.narrow;
    if (narrow !== view.narrow) {
      view.narrow = narrow;
      if (view.data) lay(view);
    }
  }).observe(view.stage);
  return view;
}

const count = view => [view.data.rows.length, view.data.columns.length];
const cellOf = (view, [row, column]) => view.data.cells[row * view.data.columns.length + column];

function walk(view, event) {
  const move = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    pin(view, view.at);
    return;
  }
  if (!move) return;
  event.preventDefault();
  const [rows, columns] = count(view);
  pin(view, [
    Math.max(0, Math.min(rows - 1, view.at[0] + move[0])),
    Math.max(0, Math.min(columns - 1, view.at[1] + move[1])),
  ]);
}

function step(view, by) {
  const [rows, columns] = count(view),
    next = (view.at[0] * columns + view.at[1] + by + rows * columns) % (rows * columns);
  pin(view, [Math.floor(next / columns), next % columns]);
}

function toggle(view) {
  clearInterval(view.timer);
  view.timer = view.timer
    ? null
    : setInterval(() => {
        if (!view.stage.isConnected) {
          clearInterval(view.timer);
          return;
        }
        step(view, 1);
      }, WALK);
  say(view.play, view.timer ? "❚❚" : "▶");
  place(view.play, { "aria-label": view.timer ? "Pause" : "Play" });
}

function pin(view, at) {
  view.pinned = at;
  show(view, at);
  if (view.timer) view.pins.forget();
  else {
    sayCell("cell", at);
    view.pins.say(at, STILL);
  }
}

// Where each panel lies: input and gradient have the padding around them, the output stands between.
function lay(view) {
  const data = view.data,
    [rows, columns] = count(view),
    [top, left] = data.padding;
  const height = data.input.length,
    width = data.input[0].length;
  const down = height + 2 * top + data.overhang[0],
    along = width + 2 * left + data.overhang[1];
  const tiles = data.tiles,
    total = view.narrow ? 372 : FRAME.width,
    wide = view.narrow ? 0 : FRAME.gap;
  const room = view.narrow
    ? (total - (tiles[1] ? (Math.ceil(along / tiles[1]) - 1) * BREAK : 0)) / Math.max(along, 2)
    : (total - 2 * wide) / (2 * along + columns + (tiles[1] ? (along / tiles[1]) * 0.5 : 0));
  const cell = Math.max(11, Math.min(view.narrow ? 40 : FRAME.most, Math.floor(room) - 3)),
    pitch = cell + 3;
  const place1 = (i, size) => i * pitch + (size ? Math.floor(i / size) * BREAK : 0);
  const y = i => place1(i, tiles[0]),
    x = j => place1(j, tiles[1]);
  const panelHeight = y(down - 1) + cell,
    panelWidth = x(along - 1) + cell;
  const outHeight = rows * pitch,
    outWidth = columns * pitch;
  const head = 24;
  const origin = view.narrow
    ? beside(panelWidth + outWidth + 24 <= total, head, panelWidth, panelHeight, outHeight)
    : {
        input: [0, head],
        output: [(total - outWidth) / 2, head + Math.max(0, (panelHeight - outHeight) / 2)],
        gradient: [total - panelWidth, head],
      };
  const wordsBelow = (total - outWidth) / 2 - panelWidth < WIDEST; // the gaps are too narrow
  const tall = view.narrow
    ? origin.gradient[1] + panelHeight + 4
    : Math.max(head + panelHeight, origin.output[1] + outHeight + (wordsBelow ? 2 * LINE : 0)) + 6;
  place(view.svg, { viewBox: `0 0 ${total} ${tall}`, width: "100%" });
  const shrunk = [total / (view.stage.clientWidth || total), view.narrow ? 1 : tall / MOST_HEIGHT];
  view.least = SMALLEST_DIGITS * Math.max(1, ...shrunk);
  Object.assign(view, { cell, pitch, x, y, origin, panelWidth, panelHeight, wordsBelow, size: [height, width] });
  paint(view);
  show(view, view.at);
}

// On a narrow screen the output stands beside the input where there is room, and the gradient below.
const beside = (fits, head, panelWidth, panelHeight, outHeight) =>
  fits
    ? { input: [0, head], output: [panelWidth + 24, head], gradient: [0, head * 2 + panelHeight + 6] }
    : {
        input: [0, head],
        output: [0, head * 2 + panelHeight + 6],
        gradient: [0, head * 3 + panelHeight + outHeight + 12],
      };

const rect = (view, x, y, kind, extra = {}) =>
  drawn("rect", { class: kind, x, y, width: view.cell, height: view.cell, rx: Math.min(7, view.cell / 5), ...extra });

function number(view, x, y, kind, value) {
  const text = value === null ? "–" : short(value),
    fitting = view.cell * (text.length > 4 ? 0.28 : text.length > 2 ? 0.34 : 0.46),
    size = Math.max(view.least, Math.min(16, fitting));
  return drawn(
    "text",
    {
      class: kind,
      x: x + view.cell / 2,
      y: y + view.cell / 2 + size * 0.36,
      "font-size": size,
      "text-anchor": "middle",
    },
    fits(view, size, text) ? text : "",
  );
}

// Whether a number has room in its cell; where it has none, its colour tells, and pointing.
const fits = (view, size, text) => DIGIT_EM * size * text.length < view.cell;

// A title that is wider than what it names ends with it, at the edge of the card.
const endsAt = ({ origin, panelWidth }) => ({ x: origin.gradient[0] + panelWidth, "text-anchor": "end" });

// Draws all cells once for today's data; pointing changes classes and the gradient's numbers only.
function paint(view) {
  const { data, origin } = view,
    [top, left] = data.padding,
    [height, width] = view.size,
    nodes = [];
  const title = ([x, y], bold, rest, extra = {}) =>
    drawn("text", { class: "title", x, y: y - 9, ...extra }, drawn("tspan", { "font-weight": 650 }, bold), ` ${rest}`);
  nodes.push(
    title(origin.input, "Input", `${height} × ${width}${data.operation === "max" ? ", winners ringed" : ""}`),
    title(origin.output, "Output", `${data.rows.length} × ${data.columns.length}`),
    title(origin.gradient, "Gradient", "of the output pointed at", view.narrow ? {} : endsAt(view)),
  );
  view.inputs = new Map();
  view.grads = new Map();
  view.outputs = [];
  view.pads = new Map();
  const lines = (size, before, over) => Array.from({ length: size + 2 * before + over }, (_, i) => i - before);
  for (const i of lines(height, top, data.overhang[0]))
    for (const j of lines(width, left, data.overhang[1])) {
      const x = view.x(j + left),
        y = view.y(i + top),
        inside = i >= 0 && i < height && j >= 0 && j < width;
      const one = rect(view, origin.input[0] + x, origin.input[1] + y, inside ? "in" : "pad");
      nodes.push(one);
      if (!inside) {
        view.pads.set(`${i},${j}`, one);
        continue;
      }
      const text = number(view, origin.input[0] + x, origin.input[1] + y, "in-text", data.input[i][j]);
      const inset = view.cell < SMALL ? 0.5 : RING; // on a small cell it would strike the number out
      const ring = rect(view, origin.input[0] + x + inset, origin.input[1] + y + inset, "ring", {
        width: view.cell - 2 * inset,
        height: view.cell - 2 * inset,
      });
      const grad = rect(view, origin.gradient[0] + x, origin.gradient[1] + y, "grad"),
        gradText = number(view, origin.gradient[0] + x, origin.gradient[1] + y, "grad-text", 0);
      one.onpointerenter = () => readers(view, i, j);
      nodes.push(text, ring, grad, gradText);
      view.inputs.set(`${i},${j}`, { one, text, ring });
      view.grads.set(`${i},${j}`, { one: grad, text: gradText });
    }
  data.rows.forEach((_, row) =>
    data.columns.forEach((_, column) => {
      const x = origin.output[0] + column * view.pitch,
        y = origin.output[1] + row * view.pitch;
      const one = rect(view, x, y, "out"),
        text = number(view, x, y, "out-text", data.output[row][column]);
      for (const node of [one, text]) {
        node.onpointerenter = () => {
          if (!view.timer) show(view, [row, column]);
        };
        node.onclick = () => pin(view, [row, column]);
      }
      nodes.push(one, text);
      view.outputs.push({ one, at: [row, column] });
    }),
  );
  view.arrow = drawn("path", { class: "arrow forth" });
  view.back = drawn("path", { class: "arrow back" });
  view.said = drawn("text", { class: "said forth", "text-anchor": "middle" });
  view.saidBack = drawn("text", { class: "said back", "text-anchor": "middle" });
  view.heads = [drawn("path", { class: "head forth" }), drawn("path", { class: "head back" })];
  nodes.push(view.arrow, view.back, view.said, view.saidBack, ...view.heads);
  view.svg.replaceChildren(...nodes);
  if (data.operation === "max")
    for (const cell of data.cells) view.inputs.get(cell.winner.join())?.ring.classList.add("won");
}

function readers(view, i, j) {
  const reads = view.data.rows.flatMap((rows, row) =>
    view.data.columns.flatMap((columns, column) =>
      rows.includes(i) && columns.includes(j) ? [`${row},${column}`] : [],
    ),
  );
  for (const { one, at } of view.outputs) one.classList.toggle("reads", reads.includes(at.join()));
  say(view.tie, reads.length ? `read by ${reads.length} output${reads.length === 1 ? "" : "s"}` : "no window reads it");
}

function colour(view, value) {
  const all = view.data.diverging,
    index = Math.round(((Math.max(-1, Math.min(1, value)) + 1) / 2) * (all.length - 1));
  return all[index];
}

function tint(view, node, text, value) {
  node.style.fill = value === 0 ? "" : colour(view, value);
  text.classList.toggle("light", Math.abs(value) > 0.62);
  text.classList.toggle("dark", value !== 0 && Math.abs(value) <= 0.62);
}

function show(view, at) {
  const { data } = view,
    cell = cellOf(view, at),
    mine = cell.by[data.operation];
  view.at = at;
  const window = new Set(cell.cells.map(String));
  for (const [key, { one, text, ring }] of view.inputs) {
    one.classList.toggle("reach", window.has(key));
    ring.classList.toggle("now", data.operation === "max" && key === String(cell.winner));
    text.classList.toggle("bold", data.operation === "max" && key === String(cell.winner));
  }
  const reads = new Set(data.rows[at[0]].flatMap(i => data.columns[at[1]].map(j => `${i},${j}`)));
  for (const [key, one] of view.pads) one.classList.toggle("reach", reads.has(key));
  for (const {
    one,
    at: [row, column],
  } of view.outputs) {
    one.classList.toggle("now", row === at[0] && column === at[1]);
    one.classList.remove("reads");
  }
  for (const [key, { one, text }] of view.grads) {
    const value = window.has(key) ? (mine.gradient[cell.cells.findIndex(c => String(c) === key)] ?? 0) : 0;
    one.classList.toggle("reach", window.has(key));
    say(text, fits(view, Number(text.getAttribute("font-size")), short(value)) ? short(value) : "");
    tint(view, one, text, value);
  }
  say(view.sum, `${cell.sum} = ${mine.value === null ? "no number" : precise(mine.value)}`);
  say(
    view.tie,
    data.operation === "max" && cell.tied > 1 ? `${cell.tied} cells tie: the gradient goes to the first` : "",
  );
  arrows(view, cell, at);
  sameWindow(view, cell, at);
  power(view, cell);
}

function arrows(view, cell, at) {
  const isMax = view.data.operation === "max",
    hidden = view.narrow;
  for (const node of [view.arrow, view.back, view.said, view.saidBack, ...view.heads])
    node.style.display = hidden ? "none" : "";
  if (hidden) return;
  const [top, left] = view.data.padding,
    from = isMax ? cell.winner : cell.cells[Math.floor((cell.cells.length - 1) / 2)];
  const half = view.cell / 2,
    spot = (origin, [i, j]) => [origin[0] + view.x(j + left), origin[1] + view.y(i + top) + half];
  const [sx, sy] = spot(view.origin.input, from),
    oy = view.origin.output[1] + at[0] * view.pitch + half;
  const edge = view.panelWidth + 4,
    start = Math.max(sx + view.cell + 3, edge),
    ends = view.origin.output[0] - 10;
  place(view.arrow, { d: `M ${start} ${sy} C ${start + 40} ${sy} ${ends - 44} ${oy} ${ends} ${oy}` });
  place(view.heads[0], { d: `M ${ends} ${oy - 5} l 9 5 l -9 5 z` });
  const right = view.origin.output[0] + view.data.columns.length * view.pitch + 4,
    [, gy] = spot(view.origin.gradient, from),
    end = view.origin.gradient[0] - 12;
  place(view.back, { d: `M ${right} ${oy} C ${right + 36} ${oy} ${end - 40} ${gy} ${end} ${gy}` });
  place(view.heads[1], { d: `M ${end} ${gy - 5} l 9 5 l -9 5 z` });
  const mine = cell.by[view.data.operation],
    words = {
      max: [`${precise(mine.value)} is the largest`, "back to it alone"],
      avg: ["their mean", "the same to each"],
      lp: ["their norm", "more to the larger"],
    }[view.data.operation];
  const middle = FRAME.width / 2,
    under = view.origin.output[1] + view.data.rows.length * view.pitch;
  const [forth, back] = view.wordsBelow
    ? [1, 2].map(line => ({ x: middle, y: under + line * LINE }))
    : [
        { x: (start + ends) / 2, y: Math.max(12, Math.min(sy, oy) - 8) },
        { x: (right + end) / 2, y: Math.max(oy, gy) + 18 },
      ];
  place(view.said, forth);
  place(view.saidBack, back);
  say(view.said, words[0]);
  say(view.saidBack, words[1]);
}

const WORDS = { max: "all to the winner", avg: "the same to each", lp: "more to the larger" };

function sameWindow(view, cell, at) {
  const rows = view.data.rows[at[0]],
    columns = view.data.columns[at[1]],
    key = cell.cells.map(String);
  const small = rows.length > 4 || columns.length > 4;
  view.same.replaceChildren(
    ...["max", "avg", "lp"].map(name => {
      const by = cell.by[name],
        title = element(
          "div",
          { class: "op" },
          element("b", {}, view.data.titles[name]),
          ...(by ? [element("output", {}, by.value === null ? "no number" : precise(by.value))] : []),
        );
      if (!by) return element("div", {}, title, element("p", { class: "note" }, `${view.data.refused[name]}.`));
      const grid = element("div", { class: "mini" });
      grid.style.gridTemplateColumns = `repeat(${columns.length}, minmax(0, 1fr))`;
      for (const i of rows)
        for (const j of columns) {
          const place0 = key.indexOf(`${i},${j}`),
            value = by.gradient[place0];
          const one = element(
            "i",
            { class: place0 < 0 ? "pad" : "" },
            place0 < 0 || small || value === undefined || value === null ? "" : short(value),
          );
          if (value) {
            one.style.background = colour(view, value);
            one.classList.toggle("light", Math.abs(value) > 0.62);
            one.classList.toggle("dark", Math.abs(value) <= 0.62);
          }
          if (small) one.style.height = "12px";
          grid.append(one);
        }
      return element("div", {}, title, grid, element("p", { class: "note" }, WORDS[name]));
    }),
  );
}

function power(view, cell) {
  const { p, sum, mean, max } = cell.curve,
    values = [...sum, ...mean, max].filter(value => value !== null);
  const low = Math.min(...values, 0),
    high = Math.max(...values),
    at = p.map(value => Math.log2(value));
  const points = list => list.map((value, index) => [at[index], value]);
  lineChart(view.chart, {
    box: { width: 250, height: 112, left: 36, right: 50, top: 8, bottom: 22 },
    first: 0,
    last: at.at(-1),
    low,
    high,
    ticks: {
      x: [
        [0, "p = 1"],
        [1, "2"],
        [2, "4"],
        [3, "8"],
        [4, "16"],
        [5, "32"],
      ],
      y: [
        [sum[0] ?? high, short(sum[0] ?? high)],
        [mean[0] ?? low, short(mean[0] ?? low)],
      ],
    },
    lines: [
      {
        name: `${short(max)} max`,
        role: "green",
        points: [
          [0, max],
          [at.at(-1), max],
        ],
      },
      { name: "", role: "violet", points: points(sum) },
      { name: "", role: "blue", dashed: true, points: points(mean) },
    ],
    alt: `The p-norm of the window from ${short(sum[0] ?? 0)} at p = 1 to ${short(sum.at(-1) ?? 0)} at p = 32; divided by N to the 1/p, from ${short(mean[0] ?? 0)} to ${short(mean.at(-1) ?? 0)}. The maximum is ${short(max)}.`,
  });
  view.beyond.replaceChildren(
    "p: ",
    element("b", { class: "violet" }, "solid"),
    " as torch's LPPool2d has it, from the sum; ",
    element("b", { class: "blue" }, "dashed"),
    ` divided by ${cell.cells.length}^(1/p), from the average. ${view.data.limits}`,
  );
}

const viewOf = kept(build);
const isNews = newsFor();

export default function ({ data, parentElement, setStateValue }) {
  const view = viewOf(parentElement);
  view.setStateValue = setStateValue;
  if (!isNews(parentElement, data)) return;
  view.data = data;
  const [rows, columns] = count(view);
  view.at = view.pinned = [Math.min(data.start[0], rows - 1), Math.min(data.start[1], columns - 1)];
  const strip = element("i");
  strip.style.background = data.gradient;
  view.scale.replaceChildren("∂ output / ∂ input ", element("span", {}, "−1"), strip, element("span", {}, "+1"));
  place(view.svg, { role: "img", "aria-label": data.alt });
  view.narrow = view.stage.clientWidth > 0 && view.stage.clientWidth < FRAME.narrow;
  lay(view);
}
