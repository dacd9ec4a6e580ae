// Where everything stands, one group at a time, and only of what is unfolded. A group whose boxes stand one behind
// the other is a stack; any other is laid out by dagre (dagre/).

import { layout as arrange, Graph } from "./dagre/dagre.esm.js";

/** @import { Box, Laid, Line, Look, Point, Route } from "./types" */

export const HEAD = 30; // px of a group's title
export const PAD = 12; // px between a group's frame and what is in it
const SHORT = 18; // px of a line without a text
const LONG = 30; // and of one with a text
const APART = 22; // px between boxes side by side
const LABEL = 16; // px of a line's text
const BESIDE = 8; // px between a line and its text

/**
 * @param {Box} box
 * @param {Look} look
 * @returns {Laid} the picture of a network: its outermost group, unfolded and without a frame
 */
export function laidOut(box, look) {
  return open(box, look, false);
}

/** @param {Box} box @param {Look} look @returns {Laid} */
function laid(box, look) {
  if (box.inside && look.isOpen(box.key)) return open(box, look, true);
  const { width, height } = look.size(box);
  return { box, x: 0, y: 0, width, height, enter: width / 2, leave: width / 2, isOpen: false, inside: [], lines: [] };
}

/** @param {Box} box @param {Look} look @param {boolean} isFramed @returns {Laid} */
function open(box, look, isFramed) {
  const inside = (box.inside ?? []).map(one => laid(one, look)),
    lines = box.lines ?? [];
  const found = isChain(lines) ? stacked(inside, lines, look) : arranged(inside, lines, look);
  if (!isFramed) return { ...found, box, x: 0, y: 0, isOpen: true };
  const head = look.head(box);
  const left = Math.max(PAD, head.title + 2 * PAD - found.enter); // the line in passes beside the title
  const width = Math.max(left + found.width + PAD, left + found.enter + head.note + 3 * PAD);
  moveBy(found, left, HEAD);
  for (const { points } of found.lines) if (points[0][1] === HEAD) points.unshift([points[0][0], 0]); // from the frame
  return {
    ...found,
    box,
    x: 0,
    y: 0,
    width,
    height: HEAD + found.height,
    enter: left + found.enter,
    leave: left + found.leave,
    isOpen: true,
  };
}

/** @param {Line[]} lines */
const isChain = lines => lines.every(([start, end], place) => end === start + 1 && start === lines[0][0] + place);

/** @typedef {Pick<Laid, "width" | "height" | "enter" | "leave" | "inside" | "lines">} Inside */

/** @param {Inside} found @param {number} right @param {number} down */
function moveBy(found, right, down) {
  for (const one of found.inside) {
    one.x += right;
    one.y += down;
  }
  for (const line of found.lines) {
    line.points = line.points.map(([x, y]) => [x + right, y + down]);
    line.at = [line.at[0] + right, line.at[1] + down];
  }
}

/** @param {Laid[]} inside @param {Line[]} lines @param {Look} look @returns {Inside} */
function stacked(inside, lines, look) {
  widen(inside);
  const middle = Math.max(...inside.map(one => one.enter)),
    right = Math.max(...inside.map(one => one.width - one.enter));
  let y = 0,
    from = /** @type {Point} */ ([middle, 0]),
    widest = middle + right;
  const routes = /** @type {Route[]} */ ([]);
  lines.forEach(([start, end, text, isRound, isWrong]) => {
    if (start >= 0 && routes.length === 0) from = put(inside[start], middle, y);
    const top = from[1] + (text ? LONG : SHORT);
    const before = from;
    const to = /** @type {Point} */ ([end < inside.length ? middle : from[0], top]);
    if (end < inside.length) from = put(inside[end], middle, top);
    y = top;
    const at = /** @type {Point} */ ([to[0] + BESIDE + look.label(text) / 2, (before[1] + top) / 2]);
    if (text) widest = Math.max(widest, at[0] + look.label(text) / 2);
    routes.push({ points: [before, to], text, at, isRound, isWrong, isAside: false });
  });
  if (!lines.length && inside.length) from = put(inside[0], middle, 0);
  const end = lines.at(-1)?.[1] ?? 0;
  const height = end >= inside.length ? y : from[1];
  return { width: widest, height, enter: middle, leave: from[0], inside, lines: routes };
}

/** Boxes in a row that are closed are equally wide. @param {Laid[]} inside */
function widen(inside) {
  const closed = inside.filter(one => !one.isOpen && one.box.role !== "sum");
  const width = Math.max(0, ...closed.map(one => one.width));
  for (const one of closed) Object.assign(one, { width, enter: width / 2, leave: width / 2 });
}

/** @param {Laid} one @param {number} middle @param {number} y @returns {Point} where it is left */
function put(one, middle, y) {
  one.x = middle - one.enter;
  one.y = y;
  return [one.x + one.leave, y + one.height];
}

/** @param {Laid[]} inside @param {Line[]} lines @param {Look} look @returns {Inside} */
function arranged(inside, lines, look) {
  const graph = new Graph();
  const hasRound = lines.some(([, , , isRound]) => isRound) || lines.length <= inside.length + 2;
  graph.setGraph({ rankdir: "TB", nodesep: APART, edgesep: APART, ranksep: SHORT, align: hasRound ? "UL" : undefined });
  const name = (/** @type {number} */ place) => String(place);
  if (lines.some(([start]) => start < 0)) graph.setNode("-1", { width: 1, height: 1 });
  inside.forEach(({ width, height }, place) => graph.setNode(name(place), { width, height }));
  if (lines.some(([, end]) => end >= inside.length)) graph.setNode(name(inside.length), { width: 1, height: 1 });
  for (const [start, end, text, isRound] of lines) {
    const width = text ? look.label(text) : 0;
    graph.setEdge(name(start), name(end), {
      weight: isRound ? 1 : 8,
      width,
      height: text ? LABEL : 0,
      labelpos: "r",
      labeloffset: BESIDE,
    });
  }
  arrange(graph, { disableOptimalOrderHeuristic: hasRound }); // the path stands left of what goes round it
  inside.forEach((one, place) => {
    const { x, y } = graph.node(name(place));
    one.x = x - one.width / 2;
    one.y = y - one.height / 2;
  });
  const port = (/** @type {string} */ end, /** @type {number} */ other) => graph.node(end)?.x ?? other;
  const enter = port("-1", inside[0].x + inside[0].enter);
  const last = /** @type {Laid} */ (inside.at(-1));
  const { width, height } = graph.graph();
  const routes = lines.map(line => routed(graph, inside, line, height));
  return {
    width: Math.max(width, ...routes.flatMap(({ points }) => points.map(([x]) => x))),
    height,
    enter,
    leave: port(name(inside.length), last.x + last.leave),
    inside,
    lines: routes,
  };
}

/** Whether a box stands where a line would come from the right into another one. @param {Laid} one @param {Laid} after @param {number} from */
function standsBetween(one, after, from) {
  const y = after.y + after.height / 2;
  return one.y < y && one.y + one.height > y && one.x < from && one.x + one.width > after.x + after.width;
}

/** @param {Graph} graph @param {Laid[]} inside @param {Line} line @param {number} height @returns {Route} */
function routed(graph, inside, [start, end, text, isRound, isWrong], height) {
  const route = graph.edge(String(start), String(end));
  const points = /** @type {Point[]} */ (route.points.map(({ x, y }) => [x, y]));
  const before = inside[start],
    after = inside[end];
  points[0] = before ? [before.x + before.leave, before.y + before.height] : [graph.node(String(start)).x, 0];
  points[points.length - 1] = after ? [after.x + after.enter, after.y] : [graph.node(String(end)).x, height];
  const from = points[points.length - 2][0];
  const isRight = after?.box.role === "sum" && !after.isOpen && from > after.x + after.width,
    isAside = isRight && !inside.some(one => one !== after && standsBetween(one, after, from));
  if (isAside) points[points.length - 1] = [after.x + after.width, after.y + after.height / 2];
  return { points, text, at: [route.x, route.y], isRound, isWrong, isAside };
}
