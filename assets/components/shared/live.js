// A hand that moves through many things is followed: where it is is told while it moves, and that it rests when it
// rests. A new message would end the run that is about to answer: so the next waits as long as the app runs.

import { sender } from "./sender.js";

/** @import { Tell } from "./types" */

const PATIENCE = 500; // ms after which an answer is no longer waited for
export const SETTLED = 450; // ms after which Python's word counts again
const RESTED = 700; // ms after which a hand rests that holds on
export const RELEASED = 100; // ms after which one rests that has let go

function isRunning() {
  const app = document.querySelector("[data-testid=stApp]");
  return app instanceof HTMLElement && app.dataset.testScriptState === "running";
}

/**
 * @param {Tell} send tells Python
 * @param {string} name of what the hand moves through
 */
export function follow(send, name) {
  let movedAt = -SETTLED;
  const moves = sender(value => send(name, value), { patience: PATIENCE, isBusy: isRunning });
  const rests = sender(() => send("rest", performance.now()), { between: 0 });
  return {
    /** @param {unknown} value */
    move(value) {
      movedAt = performance.now();
      moves.say(value);
    },
    /** The rest of the page follows when the hand does not move any more. */
    rest: (wait = RESTED) => rests.say(undefined, wait),
    forget: () => rests.forget(),
    isMoving: () => performance.now() - movedAt < SETTLED,
  };
}
