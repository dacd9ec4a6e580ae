// A network as a graph that can be read: groups fold, equal blocks stand once, what is sought is found in folded
// groups too. All of it is answered in the browser; only choosing a layer is told to Python, by the network's table.

import { element, place, say, under } from "../shared/dom.js";
import { chosen, FOLDED, folds, LIT, light, PREVIEWED, SOUGHT, seek, sought } from "../shared/layers.js";
import { percent } from "../shared/numbers.js";
import { kept } from "../shared/view.js";
import { picture } from "./draw.js";
import { laidOut } from "./layout.js";
import { headOf, labelWidth, sizeOf, takeFont, takeRoom } from "./looks.js";
import { withShapes } from "./preview.js";

/** @import { Box, GraphData, Laid } from "./types" */
/** @import { Shapes } from "../shared/layers.js" */
/** @import { Run } from "../shared/types" */

const LEAST = 0.3,
  MOST = 2.5,
  STEP = 1.2,
  READABLE = 0.8, // of its size: below that a graph is not shrunk to its room by itself
  AROUND = 18, // px of a picture's size that are nothing but space
  PADDING = 12; // px of the room's own, as its looks have it

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {HTMLElement} room what scrolls
 * @property {HTMLInputElement} search
 * @property {HTMLElement} count
 * @property {HTMLElement} percent
 * @property {HTMLElement} about
 * @property {HTMLButtonElement} all
 * @property {GraphData} data
 * @property {string} drawn what is drawn
 * @property {number} version of the groups that are unfolded in it
 * @property {Laid} laid
 * @property {number} zoom
 * @property {string | null} lit
 * @property {number} at which of what was found is looked at
 * @property {string} name of the network that the zoom is for
 * @property {Shapes | null} shapes that a mend would give
 */

/** @param {string} label @param {string} help @param {() => void} press */
function button(label, help, press) {
  const made = element("button", { type: "button", title: help, "aria-label": help }, label);
  made.addEventListener("click", press);
  return made;
}

const viewOf = kept(host => {
  const view = /** @type {View} */ ({ zoom: 0, lit: null, at: -1, drawn: "", version: 0, name: "", shapes: null });
  view.search = element("input", { type: "search", placeholder: "Find a layer", "aria-label": "Find layers" });
  view.count = element("span", { class: "count", role: "status" });
  view.percent = element("span", { class: "percent" });
  view.room = element("div", { class: "room" });
  view.about = element("p", { class: "about" });
  view.all = button("Fold all", "Fold or unfold all groups", () => foldAll(view));
  const find = element(
    "div",
    { class: "find" },
    view.search,
    view.count,
    button("‹", "The one found before", () => goTo(view, -1)),
    button("›", "The next one found", () => goTo(view, 1)),
  );
  const size = element(
    "div",
    { class: "size" },
    button("−", "Smaller", () => zoomTo(view, view.zoom / STEP)),
    view.percent,
    button("+", "Larger", () => zoomTo(view, view.zoom * STEP)),
    button("Fit", "All of it in its room", () => zoomTo(view, fitting(view, true))),
    view.all,
  );
  if (document.fullscreenEnabled) size.append(button("⤢", "Full screen, and back", () => fullScreen(view)));
  view.root = element("section", { class: "graph", "aria-label": "The network as a graph" });
  view.root.append(element("div", { class: "bar" }, find, size), view.room, view.about);
  host.append(view.root);
  listen(view);
  return view;
});

/** @param {View} view */
function listen(view) {
  view.search.addEventListener("input", () => seek(view.search.value));
  view.search.addEventListener("keydown", event => {
    if (event.key === "Enter") goTo(view, event.shiftKey ? -1 : 1);
  });
  view.room.addEventListener("pointerover", event => {
    const box = under(event, ".box");
    light(box ? (box.dataset.path ?? null) : null);
  });
  view.room.addEventListener("pointerleave", () => light(null));
  view.room.addEventListener("click", event => pressed(view, event));
  view.room.addEventListener("keydown", event => keys(view, event));
  view.room.addEventListener("wheel", event => wheeled(view, event), { passive: false });
  drags(view.room);
  hear(view, LIT, path => lit(view, path));
  hear(view, FOLDED, name => name === view.data.name && show(view));
  hear(view, PREVIEWED, shapes => {
    if (view.shapes === shapes) return;
    view.shapes = shapes;
    show(view);
  });
  hear(view, SOUGHT, () => {
    view.at = -1;
    show(view);
  });
  document.addEventListener("fullscreenchange", () => {
    show(view); // the words have another room
    zoomTo(view, fitting(view));
  });
}

/** @param {View} view @param {string} type @param {(detail: any) => void} heard */
function hear(view, type, heard) {
  document.addEventListener(type, function listener(event) {
    if (view.root.isConnected) heard(/** @type {CustomEvent} */ (event).detail);
    else document.removeEventListener(type, listener);
  });
}

// ---- The picture

/** @param {View} view */
function show(view) {
  const { data } = view;
  const groups = folds(data.name);
  view.version = groups.version();
  const words = sought();
  const held = keyOfFocus(view),
    anchor = held === null ? null : topOf(view, held),
    middle = view.laid ? middleOf(view) : 0;
  const box = withShapes(data.box, view.shapes);
  takeRoom(view.room.clientWidth);
  view.laid = laidOut(box, { isOpen: groups.isOpen, size: sizeOf, head: headOf, label: labelWidth });
  const svg = picture(view.laid, box => countIn(box, words));
  svg.setAttribute("aria-label", data.alt);
  view.room.replaceChildren(svg);
  place(view.room, { "data-words": words });
  if (view.name !== data.name) {
    view.name = data.name;
    view.zoom = fitting(view);
    requestAnimationFrame(() => {
      view.room.scrollLeft = middleOf(view) - view.room.clientWidth / 2;
    });
  }
  zoomTo(view, view.zoom || fitting(view));
  if (middle) view.room.scrollLeft += middleOf(view) - middle; // the path stays where it is
  if (held !== null) {
    focusOn(view, held);
    const now = topOf(view, held);
    if (anchor !== null && now !== null) view.room.scrollTop += now - anchor;
  }
  const isOpen = keysIn(data.box).some(groups.isOpen);
  say(view.all, isOpen ? "Fold all" : "Unfold all");
  view.all.disabled = !keysIn(data.box).length;
  if (view.search.value.trim().toLowerCase() !== words) view.search.value = words;
  const total = words ? countIn(data.box, words) : 0;
  say(view.count, words ? `${total} ${total === 1 ? "layer" : "layers"}` : "");
  mark(view);
}

/** How far to the right the path of the network stands. @param {View} view */
const middleOf = ({ laid: { inside }, zoom }) => (inside[0] ? (inside[0].x + inside[0].enter) * zoom : 0);

/** @param {Box} box @returns {string[]} */
const keysIn = box => (box.inside ?? []).flatMap(one => (one.inside ? [one.key, ...keysIn(one)] : []));

/** @param {Box} box @param {string} words @returns {number} */
function countIn(box, words) {
  if (!words) return 0;
  if (box.inside) return box.inside.reduce((sum, one) => sum + countIn(one, words), 0);
  return textOf(box).includes(words) ? 1 : 0;
}

/** @param {Box} box */
const textOf = box => `${box.number ?? ""} ${box.title} ${box.text ?? ""} ${box.about ?? ""}`.toLowerCase();

/** @param {View} view */
const boxesOf = view => /** @type {SVGGElement[]} */ ([...view.room.querySelectorAll(".box")]);

/** The box that shows a layer: its own, or the folded group that it is in. @param {View} view @param {string} path */
function boxOf(view, path) {
  const key = keyOf(view.laid, path);
  return key === null ? null : (boxesOf(view).find(one => one.dataset.key === key) ?? null);
}

/** @param {Laid} laid @param {string} path @returns {string | null} */
function keyOf(laid, path) {
  for (const one of laid.inside) {
    const key = one.isOpen ? keyOf(one, path) : holds(one.box, path) ? one.box.key : null;
    if (key !== null) return key;
    if (one.isOpen && one.box.path === path) return one.box.key;
  }
  return null;
}

/** @param {Box} box @param {string} path @returns {boolean} */
const holds = (box, path) =>
  box.path === path || (box.rows ?? []).includes(path) || (box.inside ?? []).some(one => holds(one, path));

/** @param {View} view */
function mark(view) {
  const { selected } = view.data;
  const point = view.lit === null ? null : boxOf(view, view.lit),
    chosenBox = selected === null ? null : boxOf(view, selected);
  for (const box of boxesOf(view)) {
    box.classList.toggle("pointed", box === point);
    box.classList.toggle("selected", box === chosenBox);
    place(box, { "aria-selected": String(box === chosenBox) });
    box.tabIndex = -1;
  }
  const first = chosenBox ?? boxesOf(view)[0];
  if (first) first.tabIndex = 0;
  const key = point?.dataset.key ?? chosenBox?.dataset.key;
  say(view.about, key === undefined ? "" : wordsOn(boxIn(view.data.box, key)));
}

/** @param {Box} box @param {string} key @returns {Box | null} */
function boxIn(box, key) {
  for (const one of box.inside ?? []) {
    const found = one.key === key ? one : boxIn(one, key);
    if (found) return found;
  }
  return null;
}

/** @param {Box | null} box */
function wordsOn(box) {
  if (!box) return "";
  if (box.about?.includes(" ") && box.role === "sum") return box.about;
  const name = [box.number, box.title, box.text].filter(Boolean).join(" ");
  return [name, box.about, box.note, box.shape && `${box.shape} leave it`].filter(Boolean).join(" · ");
}

/** @param {View} view @param {string | null} path */
function lit(view, path) {
  view.lit = path;
  mark(view);
  const box = path === null ? null : boxOf(view, path);
  if (box && !view.room.matches(":hover")) reveal(view.room, box);
}

/** Scrolls the room, never the page. @param {HTMLElement} room @param {Element} box */
function reveal(room, box) {
  const outer = room.getBoundingClientRect(),
    inner = box.getBoundingClientRect();
  if (inner.top < outer.top + 20 || inner.bottom > outer.bottom - 20)
    room.scrollTop += inner.top - outer.top - Math.max(20, (outer.height - inner.height) / 2);
  if (inner.left < outer.left || inner.right > outer.right)
    room.scrollLeft += inner.left - outer.left - Math.max(8, (outer.width - inner.width) / 2);
}

// ---- Size

/** How much of its size the graph has to fit its room. @param {View} view @param {boolean} [isAll] its height, too */
function fitting(view, isAll = false) {
  const { width, height } = view.laid;
  const across = (view.room.clientWidth - PADDING) / (width + AROUND),
    down = (view.room.clientHeight - PADDING) / (height + AROUND);
  if (across <= 0) return 1;
  return isAll ? Math.min(1.4, across, down) : Math.max(READABLE, Math.min(1, across));
}

/** @param {View} view @param {number} wanted */
function zoomTo(view, wanted) {
  const svg = view.room.querySelector("svg");
  if (!svg || !view.laid) return;
  const old = view.zoom || 1;
  view.zoom = Math.min(MOST, Math.max(LEAST, wanted));
  const { width, height } = view.laid;
  place(svg, { width: (width + AROUND) * view.zoom, height: (height + AROUND) * view.zoom });
  const ratio = view.zoom / old;
  if (ratio !== 1) {
    const half = [view.room.clientWidth / 2, view.room.clientHeight / 2];
    view.room.scrollLeft = (view.room.scrollLeft + half[0]) * ratio - half[0];
    view.room.scrollTop = (view.room.scrollTop + half[1]) * ratio - half[1];
  }
  say(view.percent, percent(view.zoom));
}

/** @param {View} view @param {WheelEvent} event */
function wheeled(view, event) {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  zoomTo(view, view.zoom * (event.deltaY < 0 ? STEP : 1 / STEP));
}

/** @param {View} view */
async function fullScreen(view) {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await view.root.requestFullscreen();
}

/** The ground is dragged to move the graph. @param {HTMLElement} room */
function drags(room) {
  room.addEventListener("pointerdown", event => {
    if (event.button !== 0 || event.pointerType === "touch" || under(event, ".box:not(.open)")) return;
    const from = { x: event.clientX + room.scrollLeft, y: event.clientY + room.scrollTop };
    const move = (/** @type {PointerEvent} */ now) => {
      room.scrollLeft = from.x - now.clientX;
      room.scrollTop = from.y - now.clientY;
    };
    room.addEventListener("pointermove", move);
    const stop = () => room.removeEventListener("pointermove", move);
    window.addEventListener("pointerup", stop, { once: true });
    window.addEventListener("pointercancel", stop, { once: true });
  });
}

// ---- Folding, choosing, finding

/** @param {View} view @param {MouseEvent} event */
function pressed(view, event) {
  const node = under(event, ".box");
  if (!node) return;
  const box = boxIn(view.data.box, node.dataset.key ?? "");
  if (!box) return;
  const isOpen = node.classList.contains("open");
  const target = /** @type {Element} */ (event.target);
  if (isOpen && !target.closest(".grip, .triangle, text")) return; // the ground of a group
  act(view, box, !isOpen || Boolean(target.closest(".grip, .triangle, text")));
}

/** @param {View} view @param {Box} box @param {boolean} folds_ whether a group folds or unfolds */
function act(view, box, folds_) {
  const groups = folds(view.data.name);
  if (box.inside && folds_) {
    focusOn(view, box.key);
    groups.set([box.key], !groups.isOpen(box.key));
  }
  if (box.path !== box.key && !view.data.read_only) chosen(box.path ?? "");
}

/** @param {View} view */
function foldAll(view) {
  const groups = folds(view.data.name),
    keys = keysIn(view.data.box);
  groups.set(keys, !keys.some(groups.isOpen));
}

/** @param {View} view @param {number} step */
function goTo(view, step) {
  const words = sought();
  const found = words ? leavesOf(view.data.box, []).filter(({ box }) => countIn(box, words)) : [];
  if (!found.length) return;
  view.at = (view.at + step + found.length + (view.at < 0 && step < 0 ? 1 : 0)) % found.length;
  const { box, groups } = found[view.at];
  folds(view.data.name).set(groups, true);
  light(box.path ?? "");
  const node = boxOf(view, box.path ?? "");
  if (node) reveal(view.room, node);
  say(view.count, `${view.at + 1} of ${found.length}`);
}

/** @param {Box} box @param {string[]} groups @returns {{ box: Box, groups: string[] }[]} */
const leavesOf = (box, groups) =>
  (box.inside ?? []).flatMap(one => (one.inside ? leavesOf(one, [...groups, one.key]) : [{ box: one, groups }]));

/** @param {View} view */
const keyOfFocus = view => {
  const root = view.room.getRootNode();
  const at = root instanceof ShadowRoot || root instanceof Document ? root.activeElement : null;
  return at instanceof SVGElement && view.room.contains(at) ? (at.dataset.key ?? null) : null;
};

/** @param {View} view @param {string} key */
const nodeOf = (view, key) => boxesOf(view).find(one => one.dataset.key === key);

/** @param {View} view @param {string} key */
const topOf = (view, key) => nodeOf(view, key)?.getBoundingClientRect().top ?? null;

/** @param {View} view @param {string} key */
function focusOn(view, key) {
  nodeOf(view, key)?.focus({ preventScroll: true });
}

/** @param {View} view @param {KeyboardEvent} event */
function keys(view, event) {
  const all = boxesOf(view),
    node = under(event, ".box"),
    now = all.indexOf(/** @type {SVGGElement} */ (/** @type {unknown} */ (node)));
  const box = now < 0 ? null : boxIn(view.data.box, all[now].dataset.key ?? "");
  if (event.key === "+" || event.key === "-") zoomTo(view, view.zoom * (event.key === "+" ? STEP : 1 / STEP));
  else if (event.key === "0") zoomTo(view, fitting(view, true));
  else if (!box) return;
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = all[Math.max(0, Math.min(all.length - 1, now + (event.key === "ArrowDown" ? 1 : -1)))];
    next.focus({ preventScroll: true });
    light(next.dataset.path ?? null);
    reveal(view.room, next);
  } else if (box.inside && (event.key === "ArrowRight" || event.key === "ArrowLeft"))
    folds(view.data.name).set([box.key], event.key === "ArrowRight");
  else if (event.key === "Enter" || event.key === " ") act(view, box, true);
  else return;
  event.preventDefault();
}

/** @param {View} view what holds the chosen layer is unfolded */
function showChosen(view) {
  const { data } = view;
  if (data.selected === null) return;
  const around = groupsAround(data.box, data.selected, []);
  if (around) folds(data.name).set(around, true);
}

/** @param {Box} box @param {string} path @param {string[]} above @returns {string[] | null} */
function groupsAround(box, path, above) {
  for (const one of box.inside ?? []) {
    if (one.path === path || (one.rows ?? []).includes(path)) return above;
    const found = one.inside && groupsAround(one, path, [...above, one.key]);
    if (found) return found;
  }
  return null;
}

/** @param {Run<GraphData>} run */
export default function ({ data, parentElement }) {
  const view = viewOf(parentElement);
  const isOther = view.data?.selected !== data.selected || view.data?.name !== data.name;
  view.data = data;
  const groups = folds(data.name);
  groups.meet(keysIn(data.box), data.open, data.word);
  const said = JSON.stringify({ ...data, open: null, word: null });
  if (view.drawn === said && view.version === groups.version() && view.room.firstChild) return;
  view.drawn = said;
  takeFont(view.root);
  if (isOther) showChosen(view);
  show(view);
  const box = data.selected === null ? null : boxOf(view, data.selected);
  if (isOther && box && !view.room.matches(":hover")) reveal(view.room, box);
}
