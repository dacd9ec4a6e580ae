// What a hand has chosen stands until the server has had time to hear it.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { leave } from "../../assets/components/shared/elsewhere.js";
import { choosing } from "../../assets/components/shared/hand.js";
import { pass, startClock } from "./clock.js";

beforeEach(() => {
  startClock();
  delete globalThis.__cnnvizLeft;
});

/** A component that shows what its answers say, and all that it has shown. */
function shown() {
  const seen = [];
  let said = "a";
  const show = () => seen.push(hand.over(said));
  const hand = choosing(show);
  return {
    seen,
    press(choice) {
      hand.choose(choice);
      show();
    },
    answer(choice) {
      said = choice;
      show();
    },
  };
}

test("answers that are late never take a choice back, whichever comes when", () => {
  const view = shown();
  view.press("b");
  pass(300);
  view.press("c");
  for (const answer of ["a", "b", "c"]) view.answer(answer);
  view.press("b");
  pass(100);
  view.press("c"); // back to what was answered already
  for (const answer of ["b", "c"]) view.answer(answer);
  assert.deepEqual(view.seen, ["b", "c", "c", "c", "c", "b", "c", "c", "c"]);
});

test("what the server says in the end counts, by itself", () => {
  const view = shown();
  view.press("nothing there");
  view.answer("a");
  pass(5000);
  assert.deepEqual(view.seen, ["nothing there", "nothing there", "a"]);
});

test("after a preset, the way back or Undo an answer counts at once", () => {
  const view = shown();
  view.press("b");
  pass(10);
  leave();
  view.answer("c");
  assert.deepEqual(view.seen, ["b", "c"]);
});

test("before a hand has chosen, what is said is shown", () => {
  const view = shown();
  view.answer("c");
  assert.deepEqual(view.seen, ["c"]);
});
