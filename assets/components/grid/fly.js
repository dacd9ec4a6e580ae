// Each number times its weight flies from the input into the output, when the walk goes one on. Drawing only; with reduced
// motion nothing flies, and the factors in the cells and the line below are the still.

import { element } from "../shared/dom.js";

/** @import { Cell } from "./types" */
/** @import { Stage } from "./stage.js" */
/** @import { Place } from "../shared/types" */

const MOST = 27; // products that can be followed by eye
const SHORTEST = 350; // ms
const SHARE = 0.75; // of the time that a step takes
const STAGGER = 0.5; // of it from the first product to the last
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** @typedef {{ from: Cell, to: Cell, text: string }} Product */

/**
 * What is multiplied at a place of the walk: the window flies into the output's cell, or, transposed, the input's cell
 * to every cell that it stamps.
 *
 * @param {Stage} stage
 * @param {Place} place
 * @returns {Product[]}
 */
function productsAt({ example, inputs, output }, place) {
  const fields = example.transposed ? [output] : inputs,
    one = (example.transposed ? inputs[0] : output).cell(place);
  const met = fields.flatMap(grid => grid.marked.filter(cell => cell.dataset.factor));
  if (!one) return [];
  return met.map(cell =>
    example.transposed
      ? { from: one, to: cell, text: `${one.shown}${cell.dataset.factor}` }
      : { from: cell, to: one, text: `${cell.shown}${cell.dataset.factor}` },
  );
}

/**
 * @param {HTMLElement} root in which they fly
 * @param {Stage} stage
 * @param {Place} place of the walk
 * @param {number} step ms that a step takes
 */
export function fly(root, stage, place, step) {
  for (const chip of root.querySelectorAll(".product")) chip.remove();
  const products = productsAt(stage, place);
  const time = Math.min(step, 1200) * SHARE;
  if (CALM.matches || time < SHORTEST || products.length > MOST) return;
  products.forEach(({ from, to, text }, order) => {
    const chip = element("span", { class: "product", "aria-hidden": "true" }, text);
    root.append(chip);
    const late = (time * STAGGER * order) / products.length;
    const way = chip.animate(
      [
        { transform: at(middle(root, from)), opacity: 1 },
        { transform: at(middle(root, to)), opacity: 0.85 },
      ],
      { duration: time * (1 - STAGGER), delay: late, easing: "ease-in", fill: "backwards" },
    );
    way.onfinish = () => chip.remove();
  });
}

/** @param {{ x: number, y: number }} spot */
const at = ({ x, y }) => `translate(${x}px, ${y}px) translate(-50%, -50%)`;

/** The middle of a cell in px of the card, which may be magnified. @param {HTMLElement} root @param {Cell} cell */
function middle(root, cell) {
  const zoom = root.currentCSSZoom || 1;
  const own = root.getBoundingClientRect(),
    box = cell.getBoundingClientRect();
  return { x: (box.left + box.width / 2 - own.left) / zoom, y: (box.top + box.height / 2 - own.top) / zoom };
}
