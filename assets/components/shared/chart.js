// Small line charts, drawn from points that Python sent: lines with a name at their end, a marked place.

import { drawn, place } from "./dom.js";
import { keepApart } from "./readable.js";

const CHART = { width: 330, height: 150, left: 44, right: 84, top: 12, bottom: 26 };

/**
 * @typedef {object} Line
 * @property {string} name stands at its end, or at the point `named`
 * @property {string} role
 * @property {[x: number, y: number | null][]} points
 * @property {boolean} [dashed]
 * @property {boolean} [dots]
 * @property {number} [named]
 */

/** @typedef {[at: number, text: string]} Tick */

/**
 * @typedef {object} Chart
 * @property {Line[]} lines
 * @property {{ x: Tick[], y: Tick[] }} ticks
 * @property {number} low
 * @property {number} high
 * @property {number} first of x
 * @property {number} last of x
 * @property {number} [mark] a place of x
 * @property {string} alt
 * @property {Partial<typeof CHART>} [box]
 */

/**
 * Draws a chart. Names stand at the ends of their lines, moved apart where they meet.
 *
 * @param {SVGElement} svg
 * @param {Chart} spec
 */
export function lineChart(svg, spec) {
  const box = { ...CHART, ...spec.box };
  place(svg, { viewBox: `0 0 ${box.width} ${box.height}`, role: "img", "aria-label": spec.alt });
  const span = spec.last - spec.first || 1,
    range = spec.high - spec.low || 1;
  /** @param {number} at */
  const x = at => box.left + ((at - spec.first) / span) * (box.width - box.left - box.right);
  /** @param {number} at */
  const y = at => box.height - box.bottom - ((at - spec.low) / range) * (box.height - box.top - box.bottom);
  /** @type {SVGElement[]} */
  const nodes = [];
  if (spec.mark !== undefined)
    nodes.push(
      drawn("rect", {
        class: "chart-mark",
        x: x(spec.mark) - 9,
        width: 18,
        y: box.top - 6,
        height: box.height - box.bottom - box.top + 6,
      }),
    );
  for (const [at, text] of spec.ticks.y) {
    nodes.push(drawn("line", { class: "chart-rule", x1: box.left, x2: box.width - box.right, y1: y(at), y2: y(at) }));
    nodes.push(drawn("text", { class: "chart-tick", x: box.left - 6, y: y(at) + 4, "text-anchor": "end" }, text));
  }
  const below = /** @type {SVGGraphicsElement[]} */ (
    spec.ticks.x.map(([at, text]) =>
      drawn("text", { class: "chart-tick", x: x(at), y: box.height - 8, "text-anchor": "middle" }, text),
    )
  );
  nodes.push(...below);
  for (const line of spec.lines) {
    const points = line.points.flatMap(([a, b]) => (b === null ? [] : [{ a: x(a), b: y(b) }]));
    nodes.push(
      drawn("polyline", {
        class: `chart-line ${line.role}${line.dashed ? " dashed" : ""}`,
        points: points.map(({ a, b }) => `${a},${b}`).join(" "),
      }),
    );
    if (line.dots)
      nodes.push(
        ...points.map(({ a, b }) => drawn("circle", { class: `chart-dot ${line.role}`, cx: a, cy: b, r: 2.6 })),
      );
  }
  const named = spec.lines
    .filter(line => line.name && line.points.length)
    .map(line => ({ line, at: y(line.points.at(line.named ?? -1)?.[1] ?? spec.low) }));
  named.sort((a, b) => a.at - b.at);
  named.forEach((one, index) => {
    if (index) one.at = Math.max(one.at, named[index - 1].at + 14);
  });
  const over = (named.at(-1)?.at ?? 0) - (box.height - box.bottom + 4);
  if (over > 0) for (const one of named) one.at -= over;
  named.forEach((one, index) => {
    if (index && one.at < named[index - 1].at + 14) one.at = named[index - 1].at + 14;
  });
  for (const { line, at } of named)
    nodes.push(drawn("text", { class: `chart-name ${line.role}`, x: box.width - box.right + 7, y: at + 4 }, line.name));
  svg.replaceChildren(...nodes);
  keepApart(below, [0, below.length - 1]);
}
