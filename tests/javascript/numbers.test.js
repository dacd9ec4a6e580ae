// How numbers are written; numbers.json says the same of Python's rounding (tests/test_rounding.py),
// percents.json of its shares (tests/test_counting.py).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  count,
  linesText,
  percent,
  placeText,
  precise,
  short,
  sizeText,
} from "../../assets/components/shared/numbers.js";

const asNumber = text => Number(text.replaceAll("−", "-"));
const read = name => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
const SHARED = read("./numbers.json"),
  PERCENTS = read("./percents.json");

for (const [value, text] of [
  [0, "0"],
  [-0, "0"],
  [7, "7"],
  [-12, "−12"],
  [99999, "99999"],
  [100000, "1e5"],
  [-123456, "−1e5"],
  [1 / 3, "0.33"],
  [-0.5, "−0.5"],
  [2.004, "2"],
  [12.34, "12.3"],
  [123.4, "123"],
  [9.996, "10"],
  [0.0392, "0.04"],
  [0.005, "0.01"],
  [0.0042, "0.004"],
  [-0.0042, "−0.004"],
  [0.0006, "6e−4"],
  [0.00042, "4e−4"],
  [-1e-12, "−1e−12"],
])
  test(`a cell says ${text} for ${value}`, () => assert.equal(short(value), text));

for (const [value, text] of [
  [0, "0"],
  [-0, "0"],
  [99999, "99999"],
  [0.1, "0.1"],
  [1 / 3, "0.3333"],
  [-4 / 3, "−1.3333"],
  [0.0042, "0.0042"],
  [0.00042137, "0.0004214"],
  [0.000042137, "4.214e−5"],
  [-2.5e-9, "−2.5e−9"],
  [123456, "1.235e5"],
  [-98765432, "−9.877e7"],
  [Math.fround(123.4567), "123.4567"],
  [Math.fround(12345.678), "12345.68"],
])
  test(`it reads ${text} for ${value}`, () => assert.equal(precise(value), text));

test("what Python rounds for a worked example is written in full", () => {
  for (const { rounded } of SHARED) assert.equal(asNumber(precise(rounded)), rounded);
});

test("what is rounded here is what Python rounds it to", () => {
  for (const { value, rounded } of SHARED) assert.equal(asNumber(precise(value)), rounded, String(value));
});

test("nothing that is not zero is written as zero, and the sign stays", () => {
  for (let power = -12; power < 8; power++)
    for (let digit = 1; digit < 100; digit++)
      for (const sign of [1, -1]) {
        const value = sign * digit * 10 ** power * 1.0001;
        for (const text of [short(value), precise(value)]) {
          assert.notEqual(asNumber(text), 0);
          assert.equal(Math.sign(asNumber(text)), sign);
          assert.ok(!text.includes("-"));
        }
        assert.ok(Math.abs(asNumber(precise(value)) / value - 1) < 6e-4);
      }
});

test("counts are words", () => {
  assert.equal(count(1, "kernel"), "1 kernel");
  assert.equal(count(0, "cell"), "0 cells");
  assert.equal(count(2800, "cell", "cells"), "2,800 cells");
  assert.equal(sizeText([3, 5]), "3 × 5");
  assert.equal(placeText([0, 4]), "row 1, column 5");
  assert.equal(placeText([-2, 0]), "row −1, column 1");
  assert.equal(linesText("row", 0, 2), "rows 1 to 3");
  assert.equal(linesText("column", 2, 2), "column 3");
});

for (const { share, digits, text } of PERCENTS)
  test(`a share of ${share} is ${text}`, () => assert.equal(percent(share, digits), text));
