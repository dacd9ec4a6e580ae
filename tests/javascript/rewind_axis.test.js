import assert from "node:assert/strict";
import { test } from "node:test";

import { named } from "../../assets/components/training_rewind/axis.js";

const names = Array.from({ length: 32 }, (_, index) => String(index * 30));

test("all columns are named where there is room", () => {
  assert.equal(named(names, 60, []).size, 32);
});

test("the chosen are named, and nothing that would touch them", () => {
  const shown = named(names, 20, [31, 5, 0]);
  for (const index of [31, 5, 0]) assert.ok(shown.has(index));
  const sorted = [...shown].sort((a, b) => a - b);
  assert.ok(sorted.slice(1).every((index, i) => index - sorted[i] >= 2));
  assert.ok(shown.size > 10);
});

test("of two chosen beside each other the first is named", () => {
  assert.deepEqual([...named(names, 4, [7, 8])].slice(0, 1), [7]);
  assert.ok(!named(names, 4, [7, 8]).has(8));
});
