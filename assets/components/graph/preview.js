// What a graph would be with a mend that is pointed at: the shapes of its boxes, before anything is done.

/** @import { Box, Line } from "./types" */
/** @import { Shapes } from "../shared/layers.js" */

/**
 * @param {Box} box
 * @param {Shapes | null} shapes by the number of the layer
 * @returns {Box} the box with these shapes, and all in it
 */
export function withShapes(box, shapes) {
  if (!shapes) return box;
  const inside = box.inside?.map(one => withShapes(one, shapes));
  const shape = shapes[box.rows?.at(-1) ?? box.path ?? ""];
  const mended = box.key && shape !== undefined ? { shape, is_new: true, is_wrong: false, is_waiting: false } : {};
  return { ...box, ...mended, ...(inside && { inside, lines: box.lines?.map(line => mendedLine(line, inside)) }) };
}

/** @param {Line} line @param {Box[]} inside @returns {Line} */
function mendedLine([start, end, text, isRound, isWrong], inside) {
  const from = inside[start],
    to = inside[end];
  const said = from?.is_new && to ? (from.shape ?? text) : text;
  return [start, end, said, isRound, isWrong && !to?.is_new];
}
