// A picture with the class of every cell over it, and the canvas that the picture is made from.
// Items are moved in the browser and told as text, in turns (turns.js); the map comes from Python.

import { address, element, under } from "../shared/dom.js";
import { decoded, swap } from "../shared/picture.js";
import { takeTurns } from "../shared/turns.js";
import { kept } from "../shared/view.js";

function build(host) {
  const items = element("div", { class: "items" });
  const reach = element("i", { class: "reach" });
  const sheet = element(
    "div",
    {
      class: "sheet",
      role: "group",
      "aria-label": "Canvas. Arrow keys move an item, plus and minus scale it, Delete takes it away.",
    },
    items,
    reach,
  );
  const canvas = element(
    "figure",
    { class: "panel canvas" },
    element("figcaption", {}, "Canvas: drag, scale at the corner"),
    sheet,
  );
  const cells = element("canvas", { class: "cells" });
  const window_ = element("i", { class: "reach" }),
    frame = element("i", { class: "frame" });
  const field = element("div", { class: "field", tabindex: "0", role: "application" }, cells, window_, frame);
  const map = element("figure", { class: "panel" }, element("figcaption", {}, "What each cell says"), field);
  const said = element("p", { class: "said", "aria-live": "polite" });
  const legend = element("p", { class: "legend" });
  const root = element("div", { class: "class-map" }, element("div", { class: "panels" }, canvas, map), said, legend);
  host.append(root);
  const view = {
    root,
    items,
    sheet,
    canvas,
    cells,
    field,
    window_,
    frame,
    reach,
    said,
    legend,
    pointed: null,
    drag: null,
    told: null,
    token: 0,
  };
  view.hand = takeTurns(word => view.setStateValue("items", word));
  field.addEventListener("pointermove", event => point(view, cellAt(view, event)));
  field.addEventListener("pointerleave", () => point(view, null));
  field.addEventListener("click", event => choose(view, cellAt(view, event)));
  field.addEventListener("keydown", event => key(view, event));
  field.addEventListener("blur", () => point(view, null));
  new ResizeObserver(() => {
    paint(view);
    frames(view);
  }).observe(field);
  return view;
}

// ---- Cells

const share = (view, pixels, axis) => `${(100 * pixels) / view.data[axis]}%`;

function cellAt(view, event) {
  const { map, width, height } = view.data;
  if (!map) return null;
  const box = view.field.getBoundingClientRect(),
    start = (map.window - map.stride) / 2;
  const column = Math.floor((((event.clientX - box.left) / box.width) * width - start) / map.stride);
  const row = Math.floor((((event.clientY - box.top) / box.height) * height - start) / map.stride);
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
  frames(view);
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
  point(view, [
    Math.min(Math.max(now[0] + step[0], 0), map.rows - 1),
    Math.min(Math.max(now[1] + step[1], 0), map.columns - 1),
  ]);
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
  for (const node of [view.window_, view.reach]) box(view, node, now, 0, map?.window);
  box(view, view.frame, now, map ? (map.window - map.stride) / 2 : 0, map?.stride);
  view.said.textContent = now ? sentence(map, names, now) : "";
}

function sentence(map, names, [row, column]) {
  const index = row * map.columns + column,
    top = row * map.stride,
    left = column * map.stride;
  return (
    `row ${row}, column ${column}: ${names[map.classes[index]]}, ${(100 * map.shares[index]).toFixed(1)} %. ` +
    `It reads rows ${top}–${top + map.window - 1} and columns ${left}–${left + map.window - 1}.`
  );
}

const isShown = ({ data: { map, least } }, index) => map.shares[index] >= least && !map.skipped[index];

function paint(view) {
  const { map } = view.data || {},
    { cells, field } = view;
  if (!view.data) return;
  const ratio = devicePixelRatio || 1,
    width = Math.round(field.clientWidth * ratio),
    height = Math.round(field.clientHeight * ratio);
  Object.assign(cells, { width, height });
  if (!map || !width) return;
  const pen = cells.getContext("2d"),
    scale = width / view.data.width,
    start = (map.window - map.stride) / 2,
    side = map.stride * scale;
  Object.assign(pen, {
    textAlign: "center",
    textBaseline: "middle",
    font: `600 ${Math.min(side * 0.62, 17 * ratio)}px ${getComputedStyle(field).fontFamily}`,
  });
  const longest = Math.max(...view.data.names.map(name => name.length)),
    hasText = side / ratio >= 9 * Math.min(longest, 3);
  for (let row = 0; row < map.rows; row++)
    for (let column = 0; column < map.columns; column++) {
      const index = row * map.columns + column,
        kind = map.classes[index],
        sure = map.shares[index];
      if (!isShown(view, index)) continue;
      const x = (column * map.stride + start) * scale,
        y = (row * map.stride + start) * scale;
      pen.globalAlpha = 0.15 + 0.6 * sure;
      pen.fillStyle = view.data.colours[kind];
      pen.fillRect(x + 0.5, y + 0.5, side - 1, side - 1);
      if (!hasText) continue;
      pen.globalAlpha = 1;
      pen.fillStyle = "#0c1015";
      pen.fillText(view.data.names[kind].slice(0, 3), x + side / 2, y + side / 2);
    }
}

function name(view) {
  // the legend: only the classes that are there
  const { map, names, colours } = view.data,
    count = new Map();
  map?.classes.forEach((kind, index) => {
    if (isShown(view, index)) count.set(kind, (count.get(kind) || 0) + 1);
  });
  const shown = [...count].sort((a, b) => b[1] - a[1]);
  view.legend.replaceChildren(
    ...shown.map(([kind, cells]) => {
      const dot = element("i");
      dot.style.background = colours[kind];
      return element("span", {}, dot, `${names[kind]} · ${cells} ${cells === 1 ? "cell" : "cells"}`);
    }),
  );
  if (map && !shown.length) view.legend.textContent = "No cell is as sure as that.";
}

// ---- Items

function text(view) {
  return view.held.map(item => [item.kind, item.x, item.y, item.size].join(":")).join(";");
}

function tell(view) {
  const items = text(view);
  if (items === view.told) return;
  view.told = items;
  view.hand.say(items);
}

function lay(view) {
  // where each item lies
  const { canvas } = view.data;
  while (view.items.children.length > view.held.length) view.items.lastChild.remove();
  while (view.items.children.length < view.held.length) view.items.append(made(view, view.items.children.length));
  view.held.forEach((item, index) => {
    const node = view.items.children[index],
      image = node.querySelector("img"),
      url = canvas.urls[item.kind];
    if (image.dataset.url !== url) {
      image.dataset.url = url;
      image.src = address(url);
    }
    image.style.mixBlendMode = node.style.mixBlendMode = canvas.lighten ? "lighten" : "normal";
    node.setAttribute(
      "aria-label",
      `${item.kind} at ${item.x} from the left, ${item.y} from the top, ${item.size} pixels`,
    );
    Object.assign(node.style, {
      left: share(view, item.x, "width"),
      top: share(view, item.y, "height"),
      width: share(view, item.size, "width"),
      height: share(view, item.size, "height"),
    });
  });
}

function made(view, index) {
  const node = element(
    "button",
    { type: "button", class: "item" },
    element("img", { alt: "", draggable: "false" }),
    element("b", { "aria-hidden": "true" }),
  );
  node.addEventListener("pointerdown", event => {
    event.preventDefault();
    node.focus();
    node.setPointerCapture(event.pointerId);
    view.drag = {
      index,
      isScale: under(event, "b") !== null,
      x: event.clientX,
      y: event.clientY,
      from: { ...view.held[index] },
    };
  });
  node.addEventListener("pointermove", event => {
    if (view.drag?.index === index) drag(view, event);
  });
  for (const end of ["pointerup", "pointercancel"])
    node.addEventListener(end, () => {
      if (view.drag) {
        view.drag = null;
        tell(view);
      }
    });
  node.addEventListener("keydown", event => nudge(view, index, event));
  return node;
}

function drag(view, event) {
  const { index, isScale, x, y, from } = view.drag,
    item = view.held[index],
    pixels = view.data.width / view.sheet.clientWidth;
  const right = Math.round((event.clientX - x) * pixels),
    down = Math.round((event.clientY - y) * pixels);
  if (isScale) item.size = sized(view, from.size + Math.max(right, down));
  else
    Object.assign(item, {
      x: within(from.x + right, item.size, view.data.width),
      y: within(from.y + down, item.size, view.data.height),
    });
  lay(view);
  tell(view);
}

const within = (place, size, room) => Math.min(Math.max(place, 4 - size), room - 4);
const sized = (view, size) => Math.min(Math.max(size, view.data.canvas.smallest), view.data.canvas.largest);

function nudge(view, index, event) {
  const item = view.held[index],
    step = event.shiftKey ? 8 : 1,
    { width, height } = view.data;
  const move = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
  const grow = { "+": 1, "=": 1, "-": -1, _: -1 }[event.key];
  if (move)
    Object.assign(item, {
      x: within(item.x + move[0], item.size, width),
      y: within(item.y + move[1], item.size, height),
    });
  else if (grow) item.size = sized(view, item.size + grow * 2);
  else if ((event.key === "Delete" || event.key === "Backspace") && view.held.length > 1) view.held.splice(index, 1);
  else return;
  event.preventDefault();
  lay(view);
  tell(view);
}

function take(view, { canvas }) {
  // Python's items, unless ours are newer
  view.canvas.hidden = !canvas;
  if (!canvas || view.drag || view.hand.isAhead()) return;
  view.held = canvas.items.map(item => ({ ...item }));
  view.told = text(view);
  view.sheet.classList.toggle("dark", canvas.lighten);
  lay(view);
}

// ---- A change of data

function show(view, data, picture) {
  if (picture) {
    swap(view.field, picture);
    view.url = data.picture;
  }
  view.data = data;
  for (const node of [view.field, view.sheet]) node.style.aspectRatio = `${data.width} / ${data.height}`;
  const image = view.field.querySelector("img");
  if (image) image.alt = data.alt;
  view.field.setAttribute("aria-label", `${data.alt} Arrow keys point at cells, Enter chooses one.`);
  if (data.map && view.pointed && (view.pointed[0] >= data.map.rows || view.pointed[1] >= data.map.columns))
    view.pointed = null;
  take(view, data);
  paint(view);
  frames(view);
  name(view);
}

const viewOf = kept(build);

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { setStateValue, setTriggerValue });
  view.hand.heard(data.turn);
  view.token += 1;
  const { token } = view;
  if (view.url === data.picture) {
    show(view, data, null);
    return;
  }
  decoded(data.picture, data.alt)
    .then(picture => {
      if (token === view.token) show(view, data, picture);
    })
    .catch(() => {}); // a newer picture has taken its place on the server
}
