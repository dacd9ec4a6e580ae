// Edits that Python has not answered yet, in the address: a page that is opened there does them again. What a network
// becomes Python alone knows, so the address says the network as it was told last and what was said of it since.

import { isStepAhead, sayAhead } from "../shared/address.js";
import { OUTCOME } from "./base.js";

const LONGEST = 2000; // characters of edits in an address (LONGEST_EDITS in cnnviz/ui/build/unheard.py)
const BASE = 5; // letters of a network's text that tell it from others: its version and its check
const LAYERS = ["layer", "of_layer"]; // what names a layer in a word

/** @typedef {import("./types").Word} Word */
/** @typedef {import("./types").Editing} Editing */

/**
 * A word for a server that does not know this one's identities: layers by their number in the network told last.
 *
 * @param {Word} word @param {Editing} data @param {Set<string>} marks of edits that are said as well
 */
function byNumber(word, data, marks) {
  const said = { ...word };
  for (const name of LAYERS) {
    const identity = said[name];
    if (typeof identity !== "number") continue;
    const at = data.identities.indexOf(identity);
    said[name] = at < 0 ? "gone" : `no. ${data.rows[at].path}`;
  }
  if (typeof said.layer === "string" && said.layer.startsWith(OUTCOME) && !marks.has(said.layer))
    said.layer = "selected"; // what the last edit that was answered has selected
  return said;
}

/** Undo and redo at the beginning: the network that they lead to, which another session would not remember.
 *
 * @param {Word[]} words @param {Editing} data
 */
function withWays(words, data) {
  const first = words[0]?.do,
    ways = first === "undo" ? data.undone : first === "redo" ? data.redone : [];
  let at = 0;
  return words.map(word => {
    if (at < 0 || word.do !== first || !ways[at]) {
      at = -1;
      return word;
    }
    at += 1;
    return { ...word, net: ways[at - 1] };
  });
}

/** @param {Word[]} words @param {Editing} data @returns {string} */
export function editsText(words, data) {
  const marks = new Set(words.filter(({ mark }) => mark !== undefined).map(({ mark }) => `${OUTCOME} ${mark}`));
  const said = withWays(words, data).map(word => JSON.stringify(byNumber(word, data, marks)));
  while (said.length && said.join(",").length + BASE + 2 > LONGEST) said.pop();
  return said.length ? `${data.net.slice(0, BASE)}[${said.join(",")}]` : "";
}

/** The address says the network as it was told last, and what was said since. @param {any} view */
export function sayUnheard(view) {
  const { data } = view;
  if (!data.net) return; // too long for an address, or not edited here
  const words = view.words.unheard(),
    isEdited = words.some((/** @type {Word} */ { do: what }) => what !== "select"), // a choice alone is a layer
    edits = isEdited ? editsText(words, data) : "";
  const now = `${data.net} ${edits}`;
  if (view.saidEdits === undefined && !edits) view.saidEdits = now; // as the page was opened
  if (view.saidEdits === now || (!edits && isStepAhead())) return;
  view.saidEdits = now;
  view.edits = edits;
  sayAhead({ net: data.net, edits, ...(edits ? {} : { layer: data.selected || "0" }) });
}

/** A page that was opened anew has done what the address said: it is not said once more. @param {any} view @param {Editing} data */
export function forgetDone(view, data) {
  if (view.edits && data.done === view.edits) view.words.forget();
}
