// How numbers and words are written: a true minus, short in a cell, longer in the sum.

const NEARLY_ZERO = 5e-7; // float32 leaves such crumbs where the sum is zero

/** @param {number} value @param {number} digits */
function decimals(value, digits) {
  if (Math.abs(value) < NEARLY_ZERO) return "0";
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text : String(Number(text)); // 0.004 stays 0.00: it is not zero
}

/** @param {string} text */
const withMinus = text => text.replace("-", "\u2212");

/**
 * A number for a cell: three digits or so.
 *
 * @param {number} value
 */
export function short(value) {
  const size = Math.abs(value);
  return withMinus(decimals(value, size >= 100 ? 0 : size >= 10 ? 1 : 2));
}

/**
 * A number for the sum: up to four decimals.
 *
 * @param {number} value
 */
export const long = value => withMinus(decimals(value, 4));

/**
 * Whether `long` says less than the number is, beyond the noise of float32.
 *
 * @param {number} value
 */
export function isRounded(value) {
  return Math.abs(Number(decimals(value, 4)) - value) > 2e-6 * Math.max(1, Math.abs(value));
}

/**
 * A factor in the corner of a cell: ×2, ×−1.
 *
 * @param {number} weight
 */
export const factor = weight => `×${short(weight)}`;

/** @param {number} n @param {string} one @param {string} many */
export const count = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** @param {number[]} size */
export const sizeText = size => size.join(" × ");
