// What lights up for the cell in focus. A focus is {part, channel, place}.

import { anchorsOver, boundsOf, covered, coveredByTap, holesAt } from "./geometry.js";
import { factor } from "./format.js";

export const PARTS = { in: "inputs", kernel: "kernels", out: "output" };

/** Marks the cells that belong to a focus in all grids of the stage. */
export function light(stage, focus, pinned) {
  for (const grid of stage.grids) grid.clear();
  if (pinned) gridsOf(stage, pinned).forEach((grid) => grid.mark(pinned.place, "pinned"));
  if (focus.part === "kernel") return lightWeight(stage, focus);
  return isAnchor(stage.example, focus) ? lightAnchor(stage, focus) : lightField(stage, focus);
}

export const isAnchor = (example, { part }) => part === (example.transposed ? "in" : "out");

function gridsOf(stage, { part, channel }) {
  if (part === "out") return [stage.output];
  return stage[PARTS[part]].filter((grid) => channel === null || grid.channel === channel);
}

const weightAt = (stage, channel, [i, j]) => stage.example.weight[channel][i][j];

/** One position of the kernel: what it covers, what it steps over, and the cell it belongs to. */
function lightAnchor(stage, focus) {
  const { geometry, fields } = stage;
  const cells = covered(geometry, focus.place);
  const holes = holesAt(geometry, focus.place);
  for (const field of fields) {
    const channel = field.part === "in" ? field.channel : stampChannel(stage, focus);
    for (const { place, tap } of cells) {
      const corner = channel === null ? undefined : factor(weightAt(stage, channel, tap));
      field.mark(place, "reach", corner);
    }
    for (const hole of holes) field.mark(hole, "hole");
    field.frameAround(boundsOf(cells.map((cell) => cell.place)));
  }
  gridsOf(stage, focus).forEach((grid) => grid.mark(focus.place, "sel"));
}

/** The input channel whose weights the output shows; null where several stamp at once. */
const stampChannel = ({ example }, { channel }) =>
  example.weight.length === 1 ? 0 : channel;

/** One cell of the field: every anchor whose kernel covers it, and the weights that do. */
function lightField(stage, focus) {
  const { geometry, anchors, kernels } = stage;
  const found = anchorsOver(geometry, focus.place);
  for (const grid of anchors) {
    const channel = stage.example.transposed ? grid.channel : focus.channel;
    for (const { place, tap } of found) {
      grid.mark(place, "reach", factor(weightAt(stage, channel, tap)));
    }
  }
  for (const kernel of kernels) {
    if (focus.part === "in" && kernel.channel !== focus.channel) continue;
    for (const { tap } of found) kernel.mark(tap, "linked");
  }
  gridsOf(stage, focus).forEach((grid) => grid.mark(focus.place, "sel"));
}

/** One weight: every cell it is multiplied with, over all positions of the kernel. */
function lightWeight(stage, focus) {
  const cells = coveredByTap(stage.geometry, focus.place);
  const corner = factor(weightAt(stage, focus.channel, focus.place));
  const touched = stage.fields.filter(
    (grid) => grid.part === "out" || grid.channel === focus.channel,
  );
  for (const grid of touched) {
    for (const place of cells) grid.mark(place, "reach", corner);
    grid.frameAround(boundsOf(cells));
  }
  gridsOf(stage, focus).forEach((grid) => grid.mark(focus.place, "sel"));
}
