// Where the row, its planes, the maps they meet, the picture and the response stand.

/** @import { Data, Layout, Spot } from "./types" */

const PHONE = 560; // px of card; narrower ones put the planes in two rows
const GAP = 8; // px between planes
const LARGEST = 9; // px of a weight
const STRIP = 16; // px that the row is high
const ABOVE = 44; // px between the row and the planes, for the threads
const BETWEEN = 8; // px between a plane and the map's window
const NUMBER = 20; // px for a sum
const GROUPS = 34; // px between two rows of planes
const LINE = 20; // px of a heading
const SIDE = 220; // px of picture and response
const EDGE = 2; // px for a frame at both ends
const TOTAL = { width: 128, height: 34 };

/** @param {Data} data @param {number} whole px of the card @returns {Layout} */
export function layoutOf(data, whole) {
  const width = whole - 2 * EDGE;
  const [count, high, wide] = data.shape;
  const isPhone = width < PHONE;
  const across = isPhone ? count / 2 : count;
  const cell = Math.max(3, Math.min(LARGEST, Math.floor((width - (across - 1) * GAP) / across / wide)));
  const plane = { width: wide * cell, height: high * cell };
  const pitch = Math.min((width - plane.width) / (across - 1), plane.width + 3 * GAP);
  const left = EDGE + (width - pitch * (across - 1) - plane.width) / 2;
  const group = 2 * plane.height + BETWEEN + NUMBER + GROUPS;
  /** @param {number} index @param {number} below @returns {Spot} */
  const at = (index, below) => ({
    x: left + (index % across) * pitch,
    y: STRIP + ABOVE + Math.floor(index / across) * group + below,
    ...plane,
  });
  const every = Array.from({ length: count }, (_, index) => index);
  const end = STRIP + ABOVE + Math.ceil(count / across) * group - GROUPS;
  const side = Math.min(SIDE, Math.floor((width - 2 * GAP) / 2));
  const top = end + (isPhone ? TOTAL.height + 28 : 16) + LINE;
  const answerCell = Math.floor(side / Math.max(...data.size));
  const shrink = side / Math.max(...data.picture);
  const answer = { width: answerCell * data.size[1], height: answerCell * data.size[0] };
  return {
    width: whole,
    height: top + side + 2,
    cell,
    strip: { x: EDGE, y: 0, width, height: STRIP },
    planes: every.map(index => at(index, 0)),
    tiles: every.map(index => at(index, plane.height + BETWEEN)),
    sums: every.map(index => {
      const { x, y } = at(index, 2 * plane.height + BETWEEN + NUMBER - 5);
      return { x: x + plane.width / 2, y };
    }),
    total: { x: EDGE + (width - TOTAL.width) / 2, y: isPhone ? end + 12 : top + side / 2 - TOTAL.height / 2, ...TOTAL },
    photo: { x: isPhone ? EDGE : left, y: top, width: data.picture[1] * shrink, height: data.picture[0] * shrink },
    answer: { x: whole - (isPhone ? EDGE : left) - answer.width, y: top, ...answer },
    answerCell,
  };
}
