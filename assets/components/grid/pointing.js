// Mouse, touch and keyboard on the grids, told to the card as pointing, holding and editing.

import { clampTo } from "./geometry.js";

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

/** The grid and place of the cell an event happened on, or null. */
function cellOf(event) {
  const cell = event.target.closest?.(".c[role=gridcell]");
  if (!cell) return null;
  const grid = cell.closest(".grid").owner;
  return { grid, part: grid.part, channel: grid.channel, place: cell.place };
}

export const isSameCell = (a, b) =>
  a !== null &&
  b !== null &&
  a.part === b.part &&
  a.place[0] === b.place[0] &&
  a.place[1] === b.place[1] &&
  (a.part === "out" || a.channel === b.channel);

/** Connects the card's element once; every cell is found from its event. */
export function listen(root, card) {
  let pointerType = "mouse";
  root.addEventListener("pointerdown", (event) => (pointerType = event.pointerType));
  root.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const target = cellOf(event);
    if (target) card.point(target);
    else if (!event.target.closest?.(".scroll")) card.point(null); // gaps keep the last cell lit
  });
  root.addEventListener("pointerleave", () => card.point(null));
  root.addEventListener("click", (event) => {
    const target = cellOf(event);
    if (!target) return;
    target.grid.setHome(target.place);
    const isSecondTap = pointerType === "touch" && isSameCell(target, card.held);
    if (target.part === "kernel" && isSecondTap) card.edit(target);
    else card.hold(target);
  });
  root.addEventListener("dblclick", (event) => {
    const target = cellOf(event);
    if (target?.part === "kernel") card.edit(target);
  });
  root.addEventListener("focusin", (event) => {
    if (event.target.matches(":focus-visible") && cellOf(event)) card.reach(cellOf(event));
  });
  root.addEventListener("focusout", (event) => {
    if (cellOf(event)) card.point(null);
  });
  root.addEventListener("keydown", (event) => onKey(event, card));
}

function onKey(event, card) {
  const target = cellOf(event);
  if (event.key === "Escape") card.release();
  if (!target || event.altKey || event.metaKey) return;
  if (event.key in STEPS) {
    const { grid, place } = target;
    let next = STEPS[event.key](place);
    if (event.ctrlKey) next = { Home: [0, 0], End: [Infinity, Infinity] }[event.key] ?? next;
    grid.focus(clampTo(grid.size, next));
  } else if (["Enter", " ", "F2"].includes(event.key)) {
    if (target.part === "kernel") card.edit(target);
    else if (event.key !== "F2") card.hold(target);
  } else return;
  event.preventDefault();
}
