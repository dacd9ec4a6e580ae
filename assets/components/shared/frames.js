// The next frame of something that goes on is asked for when this one is drawn, not sooner than after a pause, and not
// while nobody looks.

/** @import { Tell, Timer } from "./types" */

const LOST = 4000; // ms after which a frame that does not come is asked for again

const AGAIN = 40; // ms after which is looked again whether the server still answers something else

const isAnswering = () =>
  document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-script-state") === "running";

/**
 * A function to call with each frame: whether more are to come, the pause before the next in ms, and how to ask.
 *
 * @param {Element} node on the page as long as frames are wanted
 */
export function frames(node) {
  let timer = /** @type {Timer} */ (undefined);
  let ask = /** @type {Tell} */ (() => {});
  let [asked, askedAt, wantedAt, isBusy] = [0, 0, 0, false];
  const next = (/** @type {number} */ wait) => {
    clearTimeout(timer);
    if (!isBusy) return;
    timer = setTimeout(() => {
      if (document.hidden || !node.isConnected) return;
      if (isAnswering() && performance.now() - wantedAt < LOST) return next(AGAIN); // it would end the run that answers
      asked += 1;
      askedAt = wantedAt = performance.now();
      ask("frame", asked);
      next(LOST); // in case no answer comes
    }, wait);
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) next(0);
  });
  /** @param {boolean} hasMore @param {number} pause @param {Tell} tell */
  return (hasMore, pause, tell) => {
    [isBusy, ask, wantedAt] = [hasMore, tell, performance.now()];
    next(Math.max(0, pause - (performance.now() - askedAt)));
  };
}
