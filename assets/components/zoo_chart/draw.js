// The zoo's chart as SVG: bubbles, the line of the best, arrows from first to best weights, names. It shows no
// number that Python did not send.

import { drawn } from "../shared/dom.js";

/** @import { Bubble, Chart, Corner, Name, Share, Spot } from "./types" */

const LEFT = 34,
  RIGHT = 12,
  TOP = 8,
  BOTTOM = 42;
const DESK = 740, // pixels between the ends of the lower axis at which areas are as Python says
  LARGER = 50, // that the largest areas need above where they are half as large again
  NARROW = 520; // less than these: the key is short
const SAVING_PX = 80; // of the words below a saving
const NARROW_KEY = 3; // areas that have room there
const TIP = 5; // pixels: an arrow's point

/** @typedef {ReturnType<typeof frameOf>} Frame */

/** @param {number} width @param {number} height between the ends of the upright axis */
export function frameOf(width, height) {
  const across = Math.max(60, width - LEFT - RIGHT),
    scale = Math.min(1.5, Math.max(0.5, across / DESK)),
    top = TOP + LARGER * Math.max(0, scale - 1),
    bottom = TOP + height;
  return {
    width,
    height: bottom + BOTTOM,
    scale,
    isNarrow: across < NARROW,
    left: LEFT,
    right: width - RIGHT,
    top,
    bottom,
    /** @param {Share} share */
    x: share => LEFT + share * across,
    /** @param {Share} share */
    y: share => bottom - share * (bottom - top),
  };
}

/** @param {Frame} frame @param {{ x: Share, y: Share }} at @returns {Spot} */
export const spotOf = (frame, { x, y }) => ({ x: frame.x(x), y: frame.y(y) });

/** @param {Frame} frame @param {Chart} chart */
export function axes(frame, chart) {
  const nodes = chart.y_ticks.flatMap(({ at, text }) => {
    const y = frame.y(at);
    return [
      drawn("line", { class: "rule", x1: frame.left, x2: frame.right, y1: y, y2: y }),
      drawn("text", { class: "tick", x: frame.left - 8, y: y + 4, "text-anchor": "end" }, text),
    ];
  });
  const base = frame.bottom;
  nodes.push(drawn("line", { class: "axis", x1: frame.left, x2: frame.right, y1: base, y2: base }));
  for (const { at, text } of chart.x_ticks) {
    const x = frame.x(at);
    nodes.push(drawn("line", { class: "axis", x1: x, x2: x, y1: base, y2: base + (text ? 6 : 3) }));
    const short = frame.isNarrow && /^\d{4}$/.test(text) ? `’${text.slice(2)}` : text;
    nodes.push(drawn("text", { class: "tick", x, y: base + 19, "text-anchor": "middle" }, short));
  }
  nodes.push(
    drawn("text", { class: "tick", x: frame.left + 4, y: base - 6 }, chart.y_title),
    drawn("text", { class: "tick", x: frame.right, y: base + 36, "text-anchor": "end" }, chart.x_title),
  );
  return nodes;
}

/** @param {Frame} frame @param {Corner[]} corners */
const path = (frame, corners) => corners.map(([x, y]) => `${frame.x(x)},${frame.y(y)}`).join(" ");

/** @param {Frame} frame @param {Chart} chart */
export const staircases = (frame, chart) => [
  drawn("polyline", { class: "best all", points: path(frame, chart.best_of_all) }),
  drawn("polyline", { class: "best", points: path(frame, chart.best) }),
];

/** @param {Spot} middle @param {number} radius of the circle of the same area */
function diamond({ x, y }, radius) {
  const half = radius * Math.sqrt(Math.PI / 2);
  return `${x},${y - half} ${x + half},${y} ${x},${y + half} ${x - half},${y}`;
}

/** @param {Bubble} bubble @param {Spot} at @param {number} radius @param {string} look */
const mark = (bubble, at, radius, look) =>
  bubble.is_diamond
    ? drawn("polygon", { class: look, points: diamond(at, radius) })
    : drawn("circle", { class: look, cx: at.x, cy: at.y, r: radius });

/** @param {Frame} frame @param {Bubble} bubble */
export function bubbleNode(frame, bubble) {
  const at = spotOf(frame, bubble),
    radius = bubble.radius * frame.scale,
    look = `bubble ${bubble.role}${bubble.is_hollow ? " hollow" : ""}`,
    node = drawn("g", { class: bubble.role ? "lit" : "" });
  if (bubble.start !== null) {
    const from = { x: at.x, y: frame.y(bubble.start) };
    if (bubble.role) node.append(mark(bubble, from, radius, `${look} hollow`));
    node.append(...arrow(from, at, bubble.role ? radius : 0, bubble.role));
  }
  node.append(mark(bubble, at, radius, look));
  return node;
}

/** @param {Spot} from @param {Spot} to @param {number} gap around both ends @param {string} role */
function arrow(from, to, gap, role) {
  const start = from.y - gap,
    end = to.y + gap;
  if (start - end < TIP) return [];
  return [
    drawn("line", { class: `way ${role}`, x1: to.x, x2: to.x, y1: start, y2: end }),
    drawn("path", {
      class: `tip ${role}`,
      d: `M${to.x},${end} l${-TIP * 0.7},${TIP} h${TIP * 1.4} z`,
    }),
  ];
}

/** @param {Name} name */
export const nameNode = name =>
  drawn("text", { class: `name ${name.role || (name.is_minor ? "minor" : "")}`, "text-anchor": "middle" }, name.text);

/** @param {[from: Spot, to: Spot]} line from a bubble to its name */
export const leadNode = ([from, to]) => drawn("line", { class: "lead", x1: from.x, y1: from.y, x2: to.x, y2: to.y });

/** The ring around what is pointed at, and what is as good for less. @param {Frame} frame @param {Bubble} bubble */
export function pointed(frame, bubble) {
  const at = spotOf(frame, bubble),
    nodes = bubble.savings.flatMap(saving => {
      const to = spotOf(frame, saving),
        isShort = at.x - to.x < SAVING_PX; // below a longer text names and bubbles stand
      return [
        drawn("line", { class: "saving", x1: to.x, x2: at.x, y1: to.y, y2: to.y }),
        drawn("circle", { class: "saving", cx: to.x, cy: to.y, r: 3.5 }),
        drawn("text", { class: "saving", x: to.x + 6, y: to.y + 15 }, isShort ? saving.short : saving.text),
      ];
    });
  nodes.push(drawn("circle", { class: "ring", cx: at.x, cy: at.y, r: bubble.radius * frame.scale + 5 }));
  return nodes;
}

/**
 * Areas beside the numbers that they stand for, in the corner that no network reaches.
 *
 * @param {Frame} frame
 * @param {Chart} chart
 */
export function areasOf(frame, chart) {
  const floor = frame.top + 76;
  let x = frame.left + 12;
  return chart.key.slice(0, frame.isNarrow ? NARROW_KEY : undefined).map(([desk, text]) => {
    const radius = desk * frame.scale,
      at = { x: x + radius, y: floor - radius };
    x += 2 * radius + 20;
    return { at, radius, floor, text };
  });
}

/** @param {Frame} frame @param {Chart} chart */
export const areas = (frame, chart) =>
  areasOf(frame, chart).flatMap(({ at, radius, floor, text }) => [
    drawn("circle", { class: "bubble", cx: at.x, cy: at.y, r: radius }),
    drawn("text", { class: "tick", x: at.x, y: floor + 16, "text-anchor": "middle" }, text),
  ]);

/** @param {Frame} frame @param {Bubble[]} bubbles @param {Spot} hand @returns {Bubble | undefined} */
export function nearest(frame, bubbles, hand) {
  /** @param {Bubble} bubble */
  const away = bubble => {
    const { x, y } = spotOf(frame, bubble);
    return Math.hypot(x - hand.x, y - hand.y);
  };
  let found = bubbles[0];
  for (const bubble of bubbles) if (away(bubble) < away(found)) found = bubble;
  return found;
}
