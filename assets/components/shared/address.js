// The browser's address says the view: what is not at its default.

export const pathOf = query => window.location.pathname + (query ? "?" + query : "");

/** Makes the browser's address say `query`, without a step in its history. */
export function syncAddress(query) {
  if (query === undefined) return;
  const now = new URLSearchParams(window.location.search).toString();
  if (now === new URLSearchParams(query).toString()) return;
  clearTimeout(window.__cnnvizAddress); // while a slider is dragged, write at most 5 times a second
  window.__cnnvizAddress = setTimeout(
    () => window.history.replaceState(window.history.state, "", pathOf(query)), 120);
}
