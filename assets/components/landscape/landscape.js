// Loss surfaces to be turned, the same from above, and a section through all. Pointing at a place in any of them
// marks it in all; a click on a map keeps the line. Every number is a text from Python.

import { address, drawn, element, place, say } from "../shared/dom.js";
import { readable } from "../shared/readable.js";
import { kept, newsFor } from "../shared/view.js";
import { firstCamera, surfacesOf } from "./surfaces.js";

const WIDTH = 300,
  LEFT = 30,
  TOP = 8,
  BOTTOM = 18,
  RIGHT = 6;

function build(host) {
  const root = element("div", { class: "landscape" }),
    view = { maps: [], cell: [0, 0], camera: firstCamera() };
  host.append(root);
  return Object.assign(view, { root });
}

function mapNode(view, one) {
  const box = element("figure", { class: "map" }),
    head = element("figcaption"),
    frame = element("div", { class: "frame" }),
    image = element("img"),
    svg = drawn("svg", { preserveAspectRatio: "none", "aria-hidden": "true" }),
    across = element("i", { class: "across" }),
    down = element("i", { class: "down" }),
    spot = element("i", { class: "spot" }),
    chip = element("b", { class: "chip" }),
    middle = element("span", { class: "middle" }, "+");
  head.append(element("b", { class: one.tone }, one.name), element("span", {}, "from above"));
  frame.append(image, svg, middle, across, down, spot, chip);
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", one.alt);
  const ends = element("div", { class: "ends" });
  ends.append(...view.data.ends.map(text => element("span", {}, text)));
  box.append(head, frame, ends);
  const n = view.data.count;
  const at = event => {
    const box = frame.getBoundingClientRect(),
      pick = share => Math.min(n - 1, Math.max(0, Math.floor(share * n)));
    return [n - 1 - pick((event.clientY - box.top) / box.height), pick((event.clientX - box.left) / box.width)];
  };
  frame.addEventListener("pointermove", event => point(view, ...at(event)));
  frame.addEventListener("pointerleave", () => point(view, ...view.data.cell));
  frame.addEventListener("click", event => view.setTriggerValue("pin", at(event)));
  frame.addEventListener("keydown", event => keys(view, event));
  place(image, { src: address(one.url), alt: one.alt });
  place(svg, { viewBox: `0 0 ${n} ${n}` });
  svg.append(...one.lines.map(line => drawn("path", { class: line.strong ? "strong" : "", d: line.path })));
  view.maps.push({ one, frame, across, down, spot, chip });
  return box;
}

function keys(view, event) {
  const n = view.data.count,
    step = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (event.key === "Enter") view.setTriggerValue("pin", view.cell);
  if (!step) return;
  event.preventDefault();
  point(view, ...view.cell.map((at, axis) => Math.min(n - 1, Math.max(0, at + step[axis]))));
}

const xOf = (view, column) => LEFT + (column / (view.data.count - 1)) * (WIDTH - LEFT - RIGHT);
const yOf = (view, share) => TOP + (1 - share) * (view.data.height - TOP - BOTTOM);

function sectionNode(view) {
  const box = element("figure", { class: "section" }),
    head = element("figcaption"),
    svg = readable(drawn("svg", { viewBox: `0 0 ${WIDTH} ${view.data.height}`, role: "img" }));
  view.said = element("span");
  head.append(element("b", {}, view.data.title), view.said);
  for (const tick of view.data.ticks) {
    const y = yOf(view, tick.share);
    svg.append(
      drawn("line", { class: tick.strong ? "grid strong" : "grid", x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y }),
      drawn(
        "text",
        { class: tick.strong ? "tick strong" : "tick", x: LEFT - 5, y: y + 3.5, "text-anchor": "end" },
        tick.label,
      ),
    );
  }
  view.lines = drawn("g");
  svg.append(view.lines);
  view.section = svg;
  svg.addEventListener("pointermove", event => {
    const box = svg.getBoundingClientRect(),
      share = (((event.clientX - box.left) / box.width) * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT);
    point(view, view.cell[0], Math.round(Math.min(1, Math.max(0, share)) * (view.data.count - 1)));
  });
  svg.addEventListener("pointerleave", () => point(view, ...view.data.cell));
  const ends = element("div", { class: "ends" });
  ends.append(...view.data.ends.map(text => element("span", {}, text)));
  box.append(head, svg, ends);
  return box;
}

function point(view, row, column) {
  const { data } = view,
    n = data.count,
    left = `${((column + 0.5) / n) * 100}%`,
    top = `${((n - 1 - row + 0.5) / n) * 100}%`;
  view.cell = [row, column];
  view.surfaces.mark(row, column);
  for (const { one, across, down, spot, chip } of view.maps) {
    across.style.top = top;
    down.style.left = left;
    spot.style.top = top;
    spot.style.left = left;
    say(chip, one.texts[row * n + column]);
    Object.assign(chip.style, {
      top: row > 0.8 * n ? `calc(${top} + 8px)` : `calc(${top} - 30px)`,
      left: column > n / 2 ? "auto" : `calc(${left} + 8px)`,
      right: column > n / 2 ? `calc(${((n - column - 0.5) / n) * 100}% + 8px)` : "auto",
    });
  }
  const x = xOf(view, column);
  /** @type {SVGElement[]} */
  const nodes = [drawn("line", { class: "cursor", x1: x, x2: x, y1: TOP, y2: data.height - BOTTOM })];
  for (const one of data.maps) {
    const shares = one.shares.slice(row * n, row * n + n);
    nodes.push(
      drawn("polyline", {
        class: `line ${one.tone}`,
        points: shares.map((share, at) => `${xOf(view, at).toFixed(1)},${yOf(view, share).toFixed(1)}`).join(" "),
      }),
    );
  }
  for (const one of data.maps)
    nodes.push(
      drawn("circle", { class: `ring ${one.tone}`, cx: x, cy: yOf(view, one.shares[row * n + column]), r: 4 }),
    );
  view.lines.replaceChildren(...nodes);
  view.said.replaceChildren(
    ...data.maps.flatMap(one => [
      element("span", { class: one.tone }, `${one.name} `),
      element("b", { class: one.tone }, `${one.texts[row * n + column]} `),
    ]),
  );
  view.section.setAttribute(
    "aria-label",
    `${data.title}, ${data.rows[row]}: ` +
      data.maps.map(one => `${one.name} ${one.texts[row * n + column]}`).join(", "),
  );
}

const viewOf = kept(build);

const isNews = newsFor();

export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { data, setTriggerValue });
  if (!isNews(parentElement, data)) return;
  view.maps = [];
  view.surfaces = surfacesOf(data.maps, data, view.camera, (row, column) => point(view, row, column));
  view.surfaces.box.addEventListener("pointerleave", () => point(view, ...view.data.cell));
  view.root.replaceChildren(view.surfaces.box, ...data.maps.map(one => mapNode(view, one)), sectionNode(view));
  view.surfaces.show();
  point(view, ...data.cell);
}
