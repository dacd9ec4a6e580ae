// How large cells are, and what stands beside what, for the room there is.

/** @import { Layout } from "./types" */
/** @import { Size } from "../shared/types" */

/** @typedef {{ input: Size, kernel: Size, output: Size }} Sizes */
/** @typedef {{ channels: number, allChannels: number, outChannels: number }} Counts those read, those there are, the maps */

const USUAL = 34; // px from cell to cell on a screen of a usual size
const MOST = 84; // on a wall
const SMALLEST = 8; // below this a grid scrolls in its own box
const READABLE = 19; // channels stand side by side only where their numbers can be read
const STAGE_HEIGHT = 272; // px of cells, so that a small screen shows the card whole
const AROUND = 448; // px of a window that title, tabs, sum and numbers take
const STEPPER_HEIGHT = 30;
const HINT_HEIGHT = 36; // two lines about editing weights
const PHONE = 560; // px of card; narrower cards put the input above the kernel and the output
const SIGN = 26; // px for ∗, = and their room
const KERNEL_TITLE = 150; // px that titles and steppers need at least
const OUTPUT_TITLE = 96;
const STEPPER = 148;
const INPUT_TITLE = 120;
const COLUMN_GAP = 18;
const SHARE = 60; // px for "= 12" beside a channel's kernel
const MOST_COLUMNS = 4;
const KERNEL_ON_PHONE = 126; // px that a kernel takes at least
const FACTOR = { least: 12, share: 0.37, most: 0.44, em: 0.53, edge: 3 }; // px of font, of the cell, of a digit's width; px of border
export const CORNERS_CELL = 27; // px; lower cells have no room for anything beside their number
export const OTHER_CELL = 9; // px of channels that are not read
const OTHER = 78; // px for the words below them

let largest = USUAL; // of a cell, for the window that there is now
let stageHeight = STAGE_HEIGHT;

/**
 * Cells grow with the window: 34 px on a laptop, more where there is more room.
 *
 * @param {number} tall px of the window
 */
function measure(tall) {
  stageHeight = Math.max(STAGE_HEIGHT, tall - AROUND);
  largest = Math.max(USUAL, Math.min(MOST, Math.floor((USUAL * stageHeight) / STAGE_HEIGHT)));
}

/** @param {Size} kernel @param {number} most @param {number} room */
const kernelPitch = (kernel, most, room) => Math.max(12, Math.min(most, Math.floor(room / Math.max(...kernel))));

/** @param {(pitch: number) => boolean} isFitting */
function largestPitch(isFitting) {
  for (let pitch = largest; pitch > SMALLEST; pitch--) if (isFitting(pitch)) return pitch;
  return SMALLEST;
}

/**
 * The pitch that fits `cells` into `room`, between what was found and the largest.
 *
 * @param {number} pitch
 * @param {number} room
 * @param {number} cells
 */
const grown = (pitch, room, cells) => Math.max(pitch, Math.min(largest, Math.floor(room / cells)));

/**
 * Input, kernel and output in one line, one channel in view.
 *
 * @param {number} width
 * @param {Sizes} sizes
 * @param {Counts} counts
 * @returns {Layout}
 */
function inOneLine(width, sizes, counts) {
  const wide = inLineWith(largest, width, sizes, counts);
  return inLineWith(Math.max(USUAL, wide.inputCell), width, sizes, counts); // a high, narrow window is not the kernel's alone
}

/**
 * One line whose kernel's cells have at most so many pixels.
 *
 * @param {number} most
 * @param {number} width
 * @param {Sizes} sizes
 * @param {Counts} counts
 * @returns {Layout}
 */
function inLineWith(most, width, { input, kernel, output }, { channels, outChannels }) {
  const kernelCell = kernelPitch(kernel, most, (160 * most) / USUAL);
  const rest = width - Math.max(kernel[1] * kernelCell, KERNEL_TITLE) - 2 * SIGN;
  const inputWidth = (/** @type {number} */ p) => Math.max(input[1] * p, INPUT_TITLE);
  const outputWidth = (/** @type {number} */ p) => Math.max(output[1] * p, outChannels > 1 ? STEPPER : OUTPUT_TITLE);
  const inputHeight = stageHeight - (channels > 1 ? STEPPER_HEIGHT : 0);
  const outputHeight = stageHeight - (outChannels > 1 ? STEPPER_HEIGHT : 0);
  const isFitting = (/** @type {number} */ p) =>
    inputWidth(p) + outputWidth(p) <= rest && input[0] * p <= inputHeight && output[0] * p <= outputHeight;
  const pitch = largestPitch(isFitting);
  const cells = { inputCell: pitch, outputCell: pitch };
  if (input[1] < output[1]) {
    const fromWidth = grown(pitch, rest - outputWidth(pitch), input[1]);
    cells.inputCell = Math.min(fromWidth, grown(pitch, inputHeight, input[0]));
  } else {
    const fromWidth = grown(pitch, rest - inputWidth(pitch), output[1]);
    cells.outputCell = Math.min(fromWidth, grown(pitch, outputHeight, output[0]));
  }
  const share = input[1] / (input[1] + output[1]);
  const isTooWide = inputWidth(pitch) + outputWidth(pitch) > rest;
  /** @type {[number, number]} */
  const rooms = isTooWide ? [rest * share, rest * (1 - share)] : [rest, rest];
  return { mode: "line", ...cells, kernelCell, visible: 1, rooms };
}

/**
 * Every channel's input above its kernel, the output to the right.
 *
 * @param {number} width
 * @param {Sizes} sizes
 * @param {Counts} counts
 * @returns {Layout}
 */
function inColumns(width, { input, kernel, output }, { channels, allChannels, outChannels }) {
  const kernelCell = kernelPitch(kernel, 24, 84);
  const outputTitle = outChannels > 1 ? STEPPER : OUTPUT_TITLE;
  const outputHeight = stageHeight - HINT_HEIGHT - (outChannels > 1 ? STEPPER_HEIGHT : 0);
  const rest = width - SIGN - (allChannels - 1) * COLUMN_GAP;
  const others = (allChannels - channels) * Math.max(input[1] * OTHER_CELL, OTHER);
  const columns = (/** @type {number} */ p) =>
    channels * Math.max(input[1] * p, kernel[1] * kernelCell + SIGN + SHARE) + others;
  const outputPitch = (/** @type {number} */ p) => Math.min(p, Math.floor(outputHeight / output[0]));
  const isFitting = (/** @type {number} */ p) =>
    columns(p) + Math.max(output[1] * outputPitch(p), outputTitle) <= rest &&
    input[0] * p + 8 + kernel[0] * kernelCell <= stageHeight &&
    outputPitch(p) >= SMALLEST;
  const inputCell = largestPitch(isFitting);
  const least = outputPitch(inputCell);
  const outputCell = Math.min(
    grown(least, rest - columns(inputCell), output[1]),
    grown(least, outputHeight, output[0]),
  );
  return { mode: "columns", inputCell, outputCell, kernelCell, visible: channels, rooms: [width, width] };
}

/**
 * Input first, below it kernel and output, beside each other where numbers stay readable.
 *
 * @param {number} width
 * @param {Sizes} sizes
 * @param {Counts} counts
 * @returns {Layout}
 */
function onPhone(width, { input, kernel, output }, { outChannels }) {
  const left = width - SIGN - output[1] * largest; // by an output as large as it may be
  const kernelCell = kernelPitch(kernel, largest, Math.max(KERNEL_ON_PHONE, left));
  const beside = width - Math.max(kernel[1] * kernelCell, 104) - SIGN;
  const below = width - SIGN;
  /** @param {number} room @param {number} cols */
  const fitting = (room, cols) => largestPitch(p => cols * p <= room);
  const isBeside = beside >= (outChannels > 1 ? STEPPER : OUTPUT_TITLE) && fitting(beside, output[1]) >= 16;
  const outputCell = fitting(isBeside ? beside : below, output[1]);
  const inputCell = fitting(width, input[1]);
  return { mode: "phone", inputCell, outputCell, kernelCell, visible: 1, rooms: [width, below] };
}

/**
 * How the factor of a cell is written so that the widest keeps inside: with its sign ("×−0.5"), bare ("−0.5") or not at all.
 *
 * @param {number} cellSize px
 * @param {number} digits width of the widest factor, its sign not counted
 * @returns {"signed" | "bare" | ""}
 */
export function factorStyle(cellSize, digits) {
  const font = Math.max(FACTOR.least, FACTOR.share * cellSize);
  const isFitting = (/** @type {number} */ width) => width * FACTOR.em * font <= cellSize - FACTOR.edge;
  if (cellSize < CORNERS_CELL || !isFitting(digits)) return "";
  return isFitting(digits + 1) ? "signed" : "bare";
}

/**
 * The font of factors in px: short ones are larger, for they are what the lesson is about.
 *
 * @param {number} cellSize px
 * @param {number} digits width of the widest factor, its sign not counted
 */
export function factorFont(cellSize, digits) {
  const fitting = (cellSize - FACTOR.edge) / ((digits + 1) * FACTOR.em);
  return Math.max(FACTOR.least, FACTOR.share * cellSize, Math.min(FACTOR.most * cellSize, fitting));
}

/**
 * The layout for a card of `width` px.
 *
 * @param {number} width
 * @param {Sizes} sizes
 * @param {Counts} counts
 * @param {number} [tall] px of the window
 */
export function layoutFor(width, sizes, counts, tall = 0) {
  measure(width < PHONE ? 0 : tall);
  if (width < PHONE) return onPhone(width, sizes, counts);
  if (counts.allChannels > 1 && counts.allChannels <= MOST_COLUMNS) {
    const columns = inColumns(width, sizes, counts);
    if (columns.inputCell >= READABLE) return columns;
  }
  return inOneLine(width, sizes, counts);
}
