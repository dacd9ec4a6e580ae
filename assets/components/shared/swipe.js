// A finger that begins on a slider may mean to scroll. So a slider stays as it is until the finger goes across, or is
// lifted where it was put; one that goes up or down scrolls the page and leaves no trace.

const FIRM = 6; // px across after which a slider is meant
const RANGE = "input[type=range]";
const STREAMLITS = "[data-testid=stSlider]"; // its own sliders follow pointers, and go at once to where one is put

/** @typedef {{ range: HTMLInputElement, before: string, wanted: string, x: number, y: number }} Finger */

/** @type {Finger | null} one that has not said yet what it means */
let undecided = null;
/** @type {PointerEvent | null} of a finger on a slider of Streamlit's, which has not heard of it yet */
let held = null;
let isKept = false;

/** Every slider of the page, in whatever component it stands. */
export function keepSwipes() {
  if (isKept) return;
  isKept = true;
  const early = { capture: true, passive: true };
  document.addEventListener("pointerdown", touch, early);
  document.addEventListener("touchstart", keepFrom, early);
  document.addEventListener("pointermove", cross, early);
  document.addEventListener("pointerup", mean, early);
  document.addEventListener("pointercancel", forget, early);
  document.addEventListener("input", hold, { capture: true });
}

/** @param {Event} event @returns {HTMLInputElement | null} */
function rangeOf(event) {
  const [node] = event.composedPath();
  return node instanceof HTMLInputElement && node.matches(RANGE) ? node : null;
}

/** @param {PointerEvent} event */
function touch(event) {
  if (!event.isTrusted) return; // told by `mean`
  const isFinger = event.pointerType === "touch" && event.isPrimary;
  held = isFinger && event.target instanceof Element && event.target.closest(STREAMLITS) ? event : null;
  if (held) {
    event.stopImmediatePropagation();
    return;
  }
  const range = isFinger ? rangeOf(event) : null;
  const { clientX: x, clientY: y } = event;
  undecided = range && { range, before: range.value, wanted: range.value, x, y };
}

/** They hear touches too. @param {Event} event */
function keepFrom(event) {
  if (event.target instanceof Element && event.target.closest(STREAMLITS)) event.stopImmediatePropagation();
}

/** The slider has moved under a finger: it stands where it was, as if nothing had been. @param {Event} event */
function hold(event) {
  if (!undecided || rangeOf(event) !== undecided.range) return;
  event.stopImmediatePropagation();
  undecided.wanted = undecided.range.value;
  undecided.range.value = undecided.before;
}

/** @param {PointerEvent} event */
function cross({ clientX, clientY }) {
  const from = held ? { x: held.clientX, y: held.clientY } : undecided;
  if (!from) return;
  const across = Math.abs(clientX - from.x);
  if (across >= FIRM && across > Math.abs(clientY - from.y)) mean();
}

/** The slider is meant: it goes where the finger is. */
function mean() {
  const first = held;
  held = null;
  first?.target?.dispatchEvent(new PointerEvent("pointerdown", first));
  if (!undecided) return;
  const { range, before, wanted } = undecided;
  undecided = null;
  if (wanted === before) return;
  range.value = wanted;
  range.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
}

function forget() {
  held = null;
  if (undecided) undecided.range.value = undecided.before;
  undecided = null;
}

/**
 * Whether a finger on a node is to be followed: one that goes across; one that goes up or down scrolls the page.
 *
 * @param {Element} node
 * @returns {(event: PointerEvent) => boolean} of each of its moves
 */
export function acrossOn(node) {
  let x = 0,
    y = 0,
    isAcross = false;
  const begin = (/** @type {PointerEvent} */ { clientX, clientY }) => {
    [x, y, isAcross] = [clientX, clientY, false];
  };
  node.addEventListener("pointerdown", /** @type {EventListener} */ (begin));
  return event => {
    const across = Math.abs(event.clientX - x);
    isAcross ||= across >= FIRM && across > Math.abs(event.clientY - y);
    return isAcross;
  };
}
