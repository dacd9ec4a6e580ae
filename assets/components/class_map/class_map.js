// A picture with the class of every cell over it, or with one class as heat, beside it what one cell says, and the
// items that the picture is made of where it is a canvas (items.js).

import { sayCell } from "../shared/address.js";
import { element, penOf, say, sharpness } from "../shared/dom.js";
import { choosing } from "../shared/hand.js";
import { count, percent } from "../shared/numbers.js";
import { decoded } from "../shared/picture.js";
import { kept } from "../shared/view.js";
import { makeAnswer, showAnswer } from "./answer.js";
import { makeItems, take } from "./items.js";

const SMALLEST_TEXT = 9; // css pixels of a cell for each letter in it
const LEGIBLE = 12; // css pixels of the smallest letters, which a cell has a little more room for
const LETTERS = 3; // of a name, in a cell
const NAMED = 10; // classes in the legend; the others of a thousand share a line
const MOST_READY = 24; // pictures kept that a slider may lead to
const HEAT = 0.62; // of its colour over the picture

function build(host) {
  const cells = element("canvas", { class: "cells", "aria-hidden": "true" });
  const reach = element("i", { class: "reach" }),
    frame = element("i", { class: "frame" });
  const field = element("div", { class: "field", tabindex: "0", role: "application" });
  const said = element("p", { class: "said", "aria-live": "polite" }),
    hint = element("p", { class: "hint" }),
    legend = element("p", { class: "legend" }),
    answer = makeAnswer();
  const sheet = element("div", { class: "sheet" }, field, said, legend, hint);
  host.append(element("div", { class: "class-map" }, sheet, answer.root));
  const view = {
    cells,
    field,
    reach,
    frame,
    said,
    hint,
    legend,
    answer,
    pointed: null,
    token: 0,
    ready: new Map(), // pictures that a slider may lead to
    hand: choosing(() => view.again()),
    again: () => {},
  };
  view.items = makeItems(field, word => view.setStateValue("items", word));
  field.append(cells, reach, frame);
  field.addEventListener("pointermove", event => {
    if (!view.items.drag) point(view, cellAt(view, event));
  });
  field.addEventListener("pointerleave", () => point(view, null));
  field.addEventListener("click", event => {
    if (!view.items.wasDragged) choose(view, cellAt(view, event));
    view.items.wasDragged = false;
  });
  field.addEventListener("keydown", event => {
    if (event.target === field) key(view, event);
  });
  field.addEventListener("blur", () => point(view, null));
  new ResizeObserver(() => {
    paint(view);
    frames(view);
  }).observe(field);
  return view;
}

// ---- Cells

const within = (place, size) => Math.min(Math.max(place, 0), size - 1);
const share = (view, pixels, axis) => `${(100 * pixels) / view.data[axis]}%`;

function cellAt(view, event) {
  const { map, width, height } = view.data;
  if (!map) return null;
  const box = view.field.getBoundingClientRect();
  const column = Math.floor((((event.clientX - box.left) / box.width) * width - map.start) / map.stride);
  const row = Math.floor((((event.clientY - box.top) / box.height) * height - map.start) / map.stride);
  if (map.tops) return [within(row, map.rows), within(column, map.columns)]; // a photo's cells reach its edges
  return row >= 0 && column >= 0 && row < map.rows && column < map.columns ? [row, column] : null;
}

function point(view, cell) {
  if (String(view.pointed) === String(cell)) return;
  view.pointed = cell;
  frames(view);
}

function choose(view, cell) {
  if (!cell) return;
  view.data.cell = cell;
  view.hand.choose(cell);
  frames(view);
  sayCell("cell", cell);
  view.setTriggerValue("cell", cell);
}

function key(view, event) {
  const { map, cell } = view.data,
    step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!map || (!step && event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  const now = view.pointed || cell;
  if (!step) {
    choose(view, now);
    return;
  }
  point(view, [within(now[0] + step[0], map.rows), within(now[1] + step[1], map.columns)]);
}

function box(view, node, cell, offset, side) {
  node.hidden = !cell;
  if (!cell) return;
  const { stride } = view.data.map;
  Object.assign(node.style, {
    left: share(view, cell[1] * stride + offset, "width"),
    top: share(view, cell[0] * stride + offset, "height"),
    width: share(view, side, "width"),
    height: share(view, side, "height"),
  });
}

function frames(view) {
  const { map, names, cell } = view.data || {};
  if (!view.data) return;
  const now = map ? view.pointed || cell : null;
  box(view, view.reach, now, map?.first, map?.window);
  box(view, view.frame, now, map?.start, map?.stride);
  say(view.said, now ? sentence(view, map, names, now) : "");
  view.answer.root.hidden = !now;
  if (now) showAnswer(view.answer, view.data, now, pictureOf(view));
}

function sentence(view, map, names, [row, column]) {
  const index = row * map.columns + column,
    answer = `${names[map.classes[index]]}, ${percent(map.shares[index], 1)}`;
  if (map.heat)
    return `row ${row + 1}, column ${column + 1}: ${map.heat.words} ${map.heat.values[index]}; likeliest ${answer}.`;
  return `row ${row + 1}, column ${column + 1}: ${answer}${isShown(view, index) ? "" : ", a guess that is not shown"}.`;
}

const isShown = ({ data: { map, least } }, index) => map.shares[index] >= least && !map.skipped[index];
const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

function paint(view) {
  const { map } = view.data || {},
    { cells, field } = view;
  if (!view.data) return;
  const ratio = sharpness(field),
    width = Math.round(field.clientWidth * ratio),
    height = Math.round(field.clientHeight * ratio);
  Object.assign(cells, { width, height });
  if (!map || !width) return;
  const pen = penOf(cells),
    scale = width / view.data.width,
    side = map.stride * scale;
  Object.assign(pen, {
    textAlign: "center",
    textBaseline: "middle",
    lineWidth: 3 * ratio,
    lineJoin: "round",
    font: `700 ${Math.max(LEGIBLE * ratio, Math.min(side * 0.72, 17 * ratio))}px ${getComputedStyle(field).fontFamily}`,
  });
  const longest = Math.max(...view.data.names.map(name => name.length)),
    hasText = side / ratio >= Math.max(LEGIBLE + 1, SMALLEST_TEXT * Math.min(longest, LETTERS));
  for (let row = 0; row < map.rows; row++)
    for (let column = 0; column < map.columns; column++) {
      const x = (column * map.stride + map.start) * scale,
        y = (row * map.stride + map.start) * scale;
      if (view.heat) warm(view.heat, pen, row * map.columns + column, [x, y], side);
      else cell(view, pen, row * map.columns + column, [x, y], side, hasText);
    }
}

/** One cell of one class: its number as a colour. */
function warm({ levels, palette }, pen, index, [x, y], side) {
  const at = 3 * levels[index];
  pen.globalAlpha = HEAT;
  pen.fillStyle = `rgb(${palette[at]} ${palette[at + 1]} ${palette[at + 2]})`;
  const [left, top] = [Math.round(x), Math.round(y)]; // no seams between neighbours
  pen.fillRect(left, top, Math.round(x + side) - left, Math.round(y + side) - top);
}

/** One cell: its class, or a dot where it says nothing. */
function cell(view, pen, index, [x, y], side, hasText) {
  const { map, colours, names } = view.data,
    kind = map.classes[index];
  if (!isShown(view, index)) {
    pen.globalAlpha = 0.35;
    pen.fillStyle = "#ffffff";
    pen.fillRect(x + side / 2 - side / 16, y + side / 2 - side / 16, side / 8, side / 8);
    return;
  }
  const isOther = map.tops && kind >= NAMED - 1; // of a thousand classes, one that has no colour of its own
  pen.globalAlpha = isOther ? 0.2 : 0.4 + 0.3 * map.shares[index];
  pen.fillStyle = colours[kind];
  pen.fillRect(x + 0.5, y + 0.5, side - 1, side - 1);
  if (!hasText) return;
  pen.globalAlpha = 1;
  pen.strokeStyle = "#0c1015";
  pen.fillStyle = "#ffffff";
  pen.strokeText(names[kind].slice(0, LETTERS), x + side / 2, y + side / 2);
  pen.fillText(names[kind].slice(0, LETTERS), x + side / 2, y + side / 2);
}

/** The legend: only the classes that are there. */
function name(view) {
  const { map, names, colours } = view.data,
    counted = new Map();
  view.legend.classList.toggle("scale", Boolean(map?.heat));
  if (map?.heat) {
    const bar = element("i");
    bar.style.background = map.heat.gradient;
    view.legend.replaceChildren(map.heat.low, bar, map.heat.high, element("span", {}, map.heat.words));
    return;
  }
  map?.classes.forEach((kind, index) => {
    if (isShown(view, index)) counted.set(kind, (counted.get(kind) || 0) + 1);
  });
  const shown = [...counted].sort((a, b) => b[1] - a[1]),
    others = shown.splice(shown.length > NAMED ? NAMED - 1 : shown.length);
  const line = (colour, words) => {
    const dot = element("i");
    dot.style.background = colour;
    return element("span", {}, dot, words);
  };
  view.legend.replaceChildren(
    ...shown.map(([kind, cells]) => line(colours[kind], `${names[kind]} · ${count(cells, "cell")}`)),
  );
  if (others.length) {
    const cells = others.reduce((sum, [, one]) => sum + one, 0);
    view.legend.append(line(colours[others[0][0]], `${others.length} others · ${count(cells, "cell")}`));
  }
  if (map && !shown.length) view.legend.textContent = "No cell is as sure as that.";
}

// ---- A change of data

const pictureOf = view => view.field.querySelector(":scope > img");

function show(view, data, picture) {
  if (picture) {
    pictureOf(view)?.remove(); // items have pictures too: only its own is taken away
    view.field.prepend(picture);
    view.url = data.picture;
  }
  const chosen = view.hand.over(data.cell),
    isThere = data.map && chosen && chosen[0] < data.map.rows && chosen[1] < data.map.columns;
  view.data = isThere ? { ...data, cell: chosen } : data;
  view.again = () => show(view, data, null);
  view.heat = data.map?.heat ? { levels: bytes(data.map.heat.levels), palette: bytes(data.map.heat.palette) } : null;
  view.field.classList.toggle("photo", Boolean(data.map?.tops));
  view.field.style.setProperty("--aspect", String(data.width / data.height));
  const image = pictureOf(view);
  if (image) image.alt = data.alt;
  view.field.setAttribute("aria-label", `${data.alt} Arrow keys point at cells, Enter chooses one.`);
  view.hint.textContent = data.canvas ? "Drag a picture to move it; its corner scales it, × takes it away." : "";
  if (data.map && view.pointed && (view.pointed[0] >= data.map.rows || view.pointed[1] >= data.map.columns))
    view.pointed = null;
  take(view.items, data);
  paint(view);
  frames(view);
  name(view);
}

const viewOf = kept(build);

// What a slider may lead to: its picture is fetched and decoded before it is asked for.
export function prepare({ data, parentElement }) {
  const { ready } = viewOf(parentElement);
  if (ready.has(data.picture)) return;
  const picture = decoded(data.picture, data.alt);
  ready.set(data.picture, picture);
  picture.catch(() => ready.delete(data.picture));
  if (ready.size > MOST_READY) ready.delete(ready.keys().next().value);
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { setStateValue, setTriggerValue });
  view.items.hand.heard(data.turn);
  view.token += 1;
  const { token } = view;
  const isHere = view.url === data.picture;
  if (isHere || !view.url) show(view, data, null); // the first picture finds its place laid out
  if (isHere) return;
  (view.ready.get(data.picture) ?? decoded(data.picture, data.alt))
    .then(picture => {
      if (token === view.token) show(view, data, picture);
    })
    .catch(() => {}); // a newer picture has taken its place on the server
}
