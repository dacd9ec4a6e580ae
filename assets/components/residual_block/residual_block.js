// One map at six points of a residual block. Pointing at a cell of any of them, or the arrow keys,
// marks it in all and writes out its numbers; each number is a text that Python sent.

import { address, drawn, element, place, say } from "../shared/dom.js";
import { kept } from "../shared/view.js";

const ORDER = ["x", "shortcut", "total", "half_way", "main", "output"];

function mapNode(view, name) {
  const box = element("figure", { class: `map ${name}` }),
    frame = element("div", { class: "frame" }),
    image = element("img"),
    cell = element("i"),
    caption = element("figcaption"),
    words = element("span"),
    chip = element("b", { class: "chip" });
  frame.append(image, cell);
  caption.append(words, chip);
  box.append(frame, caption);
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  const at = event => {
    const box = frame.getBoundingClientRect(),
      part = view.data.maps[name],
      scale = view.data.rows / part.rows;
    const pick = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    const row = pick((event.clientY - box.top) / box.height, part.rows),
      column = pick((event.clientX - box.left) / box.width, part.columns);
    return [
      Math.min(view.data.rows - 1, Math.floor(row * scale)),
      Math.min(view.data.columns - 1, Math.floor(column * scale)),
    ];
  };
  frame.addEventListener("pointermove", event => point(view, ...at(event)));
  frame.addEventListener("click", event => {
    const place = at(event);
    point(view, ...place);
    view.setTriggerValue("pin", place);
  });
  frame.addEventListener("pointerleave", () => point(view, ...view.data.cell));
  frame.addEventListener("keydown", event => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.key === "Enter") view.setTriggerValue("pin", view.cell);
    if (!step) return;
    event.preventDefault();
    point(
      view,
      Math.min(view.data.rows - 1, Math.max(0, view.cell[0] + step[0])),
      Math.min(view.data.columns - 1, Math.max(0, view.cell[1] + step[1])),
    );
  });
  view.maps[name] = { box, frame, image, cell, words, chip };
  return box;
}

function wayNode(kind) {
  const box = element("div", { class: `way ${kind}` });
  box.append(element("b"), element("span"), element("i"), element("small"));
  return box;
}

function joint() {
  const box = element("div", { class: "joint" }),
    svg = drawn("svg", { viewBox: "0 0 100 400", preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(
    drawn("polyline", { class: "blue", points: "0,90 50,90 50,180" }),
    drawn("polyline", { class: "violet", points: "0,310 50,310 50,220" }),
    drawn("polyline", { class: "green", points: "62,200 80,200 80,90 100,90" }),
  );
  box.append(svg, element("b", {}, "+"), element("i"));
  return box;
}

function build(host) {
  const root = element("div", { class: "block" }),
    grid = element("div", { class: "walk" }),
    lines = element("div", { class: "lines" });
  const view = { maps: {}, lines, cell: [0, 0] };
  const ways = {
    shortcut: wayNode("right blue"),
    main: wayNode("right violet"),
    first: wayNode("down violet"),
    last: wayNode("down green"),
  };
  grid.append(
    mapNode(view, "x"),
    ways.shortcut,
    mapNode(view, "shortcut"),
    joint(),
    mapNode(view, "total"),
    ways.first,
    ways.last,
    mapNode(view, "half_way"),
    ways.main,
    mapNode(view, "main"),
    mapNode(view, "output"),
  );
  ways.first.classList.add("first");
  ways.last.classList.add("last");
  ways.main.classList.add("second");
  root.append(grid, lines);
  host.append(root);
  view.ways = ways;
  return view;
}

function point(view, row, column) {
  const { data } = view;
  view.cell = [row, column];
  for (const name of ORDER) {
    const part = data.maps[name],
      { cell, chip } = view.maps[name];
    const at = [Math.floor((row * part.rows) / data.rows), Math.floor((column * part.columns) / data.columns)];
    Object.assign(cell.style, {
      top: `${(100 * at[0]) / part.rows}%`,
      left: `${(100 * at[1]) / part.columns}%`,
      height: `${100 / part.rows}%`,
      width: `${100 / part.columns}%`,
    });
    say(chip, view.written[name][at[0] * part.columns + at[1]]);
  }
  const index = row * data.columns + column;
  view.lines.replaceChildren(
    ...data.lines.map(line => {
      const box = element("div", { class: `line ${line.tone}` }),
        name = element("div", { class: "name" }),
        sum = element("div", { class: "sum" });
      name.append(element("b", {}, line.name), element("span", {}, line.note));
      for (const part of line.parts) {
        const text = part.row ? view.written[part.row][index] : part.text;
        if (part.label === undefined || part.label === "") {
          sum.append(element("span", { class: "sign" }, text));
          continue;
        }
        const term = element("span", { class: "term" });
        term.append(element("b", { class: part.tone }, unsigned(sum, text)), element("small", {}, part.label));
        sum.append(term);
      }
      box.append(
        name,
        sum,
        element("span", { class: "equals" }, "="),
        element("b", { class: "result" }, view.written[line.results][index]),
      );
      return box;
    }),
  );
}

// A term below zero behind + or −: 0.5 + −1.4 is written 0.5 − 1.4.
function unsigned(sum, text) {
  const sign = sum.lastElementChild,
    other = { "+": "−", "−": "+" }[sign?.textContent];
  if (!other || !text.startsWith("−")) return text;
  say(sign, other);
  return text.slice(1);
}

const viewOf = kept(build);

export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  const written = Object.entries(data.texts).map(([name, row]) => [name, row.replaceAll("-", "−").split(" ")]);
  Object.assign(view, { data, setTriggerValue, written: Object.fromEntries(written) });
  for (const name of ORDER) {
    const part = data.maps[name],
      { box, frame, image, words } = view.maps[name];
    place(image, { src: address(part.url), alt: part.alt });
    frame.setAttribute("aria-label", part.alt);
    box.dataset.role = part.role;
    words.replaceChildren(element("b", {}, part.title), " ", element("span", {}, part.note));
  }
  for (const [name, box] of Object.entries(view.ways))
    ["title", "note", "", "below"].forEach((key, at) => {
      if (key) say(box.children[at], data.ways[name][key]);
    });
  point(view, ...data.cell);
}
