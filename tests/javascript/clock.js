// A clock that a test turns: `performance.now` and `setTimeout` go by it.

import { mock } from "node:test";

let now = 0;

/** Starts at 1000 ms, with nothing waiting. */
export function startClock() {
  mock.timers.reset();
  mock.restoreAll();
  now = 1000;
  mock.method(performance, "now", () => now);
  mock.timers.enable({ apis: ["setTimeout"] });
}

/** Lets milliseconds pass, one by one. */
export function pass(milliseconds) {
  for (let passed = 0; passed < milliseconds; passed++) {
    now += 1;
    mock.timers.tick(1);
  }
}

/** The time in ms since the clock was started. */
export const since = () => now - 1000;
