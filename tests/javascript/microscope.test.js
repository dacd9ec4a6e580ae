import assert from "node:assert/strict";
import { test } from "node:test";
import { rough } from "../../assets/components/microscope/microscope.js";

const WRITTEN = [
  [0, "0"],
  [0.1583, ".16"],
  [-0.0412, "−.04"],
  [0.0049, "≈0"],
  [-0.997, "−1"],
  [-1.7429, "−1.7"],
  [9.96, "10"],
  [-12.4, "−12"],
];

for (const [value, words] of WRITTEN)
  test(`${value} has two figures in a small cell`, () => assert.equal(rough(value), words));
