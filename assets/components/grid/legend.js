// What the looks mean, and how many cells have them; the counts come with the example.

import { element } from "../shared/dom.js";
import { count } from "../shared/numbers.js";

/** @import { Example } from "./types" */

export class Legend {
  constructor() {
    this.element = element("ul", { class: "legend" });
    this.shown = "";
  }

  /** @param {Example} example @param {boolean} isTinted */
  show(example, isTinted) {
    const items = [...countedLooks(example, isTinted), ...tintedLooks(example, isTinted)];
    const key = JSON.stringify(items);
    if (key === this.shown) return;
    this.shown = key;
    this.element.replaceChildren(...items.map(([look, text]) => legendItem(look, text)));
  }
}

/** @typedef {[look: string, text: string, cells: number]} Look */

/**
 * Looks that occur, each with its count in words.
 *
 * @param {Example} example
 * @param {boolean} isTinted cells have colours and no numbers, so none says how often it was written
 */
function countedLooks(example, isTinted) {
  const { padding_cells, padding_mode, unread, skipped, added } = example;
  const mode = padding_mode === "zeros" ? "" : ` (${padding_mode})`;
  /** @type {Look[]} */
  const looks = example.transposed
    ? [
        ["cut", `${padding_cells} cut by padding`, padding_cells],
        ["out added", `${added} from output_padding`, added],
        ["out unread", `${unread} never written`, unread],
        ["hole", `${skipped} skipped by dilation at each place`, skipped],
        ["out stamps", "written more than once", Number(!isTinted && isUneven(example))],
      ]
    : [
        ["pad", count(padding_cells, "padding cell", "padding cells") + mode, padding_cells],
        ["in unread", `${unread} never read`, unread],
        ["hole", `${skipped} skipped by dilation at each place`, skipped],
      ];
  return looks.filter(([, , n]) => n > 0);
}

/** @param {Example} example */
const isUneven = ({ read_counts }) => new Set(read_counts.flat()).size > 1 && Math.max(...read_counts.flat()) > 1;

/**
 * What colours say in cells without numbers.
 *
 * @param {Example} example
 * @param {boolean} isTinted
 */
function tintedLooks({ output }, isTinted) {
  if (!isTinted) return [];
  const isBelowZero = output.some(row => row.some(value => value < 0));
  return [["out t3", "stronger: larger"], ...(isBelowZero ? [["out n3", "brown: below zero"]] : [])];
}

/** @param {string} look @param {string} text */
function legendItem(look, text) {
  const item = element("li", { class: /[tn]3/.test(look) ? "dense" : "" });
  const swatch = element("span", { class: `c ${look}` });
  swatch.setAttribute("aria-hidden", "true");
  item.append(swatch, text);
  return item;
}
