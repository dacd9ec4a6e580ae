// Reset, a preset, the way back and Undo come after what hands have said before: it is not said again, and no answer
// waits for it.

const LEFT = "__cnnvizLeft";

/** @typedef {{ [LEFT]?: number }} Leaving one moment for the page, whoever reads it */

/** The view is left for another one. */
export function leave() {
  /** @type {Leaving} */ (globalThis)[LEFT] = performance.now();
}

/** When a view was left last. */
export const leftAt = () => /** @type {Leaving} */ (globalThis)[LEFT] ?? -Infinity;
