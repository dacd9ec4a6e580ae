// Which cells a kernel touches, against convolutions of ones and numbered cells counted out by hand.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anchorsOver,
  boundsOf,
  covered,
  coveredByTap,
  geometryOf,
  holesAt,
  innerPlace,
} from "../../assets/components/grid/geometry.js";
import { anchorOver, covers, spanOf } from "../../assets/components/shared/kernel.js";

const filled = (rows, cols) => Array.from({ length: rows }, () => Array(cols).fill(0));

/** An example as Python sends it, of a layer on an input of `size`. */
function example({ size, kernel, stride = [1, 1], padding = [0, 0, 0, 0], dilation = [1, 1], transposed = false }) {
  const outer = size.map((length, axis) => {
    const span = dilation[axis] * (kernel[axis] - 1) + 1;
    const around = padding[2 * axis] + padding[2 * axis + 1];
    return transposed
      ? (length - 1) * stride[axis] + span - around
      : Math.floor((length + around - span) / stride[axis]) + 1;
  });
  const padded = size.map((length, axis) => length + padding[2 * axis] + padding[2 * axis + 1]);
  const shape = { stride, padding, dilation, transposed, output_padding: [0, 0], in_size: size, padded_size: padded };
  return geometryOf({ ...shape, weight: [filled(...kernel)], output: filled(...outer) });
}

test("a kernel of 3 with stride 2 covers the three cells that begin at twice the output's place", () => {
  assert.deepEqual(
    [0, 1, 2].map(tap => covers({ stride: 2, dilation: 1 }, 4, tap)),
    [8, 9, 10],
  );
  assert.deepEqual(
    [0, 1, 2].map(tap => covers({ stride: 2, dilation: 3 }, 4, tap)),
    [8, 11, 14],
  );
  assert.equal(spanOf(3, 3), 7);
});

test("an anchor is found back from what it covers, and only within its grid", () => {
  for (const stride of [1, 2, 3])
    for (const dilation of [1, 2, 5])
      for (let anchor = 0; anchor < 6; anchor++)
        for (let tap = 0; tap < 4; tap++) {
          const field = covers({ stride, dilation }, anchor, tap);
          assert.equal(anchorOver({ stride, dilation }, field, tap, 6), anchor);
          assert.equal(anchorOver({ stride, dilation }, field, tap, anchor), null);
        }
  assert.equal(anchorOver({ stride: 2, dilation: 1 }, 5, 0, 9), null);
  assert.equal(anchorOver({ stride: 1, dilation: 1 }, 0, 1, 9), null);
});

test("covered and anchorsOver are one relation in two directions", () => {
  for (const settings of [
    { size: [6, 7], kernel: [3, 2] },
    { size: [5, 6], kernel: [3, 3], stride: [2, 1], padding: [1, 1, 2, 0], dilation: [1, 2] },
    { size: [3, 4], kernel: [3, 2], stride: [2, 3], padding: [1, 1, 0, 0], transposed: true },
  ]) {
    const geometry = example(settings);
    const forth = new Set();
    for (let row = 0; row < geometry.anchor[0]; row++)
      for (let col = 0; col < geometry.anchor[1]; col++)
        for (const { place, tap } of covered(geometry, [row, col])) forth.add(`${[row, col]} ${place} ${tap}`);
    const back = new Set();
    for (let row = 0; row < geometry.field[0]; row++)
      for (let col = 0; col < geometry.field[1]; col++)
        for (const { place, tap } of anchorsOver(geometry, [row, col])) back.add(`${place} ${[row, col]} ${tap}`);
    assert.deepEqual([...back].sort(), [...forth].sort());
    assert.equal(forth.size, geometry.anchor[0] * geometry.anchor[1] * geometry.kernel[0] * geometry.kernel[1]);
  }
});

test("anchors come row by row, as they are read", () => {
  const geometry = example({ size: [4, 4], kernel: [2, 2] });
  assert.deepEqual(
    anchorsOver(geometry, [1, 1]).map(({ place, tap }) => [place, tap]),
    [
      [
        [0, 0],
        [1, 1],
      ],
      [
        [0, 1],
        [1, 0],
      ],
      [
        [1, 0],
        [0, 1],
      ],
      [
        [1, 1],
        [0, 0],
      ],
    ],
  );
});

test("one tap meets as many cells as there are outputs", () => {
  const geometry = example({ size: [6, 6], kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] });
  assert.deepEqual(geometry.anchor, [3, 3]);
  assert.deepEqual(
    coveredByTap(geometry, [0, 1]),
    [0, 2, 4].flatMap(row => [1, 3, 5].map(col => [row, col])),
  );
});

test("dilation 2 leaves 16 of the 25 cells of a 3 × 3 kernel's span out", () => {
  const geometry = example({ size: [7, 7], kernel: [3, 3], dilation: [2, 2] });
  const holes = holesAt(geometry, [1, 1]);
  assert.equal(holes.length, 16);
  const touched = covered(geometry, [1, 1]).map(({ place }) => String(place));
  assert.ok(holes.every(hole => !touched.includes(String(hole))));
  assert.deepEqual(boundsOf(covered(geometry, [1, 1]).map(({ place }) => place)), [1, 1, 5, 5]);
});

test("the padding is no place of the input", () => {
  const geometry = example({ size: [4, 5], kernel: [3, 3], padding: [1, 1, 2, 2] });
  assert.equal(innerPlace(geometry, 0, 3), null);
  assert.equal(innerPlace(geometry, 3, 1), null);
  assert.deepEqual(innerPlace(geometry, 1, 2), [0, 0]);
  assert.deepEqual(innerPlace(geometry, 4, 6), [3, 4]);
  assert.equal(innerPlace(geometry, 5, 6), null);
});
