// How large a box is, and what stands in it where.

/** @import { Box, Size } from "./types" */

export const EDGE = 11; // px between a box's frame and its words
const GAP = 7; // px between words of different looks
const LINE = 18; // px of a line of words
const WIDEST = 220; // px of one line; a longer text goes on in the next, so that two boxes side by side fit a column
const NARROW = { room: 420, widest: 150 }; // and a phone, where a text goes on behind each comma as well
export const TRIANGLE = 14; // px of what unfolds a group
export const ARC = 34; // px of a small picture of a way round
const PILL = 30; // px: the least that a sum is high and twice as wide

/** @typedef {"title" | "soft" | "label"} Font */
/** @typedef {{ text: string, font: Font, x: number }} Word */

const FONTS = { title: "650 13px", soft: "400 12.5px", label: "400 12px" };
const pen = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
let family = "sans-serif",
  isNarrow = false;

/** @param {Element} node whose letters the words have */
export function takeFont(node) {
  family = getComputedStyle(node).fontFamily || family;
}

/** @param {number} width px that a graph has, before its boxes are measured */
export function takeRoom(width) {
  isNarrow = width > 0 && width < NARROW.room;
}

/** @param {string} text @param {Font} font */
export function widthOf(text, font) {
  if (!pen) return text.length * 7;
  pen.font = `${FONTS[font]} ${family}`;
  return pen.measureText(text).width;
}

/**
 * The words of a box in lines: none is cut.
 *
 * @param {Box} box
 * @returns {Word[][]}
 */
export function linesOf(box) {
  const [first, ...rest] = (box.text ?? "").split(" · ");
  const start = EDGE + (box.inside ? TRIANGLE : 0);
  const whole = row(start, box, box.text ?? "");
  if (isNarrow) return wrapped(start, box);
  if (!rest.length || endOf(whole) <= WIDEST) return [whole];
  return [row(start, box, first), [{ text: rest.join(" · "), font: "soft", x: start }]];
}

/** @param {number} start @param {Box} box @returns {Word[][]} */
function wrapped(start, box) {
  const [first, ...rest] = (box.text ?? "").split(/(, | · )/),
    lines = [row(start, box, first)];
  let text = first;
  for (let at = 0; at < rest.length; at += 2) {
    const [mark, piece] = rest.slice(at, at + 2),
      isFirst = lines.length === 1,
      set = (/** @type {string} */ line) =>
        isFirst ? row(start, box, line) : [{ text: line, font: /** @type {Font} */ ("soft"), x: start }];
    if (endOf(set(text + mark + piece)) <= NARROW.widest) {
      text += mark + piece;
      lines[lines.length - 1] = set(text);
      continue;
    }
    lines[lines.length - 1] = set(mark === ", " ? `${text},` : text);
    text = piece;
    lines.push([{ text, font: "soft", x: start }]);
  }
  return lines;
}

/** @param {number} start @param {Box} box @param {string} text @returns {Word[]} */
function row(start, box, text) {
  const words = /** @type {Word[]} */ ([]);
  let x = start;
  for (const [said, font] of /** @type {[string, Font][]} */ ([
    [box.number ?? "", "soft"],
    [box.title, "title"],
    [text, "soft"],
  ])) {
    if (!said) continue;
    words.push({ text: said, font, x });
    x += widthOf(said, font) + GAP;
  }
  return words;
}

/** @param {Word[]} words */
export const endOf = words => Math.max(0, ...words.map(({ text, font, x }) => x + widthOf(text, font)));

/** @param {Box} box @returns {Size} of a box that is closed */
export function sizeOf(box) {
  const lines = linesOf(box);
  const width = Math.max(...lines.map(endOf)) + EDGE + asideOf(box);
  const height = lines.length * LINE + 12;
  return box.role === "sum" && !box.inside ? { width: Math.max(width, 2 * PILL), height: PILL } : { width, height };
}

/** How much stands at the right of a group: the way round, and how many equal ones there are. @param {Box} box */
const asideOf = box =>
  (box.skip && box.inside ? ARC + GAP : 0) + (timesOf(box) ? widthOf(timesOf(box), "title") + GAP : 0);

/** @param {Box} box */
export const timesOf = box => ((box.times ?? 1) > 1 ? `× ${box.times}` : "");

/** @param {Box} box how wide the head of an unfolded group is */
export const headOf = box => ({ title: endOf(headWords(box)), note: widthOf(noteOf(box), "label") });

/** @param {Box} box what stands at the right of the head */
export const noteOf = box => [box.text, box.note, timesOf(box)].filter(Boolean).join(" · ");

/** @param {Box} box */
export const headWords = box => row(EDGE + TRIANGLE, box, "");

/** @param {string} text */
export const labelWidth = text => widthOf(text, "label");
