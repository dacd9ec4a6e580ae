// A page begins at its top. Where the page before is left at its end, by the way on, and is as long as this one, a browser
// stays as far down as it was.

const MAIN = "[data-testid=stMain]"; // what scrolls

/** @typedef {{ __cnnvizPath?: string }} Arriving one for the window: each toolbar is a module of its own */

/** Called whenever something of a page is shown: the first of another page than before leads to its top. */
export function beginAtTop() {
  const arriving = /** @type {Window & Arriving} */ (window),
    path = window.location.pathname,
    before = arriving.__cnnvizPath ?? path;
  arriving.__cnnvizPath = path;
  if (path !== before) document.querySelector(MAIN)?.scrollTo({ top: 0, behavior: "instant" });
}
