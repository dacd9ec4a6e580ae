// The numbers behind an overview, fetched when it rests: values of cells, what maps give to them, scores without a map.

import { address } from "../shared/dom.js";

/** @import { Data, Details, Spot } from "./types" */

const DIGEST = 32; // bytes before the numbers

/** @param {Details} details */
export async function fetched(details) {
  const answer = await fetch(address(details.url));
  return answer.ok ? new Float32Array((await answer.arrayBuffer()).slice(DIGEST)) : null;
}

/** The number of a cell as it is shown, or null where it is not there yet.
 *
 * @param {Data} data @param {Float32Array | null} numbers @param {Spot} spot
 */
export function valueAt(data, numbers, spot) {
  if (!numbers || !data.details) return null;
  const { size } = data.columns[spot.column];
  const [row, at] = pixel(data, spot);
  return numbers[data.details.values[spot.column] + (spot.index * size[0] + row) * size[1] + at];
}

/** The pixel of a map as it is shown that a cell lies in.
 *
 * @param {Data} data @param {Spot} spot
 */
function pixel(data, spot) {
  const { side } = data.columns[spot.column];
  return [Math.floor(spot.row / side), Math.floor(spot.at / side)];
}

/** What each source map gives to a cell along a link; null where no sum of one step tells it.
 *
 * @param {Data} data @param {Float32Array | null} numbers @param {number} link its place among the links
 * @param {Spot} spot @returns {number[] | null}
 */
export function termsAt(data, numbers, link, spot) {
  const terms = data.details?.terms[link];
  if (!numbers || !terms) return null;
  const [, sources, rows, columns] = terms.shape;
  return Array.from({ length: sources }, (_, source) => {
    const at = ((spot.index * sources + source) * rows + Math.min(spot.row, rows - 1)) * columns;
    return numbers[terms.at + at + Math.min(spot.at, columns - 1)];
  });
}

/** The scores of the classes shown without a map, or null.
 *
 * @param {Data} data @param {Float32Array | null} numbers @param {Spot} spot @param {number} classes of the network
 */
export function withoutAt(data, numbers, spot, classes) {
  const start = data.details?.without[spot.column];
  if (!numbers || start === undefined) return null;
  const channel = data.columns[spot.column].channels[spot.index];
  return data.scores.map(score => numbers[start + channel * classes + score.index]);
}
