// Each number times its weight flies from the input into the sum, when the walk goes one on. Drawing only; with reduced
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

/**
 * @param {HTMLElement} root in which they fly
 * @param {Stage} stage
 * @param {Place} place of the output
 * @param {number} step ms that a step takes
 */
export function fly(root, stage, place, step) {
  for (const chip of root.querySelectorAll(".product")) chip.remove();
  const to = stage.output.cell(place);
  const from = stage.inputs.flatMap(grid => grid.marked.filter(cell => cell.dataset.factor));
  const time = Math.min(step, 1200) * SHARE;
  if (!to || CALM.matches || time < SHORTEST || !from.length || from.length > MOST) return;
  const end = middle(root, to);
  from.forEach((cell, order) => {
    const start = middle(root, cell);
    const chip = element("span", { class: "product", "aria-hidden": "true" }, `${cell.shown}${cell.dataset.factor}`);
    root.append(chip);
    const late = (time * STAGGER * order) / from.length;
    const way = chip.animate(
      [
        { transform: at(start), opacity: 1 },
        { transform: at(end), opacity: 0.85 },
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
