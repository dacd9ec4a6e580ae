// Terms of an address as a hand has set them, whatever Python says of an older word.

import assert from "node:assert/strict";
import { test } from "node:test";

const timers = [];
const heard = {};
globalThis.window = {
  addEventListener: (name, hear) => {
    heard[name] = hear;
  },
  location: { pathname: "/zoo", search: "?pick=a" },
  history: {
    state: null,
    replaceState: (_state, _title, path) => (window.location.search = path.replace(/^[^?]*/, "")),
    pushState: (...told) => window.history.replaceState(...told),
  },
};
globalThis.setTimeout = go => timers.push(go);
const settle = () => {
  while (timers.length) timers.splice(0).forEach(go => void go());
};
globalThis.clearTimeout = () => {};

const { forgetBefore, listenForBack, nextStep, sayAhead, sayCell, setTerms, stepTo, syncAddress, withTerms } =
  await import("../../assets/components/shared/address.js");

test("a term takes its place in a query, and goes where it is at its default", () => {
  const defaults = { stride: "1", view: "grid" };
  assert.equal(withTerms("stride=2&relu=true", [["stride", "3"]], defaults), "stride=3&relu=true");
  assert.equal(withTerms("stride=2&relu=true", [["stride", "1"]], defaults), "relu=true");
  assert.equal(withTerms("", [["view", "a b"]], defaults), "view=a%20b");
});

test("an answer to an older word does not take back what a hand has set since, the answer to it counts", () => {
  setTerms({ pick: "", only: "false" });
  sayAhead({ only: "true", nothing: "1" }, { only: "false", nothing: "0" });
  settle();
  assert.equal(window.location.search, "?pick=a&only=true");
  syncAddress("pick=b");
  timers.splice(0).forEach(go => void go());
  assert.equal(window.location.search, "?pick=b&only=true");
  syncAddress("pick=b&only=true");
  timers.splice(0).forEach(go => void go());
  syncAddress("pick=b");
  timers.splice(0).forEach(go => void go());
  assert.equal(window.location.search, "?pick=b");
});

test("what is taken back is not said again over the answer to Undo", () => {
  setTerms({ pick: "", only: "false" });
  sayAhead({ only: "true" }, { only: "false" });
  forgetBefore();
  syncAddress("pick=b");
  settle();
  assert.equal(window.location.search, "?pick=b");
});

test("what Python does not answer counts for some seconds, and then Python's word does", t => {
  setTerms({ pick: "", only: "false" });
  let now = 50_000;
  t.mock.method(performance, "now", () => now);
  sayAhead({ only: "true" }, { only: "false" });
  syncAddress("pick=b");
  timers.splice(0).forEach(go => void go());
  assert.equal(window.location.search, "?pick=b&only=true");
  now += 5_000;
  timers.splice(0).forEach(go => void go());
  timers.splice(0).forEach(go => void go());
  assert.equal(window.location.search, "?pick=b");
});

test("a word that asks for nothing takes back what an older one has not written yet", t => {
  const waiting = new Map();
  t.mock.method(globalThis, "setTimeout", go => waiting.set(waiting.size + 1, go).size);
  t.mock.method(globalThis, "clearTimeout", number => waiting.delete(number));
  assert.equal(window.location.search, "?pick=b");
  syncAddress("pick=a"); // said again by who has not heard of the way back
  syncAddress("pick=b");
  waiting.forEach(go => void go());
  assert.equal(window.location.search, "?pick=b");
});

test("a part of a page that says again what it said before another one spoke is not heard", () => {
  const [toolbar, answer] = ["toolbar", "answer"];
  const said = [];
  for (const [query, who] of [
    ["pick=b", toolbar],
    ["pick=b", answer],
    ["pick=c", answer],
    ["pick=b", toolbar], // as it was drawn
    ["pick=d", toolbar],
    ["pick=c", answer], // as it was drawn, about to go
    ["pick=d", toolbar],
    ["pick=b", answer],
  ]) {
    syncAddress(query, who);
    settle();
    said.push(window.location.search);
  }
  assert.deepEqual(said, ["?pick=b", "?pick=b", "?pick=c", "?pick=c", "?pick=d", "?pick=d", "?pick=d", "?pick=b"]);
  Object.assign(window.location, { pathname: "/pooling", search: "" });
  syncAddress("pick=d", answer);
  settle();
  Object.assign(window.location, { pathname: "/zoo" });
  syncAddress("pick=d", toolbar); // who comes back to a page finds it as it was
  settle();
  assert.equal(window.location.search, "?pick=d");
  syncAddress("pick=b", toolbar);
  settle();
});

test("a place is its row and its column, one number where they are alike, and not said where it is let go", () => {
  setTerms({ cell: "-1" });
  for (const [cell, said] of [
    [[2, 5], "?pick=b&cell=2,5"],
    [[4, 4], "?pick=b&cell=4"],
    [null, "?pick=b"],
  ]) {
    sayCell("cell", cell);
    timers.splice(0).forEach(go => void go());
    assert.equal(window.location.search, said);
  }
});

test("the address is written behind the word to the server, with all that was said until then", () => {
  setTerms({ cell: "-1", show: "all", order: "as computed" });
  const before = window.location.search;
  sayAhead({ show: "group" });
  sayCell("cell", [1, 2]);
  assert.equal(window.location.search, before); // whoever said it before its word has said that now
  settle();
  assert.equal(window.location.search, `${before}&show=group&cell=1,2`);
  sayAhead({ order: "spread" });
  stepTo("pick=b"); // where a hand goes to a view, what it set before is not said any more
  assert.equal(window.location.search, `${before}&show=group&cell=1,2`);
  settle();
  assert.equal(window.location.search, "?pick=b");
});

test("a control that did not show what the address says is no word of it", () => {
  setTerms({ step: "0" });
  sayAhead({ step: "2" }, { step: "1" });
  assert.equal(window.location.search, "?pick=b");
});

test("until Python has heard of a step back, the address is what the step has made it", t => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 100_000;
  t.mock.method(performance, "now", () => now);
  const pass = milliseconds => {
    now += milliseconds;
    t.mock.timers.tick(milliseconds);
  };
  const said = [];
  listenForBack(query => said.push([nextStep(0), query]));
  stepTo("pick=d");
  pass(1);
  const there = nextStep(0);
  window.location.search = "?pick=b"; // the browser's back
  heard.popstate();
  const [[back, query]] = said;
  assert.equal(query, "pick=b");
  syncAddress("pick=d", "toolbar", there); // the answer to the way there
  pass(1000);
  syncAddress("pick=d", "answer"); // or of a part that tells of no step
  pass(1000);
  assert.equal(window.location.search, "?pick=b");
  syncAddress("pick=b&only=true", "toolbar", back);
  pass(1000);
  assert.equal(window.location.search, "?pick=b&only=true");
  nextStep(0); // a word that is lost
  syncAddress("pick=c", "toolbar", back);
  pass(14_000);
  assert.equal(window.location.search, "?pick=b&only=true");
  for (const each of [1_500, 500]) pass(each);
  assert.equal(window.location.search, "?pick=c");
});

test("what waits to be written of one page is not written on another", () => {
  setTerms({ pick: "", only: "false" });
  sayAhead({ only: "true" });
  syncAddress("pick=d", "toolbar");
  nextStep(0);
  Object.assign(window.location, { pathname: "/pooling", search: "" });
  settle();
  assert.equal(window.location.search, "");
  syncAddress("pick=a", "toolbar"); // nor does its address wait for what was said there
  settle();
  assert.equal(window.location.search, "?pick=a");
});
