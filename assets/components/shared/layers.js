// What the views of one network have in common, each in a component of its own: the layer that is pointed at, the
// one that is chosen, the groups that are unfolded, and the words that are sought.

/** On the document: the number of a layer or the key of a group; null for none. */
export const LIT = "cnnviz:layer";
/** The number of the layer that was clicked. */
export const CHOSEN = "cnnviz:chosen";
/** Something was folded or unfolded; the network's name. */
export const FOLDED = "cnnviz:folded";
/** The words that are sought; empty for none. */
export const SOUGHT = "cnnviz:sought";

/** The shapes that a mend would give, by the number of the layer; null where none is pointed at. */
export const PREVIEWED = "cnnviz:previewed";

/** @param {string} type @param {unknown} detail */
const tell = (type, detail) => void document.dispatchEvent(new CustomEvent(type, { detail }));

/** @param {string | null} path */
export const light = path => tell(LIT, path);

/** @param {string} path */
export const chosen = path => tell(CHOSEN, path);

/** @typedef {Record<string, string>} Shapes */

/** @param {Shapes | null} shapes */
export const preview = shapes => tell(PREVIEWED, shapes);

let words = "";

/** @param {string} text */
export function seek(text) {
  words = text.trim().toLowerCase();
  tell(SOUGHT, words);
}

export const sought = () => words;

const ANSWER = 1500; // ms in which Python hears of a fold and answers; its words before are about the groups before

/**
 * @typedef {object} Unfolded
 * @property {Set<string>} open
 * @property {Set<string>} known
 * @property {string} word what Python called these groups last
 * @property {number} turnedAt when a hand has folded something last
 * @property {number} version how often they have changed
 */

/** @type {Map<string, Unfolded>} by the network's name */
const networks = new Map();

/**
 * The groups of a network that are unfolded, in all views of it.
 *
 * @param {string} name
 */
export function folds(name) {
  const own = networks.get(name) ?? { open: new Set(), known: new Set(), word: "", turnedAt: -ANSWER, version: 0 };
  const { open, known } = own;
  networks.set(name, own);
  return {
    /** @param {string} key */
    isOpen: key => open.has(key),
    version: () => own.version,
    /** Those of `keys` that are unfolded. @param {string[]} keys */
    opened: keys => keys.filter(key => open.has(key)),
    /**
     * Groups that were not there before are unfolded as Python says, and all are where it speaks of others than
     * before: an address has come.
     *
     * @param {string[]} keys
     * @param {string[]} opened
     * @param {string} word what Python calls the groups that are unfolded
     */
    meet(keys, opened, word) {
      const isNews = word !== own.word && performance.now() - own.turnedAt > ANSWER,
        before = [...open].sort().join(),
        isAnswer = keys.every(key => open.has(key) === opened.includes(key));
      if (isNews || isAnswer) own.word = word;
      for (const key of keys) {
        if (isNews || !known.has(key)) opened.includes(key) ? open.add(key) : open.delete(key);
        known.add(key);
      }
      if (before !== [...open].sort().join()) own.version += 1;
    },
    /** @param {string[]} keys @param {boolean} isOpen */
    set(keys, isOpen) {
      const before = open.size;
      keys.forEach(key => (isOpen ? open.add(key) : open.delete(key)));
      if (open.size === before) return;
      own.turnedAt = performance.now();
      own.version += 1;
      tell(FOLDED, name);
    },
  };
}
