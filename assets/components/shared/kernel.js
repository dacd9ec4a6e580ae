// Which cells a kernel touches, along one axis. The one place that knows; cnnviz/arithmetic.py says the same in Python.
//
// A convolution and a transposed one are the same relation read in opposite directions. One position of the kernel
// belongs to one cell of the *anchor* side and covers cells of the *field* side:
//
//     field = anchor * stride + tap * dilation
//
// Convolution: the anchor is the output, the field is the padded input.
// Transposed:  the anchor is the input, the field is the output before its padding is cut away.

/** @typedef {{ stride: number, dilation: number }} Step how a kernel moves along an axis */

/**
 * The field cell that a tap of the kernel covers at an anchor.
 *
 * @param {Step} axis
 * @param {number} anchor
 * @param {number} tap
 */
export const covers = ({ stride, dilation }, anchor, tap) => anchor * stride + tap * dilation;

/**
 * The anchor whose tap covers a field cell; null where there is none among the first `anchors`.
 *
 * @param {Step} axis
 * @param {number} field
 * @param {number} tap
 * @param {number} anchors
 */
export function anchorOver({ stride, dilation }, field, tap, anchors) {
  const at = (field - tap * dilation) / stride;
  return Number.isInteger(at) && at >= 0 && at < anchors ? at : null;
}

/**
 * Field cells from a kernel's first tap to its last.
 *
 * @param {number} dilation
 * @param {number} taps
 */
export const spanOf = (dilation, taps) => dilation * (taps - 1) + 1;
