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

/** @typedef {{ open: Set<string>, known: Set<string> }} Unfolded */

/** @type {Map<string, Unfolded>} by the network's name */
const networks = new Map();

/**
 * The groups of a network that are unfolded, in all views of it.
 *
 * @param {string} name
 */
export function folds(name) {
  const { open, known } = networks.get(name) ?? { open: new Set(), known: new Set() };
  networks.set(name, { open, known });
  return {
    /** @param {string} key */
    isOpen: key => open.has(key),
    /**
     * Groups that were not there before are unfolded as Python says.
     *
     * @param {string[]} keys
     * @param {string[]} opened
     */
    meet(keys, opened) {
      for (const key of keys) {
        if (!known.has(key) && opened.includes(key)) open.add(key);
        known.add(key);
      }
    },
    /** @param {string[]} keys @param {boolean} isOpen */
    set(keys, isOpen) {
      const before = open.size;
      keys.forEach(key => (isOpen ? open.add(key) : open.delete(key)));
      if (open.size !== before) tell(FOLDED, name);
    },
  };
}
