// How numbers are written, everywhere: a true minus sign, whole numbers in full up to 100,000, no zeros at the end.
// There are two lengths: `short` fits a cell, `precise` is read off. Python rounds the numbers of a worked example as
// `precise` writes them (cnnviz/rounding.py); the ends of a scale come as text with three digits, since there is room
// for them (cnnviz/figures/pictures.py, `nice_limit`).

const WHOLE = 1e5; // below it whole numbers are written in full
const FLOAT32 = 7; // digits that are known of a float32

/** @param {string} text */
const written = text => text.replaceAll("-", "−").replace("e+", "e");

/** @param {number} value @param {number} digits */
const rounded = (value, digits) => String(Number(value.toFixed(digits)));

/** @param {number} value */
const isInFull = value => Number.isInteger(value) && Math.abs(value) < WHOLE;

/**
 * A number as it fits a cell: two decimals, fewer from 10 on, and never "0" for what is not zero.
 *
 * @param {number} value
 */
export function short(value) {
  const size = Math.abs(value);
  if (isInFull(value)) return written(String(value));
  if (size >= WHOLE || size < 0.001) return written(value.toExponential(0));
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.005 ? 2 : 3;
  return written(rounded(value, digits));
}

/**
 * A number to read off: four decimals, below 1 four digits, and no more digits than a float32 has.
 *
 * @param {number} value
 */
export function precise(value) {
  const size = Math.abs(value);
  if (isInFull(value)) return written(String(value));
  if (size >= WHOLE || size < 1e-4) return written(Number(value.toPrecision(4)).toExponential());
  if (size < 1) return written(String(Number(value.toPrecision(4))));
  return written(size < 1000 ? rounded(value, 4) : String(Number(value.toPrecision(FLOAT32))));
}

/**
 * How many there are, in words: "1 cell", "1,200 cells".
 *
 * @param {number} number
 * @param {string} one
 * @param {string} [many]
 */
export const count = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

/**
 * A share of 1 as all pages write it (cnnviz/counting.py): "97 %", "96.9 %" with one digit behind the point. What lies
 * in the middle of two becomes the even one, as Python writes it: 12.5 is 12 and 13.5 is 14.
 *
 * @param {number} share
 */
export const percent = (share, digits = 0) => `${toEven(100 * share, digits)} %`;

/** `toFixed` takes the larger of two that are equally near. @param {number} value @param {number} digits */
function toEven(value, digits) {
  const scaled = value * 10 ** digits,
    isMiddle = Number.isInteger(value * 2 ** (digits + 1)) && Math.abs(scaled % 1) === 0.5;
  return (isMiddle ? (2 * Math.round(scaled / 2)) / 10 ** digits : value).toFixed(digits);
}

/** @param {string} text */
export const capital = text => text[0].toUpperCase() + text.slice(1);

/**
 * "row 1, column 1" for the first cell of a map: people count from 1, code and links from 0. What lies before the
 * first row is padding, row 0 and below.
 *
 * @param {[row: number, column: number]} place
 */
export const placeText = ([row, column]) => written(`row ${row + 1}, column ${column + 1}`);

/**
 * "rows 1 to 3" from the first line and the last, both counted from 0; "row 3" where they are the same.
 *
 * @param {string} line "row" or "column"
 * @param {number} first
 * @param {number} last
 */
export const linesText = (line, first, last) =>
  written(first === last ? `${line} ${first + 1}` : `${line}s ${first + 1} to ${last + 1}`);

/**
 * "3 × 3", "32 × 32 × 3".
 *
 * @param {number[]} size
 */
export const sizeText = size => size.join(" × ");

/**
 * A number as people write it, with comma or point; null where it is none or its size is above `largest`.
 *
 * @param {string} text
 * @param {number} largest
 */
export function readDecimal(text, largest) {
  const plain = text.trim().replace(",", ".").replace("\u2212", "-");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Math.abs(value) <= largest ? value : null;
}
