// What can wait until the page stands and nobody does anything: so the first move of a hand that comes from nowhere, as a
// finger does, is foreseen like those after it (foresight.js, sliders.js).

/** @import { Timer } from "./types" */

const LOOK = 120; // ms after which it is looked again whether the page is at rest
const LOOKS = 2; // that the page was at rest

/** Whether the server has nothing to do for this page. */
export const isAtRest = () =>
  document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state") === "notRunning";

/**
 * Calls once, when the page has been at rest for a while and is looked at; not when what it is for is no longer shown.
 *
 * @param {HTMLElement} root
 * @param {() => void} work
 * @param {number} looks
 * @returns {Timer}
 */
export function atLeisure(root, work, looks = LOOKS) {
  return setTimeout(() => {
    if (!root.isConnected) return;
    if (looks === 0) work();
    else atLeisure(root, work, isAtRest() && !document.hidden ? looks - 1 : LOOKS);
  }, LOOK);
}
