// Which inputs an output reads, as places on the picture. Drawing only: the sums come from torch.

import { anchorOver, covers, spanOf } from "../shared/kernel.js";
import { linesText } from "../shared/numbers.js";

// The inputs [{ at, weight }] along one axis that output `index` reads, in the order of the picture.
export function taps(axis, index) {
  const found = [];
  for (let weight = 0; weight < axis.kernel_size; weight++) {
    if (axis.transposed) {
      const at = anchorOver(axis, index + axis.padding[0], weight, axis.size);
      if (at !== null) found.unshift({ at, weight });
    } else found.push({ at: covers(axis, index, weight) - axis.padding[0], weight });
  }
  return found;
}

// The input whose value stands at `at`, which may be padding: null where that is zero.
export function source(axis, at) {
  if (at < 0) return axis.before[at + axis.padding[0]];
  return at < axis.size ? at : axis.after[at - axis.size];
}

export const isPadding = (axis, at) => at < 0 || at >= axis.size;
const reachAround = axis => (spanOf(axis.dilation, axis.kernel_size) - 1) / 2;

// The input position in the middle of what output `index` reads, and the output for a position.
export const middle = (axis, index) =>
  axis.transposed
    ? (index + axis.padding[0] - reachAround(axis)) / axis.stride
    : index * axis.stride - axis.padding[0] + reachAround(axis);

export function nearest(axis, at) {
  const index = axis.transposed
    ? at * axis.stride - axis.padding[0] + reachAround(axis)
    : (at + axis.padding[0] - reachAround(axis)) / axis.stride;
  return Math.min(axis.outputs - 1, Math.max(0, Math.round(index)));
}

// A convolution reads the padded picture; a transposed one has its padding cut off the output.
export const shownBefore = axis => (axis.transposed ? 0 : axis.padding[0]);
export const shownSize = axis => axis.size + (axis.transposed ? 0 : axis.padding[0] + axis.padding[1]);

const rangeWords = (found, one) => linesText(one, found[0].at, found.at(-1).at);

export function readWords({ data, reads: [rows, columns] }) {
  if (!rows.length || !columns.length) return "reads nothing: no input reaches this pixel";
  const steps = data.axes.map(axis => axis.dilation),
    isHoled = steps.some(step => step > 1);
  const every = isHoled ? `, every ${steps[0] === steps[1] ? steps[0] : steps.join(" by ")} pixels` : "";
  return `reads ${rangeWords(rows, "row")}, ${rangeWords(columns, "column")}${every}`;
}
