// One picture of the surgery: the row on its way to the kernel, and the kernel at one place of the picture.

import { short } from "../shared/numbers.js";

/** @import { Data, Drawn, Layout, Spot } from "./types" */

const ACTS = 3; // the row, its pieces, the kernel
const LAG = 0.6; // how much later the last piece sets out than the first
const CUT = { above: 15, height: 9 }; // px of a piece before it is folded
const TO_COME = 0.22; // how strong what is not there yet is drawn
const GATHER = 0.6; // share of a step in which the sums fly together

/** @typedef {{ ink: string, bg: string, reach: string, font: string }} Looks */
/** @typedef {{ pen: CanvasRenderingContext2D, data: Data, drawn: Drawn, layout: Layout, photo: HTMLImageElement | null, looks: Looks }} Sheet */

/** @param {number} t */
const eased = t => t * t * (3 - 2 * t);

/** @param {number} from @param {number} to @param {number} t */
const mix = (from, to, t) => from + (to - from) * t;

/** @param {Uint8Array} palette @param {number} level */
const colour = (palette, level) => `rgb(${palette[3 * level]} ${palette[3 * level + 1]} ${palette[3 * level + 2]})`;

/**
 * Draws the moment that is `part` (0 to 1) of the way from the step before to `step`.
 *
 * @param {Sheet} sheet
 * @param {number} step
 * @param {number} part
 */
export function draw(sheet, step, part) {
  const { pen, layout, looks } = sheet;
  pen.clearRect(0, 0, layout.width, layout.height);
  pen.imageSmoothingEnabled = false;
  pen.font = `12px ${looks.font}`;
  const folded = Math.min(ACTS - 1, step < ACTS ? step - 1 + part : ACTS - 1);
  frames(sheet);
  toCome(sheet);
  if (folded > 0) threads(sheet, Math.min(1, folded));
  weights(sheet, Math.max(0, folded));
  headings(sheet);
  picture(sheet, step - ACTS);
  response(sheet, step - ACTS, part);
  if (step >= ACTS) meeting(sheet, step - ACTS, part);
}

/** @param {Sheet} sheet @param {Spot} spot @param {number} strength */
function outline({ pen, looks }, { x, y, width, height }, strength) {
  pen.globalAlpha = strength;
  pen.strokeStyle = looks.ink;
  pen.lineWidth = 1;
  pen.strokeRect(Math.round(x) - 0.5, Math.round(y) - 0.5, Math.round(width) + 1, Math.round(height) + 1);
  pen.globalAlpha = 1;
}

/** @param {Sheet} sheet */
function frames(sheet) {
  for (const spot of sheet.layout.planes) outline(sheet, spot, 0.3);
  outline(sheet, sheet.layout.answer, 0.3);
}

/** What the kernel and the response will be, faintly: no frame is empty at first. @param {Sheet} sheet */
function toCome({ pen, data, drawn, layout }) {
  pen.globalAlpha = TO_COME;
  drawn.weights.forEach((level, index) => square(pen, drawn.signed, level, between(layout, data, index, 1, 1)));
  drawn.response.forEach((_, index) => square(pen, drawn.signed, drawn.levels[index], cellOf(layout, data, index)));
  pen.globalAlpha = 1;
}

/** @param {CanvasRenderingContext2D} pen @param {Uint8Array} palette @param {number} level @param {Spot} spot */
function square(pen, palette, level, { x, y, width, height }) {
  pen.fillStyle = colour(palette, level);
  pen.fillRect(x, y, width, height);
}

/** The way of each piece from the row to its plane. @param {Sheet} sheet @param {number} strength */
function threads({ pen, layout, looks }, strength) {
  pen.strokeStyle = looks.ink;
  pen.globalAlpha = 0.25 * strength;
  const piece = layout.strip.width / layout.planes.length;
  layout.planes.forEach(({ x, y, width }, index) => {
    if (y > layout.planes[0].y) return; // they would cross what stands above
    const from = layout.strip.height + 2;
    pen.beginPath();
    for (const share of [0, 1]) {
      const at = layout.strip.x + (index + share) * piece;
      pen.moveTo(at, from);
      pen.bezierCurveTo(at, mix(from, y, 0.6), x + share * width, mix(from, y, 0.4), x + share * width, y - 2);
    }
    pen.stroke();
  });
  pen.globalAlpha = 1;
}

/** @param {Sheet} sheet @param {number} folded 0 in the row, 1 cut, 2 folded */
function weights(sheet, folded) {
  const { pen, data, drawn, layout } = sheet;
  const each = data.shape[1] * data.shape[2];
  const thin = layout.strip.width / drawn.weights.length;
  drawn.weights.forEach((level, index) => {
    const piece = Math.floor(index / each);
    const late = (LAG * piece) / (layout.planes.length - 1);
    /** @param {number} act */
    const way = act => eased(Math.max(0, Math.min(1, (folded - act) * (1 + LAG) - late)));
    pen.fillStyle = colour(drawn.signed, level);
    if (folded > 0) {
      pen.globalAlpha = 0.35; // the row stays where it was, faintly
      pen.fillRect(layout.strip.x + index * thin, 0, thin + 0.3, layout.strip.height);
      pen.globalAlpha = 1;
    }
    const spot = between(layout, data, index, way(0), way(1));
    pen.fillRect(spot.x, spot.y, spot.width + 0.3, spot.height + 0.3);
  });
}

/**
 * Where a weight is on its way: in the row, in its piece, in its plane.
 *
 * @param {Layout} layout
 * @param {Data} data
 * @param {number} index
 * @param {number} cut
 * @param {number} fold
 * @returns {Spot}
 */
function between(layout, { shape: [count, high, wide] }, index, cut, fold) {
  const each = high * wide;
  const plane = layout.planes[Math.floor(index / each)];
  const order = index % each;
  const thin = layout.strip.width / (count * each);
  const slim = plane.width / each;
  /** @param {number} row @param {number} piece @param {number} folded */
  const on = (row, piece, folded) => mix(mix(row, piece, cut), folded, fold);
  return {
    x: on(layout.strip.x + index * thin, plane.x + order * slim, plane.x + (order % wide) * layout.cell),
    y: on(0, plane.y - CUT.above, plane.y + Math.floor(order / wide) * layout.cell),
    width: on(thin, slim, layout.cell),
    height: on(layout.strip.height, CUT.height, layout.cell),
  };
}

/** @param {Sheet} sheet */
function headings({ pen, data, layout, looks }) {
  pen.fillStyle = looks.ink;
  pen.textAlign = "left";
  pen.fillText(`Picture ${data.picture.join(" × ")}`, layout.photo.x, layout.photo.y - 7);
  pen.textAlign = "right";
  pen.fillText(`Response ${data.size.join(" × ")}`, layout.answer.x + layout.answer.width, layout.answer.y - 7);
}

/** @param {Data} data @param {number} place @returns {[number, number]} */
const rowAndColumn = ({ size }, place) => [Math.floor(place / size[1]), place % size[1]];

/** @param {Sheet} sheet @param {number} place */
function picture(sheet, place) {
  const { pen, data, layout, photo, looks } = sheet;
  const { x, y, width, height } = layout.photo;
  if (photo) pen.drawImage(photo, x, y, width, height);
  else outline(sheet, layout.photo, 0.3);
  if (place < 0) return;
  const [row, column] = rowAndColumn(data, place);
  const scale = width / data.picture[1];
  pen.strokeStyle = looks.reach;
  pen.lineWidth = 2.5;
  const side = data.window * scale;
  pen.strokeRect(x + column * data.stride * scale, y + row * data.stride * scale, side, side);
}

/** The sums so far. @param {Sheet} sheet @param {number} place @param {number} part */
function response(sheet, place, part) {
  const { pen, data, drawn, layout, looks } = sheet;
  for (let index = 0; index <= place; index++) {
    if (index === place && part < 1) break;
    square(pen, drawn.signed, drawn.levels[index], cellOf(layout, data, index));
  }
  if (place < 0) return;
  const { x, y, width, height } = cellOf(layout, data, place);
  pen.strokeStyle = looks.reach;
  pen.lineWidth = 2.5;
  pen.strokeRect(x, y, width, height);
}

/** @param {Layout} layout @param {Data} data @param {number} index @returns {Spot} */
function cellOf({ answer, answerCell }, data, index) {
  const [row, column] = rowAndColumn(data, index);
  return { x: answer.x + column * answerCell, y: answer.y + row * answerCell, width: answerCell, height: answerCell };
}

/** What each plane meets, its sum, and the way of the sums to the response. @param {Sheet} sheet @param {number} place @param {number} part */
function meeting(sheet, place, part) {
  const { pen, data, drawn, layout, looks } = sheet;
  const [row, column] = rowAndColumn(data, place);
  const [, high, wide] = data.shape;
  const count = drawn.response.length;
  layout.tiles.forEach(({ x, y, width, height }, index) => {
    pen.drawImage(drawn.maps[index], column, row, wide, high, x, y, width, height);
    pen.strokeStyle = looks.reach;
    pen.lineWidth = 1.5;
    pen.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
    pen.fillStyle = looks.ink;
    pen.textAlign = "center";
    pen.fillText(short(drawn.sums[index * count + place]), layout.sums[index].x, layout.sums[index].y);
  });
  total(sheet, place, part);
  if (part < 1) fly(sheet, place, part);
}

/** @param {Sheet} sheet @param {number} place @param {number} part */
function total(sheet, place, part) {
  const { pen, drawn, layout, looks } = sheet;
  const { x, y, width, height } = layout.total;
  outline(sheet, layout.total, 0.45);
  const hasCome = part >= GATHER;
  pen.fillStyle = looks.ink;
  pen.textAlign = "center";
  pen.font = `${hasCome ? 600 : 400} 14px ${looks.font}`;
  pen.fillText(hasCome ? `Σ + bias = ${short(drawn.response[place])}` : "Σ + bias", x + width / 2, y + height / 2 + 5);
  pen.font = `12px ${looks.font}`;
}

/** @param {Sheet} sheet @param {number} place @param {number} part */
function fly({ pen, data, drawn, layout, looks }, place, part) {
  const count = drawn.response.length;
  const middle = { x: layout.total.x + layout.total.width / 2, y: layout.total.y + layout.total.height / 2 };
  /** @param {{ x: number, y: number }} from @param {{ x: number, y: number }} to @param {number} t @param {number} level */
  const dot = (from, to, t, level) => {
    pen.beginPath();
    pen.arc(mix(from.x, to.x, eased(t)), mix(from.y, to.y, eased(t)), 6, 0, 2 * Math.PI);
    pen.fillStyle = colour(drawn.signed, level);
    pen.fill();
    pen.strokeStyle = looks.ink;
    pen.lineWidth = 1;
    pen.stroke();
  };
  if (part < GATHER) {
    layout.sums.forEach((from, index) => dot(from, middle, part / GATHER, drawn.sumLevels[index * count + place]));
    return;
  }
  const { x, y, width, height } = cellOf(layout, data, place);
  dot(middle, { x: x + width / 2, y: y + height / 2 }, (part - GATHER) / (1 - GATHER), drawn.levels[place]);
}
