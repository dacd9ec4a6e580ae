// On a wall: Esc goes back to the menu, + and − make all of it larger and smaller (assets/app.css).

const TERM = "projector";
const STEP = 1.1;
const FEWEST = -6; // steps
const MOST = 6;
const NAME = "--wall"; // the factor, for the page's style
const CALLED = "__cnnvizWall";

/** @typedef {{ [CALLED]?: AbortController }} Listening one for the window: each toolbar is a module of its own */

/**
 * The same view on a wall, or back from it.
 *
 * @param {string} query
 * @param {boolean} isOn
 */
export function turned(query, isOn) {
  const rest = query.split("&").filter(term => term && term.split("=", 1)[0] !== TERM);
  return [...rest, ...(isOn ? [] : [`${TERM}=true`])].join("&");
}

/**
 * The keys of a wall, until the page is on none.
 *
 * @param {boolean} isOn
 * @param {() => void} leave
 */
export function listenOnWall(isOn, leave) {
  const listening = /** @type {Window & Listening} */ (window);
  listening[CALLED]?.abort();
  if (!isOn) return;
  listening[CALLED] = new AbortController();
  window.addEventListener("keydown", event => answer(event, leave), { signal: listening[CALLED].signal });
}

/** @param {KeyboardEvent} event @param {() => void} leave */
function answer(event, leave) {
  const [node] = event.composedPath();
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (node instanceof Element && node.matches("input:not([type=range]), textarea, select, [contenteditable]")) return;
  if (event.key === "Escape") leave();
  else if ("+=".includes(event.key)) grow(1);
  else if ("-−".includes(event.key)) grow(-1);
  else return;
  event.preventDefault();
}

/** @param {number} by */
function grow(by) {
  const { style } = document.documentElement;
  const now = Math.round(Math.log(Number(style.getPropertyValue(NAME)) || 1) / Math.log(STEP));
  style.setProperty(NAME, String(STEP ** Math.max(FEWEST, Math.min(MOST, now + by))));
}
