// Which things fit what was typed, the best first.

/** @typedef {[kind: string, title: string, note: string, where: string, to: string, also?: string, here?: string]} Found as cnnviz/ui/finding/index.py sends it */
/** @typedef {{ found: Found, title: string, words: string[], same: string[], rest: string[], close: string }} Prepared with its words ready to be compared */

const KINDS = ["page", "term", "do", "view", "preset", "method", "kernel", "try", "network", "picture"]; // what is meant first
const MOST = 40; // results shown
const [EXACT, SAME, STARTS, WORD, WORD_STARTS, INSIDE, BESIDE, FAR] = [100, 60, 60, 30, 24, 10, 6, 2];
const OF_ONE_THING = new Set(["term", "do"]); // whose other words mean the same
const [LEAST_FOR_A_SLIP, LEAST_FOR_TWO] = [5, 8]; // letters of a word in which one slip, or two, are forgiven
const LEAST_OF_MANY = 4; // letters of a word whose last s may say that there are many
const ASKING = new Set(
  "a an the what which how why where who is are was do does did can could should i my me of for about many much to in on with torch nn".split(
    " ",
  ),
);

/** @param {string} text */
export const plain = text =>
  text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/\s*[×x]\s*(?=\d)/g, "x")
    .replace(/[’']/g, "");

/** @param {string} text */
export const wordsOf = text => plain(text).match(/[\p{L}\p{N}+]+(?:\.\p{N}+)*/gu) ?? [];

/** @param {string} text */
const close = text => wordsOf(text).join(""); // ResNet-18 is resnet18

/** @param {string[]} words */
const closeOfOne = words => words.map(ofOne).join("");

/** What a question is about: "what is a stride" asks for stride.  @param {string} query */
function wordsMeant(query) {
  const words = wordsOf(query),
    meant = words.filter(word => !ASKING.has(word));
  return meant.length ? meant : words;
}

/** "strides" is about stride.  @param {string} word */
const ofOne = word => (word.length >= LEAST_OF_MANY && /[^s]s$/.test(word) ? word.slice(0, -1) : word);

/** @param {Found} found @returns {Prepared} */
function prepared(found) {
  const [kind, title, note, where, , also = ""] = found;
  return {
    found,
    title: plain(title),
    words: wordsOf(title),
    same: OF_ONE_THING.has(kind) ? wordsOf(also) : [],
    rest: wordsOf(`${note} ${where} ${also}`),
    close: close(title),
  };
}

/** @param {Found[]} all */
export const prepare = all => all.map(prepared);

/** Whether a word is among others, one or many of it. @param {string[]} words @param {string} word */
const isAmong = (words, word) => words.some(own => own === word || ofOne(own) === ofOne(word));

/** @param {Prepared} one @param {string} word */
function fit(one, word) {
  if (isAmong(one.words, word) || isAmong(one.same, word)) return WORD;
  if (one.words.some(own => own.startsWith(word))) return WORD_STARTS;
  if (one.rest.some(own => own.startsWith(word) || own === ofOne(word))) return BESIDE;
  return one.title.includes(word) || one.close.includes(word) ? INSIDE : 0;
}

/** @param {Prepared} one @param {string} word */
function fitWithSlips(one, word) {
  const some = fit(one, word),
    most = slipsOf(word);
  if (some || !most) return some;
  const isNear = (/** @type {string} */ own) => slips(word, own) <= most;
  if (one.words.some(isNear) || isNear(one.close)) return INSIDE;
  return one.rest.some(own => own[0] === word[0] && isNear(own)) ? FAR : 0;
}

/** How many slips are forgiven in a word. @param {string} word */
const slipsOf = word => (word.length < LEAST_FOR_A_SLIP ? 0 : word.length < LEAST_FOR_TWO ? 1 : 2);

/**
 * How many slips lie between what was typed and the nearest beginning of a word: a letter more, less, other, or two
 * neighbours that changed places (the distance of optimal string alignment).
 *
 * @param {string} typed
 * @param {string} own
 */
export function slips(typed, own) {
  const row = (/** @type {number} */ at) => [at, ...Array(own.length).fill(0)];
  let [before, last] = [row(0), Array.from(row(0), (_, at) => at)];
  for (let i = 1; i <= typed.length; i++) {
    const next = row(i);
    for (let j = 1; j <= own.length; j++) {
      const isOther = typed[i - 1] === own[j - 1] ? 0 : 1,
        isSwapped = i > 1 && j > 1 && typed[i - 1] === own[j - 2] && typed[i - 2] === own[j - 1];
      next[j] = Math.min(last[j] + 1, next[j - 1] + 1, last[j - 1] + isOther, isSwapped ? before[j - 2] + 1 : Infinity);
    }
    [before, last] = [last, next];
  }
  return Math.min(...last);
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
  const wholes = [close(query), words.join(""), closeOfOne(words)];
  if (wholes.includes(one.close) || closeOfOne(one.words) === closeOfOne(words)) sum += EXACT;
  else if (words.every(word => isAmong(one.same, word))) sum += SAME;
  else if (wholes.some(whole => one.close.startsWith(whole))) sum += STARTS;
  return sum / words.length + KINDS.length - KINDS.indexOf(one.found[0]);
}

/**
 * @param {Prepared[]} all
 * @param {string} query
 * @returns {Found[]} the best first; of nothing typed the pages; none where nothing fits
 */
export function ranked(all, query) {
  const words = wordsMeant(query);
  if (!words.length) return all.filter(one => one.found[0] === "page").map(one => one.found);
  const found = best(all, query, words, fit);
  if (found.some(one => isNamed(one, query, words))) return shown(found);
  const forgiven = best(all, query, words, fitWithSlips).filter(one => !found.includes(one));
  return shown([...found, ...forgiven]);
}

/**
 * What fits some of several words, where nothing fits all of them: what fits most of the letters first.
 *
 * @param {Prepared[]} all
 * @param {string} query
 * @returns {Found[]}
 */
export function rankedBySome(all, query) {
  const words = wordsMeant(query);
  if (words.length < 2) return [];
  const letters = words.join("").length;
  const share = (/** @type {Prepared} */ one) =>
    words.filter(word => fitWithSlips(one, word) > BESIDE).join("").length / letters;
  const found = all.map(one => ({ one, points: share(one) })).filter(({ points }) => points > 0);
  const most = Math.max(...found.map(({ points }) => points));
  const named = found.filter(({ points }) => points === most).map(({ one }) => one);
  const meant = words.filter(word => named.some(one => fitWithSlips(one, word) > BESIDE));
  return shown(best(named, meant.join(" "), meant, (one, word) => fitWithSlips(one, word) || FAR));
}

/** Whether a title begins as what was typed, or has all its words. @type {(one: Prepared, query: string, words: string[]) => boolean} */
const isNamed = (one, query, words) =>
  one.close.startsWith(close(query)) || words.every(word => one.words.some(own => own.startsWith(word)));

/** @param {Prepared[]} some */
const shown = some => some.slice(0, MOST).map(({ found }) => found);

/** @type {(all: Prepared[], query: string, words: string[], fits: (one: Prepared, word: string) => number) => Prepared[]} */
const best = (all, query, words, fits) =>
  all
    .map(one => ({ one, points: score(one, query, words, fits) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points || a.one.title.length - b.one.title.length)
    .map(({ one }) => one);
