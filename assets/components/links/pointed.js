// Which picture is meant: the one that was pressed, reached by key or rested on last, or else the largest in view.

/** @import { Thing } from "./things.js" */

const RESTED = 350; // ms on one place: a hand on its way somewhere else is not so long there
const NEAR = 2; // px by which what lies over a picture may stand out

let over = /** @type {Element | null} */ (null);
let since = 0;
let meant = /** @type {Element | null} */ (null);
let isWatched = false;

/** @param {Event} event */
const target = event => {
  const [node] = event.composedPath();
  return node instanceof Element && node.closest(".toolbar, .split") ? null : /** @type {Element} */ (node);
};

/** @param {Event} event */
function move(event) {
  if (over && event.timeStamp - since > RESTED) meant = over;
  over = target(event);
  since = event.timeStamp;
}

/** @param {Event} event */
function press(event) {
  meant = target(event) ?? meant;
}

/** Listens from now on for where a hand rests. */
export function watchPointing() {
  if (isWatched) return;
  isWatched = true;
  document.addEventListener("pointerover", move, { capture: true, passive: true });
  for (const name of ["pointerdown", "focusin"])
    document.addEventListener(name, press, { capture: true, passive: true });
}

/** @param {DOMRect} inner @param {DOMRect} outer */
const isWithin = (inner, outer) =>
  inner.left >= outer.left - NEAR &&
  inner.top >= outer.top - NEAR &&
  inner.right <= outer.right + NEAR &&
  inner.bottom <= outer.bottom + NEAR;

/** @param {Thing} thing px² of it that are on the screen */
function inView({ node }) {
  const box = node.getBoundingClientRect();
  const wide = Math.min(box.right, window.innerWidth) - Math.max(box.left, 0);
  const high = Math.min(box.bottom, window.innerHeight) - Math.max(box.top, 0);
  return Math.max(0, wide) * Math.max(0, high);
}

/** @param {Thing} thing */
const area = ({ node }) => {
  const { width, height } = node.getBoundingClientRect();
  return width * height;
};

/** @param {Thing[]} found @param {Element} at the thing around a place, or within it where a hand has pressed a frame */
function around(found, at) {
  const box = at.getBoundingClientRect();
  const outside = found.filter(({ node }) => isWithin(box, node.getBoundingClientRect()));
  if (outside.length) return outside.sort((a, b) => area(a) - area(b))[0];
  const inside = found.filter(({ node }) => isWithin(node.getBoundingClientRect(), box));
  return inside.length === 1 ? inside[0] : null;
}

/** @param {Thing[]} found pictures go before tables of the same size @returns {Thing | null} */
export function likeliest(found) {
  const at = over && performance.now() - since > RESTED ? over : meant;
  const pointed = at?.isConnected ? around(found, at) : null;
  if (pointed) return pointed;
  const weight = (/** @type {Thing} */ thing) => inView(thing) * (thing.kind === "table" ? 0.25 : 1);
  return [...found].sort((a, b) => weight(b) - weight(a))[0] ?? null;
}
