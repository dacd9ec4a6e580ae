// Where the chart's names stand: on no bubble, no line and no other name. Each in turn, the most wanted first, takes
// the nearest free place around its bubble, with a line to it; one that finds none is left out, and pointing tells it.

import { areasOf, spotOf } from "./draw.js";

/** @import { Frame } from "./draw.js" */
/** @import { Bubble, Chart, Name, Spot } from "./types" */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Box */
/** @typedef {[from: Spot, to: Spot]} Line */
/** @typedef {{ at: Spot, radius: number, is_diamond: boolean }} Round */
/** @typedef {{ rounds: Round[], lines: Line[], boxes: Box[] }} Taken what is drawn already */
/** @typedef {{ name: Name, middle: Spot, lead: Line | null }} Placed */

const HALF_HEIGHT = 8, // pixels: of a name, its letters with what hangs below
  AIR = 2, // between a name and what is drawn
  BESIDE = 14, // between two names in a line, which would be read as one
  GAPS = [4, 8, 13, 19, 26, 34, 44, 56, 70, 86, 104, 126, 150], // from a bubble to its name
  DIRECTIONS = 24,
  CROSSED = 24, // pixels of way that a line would take to cross nothing
  FARTHEST = 90, // of such pixels, gap and all, for a name that is not much wanted
  SHORTEST = 6; // line worth drawing

/** @param {Spot} middle @param {number} half of its width @returns {Box} */
const boxAround = ({ x, y }, half, air = 0) => ({
  left: x - half - air,
  right: x + half + air,
  top: y - HALF_HEIGHT - air,
  bottom: y + HALF_HEIGHT + air,
});

/** @param {number} value @param {number} low @param {number} high */
const within = (value, low, high) => Math.min(high, Math.max(low, value));

/** @param {Box} box @param {Round} round */
function isMet(box, { at, radius, is_diamond }) {
  const right = Math.abs(within(at.x, box.left, box.right) - at.x),
    up = Math.abs(within(at.y, box.top, box.bottom) - at.y);
  return is_diamond ? right + up < radius * Math.sqrt(Math.PI / 2) : Math.hypot(right, up) < radius;
}

/** @param {Box} one @param {Box} other */
const overlap = (one, other) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

/** Whether a line comes into a box: what is left of it after the box's four sides have cut it. @param {Box} box @param {Line} line */
function isCrossed(box, [from, to]) {
  let [start, end] = [0, 1];
  for (const [at, way, low, high] of [
    [from.x, to.x - from.x, box.left, box.right],
    [from.y, to.y - from.y, box.top, box.bottom],
  ]) {
    if (way === 0 && (at <= low || at >= high)) return false;
    if (way === 0) continue;
    const [one, other] = [(low - at) / way, (high - at) / way];
    start = Math.max(start, Math.min(one, other));
    end = Math.min(end, Math.max(one, other));
  }
  return start < end;
}

/** @param {Line} line @param {Round} round */
function goesThrough([from, to], { at, radius }) {
  const [right, down] = [to.x - from.x, to.y - from.y],
    part = within(((at.x - from.x) * right + (at.y - from.y) * down) / (right * right + down * down || 1), 0, 1);
  return Math.hypot(from.x + part * right - at.x, from.y + part * down - at.y) < radius;
}

/** @param {Line} one @param {Line} other */
function meet([a, b], [c, d]) {
  /** @param {Spot} p @param {Spot} q @param {Spot} r */
  const side = (p, q, r) => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** From the edge of a bubble to the nearest edge of its name. @param {Round} round @param {Box} box @returns {Line} */
function leadOf({ at, radius }, box) {
  const end = { x: within(at.x, box.left + 3, box.right - 3), y: within(at.y, box.top + 3, box.bottom - 3) },
    away = Math.hypot(end.x - at.x, end.y - at.y) || 1;
  return [{ x: at.x + ((end.x - at.x) / away) * radius, y: at.y + ((end.y - at.y) / away) * radius }, end];
}

/** @param {[x: number, y: number][]} corners @param {Frame} frame @returns {Line[]} */
function linesOf(corners, frame) {
  const spots = corners.map(([x, y]) => spotOf(frame, { x, y }));
  return spots.slice(1).map((to, index) => [spots[index], to]);
}

/** @param {Frame} frame @param {Bubble} bubble @returns {Round} */
const roundOf = (frame, bubble) => ({
  at: spotOf(frame, bubble),
  radius: bubble.radius * frame.scale,
  is_diamond: bubble.is_diamond,
});

/** What the chart has drawn before its names. @param {Frame} frame @param {Chart} chart @returns {Taken} */
function taken(frame, chart) {
  /** @type {Taken} */
  const found = { rounds: [], lines: [], boxes: [] };
  for (const bubble of chart.bubbles) {
    const round = roundOf(frame, bubble);
    found.rounds.push(round);
    if (bubble.start === null) continue;
    const from = { x: round.at.x, y: frame.y(bubble.start) };
    found.lines.push([from, round.at]);
    if (bubble.role) found.rounds.push({ ...round, at: from });
  }
  found.lines.push(...linesOf(chart.best, frame), ...linesOf(chart.best_of_all, frame));
  for (const { at, radius, floor, text } of areasOf(frame, chart)) {
    found.rounds.push({ at, radius, is_diamond: false });
    const half = Math.max(4 * text.length, 8);
    found.boxes.push({ left: at.x - half, right: at.x + half, top: floor, bottom: floor + 20 });
  }
  const title = 7 * chart.y_title.length;
  found.boxes.push({ left: frame.left, right: frame.left + title, top: frame.bottom - 18, bottom: frame.bottom });
  return found;
}

/** @param {Frame} frame @param {Box} box */
const isOutside = (frame, box) =>
  box.left < frame.left || box.right > frame.width || box.top < frame.top || box.bottom > frame.bottom;

/** @param {Taken} all @param {Box} box */
const isFree = (all, box) =>
  !all.boxes.some(other => overlap(box, other)) &&
  !all.rounds.some(round => isMet(box, round)) &&
  !all.lines.some(line => isCrossed(box, line));

/** What a line to a name crosses, the bubble it leads from aside. @param {Taken} all @param {Line} lead @param {Round} own */
const crossings = (all, lead, own) =>
  all.rounds.filter(round => (round.at.x !== own.at.x || round.at.y !== own.at.y) && goesThrough(lead, round)).length +
  all.lines.filter(line => meet(line, lead)).length;

/** @param {Frame} frame @param {Taken} all @param {Round} round @param {number} half @param {number} most that a place may cost */
function nearestPlace(frame, all, round, half, most) {
  let found = null,
    cost = most;
  for (const gap of GAPS) {
    if (gap >= cost) break;
    for (let turn = 0; turn < DIRECTIONS; turn++) {
      const angle = (2 * Math.PI * turn) / DIRECTIONS,
        [right, down] = [Math.cos(angle), -Math.sin(angle)],
        away = round.radius * (round.is_diamond ? Math.sqrt(Math.PI / 2) : 1) + gap,
        middle = {
          x: round.at.x + right * (away + half),
          y: round.at.y + down * (away + HALF_HEIGHT),
        },
        box = boxAround(middle, half, AIR);
      if (isOutside(frame, box) || !isFree(all, box)) continue;
      const lead = leadOf(round, boxAround(middle, half));
      if (all.boxes.some(other => isCrossed(other, lead))) continue;
      const now = gap + CROSSED * crossings(all, lead, round);
      if (now < cost) [found, cost] = [{ middle, lead }, now];
    }
  }
  return found;
}

/**
 * Places for names, in the order in which they are wanted.
 *
 * @param {Frame} frame
 * @param {Chart} chart
 * @param {(name: Name) => number} widthOf pixels that a name takes
 * @returns {Placed[]}
 */
export function placed(frame, chart, widthOf) {
  const all = taken(frame, chart),
    byKey = new Map(chart.bubbles.map(bubble => [bubble.key, bubble]));
  /** @type {Placed[]} */
  const found = [];
  for (const name of chart.names) {
    const bubble = byKey.get(name.key),
      half = widthOf(name) / 2,
      place = bubble && nearestPlace(frame, all, roundOf(frame, bubble), half, name.is_minor ? FARTHEST : Infinity);
    if (!place) continue;
    const { middle, lead } = place,
      isLong = Math.hypot(lead[1].x - lead[0].x, lead[1].y - lead[0].y) > SHORTEST;
    all.boxes.push(boxAround(middle, half + BESIDE - AIR));
    if (isLong) all.lines.push(lead);
    found.push({ name, middle, lead: isLong ? lead : null });
  }
  return found;
}
