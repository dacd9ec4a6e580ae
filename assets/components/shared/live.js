// A hand that moves through many things is followed: its place is sent at most every PAUSE, and not
// before the last one was answered, for a new message would end the run that is about to answer.

const PAUSE = 60; // ms between messages
const PATIENCE = 500; // ms after which an answer is no longer waited for
export const SETTLED = 450; // ms after which Python's word counts again
const RESTED = 700; // ms after which a hand rests that holds on
export const RELEASED = 100; // ms after which one rests that has let go

/** @import { Tell, Timer } from "./types" */

/**
 * @param {Tell} send tells Python
 * @param {string} name of what the hand moves through
 */
export function follow(send, name) {
  const hand = {
    last: -PATIENCE,
    movedAt: -SETTLED,
    timer: /** @type {Timer} */ (undefined),
    resting: /** @type {Timer} */ (undefined),
    value: /** @type {unknown} */ (null),
  };
  const tell = () => {
    const waited = performance.now() - hand.last;
    const app = document.querySelector("[data-testid=stApp]");
    const isAnswering = app instanceof HTMLElement && app.dataset.testScriptState === "running";
    if (waited < PAUSE || (isAnswering && waited < PATIENCE)) {
      hand.timer = setTimeout(tell, 12);
      return;
    }
    hand.last = performance.now();
    send(name, hand.value);
  };
  return {
    /** @param {unknown} value */
    move(value) {
      Object.assign(hand, { value, movedAt: performance.now() });
      clearTimeout(hand.timer);
      tell();
    },
    /** The rest of the page follows when the hand does not move any more. */
    rest(wait = RESTED) {
      clearTimeout(hand.resting);
      hand.resting = setTimeout(() => send("rest", performance.now()), wait);
    },
    forget() {
      clearTimeout(hand.resting);
    },
    isMoving: () => performance.now() - hand.movedAt < SETTLED,
  };
}
