// What the choices of a component lead to. Python computes it when the page has come to rest, and again when a hand comes
// near the component and nothing runs (cnnviz/ui/foresight); a choice then shows it in the frame of the press.

import { atLeisure, isAtRest } from "./leisure.js";

/** @import { Ahead, Timer } from "./types" */

const LOOK = 120; // ms after which it is looked again whether the page is at rest
const LOOKS = 2; // that the page was at rest: what a run asks the browser to ask for goes first
const PATIENCE = 10000; // ms after which an answer will not come any more

/**
 * Tells the components of a view (loader.js); false if one of them is not there.
 *
 * @param {Ahead["views"]} views
 * @param {Ahead["step"]} step
 */
export function tell(views, step) {
  /** @type {Ahead} */
  const detail = { views, step, shown: new Set() };
  window.dispatchEvent(new CustomEvent("cnnviz:ahead", { detail }));
  return detail.shown.size === Object.keys(views).length;
}

/**
 * @param {HTMLElement} root of the component
 * @param {() => void} ask tells Python that a hand is near
 */
export function foresight(root, ask) {
  const state = {
    context: /** @type {string | null} */ (null), // a view at rest may have "" for it
    chosen: "",
    views: /** @type {Record<string, Ahead["views"]>} */ ({}),
    told: "",
    answered: /** @type {Set<string>} */ (new Set()),
    asked: "",
    askedAt: -PATIENCE,
    hasAsked: false,
    timer: /** @type {Timer} */ (undefined),
  };
  const isNear = () => root.matches(":hover, :focus-within");
  const isWaiting = () => state.asked === state.chosen && performance.now() - state.askedAt < PATIENCE;

  /** @param {number} looks */
  function lookAgain(looks) {
    clearTimeout(state.timer);
    state.timer = undefined;
    if (state.context === null || !root.isConnected || !isNear()) return;
    if (state.answered.has(state.chosen) || isWaiting()) return;
    if (looks > 0) {
      state.timer = setTimeout(() => lookAgain(isAtRest() ? looks - 1 : LOOKS), LOOK);
      return;
    }
    askNow();
  }
  function askNow() {
    Object.assign(state, { asked: state.chosen, askedAt: performance.now(), hasAsked: true });
    ask();
  }
  const near = () => state.timer ?? lookAgain(LOOKS);
  root.addEventListener("pointerenter", near);
  root.addEventListener("focusin", near);
  atLeisure(root, () => {
    if (state.context !== null && !state.hasAsked) askNow();
  });

  return {
    /**
     * Takes what Python says at a run.
     *
     * @param {{ context: string | null, foreseen: string | null }} told
     * @param {string | number} chosen
     */
    take({ context, foreseen }, chosen) {
      if (state.context !== context)
        Object.assign(state, { views: {}, told: "", answered: new Set(), askedAt: -PATIENCE });
      Object.assign(state, { context, chosen: String(chosen) });
      if (foreseen && foreseen !== state.told) {
        state.told = foreseen; // what is shown ahead comes with the same once more
        /** @type {Record<string, Ahead["views"]>} */
        const found = JSON.parse(foreseen);
        Object.assign(state.views, found);
        state.answered.add(state.chosen);
        for (const views of Object.values(found)) tell(views, "prepare");
      }
      near();
    },
    /**
     * Shows what a choice leads to if Python has sent it.
     *
     * @param {string | number} choice
     */
    show(choice) {
      const views = state.views[choice];
      if (views && tell(views, "ask")) tell(views, "show"); // all of it or nothing
    },
  };
}
