// What a hand says: in turns, and word by word.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { leave } from "../../assets/components/shared/elsewhere.js";
import { eachWord, takeTurns } from "../../assets/components/shared/turns.js";
import { pass, startClock } from "./clock.js";

beforeEach(() => {
  startClock();
  delete globalThis.__cnnvizLeft;
});

test("the first word goes at once, the next when it was answered, and it is the latest", () => {
  const told = [];
  const hand = takeTurns(word => told.push(word));
  for (const value of ["a", "b", "c"]) hand.say(value);
  assert.deepEqual(told, [{ turn: 1, value: "a" }]);
  pass(100);
  assert.equal(told.length, 1);
  hand.heard(1);
  assert.deepEqual(told.at(-1), { turn: 2, value: "c" });
  assert.equal(hand.isAhead(), true);
  hand.heard(2);
  assert.equal(hand.isAhead(), false);
  pass(10000);
  assert.equal(told.length, 2);
});

test("an answer to an older word says nothing", () => {
  const hand = takeTurns(() => {});
  hand.say(1);
  hand.heard(1);
  pass(60);
  hand.say(2);
  hand.heard(1);
  assert.equal(hand.isAhead(), true);
});

test("a word that nobody answers is said again, under its number, so that it is heard once", () => {
  const told = [];
  const hand = takeTurns(word => told.push(word));
  hand.say("x");
  pass(3999);
  assert.equal(told.length, 1);
  pass(1);
  assert.deepEqual(told, [
    { turn: 1, value: "x" },
    { turn: 1, value: "x" },
  ]);
  hand.say("y");
  hand.heard(1);
  pass(60);
  assert.deepEqual(told.at(-1), { turn: 2, value: "y" });
});

test("what was said before Reset is not said again after it, nor does an answer wait for it", () => {
  const told = [];
  const hand = takeTurns(word => told.push(word));
  hand.say("typed");
  hand.say("typed more"); // waits for the answer to the first
  pass(500);
  leave();
  assert.equal(hand.isAhead(), false);
  pass(10000);
  assert.deepEqual(told, [{ turn: 1, value: "typed" }]);
  hand.say("anew");
  assert.deepEqual(told.at(-1), { turn: 2, value: "anew" });
});

test("after another page's turn the count goes on from there", () => {
  const told = [];
  const hand = takeTurns(word => told.push(word));
  hand.heard(7);
  hand.say("y");
  assert.deepEqual(told, [{ turn: 8, value: "y" }]);
});

test("words that each count go with all that were not heard yet", () => {
  const told = [];
  const words = eachWord(all => told.push(all.map(pair => [...pair])));
  words.say("+");
  words.say("-");
  assert.deepEqual(told.at(-1), [
    [1, "+"],
    [2, "-"],
  ]);
  words.heard(1);
  words.say("*");
  assert.deepEqual(told.at(-1), [
    [2, "-"],
    [3, "*"],
  ]);
  words.say("=", true);
  assert.deepEqual(told.at(-1), [[4, "="]]);
});
