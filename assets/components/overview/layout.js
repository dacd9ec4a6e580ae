// Where everything of an overview stands, in css pixels.

/** @import { Box, Column, Data, Layout, Link, Place } from "./types" */

const TILES = 258, // px that the maps of a column may be high at most
  TILES_ON_A_PHONE = 380,
  GAP = 3,
  LARGEST = 46,
  SMALLEST = 20,
  VECTOR = 15,
  PHOTO = 74,
  ANSWER = 92,
  MARGIN = 22, // px before the first column, for its name
  SCORES = 158,
  SCORES_ON_A_PHONE = 112, // what is left belongs to the maps
  LANE = 8, // maps above each other at most
  CLOSE = 6, // px between columns at least
  SPREAD = 700, // px from which few maps stand in squares, and the columns fill the width
  LARGEST_SPREAD = 84,
  APART = 40, // px between such columns at least
  WIDE = 66, // and at most, where every map is read by every one
  FEW = 12; // columns over which their names stand; those of more stand below
const ARCS = 46; // px above the columns for arcs

/** How maps stand: beside each other, how large, how far apart the columns are at least and at most, how high these may
 * be, and how wide the scores behind them.
 *
 * @typedef {{ lanes: (column: Column) => number, largest: number, close: number, wide: number, tall: number, scores: number }} Manner
 */

/** @type {Manner} */
const NARROW_COLUMNS = {
  lanes: column => Math.ceil(column.channels.length / LANE),
  largest: LARGEST,
  close: CLOSE / 1.2,
  wide: WIDE / 2.4,
  tall: TILES,
  scores: SCORES,
};
/** @type {Manner} */
const ON_A_PHONE = { ...NARROW_COLUMNS, tall: TILES_ON_A_PHONE, scores: SCORES_ON_A_PHONE };
/** @type {Manner} */
const SQUARES = {
  ...NARROW_COLUMNS,
  lanes: column => Math.ceil(Math.sqrt(column.channels.length / 1.5)),
  largest: LARGEST_SPREAD,
  close: APART / 2.4,
  wide: Number.POSITIVE_INFINITY,
};

/** @param {Data} data @param {number} room */
function mannerOf(data, room) {
  if (!data.hasAnswer) return NARROW_COLUMNS;
  if (room < NARROW) return ON_A_PHONE;
  return room >= SPREAD ? SQUARES : NARROW_COLUMNS;
}

/** How much room a column wants before it: threads between all maps need more than those between equal ones.
 *
 * @param {Data} data
 * @param {number} index
 * @returns {number}
 */
function weight(data, index) {
  const [column, before] = [data.columns[index], data.columns[index - 1]];
  if (before?.isVector && column.isVector && isSame(data, index)) return 0.25;
  return isSame(data, index) ? 1 : 2.4;
}

/** The same, where something stands before it.
 *
 * @param {Data} data @param {number} index
 */
const before = (data, index) => (index || data.photo ? weight(data, index) : 0);

/** @param {Data} data @param {number} index */
const isSame = (data, index) =>
  data.links.filter(link => link.target === index).every(link => link.isSame && link.source === index - 1);

/** Columns that are drawn as such: the scores are the last one, where there are some.
 *
 * @param {Data} data
 */
export const numDrawn = data => data.columns.length - (data.scores.length ? 1 : 0);

/** @param {Manner} manner @param {Column} column */
function tileSide({ lanes, largest, tall }, column) {
  const rows = Math.ceil(column.channels.length / lanes(column));
  return Math.min(largest, Math.floor((tall - GAP * (rows - 1)) / rows));
}

/** @param {Manner} manner @param {Column} column */
const columnWidth = (manner, column) =>
  column.isVector ? VECTOR : manner.lanes(column) * (tileSide(manner, column) + GAP) - GAP;

/** The side of tiles and the room between columns with which all fit into `room`.
 *
 * @param {Data} data
 * @param {number} room
 * @param {Manner} manner
 * @returns {{ manner: Manner, gap: number }}
 */
function fitted(data, room, manner) {
  const drawn = data.columns.slice(0, numDrawn(data));
  const weights = drawn.map((_, index) => before(data, index)).reduce((sum, one) => sum + one, 2.4);
  for (let { largest } = manner; ; largest--) {
    const today = { ...manner, largest };
    const taken = drawn.reduce((sum, column) => sum + columnWidth(today, column), 0);
    const gap = Math.min(manner.wide, (room - taken) / weights);
    if (gap >= manner.close || largest <= SMALLEST) return { manner: today, gap: Math.max(gap, manner.close) };
  }
}

/** @param {Manner} manner @param {Column} column @param {number} x @param {number} top @param {number} area @returns {Place} */
function placed(manner, column, x, top, area) {
  const width = columnWidth(manner, column);
  const count = column.channels.length;
  if (column.isVector) {
    const high = Math.min(area, Math.max(24, count * 3)),
      start = top + (area - high) / 2,
      each = high / count;
    const tiles = column.channels.map((_, i) => ({ x, y: start + i * each, width, height: each }));
    return { x, width, top: start, bottom: start + high, tiles };
  }
  const side = tileSide(manner, column),
    across = manner.lanes(column),
    rows = Math.ceil(count / across);
  const high = rows * (side + GAP) - GAP,
    start = top + (area - high) / 2;
  const tiles = column.channels.map((_, i) =>
    framed(x + (i % across) * (side + GAP), start + Math.floor(i / across) * (side + GAP), side, column.size),
  );
  return { x, width, top: start, bottom: start + high, tiles };
}

/** A map in a square: as large as it fits.
 *
 * @param {number} x @param {number} y @param {number} side @param {[number, number]} size
 * @returns {Box}
 */
function framed(x, y, side, [rows, columns]) {
  const unit = side / Math.max(rows, columns),
    [width, height] = [columns * unit, rows * unit];
  return { x: x + (side - width) / 2, y: y + (side - height) / 2, width, height };
}

/** How high the tallest column is, or what else stands there.
 *
 * @param {Data} data @param {Manner} manner
 */
function areaOf(data, manner) {
  const high = data.columns.slice(0, numDrawn(data)).map(column => {
    const rows = Math.ceil(column.channels.length / manner.lanes(column));
    return column.isVector
      ? Math.min(manner.tall, column.channels.length * 3)
      : rows * (tileSide(manner, column) + GAP) - GAP;
  });
  return Math.max(...high, data.scores.length * 23, data.photo ? PHOTO + 40 : 0);
}

/** @param {Data} data @param {number} room @returns {Layout} */
export function layOut(data, room) {
  const hasArcs = data.links.some(link => isArc(link)),
    isBelow = hasArcs || numDrawn(data) > FEW;
  const top = (isBelow ? 6 : 42) + (hasArcs ? ARCS : 0);
  const left = data.photo ? PHOTO : MARGIN,
    ofScores = mannerOf(data, room).scores,
    right = (data.scores.length ? ofScores : 0) + (hasRoomForAnswer(data, room) ? ANSWER : 0),
    taken = left + right;
  const { manner, gap } = fitted(data, room - taken, mannerOf(data, room));
  const area = areaOf(data, manner),
    bottom = top + area;
  let x = left;
  const columns = data.columns.slice(0, numDrawn(data)).map((column, index) => {
    x += gap * before(data, index);
    const place = placed(manner, column, Math.round(x), top, area);
    x += place.width;
    return place;
  });
  x += gap * 2.4;
  const photo = data.photo && framed(0, top + (area - PHOTO) / 2, PHOTO, data.photo.size);
  const scores = scorePlaces(data, x, top, area, ofScores);
  if (data.scores.length) columns.push(scores.place);
  const width = Math.max(room, x + right);
  return { width, height: bottom + (isBelow ? 62 : 26), isBelow, top, bottom, photo, columns, scores: scores.box };
}

const NARROW = 480; // px of a phone

/** @param {Data} data @param {number} room */
export const hasRoomForAnswer = (data, room) => data.hasAnswer && room >= NARROW;

/** Whether a link leads over other columns, or is the shortcut of a sum: it is drawn above them.
 *
 * @param {Link} link
 */
export const isArc = link => link.source >= 0 && (link.arc === "sum" || link.source < link.target - 1);

/** @param {Data} data @param {number} x @param {number} top @param {number} area @param {number} width */
function scorePlaces(data, x, top, area, width) {
  const step = Math.min(28, area / Math.max(1, data.scores.length)),
    start = top + (area - step * data.scores.length) / 2;
  const name = Math.min(72, 12 + 6.4 * Math.max(1, ...data.scores.map(score => Math.min(10, score.name.length))));
  const bar = { x: x + name, y: start, width: width - name - 40, height: step };
  const tiles = data.scores.map((_, i) => ({ x, y: start + i * step, width, height: step }));
  const values = data.scores.map(score => score.score),
    [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const unit = bar.width / (high - low || 1);
  const box = { x, y: start, width, height: step, zero: bar.x - low * unit, unit, bar };
  return { box, place: { x, width, top: start, bottom: start + step * data.scores.length, tiles } };
}
