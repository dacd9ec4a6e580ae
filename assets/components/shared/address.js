// The browser's address says the view: what is not at its default.

import { isHeld } from "./visit.js";

const BETWEEN = 120; // ms: while a slider is dragged, browsers take some writes a second and no more

/** @typedef {{ __cnnvizAddress?: number, __cnnvizBack?: AbortController }} Waiting one for the window: components are modules of their own */

/** @param {string} query */
export const pathOf = query => window.location.pathname + (query ? `?${query}` : "");

/**
 * Makes the browser's address say `query`, without a step in its history.
 *
 * @param {string | undefined} query
 */
export function syncAddress(query) {
  if (query === undefined) return;
  const now = new URLSearchParams(window.location.search).toString();
  if (now === new URLSearchParams(query).toString()) return;
  const waiting = /** @type {Window & Waiting} */ (window);
  clearTimeout(waiting.__cnnvizAddress);
  waiting.__cnnvizAddress = setTimeout(
    () => isHeld() || window.history.replaceState(window.history.state, "", pathOf(query)),
    BETWEEN,
  );
}

/**
 * A step in the browser's history: the way back from a preset or from Reset.
 *
 * @param {string} query of the view that is gone to
 */
export function stepTo(query) {
  const waiting = /** @type {Window & Waiting} */ (window);
  clearTimeout(waiting.__cnnvizAddress);
  if (pathOf(query) !== window.location.pathname + window.location.search)
    window.history.pushState(window.history.state, "", pathOf(query));
}

/**
 * Tells Python when the browser goes back or forth within this page, and when Ctrl Z is pressed outside of a field.
 *
 * @param {(query: string) => void} go
 * @param {() => void} takeBack
 */
export function listenForBack(go, takeBack) {
  const waiting = /** @type {Window & Waiting} */ (window),
    path = window.location.pathname;
  waiting.__cnnvizBack?.abort();
  waiting.__cnnvizBack = new AbortController();
  const { signal } = waiting.__cnnvizBack;
  window.addEventListener(
    "popstate",
    () => {
      if (window.location.pathname === path) go(window.location.search.slice(1));
    },
    { signal },
  );
  window.addEventListener(
    "keydown",
    event => {
      if (!isUndo(event)) return;
      event.preventDefault();
      takeBack();
    },
    { signal },
  );
}

/** Whether a key takes back the last change of the page; not where a component has taken back one of its own.
 *
 * @param {KeyboardEvent} event
 */
function isUndo(event) {
  if (event.defaultPrevented) return false;
  const isKey = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z",
    [node] = event.composedPath();
  return isKey && !(node instanceof Element && node.matches("input:not([type=range]), textarea, [contenteditable]"));
}
