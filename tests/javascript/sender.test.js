// One sender for all hands: how often it speaks, for whom it waits, what it leaves out.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { sender } from "../../assets/components/shared/sender.js";
import { pass, since, startClock } from "./clock.js";

beforeEach(startClock);

/** A sender and what it told, each with the ms it was told at. */
function told(habits) {
  const words = [];
  return [sender(value => words.push([since(), value]), habits), words];
}

test("a hand that moves each millisecond is told 16 times a second, the last place too", () => {
  const [hand, words] = told();
  for (let at = 0; at < 300; at++) {
    hand.say(at);
    pass(1);
  }
  pass(100);
  assert.deepEqual(
    words.map(([time]) => time),
    [0, 60, 120, 180, 240, 300],
  );
  assert.equal(words.at(-1)[1], 299);
  assert.equal(hand.isAhead(), false);
});

test("the next word waits for the answer to the last, and goes with it", () => {
  const [hand, words] = told({ patience: 400 });
  hand.say("a");
  hand.say("b");
  pass(150);
  assert.deepEqual(words, [[0, "a"]]);
  assert.equal(hand.isWaiting(), true);
  hand.answered();
  assert.deepEqual(words, [
    [0, "a"],
    [150, "b"],
  ]);
});

test("an answer that comes at once does not make it faster than the eye", () => {
  const [hand, words] = told({ patience: 400 });
  hand.say("a");
  hand.say("b");
  pass(5);
  hand.answered();
  pass(54);
  assert.equal(words.length, 1);
  pass(1);
  assert.deepEqual(words.at(-1), [60, "b"]);
});

test("an answer that does not come is waited for as long as its patience lasts", () => {
  const [hand, words] = told({ patience: 400 });
  hand.say("a");
  hand.say("b");
  pass(399);
  assert.equal(words.length, 1);
  pass(1);
  assert.deepEqual(words.at(-1), [400, "b"]);
  pass(5000);
  assert.equal(words.length, 2); // "b" is not said again
});

test("one that repeats says the last word until it is answered", () => {
  const [hand, words] = told({ patience: 1000, repeats: true });
  hand.say("a");
  pass(2500);
  assert.deepEqual(words, [
    [0, "a"],
    [1000, "a"],
    [2000, "a"],
  ]);
  hand.answered();
  pass(5000);
  assert.equal(words.length, 3);
});

test("where one can see that the server is busy, the word goes soon after it is not", () => {
  let isBusy = false;
  const [hand, words] = told({ patience: 500, isBusy: () => isBusy });
  hand.say("a");
  isBusy = true;
  hand.say("b");
  pass(200);
  assert.equal(words.length, 1);
  isBusy = false;
  pass(12);
  assert.deepEqual(words.at(-1)[1], "b");
  isBusy = true;
  hand.say("c");
  pass(words.at(-1)[0] + 499 - since());
  assert.equal(words.length, 2);
  pass(1);
  assert.equal(words.length, 3);
});

test("what is said when the hand is still waits until nothing newer came", () => {
  const [hand, words] = told({ between: 0 });
  for (let at = 0; at < 5; at++) {
    hand.say(at, 200);
    pass(100);
  }
  assert.equal(words.length, 0);
  assert.equal(hand.isAhead(), true);
  pass(100);
  assert.deepEqual(words, [[600, 4]]);
});

test("a word that may wait goes at once with one that may not", () => {
  const [hand, words] = told();
  hand.say("a", 200);
  hand.say("b");
  pass(1000);
  assert.deepEqual(words, [[0, "b"]]);
});

test("what is forgotten is not said", () => {
  const [hand, words] = told();
  hand.say("a", 200);
  hand.forget();
  pass(1000);
  assert.deepEqual(words, []);
});
