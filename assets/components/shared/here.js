// What is on the page that is open, also within its components.

/**
 * The first node that is shown and matches a selector.
 *
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function shownHere(selector) {
  const page = document.querySelector("[data-testid=stMain]");
  for (const root of page ? rootsOf(page) : []) {
    const node = [...root.querySelectorAll(selector)].find(one => one.checkVisibility());
    if (node) return /** @type {HTMLElement} */ (node);
  }
  return null;
}

/** @param {Element} page @returns {Generator<ParentNode>} */
function* rootsOf(page) {
  yield page;
  for (const { shadowRoot } of page.querySelectorAll("*")) if (shadowRoot) yield shadowRoot;
}
