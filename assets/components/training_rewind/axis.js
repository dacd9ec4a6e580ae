// Which columns are named below them, where there is not room for all names.

const DIGIT = 7.5; // px, of a name of 12 px
const AIR = 8; // px between two names

/**
 * @param {string[]} names of the columns
 * @param {number} room px that a column has
 * @param {number[]} first columns that are named in any case, the most important first
 * @returns {Set<number>} of the others those that fit, evenly
 */
export function named(names, room, first) {
  const widest = Math.max(...names.map(name => name.length)) * DIGIT + AIR;
  const apart = Math.max(1, Math.ceil(widest / room));
  const evenly = names.map((_, index) => index).filter(index => index % apart === 0);
  const taken = /** @type {number[]} */ ([]);
  for (const index of [...first, ...evenly])
    if (taken.every(other => Math.abs(other - index) >= apart)) taken.push(index);
  return new Set(taken);
}
