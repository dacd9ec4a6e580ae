// What a key moves by in a row of grids: the grid by the page keys, its cell by the arrows.

/** @type {Record<string, [grid: number, row: number, column: number]>} */
export const STEPS = {
  ArrowUp: [0, -1, 0],
  ArrowDown: [0, 1, 0],
  ArrowLeft: [0, 0, -1],
  ArrowRight: [0, 0, 1],
  PageUp: [-1, 0, 0],
  PageDown: [1, 0, 0],
};
