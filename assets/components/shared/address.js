// The browser's address says the view: what is not at its default.

import { isHeld } from "./visit.js";

const BETWEEN = 120; // ms: while a slider is dragged, browsers take some writes a second and no more

/** @typedef {{ __cnnvizAddress?: number }} Waiting one for the window: components are modules of their own */

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
