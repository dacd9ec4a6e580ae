// A page may move between the press and the release of a button or a link: an answer has come, and something else is under
// the pointer. A browser then gives the click to neither of the two. So it holds the pointer that pressed it,
// wherever the page goes, until the hand itself moves away.

const PRESSED = "button:enabled, a, summary";
const SLIP = 8; // px that a hand moves without meaning it

let isKept = false;

/** Every button and link of the page, the app's own and Streamlit's, gets the clicks that were begun on it. */
export function keepPresses() {
  if (isKept) return;
  isKept = true;
  document.addEventListener("pointerdown", hold, { capture: true, passive: true });
}

/** @param {PointerEvent} down */
function hold(down) {
  const pressed = down.composedPath().find(node => node instanceof HTMLElement && node.matches(PRESSED));
  if (!(pressed instanceof HTMLElement) || down.button !== 0 || down.pointerType === "touch") return; // touch is held
  pressed.setPointerCapture(down.pointerId);
  const move = (/** @type {PointerEvent} */ now) => {
    const isHeld = Math.hypot(now.clientX - down.clientX, now.clientY - down.clientY) <= SLIP;
    if (!isHeld && pressed.hasPointerCapture(down.pointerId)) pressed.releasePointerCapture(down.pointerId);
  };
  pressed.addEventListener("pointermove", move);
  pressed.addEventListener("lostpointercapture", () => pressed.removeEventListener("pointermove", move), {
    once: true,
  });
}
