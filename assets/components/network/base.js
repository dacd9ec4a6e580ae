// What the parts of the network component share: buttons, and lighting a layer everywhere.
// A layer is known by its number: "4", "8.2" for the second in block 8, "" for the input.

import { sayAhead } from "../shared/address.js";
import { element } from "../shared/dom.js";

export const button = (label, help, press, attributes = {}) => {
  const made = element("button", { type: "button", title: help, "aria-label": help, ...attributes }, label);
  made.addEventListener("click", press);
  return made;
};

// Scrolls a box, never the page, until a node in it is seen.
export function reveal(box, wanted, sideways = true) {
  if (!box || !wanted) return;
  const outer = box.getBoundingClientRect(),
    inner = wanted.getBoundingClientRect(),
    rim = 34;
  if (inner.top < outer.top + rim) box.scrollTop += inner.top - outer.top - rim;
  else if (inner.bottom > outer.bottom - rim)
    box.scrollTop += Math.min(inner.bottom - outer.bottom + rim, inner.top - outer.top - rim);
  if (!sideways) return;
  if (inner.left < outer.left) box.scrollLeft += inner.left - outer.left - rim;
  else if (inner.right > outer.right) box.scrollLeft += inner.right - outer.right + rim;
}

// What a visitor did goes to Python as one word with its details; the rest of the page follows when
// the hands rest.
const STILL = 350; // ms

// Instead of a layer: the one that is selected when the word is heard, or was by the edit with a mark.
export const SELECTED = "selected";
export const OUTCOME = "outcome";
export const BEHIND = "behind"; // where a layer comes to stand, unless one says otherwise
const INPUT = "0"; // as the address says it

/** What Python calls the layer of a row: its number changes with every edit before it, this does not. */
export const identityOf = (view, path) =>
  view.data.identities?.[view.data.rows.findIndex(row => row.path === path)] ?? null;

/** The number of the layer that a row is, or is part of; null for a group. */
export const layerOf = row => (row.fold && row.of === undefined && !row.block ? null : (row.of ?? row.path));

/** @returns {number} the number of the word: what Python says before it has heard it is about an earlier network */
export function act(view, what, details = {}) {
  if (what !== "set") {
    if (view.waiting.length) return view.waiting.push(() => act(view, what, details)); // keys of the table come first
    view.takeSide(BEHIND); // "inside" is said of one layer, at any speed
  }
  if (what !== "select") view[what === "undo" ? "redo" : "undo"].disabled = false; // a hand need not wait for the answer
  clearTimeout(view.still);
  view.still = setTimeout(() => view.setTriggerValue("rested", true), STILL);
  const number = view.words.say({ do: what, fit: view.fit.checked, ...details });
  view.spoken(); // the server hears it first
  return number;
}

export function choose(view, path) {
  if (path === undefined || path === null || view.data.read_only) return;
  const layer = identityOf(view, path);
  view.wanted = layer;
  const isAhead = view.words.isAhead();
  if (path !== view.data.selected || isAhead) act(view, "select", { layer });
  if (!isAhead) sayAhead({ layer: path || INPUT }); // else edits on their way may renumber it
}
