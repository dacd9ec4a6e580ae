// What a field says of a number that it does not take, and that it takes the others.

import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal } from "../../assets/components/shared/refused.js";

const STRIDE = { label: "Stride", min: 1, max: 8, isWhole: true };
const SHARE = { label: "Opacity", min: -0.5, max: 1, isWhole: false };

test("a number of the field's is taken, with comma or point", () => {
  for (const text of ["1", " 8 ", "2,0", "3.", "8e0"]) assert.equal(refusal(STRIDE, text), "", text);
  for (const text of ["0,25", "-0.5", "\u22120.5", "1"]) assert.equal(refusal(SHARE, text), "", text);
});

test("nothing typed is nothing wrong", () => {
  for (const text of ["", "  "]) assert.equal(refusal(STRIDE, text), "");
});

test("what is between two whole numbers, beyond the ends or no number is named, with what would be right", () => {
  assert.equal(refusal(STRIDE, "2,5"), "Stride takes a whole number from 1 to 8, not “2,5”.");
  for (const text of ["0", "9", "-3", "1e400", "abc", "1 2", "0x2", "NaN", "Infinity"])
    assert.equal(refusal(STRIDE, text), `Stride takes a whole number from 1 to 8, not “${text}”.`);
  assert.equal(refusal(SHARE, "2"), "Opacity takes a number from −0.5 to 1, not “2”.");
  assert.equal(refusal(STRIDE, null), "Stride takes a whole number from 1 to 8.");
  assert.ok(refusal(STRIDE, "x".repeat(1000)).length < 80);
});
