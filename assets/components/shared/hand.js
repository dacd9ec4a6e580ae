// What a hand has chosen is what is shown until the server has had time to hear it: of two choices soon after each other the
// answer to the first comes when the second is shown already, and would take it back.

import { leftAt } from "./elsewhere.js";

const HEARD = 4000; // ms after which what a hand has chosen is what Python says of it

/** @typedef {ReturnType<typeof choosing>} Choosing */

/** @param {() => void} again shows the last answer again: it counts now, whatever it says */
export function choosing(again) {
  let chosen = /** @type {unknown} */ (undefined),
    at = -Infinity,
    later = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  return {
    /** @param {unknown} choice */
    choose(choice) {
      chosen = choice;
      at = performance.now();
      clearTimeout(later);
      later = setTimeout(again, HEARD);
    },
    /**
     * What is chosen, where an answer says one thing and a hand perhaps another.
     *
     * @template Choice
     * @param {Choice} said by the answer
     * @returns {Choice}
     */
    over: said => (at > leftAt() && performance.now() - at < HEARD ? /** @type {Choice} */ (chosen) : said),
  };
}
