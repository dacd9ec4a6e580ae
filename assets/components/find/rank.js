// Which things fit what was typed, the best first.

/** @typedef {[kind: string, title: string, note: string, where: string, to: string, also: string]} Found as cnnviz/ui/finding/index.py sends it */
/** @typedef {{ found: Found, title: string, words: string[], rest: string[], close: string }} Prepared with its words ready to be compared */

const KINDS = ["page", "term", "view", "preset", "method", "kernel", "try", "network", "picture"]; // what is meant first
const MOST = 40; // results shown
const [EXACT, STARTS, WORD, WORD_STARTS, INSIDE, BESIDE] = [100, 60, 30, 24, 10, 6];
const LEAST_FOR_A_SLIP = 5; // letters of a word in which one wrong letter is forgiven

/** @param {string} text */
export const plain = text =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/\s*[×x]\s*(?=\d)/g, "x")
    .replace(/[’']/g, "");

/** @param {string} text */
export const wordsOf = text => plain(text).match(/[\p{L}\p{N}.+]+/gu) ?? [];

/** @param {string} text */
const close = text => wordsOf(text).join(""); // ResNet-18 is resnet18

/** @param {Found} found @returns {Prepared} */
function prepared(found) {
  const [, title, note, where, , also] = found;
  return {
    found,
    title: plain(title),
    words: wordsOf(title),
    rest: wordsOf(`${note} ${where} ${also}`),
    close: close(title),
  };
}

/** @param {Found[]} all */
export const prepare = all => all.map(prepared);

/** @param {Prepared} one @param {string} word */
function fit(one, word) {
  if (one.words.includes(word)) return WORD;
  if (one.words.some(own => own.startsWith(word))) return WORD_STARTS;
  if (one.rest.some(own => own.startsWith(word))) return BESIDE;
  return one.title.includes(word) || one.close.includes(word) ? INSIDE : 0;
}

/** @param {Prepared} one @param {string} word */
function fitWithASlip(one, word) {
  const isNear = (/** @type {string} */ own) => word.length >= LEAST_FOR_A_SLIP && isOneSlip(own, word);
  return fit(one, word) || (one.words.some(isNear) ? INSIDE : 0);
}

/**
 * Whether one letter more, less, other, or two that changed places make one word of the other.
 *
 * @param {string} a @param {string} b
 */
export function isOneSlip(a, b) {
  if (Math.abs(a.length - b.length) > 1) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from += 1;
  let [endA, endB] = [a.length, b.length];
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) [endA, endB] = [endA - 1, endB - 1];
  const [left, right] = [a.slice(from, endA), b.slice(from, endB)];
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

/**
 * @param {Prepared} one
 * @param {string} query
 * @param {string[]} words
 * @param {(one: Prepared, word: string) => number} fits
 */
function score(one, query, words, fits) {
  let sum = 0;
  for (const word of words) {
    const some = fits(one, word);
    if (!some) return 0;
    sum += some;
  }
  const whole = close(query);
  if (one.close === whole) sum += EXACT;
  else if (one.close.startsWith(whole)) sum += STARTS;
  return sum / words.length + KINDS.length - KINDS.indexOf(one.found[0]);
}

/**
 * @param {Prepared[]} all
 * @param {string} query
 * @returns {Found[]} the best first; of nothing typed the pages; none where nothing fits
 */
export function ranked(all, query) {
  const words = wordsOf(query);
  if (!words.length) return all.filter(one => one.found[0] === "page").map(one => one.found);
  const strict = best(all, query, words, fit);
  return strict.length ? strict : best(all, query, words, fitWithASlip);
}

/** @type {(all: Prepared[], query: string, words: string[], fits: (one: Prepared, word: string) => number) => Found[]} */
const best = (all, query, words, fits) =>
  all
    .map(one => ({ one, points: score(one, query, words, fits) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || a.one.title.length - b.one.title.length)
    .slice(0, MOST)
    .map(({ one }) => one.found);
