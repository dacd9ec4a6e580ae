// Sheets of cells that light one another (cnnviz/figures/sheets.py): pointing at a cell, or walking there
// with the arrow keys, lights every cell that carries its key and shows the key's sentence.

import { childrenOf, element, under } from "../shared/dom.js";
import { watchSize } from "../shared/picture.js";
import { kept } from "../shared/view.js";

const TALLEST = 34; // px of a cell, down
const LARGEST = 1.6; // times its own size a cell grows into the room
const HIGH = 0.85; // of the window: all lines together as the cells grow
const GAP = 12; // px between the parts of a line

const IDLE = "Point at a cell, or walk with the arrow keys.";

function light(view, key) {
  if (view.key === key) return;
  (view.byTag.get(view.key) || []).forEach(node => node.classList.remove("lit"));
  view.key = key;
  const lit = view.byTag.get(key) || [];
  lit.forEach(node => node.classList.add("lit"));
  for (const sheet of view.sheets) sheet.classList.toggle("some", Boolean(sheet.querySelector(".k.lit")));
  const words = view.data.say[key];
  view.said.replaceChildren(words ? element("b", {}, words) : element("i", {}, IDLE));
}

function cellNode(view, cell, index, part) {
  const node = element("span", { class: `cell ${cell?.r || "blank"}` }, cell?.t || "");
  const column = index % part.columns,
    row = Math.floor(index / part.columns);
  if (part.gap && column && column % part.gap === 0) node.classList.add("wide");
  if (part.row_gap && row && (row - 1) % part.row_gap === 0) node.classList.add("high");
  if (!cell) {
    if (part.gap && column === part.columns - 1) node.classList.add("last");
    return node;
  }
  if (cell.c) {
    node.style.setProperty("--fill", cell.c);
    node.style.setProperty("--letters", cell.i);
  }
  if (cell.n) node.append(element("small", {}, cell.n));
  if (cell.k) {
    node.classList.add("keyed");
    node.dataset.key = cell.k;
  }
  for (const tag of cell.g || []) {
    if (!view.byTag.has(tag)) view.byTag.set(tag, []);
    view.byTag.get(tag).push(node);
  }
  return node;
}

function walk(view, cells, columns, event) {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
  if (!step) return;
  event.preventDefault();
  const children = childrenOf(cells);
  let at = (cells.__at ?? -1) < 0 ? 0 : cells.__at + step;
  while (children[at] && !children[at].dataset.key) at += step;
  if (!children[at]) return;
  cells.__at = at;
  light(view, children[at].dataset.key);
}

function sheet(view, part) {
  const box = element("div", { class: `part${part.size ? "" : " whole"}` }),
    title = element("h2", {}, `${part.title} `);
  title.append(element("span", {}, part.note));
  const cells = element("div", { class: `cells${part.size ? "" : " filling"}` });
  cells.tabIndex = 0;
  cells.setAttribute("role", "application");
  cells.setAttribute("aria-roledescription", "sheet of cells");
  cells.setAttribute("aria-label", part.alt);
  cells.style.setProperty("--size", `${Math.min(part.size || 18, TALLEST)}px`);
  cells.style.gridTemplateColumns = part.size
    ? `repeat(${part.columns}, calc(var(--grown, 1) * ${part.size}px))`
    : `repeat(${part.columns - 1}, minmax(0, 1fr)) 40px`;
  cells.append(...part.cells.map((cell, index) => cellNode(view, cell, index, part)));
  cells.addEventListener("keydown", event => walk(view, cells, part.columns, event));
  cells.addEventListener("blur", () => light(view, view.data.start));
  view.sheets.push(cells);
  box.append(title, cells);
  return box;
}

function tally(part) {
  const box = element("div", { class: "part tally" });
  box.append(element("h2", {}, part.title));
  for (const count of part.counts) {
    const row = element("div", { class: `count${count.is_chosen ? " chosen" : ""}` }),
      text = element("div");
    text.append(element("b", {}, count.number), element("span", {}, count.words));
    row.append(count.url ? element("img", { src: count.url, alt: count.alt }) : element("i"), text);
    box.append(row);
  }
  return box;
}

function partNode(view, part) {
  if (part.kind === "sign") return element("span", { class: `sign${part.text.length > 2 ? " word" : ""}` }, part.text);
  return part.kind === "tally" ? tally(part) : sheet(view, part);
}

// The cells grow until the fullest line fills its room, or all lines the window.
function fit(view) {
  const { lines, data } = view,
    room = lines.clientWidth,
    shape = `${room} ${data.lines.flat().map(part => [part.columns, part.size, part.cells?.length])}`;
  if (shape === view.shape) return;
  view.shape = shape;
  lines.style.removeProperty("--grown");
  const wide = room / Math.max(...childrenOf(lines).map(widthOf)),
    high = (HIGH * innerHeight) / (lines.currentCSSZoom || 1) / lines.clientHeight;
  lines.style.setProperty("--grown", Math.max(1, Math.min(LARGEST, wide, high)));
}

const widthOf = line =>
  childrenOf(line)
    .filter(part => !part.matches(".whole"))
    .reduce((sum, part) => sum + part.offsetWidth + GAP, 0);

function build(host) {
  const root = element("div", { class: "sheets" }),
    lines = element("div"),
    said = element("div", { class: "said" });
  said.setAttribute("aria-live", "polite");
  root.append(said, lines);
  host.append(root);
  const view = { lines, said };
  watchSize(root, () => fit(view)); // the first time it has no width before
  root.addEventListener("pointerover", event => {
    const cell = under(event, ".cell.keyed");
    if (cell) light(view, cell.dataset.key);
  });
  root.addEventListener("pointerleave", () => light(view, view.data.start));
  return view;
}

const viewOf = kept(build);

export default function ({ data, parentElement }) {
  const view = viewOf(parentElement);
  const key = view.data?.say[view.key] ? view.key : null;
  Object.assign(view, { data, byTag: new Map(), sheets: [], key: null });
  view.lines.replaceChildren(
    ...data.lines.map(line => {
      const row = element("div", { class: "line" });
      row.append(...line.map(part => partNode(view, part)));
      return row;
    }),
  );
  fit(view);
  view.key = undefined;
  light(view, key && data.say[key] ? key : data.start);
}
