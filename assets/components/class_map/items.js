// What lies on the canvas: small pictures that a hand drags, scales at the corner and takes away. The browser shows
// them itself while it is ahead of the server's picture; they are told as text, in turns (turns.js).

import { address, element, under } from "../shared/dom.js";
import { takeTurns } from "../shared/turns.js";

const MOVED = 3; // css pixels from which on a press is a drag
const ON_CANVAS = 4; // pixels of an item that stay on the canvas

/** @param {HTMLElement} field that the items lie in @param {(word: object) => void} send */
export function makeItems(field, send) {
  const layer = element("div", { class: "items" });
  field.append(layer);
  return {
    field,
    layer,
    hand: takeTurns(send),
    /** @type {any[]} */ held: [],
    told: "",
    /** @type {any} */ drag: null,
    wasDragged: false, // the click that ends a drag chooses no cell
    /** @type {any} */ data: null,
  };
}

/** Python's items, unless ours are newer. @param {any} view @param {any} data */
export function take(view, data) {
  view.data = data;
  view.layer.hidden = !data.canvas;
  const isAhead = view.drag || view.hand.isAhead();
  if (data.canvas && !isAhead) {
    view.held = data.canvas.items.map(item => ({ ...item }));
    view.told = text(view);
    lay(view);
  }
  view.field.classList.toggle("moving", Boolean(data.canvas && isAhead));
  view.field.classList.toggle("dark", Boolean(data.canvas?.lighten));
}

const text = view => view.held.map(item => [item.kind, item.x, item.y, item.size].join(":")).join(";");

function tell(view) {
  const items = text(view);
  if (items === view.told) return;
  view.told = items;
  view.field.classList.add("moving");
  view.hand.say(items);
}

const share = (view, pixels, axis) => `${(100 * pixels) / view.data[axis]}%`;

function lay(view) {
  const { layer, held } = view;
  while (layer.children.length > held.length) layer.lastChild.remove();
  while (layer.children.length < held.length) layer.append(made(view, layer.children.length));
  held.forEach((item, index) => {
    dress(view, layer.children[index], item);
  });
}

function dress(view, node, item) {
  const { canvas } = view.data,
    image = node.querySelector("img"),
    url = canvas.urls[item.kind];
  if (image.dataset.url !== url) {
    image.dataset.url = url;
    image.src = address(url);
  }
  image.style.mixBlendMode = node.style.mixBlendMode = canvas.lighten ? "lighten" : "normal";
  node.setAttribute(
    "aria-label",
    `${item.kind} at ${item.x} from the left, ${item.y} from the top, ${item.size} pixels. ` +
      "Arrow keys move it, plus and minus scale it, Delete takes it away.",
  );
  Object.assign(node.style, {
    left: share(view, item.x, "width"),
    top: share(view, item.y, "height"),
    width: share(view, item.size, "width"),
    height: share(view, item.size, "height"),
  });
}

function made(view, index) {
  const node = element(
    "button",
    { type: "button", class: "item" },
    element("img", { alt: "", draggable: "false" }),
    element("b", { "aria-hidden": "true", title: "Larger, smaller" }),
    element("i", { "aria-hidden": "true", title: "Take it away" }, "×"),
  );
  node.addEventListener("pointerdown", event => seize(view, index, node, event));
  node.addEventListener("pointermove", event => {
    if (view.drag?.index === index) drag(view, event);
  });
  node.addEventListener("pointerup", () => release(view));
  node.addEventListener("pointercancel", () => letGo(view));
  node.addEventListener("keydown", event => nudge(view, index, event));
  return node;
}

function seize(view, index, node, event) {
  event.preventDefault();
  if (under(event, "i")) {
    view.wasDragged = true;
    remove(view, index);
    return;
  }
  node.focus({ preventScroll: true });
  node.setPointerCapture(event.pointerId);
  const isScale = under(event, "b") !== null;
  view.wasDragged = isScale;
  view.drag = { index, isScale, x: event.clientX, y: event.clientY, from: { ...view.held[index] } };
}

// The finger scrolls the page: what it has moved on its way goes back.
function letGo(view) {
  if (!view.drag) return;
  view.held[view.drag.index] = view.drag.from;
  lay(view);
  release(view);
}

function release(view) {
  if (!view.drag) return;
  view.drag = null;
  tell(view);
}

function remove(view, index) {
  if (view.held.length < 2) return;
  view.held.splice(index, 1);
  lay(view);
  tell(view);
}

function drag(view, event) {
  const { index, isScale, x, y, from } = view.drag,
    item = view.held[index],
    pixels = view.data.width / view.field.clientWidth,
    across = event.clientX - x,
    down = event.clientY - y;
  if (!view.wasDragged && Math.hypot(across, down) < MOVED) return;
  view.wasDragged = true;
  if (isScale) item.size = sized(view, from.size + Math.round(Math.max(across, down) * pixels));
  else move(view, item, from.x + Math.round(across * pixels), from.y + Math.round(down * pixels));
  lay(view);
  tell(view);
}

const within = (place, size, room) => Math.min(Math.max(place, ON_CANVAS - size), room - ON_CANVAS);
const sized = (view, size) => Math.min(Math.max(size, view.data.canvas.smallest), view.data.canvas.largest);

function move(view, item, x, y) {
  const { width, height } = view.data;
  Object.assign(item, { x: within(x, item.size, width), y: within(y, item.size, height) });
}

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const GROWTH = { "+": 2, "=": 2, "-": -2, _: -2 };

function nudge(view, index, event) {
  const item = view.held[index],
    step = event.shiftKey ? 8 : 1,
    way = MOVES[event.key],
    grow = GROWTH[event.key];
  if (event.key === "Tab" || event.key === "Enter" || event.key === " ") return;
  event.stopPropagation(); // the field's own keys choose cells
  if (way) move(view, item, item.x + step * way[0], item.y + step * way[1]);
  else if (grow) item.size = sized(view, item.size + grow);
  else if (event.key === "Delete" || event.key === "Backspace") remove(view, index);
  else return;
  event.preventDefault();
  lay(view);
  tell(view);
}
