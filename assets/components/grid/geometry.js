// Which cells of the grids touch which, in rows and columns: see shared/kernel.js for anchor and field.

import { anchorOver, covers, spanOf } from "../shared/kernel.js";

/** @import { Bounds, Example, Geometry, Pair } from "./types" */
/** @import { Place, Size } from "../shared/types" */

/** @type {(0 | 1)[]} */
export const AXES = [0, 1];

/** Sizes of an example: kernel, stride, dilation, anchor, field, and where its inner part lies.
 *
 * @param {Example} example
 * @returns {Geometry}
 */
export function geometryOf(example) {
  const { stride, dilation, transposed, padding, in_size } = example;
  /** @type {Size} */
  const kernel = [example.weight[0].length, example.weight[0][0].length];
  /** @type {Size} */
  const output = [example.output.length, example.output[0].length];
  const anchor = transposed ? in_size : output;
  const inner = transposed ? output : in_size;
  /** @param {0 | 1} axis */
  const written = axis =>
    (anchor[axis] - 1) * stride[axis] + spanOf(dilation[axis], kernel[axis]) + example.output_padding[axis];
  /** @type {Size} */
  const field = transposed ? [written(0), written(1)] : example.padded_size;
  return { kernel, stride, dilation, anchor, field, inner, before: [padding[0], padding[2]] };
}

/** Place of a field cell in the unpadded input (or the kept output), or null outside of it.
 *
 * @param {Geometry} geometry
 * @param {number} row
 * @param {number} col
 * @returns {Place | null}
 */
export function innerPlace({ before, inner }, row, col) {
  /** @type {Place} */
  const place = [row - before[0], col - before[1]];
  return AXES.every(axis => place[axis] >= 0 && place[axis] < inner[axis]) ? place : null;
}

/** @param {Geometry} geometry @returns {Place[]} the taps of the kernel, in the order of the sum */
const tapsOf = ({ kernel: [rows, cols] }) =>
  Array.from({ length: rows * cols }, (_, index) => [Math.floor(index / cols), index % cols]);

/** @param {Geometry} geometry @param {0 | 1} axis */
const step = ({ stride, dilation }, axis) => ({ stride: stride[axis], dilation: dilation[axis] });

/** @param {Geometry} geometry @param {Place} anchor @param {Place} tap @returns {Place} the field cell covered */
const coveredBy = (geometry, [row, col], [i, j]) => [
  covers(step(geometry, 0), row, i),
  covers(step(geometry, 1), col, j),
];

/** Field cells under the kernel at one anchor, each with its tap, in the order of the sum.
 *
 * @param {Geometry} geometry
 * @param {Place} anchor
 * @returns {Pair[]}
 */
export const covered = (geometry, anchor) =>
  tapsOf(geometry).map(tap => ({ place: coveredBy(geometry, anchor, tap), tap }));

/** Anchors whose kernel covers a field cell, each with the tap that does.
 *
 * @param {Geometry} geometry
 * @param {Place} place
 * @returns {Pair[]}
 */
export function anchorsOver(geometry, [row, col]) {
  const [rows, cols] = geometry.anchor;
  return tapsOf(geometry)
    .flatMap(tap => {
      const down = anchorOver(step(geometry, 0), row, tap[0], rows);
      const along = anchorOver(step(geometry, 1), col, tap[1], cols);
      return down === null || along === null ? [] : [{ place: /** @type {Place} */ ([down, along]), tap }];
    })
    .sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1]);
}

/** Field cells that one tap of the kernel covers over all anchors.
 *
 * @param {Geometry} geometry
 * @param {Place} tap
 * @returns {Place[]}
 */
export function coveredByTap(geometry, tap) {
  const [rows, cols] = geometry.anchor;
  return Array.from({ length: rows * cols }, (_, index) =>
    coveredBy(geometry, [Math.floor(index / cols), index % cols], tap),
  );
}

/** Cells inside the kernel's span that no tap covers: the holes of dilation.
 *
 * @param {Geometry} geometry
 * @param {Place} anchor
 */
export function holesAt(geometry, anchor) {
  const { kernel, dilation } = geometry;
  const [top, left] = coveredBy(geometry, anchor, [0, 0]);
  /** @type {Place[]} */
  const found = [];
  for (let row = 0; row < spanOf(dilation[0], kernel[0]); row++) {
    for (let col = 0; col < spanOf(dilation[1], kernel[1]); col++) {
      if (row % dilation[0] || col % dilation[1]) found.push([top + row, left + col]);
    }
  }
  return found;
}

/** The smallest rectangle around some cells.
 *
 * @param {Place[]} places
 * @returns {Bounds}
 */
export function boundsOf(places) {
  const rows = places.map(([row]) => row);
  const cols = places.map(([, col]) => col);
  return [Math.min(...rows), Math.min(...cols), Math.max(...rows), Math.max(...cols)];
}

/** The nearest cell that a grid has.
 *
 * @param {Size} size
 * @param {Place} place
 * @returns {Place}
 */
export const clampTo = ([rows, cols], [row, col]) => [
  Math.max(0, Math.min(row, rows - 1)),
  Math.max(0, Math.min(col, cols - 1)),
];
