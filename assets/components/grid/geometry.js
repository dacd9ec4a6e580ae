// Which cells touch which.
//
// A convolution and a transposed one are the same relation read in opposite directions. One position
// of the kernel belongs to one cell of the *anchor* grid and covers cells of the *field* grid:
//
//     field = anchor * stride + tap * dilation
//
// Convolution: the anchor is the output, the field is the padded input.
// Transposed:  the anchor is the input, the field is the output before its padding is cut away.

export const AXES = [0, 1];

/** Sizes of an example: kernel, stride, dilation, anchor, field, and where its inner part lies. */
export function geometryOf(example) {
  const { stride, dilation, transposed, padding } = example;
  const kernel = [example.weight[0].length, example.weight[0][0].length];
  const output = [example.output.length, example.output[0].length];
  const before = [padding[0], padding[2]];
  const anchor = transposed ? example.in_size : output;
  const inner = transposed ? output : example.in_size;
  const written = (axis) =>
    (anchor[axis] - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1 + example.output_padding[axis];
  const field = transposed ? AXES.map(written) : example.padded_size;
  return { kernel, stride, dilation, anchor, field, inner, before };
}

/** Place of a field cell in the unpadded input (or the kept output), or null outside of it. */
export function innerPlace(geometry, row, col) {
  const place = [row - geometry.before[0], col - geometry.before[1]];
  return AXES.every((axis) => place[axis] >= 0 && place[axis] < geometry.inner[axis]) ? place : null;
}

function* taps(geometry) {
  for (let i = 0; i < geometry.kernel[0]; i++) {
    for (let j = 0; j < geometry.kernel[1]; j++) yield [i, j];
  }
}

/** The field cell that a tap of the kernel covers at one anchor. */
function covers(geometry, [row, col], [i, j]) {
  const { stride, dilation } = geometry;
  return [row * stride[0] + i * dilation[0], col * stride[1] + j * dilation[1]];
}

/** Field cells under the kernel at one anchor, each with its tap, in the order of the sum. */
export function covered(geometry, anchor) {
  return [...taps(geometry)].map((tap) => ({ place: covers(geometry, anchor, tap), tap }));
}

/** Anchors whose kernel covers a field cell, each with the tap that does. */
export function anchorsOver(geometry, place) {
  const { stride, dilation, anchor } = geometry;
  const found = [];
  for (const tap of taps(geometry)) {
    const at = AXES.map((axis) => (place[axis] - tap[axis] * dilation[axis]) / stride[axis]);
    if (AXES.every((axis) => Number.isInteger(at[axis]) && at[axis] >= 0 && at[axis] < anchor[axis])) {
      found.push({ place: at, tap });
    }
  }
  return found.sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1]);
}

/** Field cells that one tap of the kernel covers over all anchors. */
export function coveredByTap(geometry, tap) {
  const found = [];
  for (let row = 0; row < geometry.anchor[0]; row++) {
    for (let col = 0; col < geometry.anchor[1]; col++) found.push(covers(geometry, [row, col], tap));
  }
  return found;
}

/** Cells inside the kernel's span that no tap covers: the holes of dilation. */
export function holesAt(geometry, anchor) {
  const { kernel, dilation } = geometry;
  const [top, left] = covers(geometry, anchor, [0, 0]);
  const found = [];
  for (let row = 0; row <= (kernel[0] - 1) * dilation[0]; row++) {
    for (let col = 0; col <= (kernel[1] - 1) * dilation[1]; col++) {
      if (row % dilation[0] || col % dilation[1]) found.push([top + row, left + col]);
    }
  }
  return found;
}

/** The smallest rectangle around some cells: [top, left, bottom, right]. */
export function boundsOf(places) {
  const bounds = [Infinity, Infinity, -1, -1];
  for (const [row, col] of places) {
    bounds[0] = Math.min(bounds[0], row);
    bounds[1] = Math.min(bounds[1], col);
    bounds[2] = Math.max(bounds[2], row);
    bounds[3] = Math.max(bounds[3], col);
  }
  return bounds;
}

export const clampTo = ([rows, cols], [row, col]) => [
  Math.max(0, Math.min(row, rows - 1)),
  Math.max(0, Math.min(col, cols - 1)),
];
