// Which maps are lit when one is pointed at: what it reads, and what reads it.

/** @import { Column, Data, Link, Spot } from "./types" */

/** By column, the maps that are lit (their places among those shown); null for all.
 *
 * @typedef {Map<number, Set<number> | null>} Lit
 */

/** Where the map that a link passes into stands among those shown, or −1.
 *
 * @param {Link} link @param {Data} data @param {number} index of the source's
 */
const inTarget = (link, data, index) =>
  data.columns[link.target].channels.indexOf(channel(data, link.source, index) + link.offset);

/** The same, backwards.
 *
 * @param {Link} link @param {Data} data @param {number} index of the target's
 */
export const inSource = (link, data, index) => {
  const wanted = channel(data, link.target, index) - link.offset;
  return link.source < 0 ? wanted : data.columns[link.source].channels.indexOf(wanted);
};

/** @param {Data} data @param {number} column @param {number} index */
const channel = (data, column, index) => (column < 0 ? index : data.columns[column].channels[index]);

/** @param {Data} data @param {Spot} spot @returns {Lit} */
export function lit(data, spot) {
  /** @type {Lit} */
  const found = new Map([[spot.column, new Set([spot.index])]]);
  for (let at = spot.column + 1; at < data.columns.length; at++) spread(found, at, data, true);
  for (let at = spot.column; at >= 0; at--) spread(found, at, data, false);
  return found;
}

/** Lights what column `at` reads, or (`isOnward`) what of it reads lit maps.
 *
 * @param {Lit} found @param {number} at @param {Data} data @param {boolean} isOnward
 */
function spread(found, at, data, isOnward) {
  for (const link of data.links) {
    if (link.target !== at) continue;
    const [from, to] = isOnward ? [link.source, at] : [at, link.source];
    const maps = found.get(from);
    if (maps === undefined || (isOnward && from < 0)) continue;
    if (maps === null || !link.isSame) found.set(to, null);
    else if (found.get(to) !== null) {
      const next = [...maps].map(index => (isOnward ? inTarget : inSource)(link, data, index)).filter(i => i >= 0);
      found.set(to, new Set([...(found.get(to) ?? []), ...next]));
    }
  }
}
