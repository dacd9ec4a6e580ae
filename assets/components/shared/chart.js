// Small line charts, drawn from points that Python sent: lines with a name at their end, a marked place.

import { drawn, place } from "./dom.js";

const CHART = { width: 330, height: 150, left: 44, right: 84, top: 12, bottom: 26 };

// spec: lines [{ name, role, points [[x, y]], dashed, named (the point that the
// name stands at) }], ticks { x [[at, text]], y [[at, text]] }, low, high,
// first, last (of x), mark (x), alt. Names stand at the ends of their lines, moved apart where they meet.
export function lineChart(svg, spec) {
  const box = { ...CHART, ...spec.box };
  place(svg, { viewBox: `0 0 ${box.width} ${box.height}`, role: "img", "aria-label": spec.alt });
  const span = (spec.last - spec.first) || 1, range = (spec.high - spec.low) || 1;
  const x = at => box.left + (at - spec.first) / span * (box.width - box.left - box.right);
  const y = at => box.height - box.bottom - (at - spec.low) / range * (box.height - box.top - box.bottom);
  const nodes = [];
  if (spec.mark !== undefined) nodes.push(drawn("rect", { class: "chart-mark", x: x(spec.mark) - 9, width: 18, y: box.top - 6, height: box.height - box.bottom - box.top + 6 }));
  for (const [at, text] of spec.ticks.y) {
    nodes.push(drawn("line", { class: "chart-rule", x1: box.left, x2: box.width - box.right, y1: y(at), y2: y(at) }));
    nodes.push(drawn("text", { class: "chart-tick", x: box.left - 6, y: y(at) + 4, "text-anchor": "end" }, text));
  }
  for (const [at, text] of spec.ticks.x) nodes.push(drawn("text", { class: "chart-tick", x: x(at), y: box.height - 8, "text-anchor": "middle" }, text));
  for (const line of spec.lines) {
    const points = line.points.filter(([, value]) => value !== null);
    nodes.push(drawn("polyline", { class: `chart-line ${line.role}${line.dashed ? " dashed" : ""}`, points: points.map(([a, b]) => `${x(a)},${y(b)}`).join(" ") }));
    if (line.dots) nodes.push(...points.map(([a, b]) => drawn("circle", { class: `chart-dot ${line.role}`, cx: x(a), cy: y(b), r: 2.6 })));
  }
  const named = spec.lines.filter(line => line.name && line.points.length).map(line => ({ line, at: y(line.points.at(line.named ?? -1)[1] ?? spec.low) }));
  named.sort((a, b) => a.at - b.at);
  named.forEach((one, index) => { if (index) one.at = Math.max(one.at, named[index - 1].at + 14); });
  const over = (named.at(-1)?.at ?? 0) - (box.height - box.bottom + 4);
  if (over > 0) for (const one of named) one.at -= over;
  named.forEach((one, index) => { if (index && one.at < named[index - 1].at + 14) one.at = named[index - 1].at + 14; });
  for (const { line, at } of named) nodes.push(drawn("text", { class: `chart-name ${line.role}`, x: box.width - box.right + 7, y: at + 4 }, line.name));
  svg.replaceChildren(...nodes);
}
