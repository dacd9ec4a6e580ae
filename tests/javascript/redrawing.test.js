// What a run has not changed is not drawn again; what it has changed is, and so is what Python hands over.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { isLate, whereChanged } from "../../assets/components/redrawing/redrawing.js";

const component = () => null;

/** Whether one drawing with these props stands for another. @param {object} before @param {object} now */
function stays(before, now) {
  /** @type {(before: any, now: any) => boolean} */
  let isSame = () => false;
  const memo = (/** @type {any} */ drawn, /** @type {any} */ same) => {
    isSame = same;
    return drawn;
  };
  whereChanged(/** @type {any} */ ({ memo }), () => null);
  return isSame(before, now);
}

/** Props of an element with what a widget says. @param {object} says @param {string} [fragmentId] */
const widget = (says, fragmentId) => ({
  isStale: false,
  node: { fragmentId, element: { type: "slider", slider: { label: "Years", options: ["1", "2"], ...says } } },
});

test("a component has one sparing twin", () => {
  const memo = mock.fn(drawn => ({ drawn }));
  const react = /** @type {any} */ ({ memo });
  assert.equal(whereChanged(react, component), whereChanged(react, component));
  assert.equal(memo.mock.callCount(), 1);
});

test("an element that Streamlit has kept is drawn once, whatever node it is in", () => {
  const element = { type: "html", html: { body: "5 of 7" } };
  const before = { isStale: false, node: { element, fragmentId: "a" } };
  assert.ok(stays(before, { isStale: false, node: { element, fragmentId: "a" } }));
  assert.ok(!stays(before, { isStale: true, node: { element, fragmentId: "a" } }), "it is old now");
  assert.ok(!stays(before, { isStale: false, node: { element, fragmentId: "b" } }), "it answers to another fragment");
  assert.ok(!stays(before, { isStale: false, node: { element: { ...element }, fragmentId: "a" } }), "it is told anew");
  assert.ok(!stays(before, { isStale: false, widgetsDisabled: true, node: { element, fragmentId: "a" } }));
});

test("a container is drawn again with each node", () => {
  const node = { children: [] };
  assert.ok(stays({ node }, { node }));
  assert.ok(!stays({ node }, { node: { children: [] } }));
});

test("a widget that has taken a value is not drawn again because it is not handed over twice", () => {
  const given = widget({ value: [3], setValue: true });
  assert.ok(stays(given, widget({ value: [] })));
  assert.ok(stays(widget({ rawValues: ["a"], setValue: true }), widget({ rawValues: [] })));
});

test("what Python hands over or changes is drawn", () => {
  const given = widget({ value: [3], setValue: true });
  assert.ok(!stays(given, widget({ value: [5], setValue: true })), "another value");
  assert.ok(!stays(given, widget({ value: [3], setValue: true })), "the same, which a hand may have changed since");
  assert.ok(!stays(widget({ value: [] }), widget({ value: [5], setValue: true })), "a value for the first time");
  assert.ok(!stays(given, widget({ value: [], label: "Year" })), "other words");
  assert.ok(!stays(given, widget({ value: [], options: ["1", "3"] })), "other options");
  assert.ok(!stays(given, widget({ value: [], options: ["1"] })), "fewer options");
  assert.ok(!stays(given, widget({ value: [], help: "When" })), "a word more");
  assert.ok(!stays(given, widget({ value: [] }, "another")), "another fragment");
});

test("what was asked for anew is old when it has been waited for, and new in the frame in which it comes", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const state = { hasWaited: false, cleanUp: /** @type {(() => void) | void} */ (undefined), of: [] };
  const react = {
    memo: component,
    useState: () => [state.hasWaited, (/** @type {boolean} */ is) => Object.assign(state, { hasWaited: is })],
    useEffect: (/** @type {() => void} */ effect, /** @type {any[]} */ of) => {
      if (of[0] === state.of[0]) return;
      state.cleanUp?.();
      Object.assign(state, { cleanUp: effect(), of });
    },
  };
  const draw = (/** @type {boolean} */ isOld) => isLate(/** @type {any} */ (react), isOld);
  assert.ok(!draw(false));
  assert.ok(!draw(true));
  mock.timers.tick(300);
  assert.ok(!draw(false), "the answer came");
  mock.timers.tick(1000);
  assert.ok(!draw(true));
  mock.timers.tick(1000);
  assert.ok(draw(true), "it did not come");
  assert.ok(!draw(false), "it came at last");
  assert.ok(!draw(true), "the next one is waited for from its own beginning");
  mock.timers.reset();
});
