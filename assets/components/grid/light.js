// What lights up for the cell in focus. A focus is {part, channel, place}.

import { anchorsOver, boundsOf, covered, coveredByTap, holesAt } from "./geometry.js";

/** @import { Example, Target } from "./types" */
/** @import { CellGrid } from "./cells.js" */
/** @import { Stage } from "./stage.js" */
/** @import { Place } from "../shared/types" */

/**
 * Marks the cells that belong to a focus in all grids of the stage.
 *
 * @param {Stage} stage
 * @param {Target} focus
 * @param {Target | null} pinned
 */
export function light(stage, focus, pinned) {
  for (const grid of stage.grids) grid.clear();
  if (pinned) stage.gridsOf(pinned).forEach(grid => grid.mark(pinned.place, "pinned"));
  if (focus.part === "kernel") return lightWeight(stage, focus);
  return isAnchor(stage.example, focus) ? lightAnchor(stage, focus) : lightField(stage, focus);
}

/** @param {Example} example @param {Target} target */
export const isAnchor = (example, { part }) => part === (example.transposed ? "in" : "out");

/** @param {Stage} stage @param {number | null} channel null is the first @param {Place} tap */
const weightAt = (stage, channel, [i, j]) => stage.example.weight[channel ?? 0][i][j];

/**
 * One position of the kernel: what it covers, what it steps over, and the cell it belongs to.
 *
 * @param {Stage} stage
 * @param {Target} focus
 */
function lightAnchor(stage, focus) {
  const { geometry, fields } = stage;
  const cells = covered(geometry, focus.place);
  const holes = holesAt(geometry, focus.place);
  for (const field of fields) {
    const channel = field.part === "in" ? field.channel : stampChannel(stage, focus);
    for (const { place, tap } of cells) {
      const factor = channel === null ? undefined : weightAt(stage, channel, tap);
      field.mark(place, "reach", factor);
    }
    for (const hole of holes) field.mark(hole, "hole");
    field.frameAround(boundsOf(cells.map(cell => cell.place)));
  }
  stage.gridsOf(focus).forEach(grid => grid.mark(focus.place, "sel"));
}

/**
 * The input channel whose weights the output shows; null where several stamp at once.
 *
 * @param {Stage} stage
 * @param {Target} focus
 */
const stampChannel = ({ example }, { channel }) => (example.weight.length === 1 ? 0 : channel);

/**
 * One cell of the field: every anchor whose kernel covers it, and the weights that do.
 *
 * @param {Stage} stage
 * @param {Target} focus
 */
function lightField(stage, focus) {
  const { geometry, anchors, kernels } = stage;
  const found = anchorsOver(geometry, focus.place);
  for (const grid of anchors) {
    const channel = stage.example.transposed ? grid.channel : focus.channel;
    for (const { place, tap } of found) {
      grid.mark(place, "reach", weightAt(stage, channel, tap));
    }
  }
  for (const kernel of kernels) {
    if (focus.part === "in" && kernel.channel !== focus.channel) continue;
    for (const { tap } of found) kernel.mark(tap, "linked");
  }
  stage.gridsOf(focus).forEach(grid => grid.mark(focus.place, "sel"));
}

/**
 * One weight: every cell it is multiplied with, over all positions of the kernel.
 *
 * @param {Stage} stage
 * @param {Target} focus
 */
function lightWeight(stage, focus) {
  const cells = coveredByTap(stage.geometry, focus.place);
  const factor = weightAt(stage, focus.channel, focus.place);
  const touched = stage.fields.filter(grid => grid.part === "out" || grid.channel === focus.channel);
  for (const grid of touched) {
    for (const place of cells) grid.mark(place, "reach", factor);
    grid.frameAround(boundsOf(cells));
  }
  stage.gridsOf(focus).forEach(grid => grid.mark(focus.place, "sel"));
}
