// Mouse, touch and keyboard on the grids, told to the card as pointing, holding and editing.

import { under } from "../shared/dom.js";
import { GRIDS } from "./cells.js";
import { clampTo } from "./geometry.js";

/** @import { Cell, Target } from "./types" */
/** @import { CellGrid } from "./cells.js" */
/** @import { Card } from "./grid.js" */
/** @import { Place } from "../shared/types" */

/** @type {Record<string, (place: Place) => Place>} */
const STEPS = {
  ArrowUp: ([row, col]) => [row - 1, col],
  ArrowDown: ([row, col]) => [row + 1, col],
  ArrowLeft: ([row, col]) => [row, col - 1],
  ArrowRight: ([row, col]) => [row, col + 1],
  Home: ([row]) => [row, 0],
  End: ([row]) => [row, Infinity],
  PageUp: ([, col]) => [0, col],
  PageDown: ([, col]) => [Infinity, col],
};

/** @type {Record<string, Place>} with Ctrl */
const CORNERS = { Home: [0, 0], End: [Infinity, Infinity] };

const BEGINS_A_NUMBER = /^[\d.,−-]$/;

/** @typedef {Target & { grid: CellGrid, channel: number }} Met a cell with its grid */

/**
 * The grid and place of the cell an event happened on, or null.
 *
 * @param {Event} event
 * @returns {Met | null}
 */
function cellOf(event) {
  const cell = /** @type {Cell | null} */ (under(event, ".c[role=gridcell]"));
  const node = cell?.closest(".grid");
  const grid = node && GRIDS.get(node);
  return cell && grid ? { grid, part: grid.part, channel: grid.channel, place: cell.place } : null;
}

/** @param {Target | null} a @param {Target | null} b */
export const isSameCell = (a, b) =>
  a !== null &&
  b !== null &&
  a.part === b.part &&
  a.place[0] === b.place[0] &&
  a.place[1] === b.place[1] &&
  (a.part === "out" || a.channel === b.channel);

/**
 * Connects the card's element once; every cell is found from its event.
 *
 * @param {HTMLElement} root
 * @param {Card} card
 */
export function listen(root, card) {
  let pointerType = "mouse";
  root.addEventListener("pointerdown", event => {
    pointerType = event.pointerType;
  });
  root.addEventListener("pointerover", event => {
    if (event.pointerType === "touch") return;
    const target = cellOf(event);
    if (target) card.point(target);
    else if (!under(event, ".scroll")) card.point(null); // gaps keep the last cell lit
  });
  root.addEventListener("pointerleave", () => card.point(null));
  root.addEventListener("click", event => {
    const target = cellOf(event);
    if (!target) return;
    target.grid.setHome(target.place);
    const isSecondTap = pointerType === "touch" && isSameCell(target, card.held);
    if (card.painter.isOn && target.part === "in") return;
    if (isSecondTap && card.canEdit(target)) card.edit(target);
    else card.hold(target);
  });
  root.addEventListener("dblclick", event => {
    const target = cellOf(event);
    if (target && !card.painter.isOn && card.canEdit(target)) card.edit(target);
  });
  root.addEventListener("focusin", event => {
    const target = cellOf(event);
    if (target && under(event, ":focus-visible")) card.reach(target);
  });
  root.addEventListener("focusout", event => {
    if (cellOf(event)) card.point(null);
  });
  root.addEventListener("keydown", event => onKey(event, card));
}

/** @param {KeyboardEvent} event @param {Card} card */
function onKey(event, card) {
  const target = cellOf(event);
  if (event.key === "Escape" && card.held) {
    card.release();
    event.preventDefault();
  }
  if (!target || event.altKey || event.metaKey) return;
  if (event.key in STEPS) {
    const { grid, place } = target;
    let next = STEPS[event.key](place);
    if (event.ctrlKey) next = CORNERS[event.key] ?? next;
    grid.focus(clampTo(grid.size, next));
  } else if (["Enter", " ", "F2"].includes(event.key)) {
    if (target.part === "kernel" || (event.key === "F2" && card.canEdit(target))) card.edit(target);
    else if (event.key !== "F2") card.hold(target);
  } else if (BEGINS_A_NUMBER.test(event.key) && !event.ctrlKey && card.canEdit(target)) card.edit(target, event.key);
  else return;
  event.preventDefault();
}
