// A response before and after the picture has moved, made smaller in five ways: one cell pointed at in all.

import { address, drawn, element, say } from "../shared/dom.js";
import { percent, short } from "../shared/numbers.js";
import { kept, newsFor } from "../shared/view.js";

function build(host) {
  const view = { host, at: null };
  view.root = element("div", { class: "ways" });
  view.foot = element("p", { class: "note" });
  host.append(element("div", { class: "card" }, view.root, view.foot));
  return view;
}

function map(view, way, when) {
  const frame = element("div", { class: "map", tabindex: 0, role: "img", "aria-label": way.alts[when] });
  const image = element("img", { src: address(way[when].url), alt: "", draggable: "false" });
  const mark = drawn("svg", {
    viewBox: `0 0 ${way.columns} ${way.rows}`,
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  frame.append(image, mark);
  const move = event => {
    const box = frame.getBoundingClientRect();
    point(view, [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width]);
  };
  frame.addEventListener("pointermove", move);
  frame.addEventListener("click", move);
  frame.addEventListener("pointerleave", () => point(view, view.data.start));
  frame.addEventListener("keydown", event => {
    const by = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!by) return;
    event.preventDefault();
    point(view, [view.at[0] + by[0] / way.rows, view.at[1] + by[1] / way.columns]);
  });
  way.marks.push(mark);
  return frame;
}

// The place is a share of the patch's height and width: each way has its own cell there.
function point(view, at) {
  view.at = at.map(value => Math.max(0, Math.min(0.999, value)));
  for (const way of view.ways) {
    const row = Math.floor(view.at[0] * way.rows),
      column = Math.floor(view.at[1] * way.columns);
    for (const mark of way.marks)
      mark.replaceChildren(drawn("rect", { class: "mark", x: column, y: row, width: 1, height: 1 }));
    say(way.cell, `${short(way.before.values[row][column])} → ${short(way.after.values[row][column])}`);
  }
}

function draw(view) {
  const { data } = view;
  view.ways = data.ways.map(way => ({ ...way, marks: [] }));
  const cells = [];
  const row = (label, make, kind = "") => {
    cells.push(element("div", { class: `label ${kind}` }, ...[label].flat()), ...view.ways.map(make));
  };
  const strip = element("i");
  strip.style.background = data.colours;
  row("", way =>
    element("div", { class: `head ${way.role}` }, element("b", {}, way.title), element("span", {}, way.note)),
  );
  row(["before", element("span", { class: "scale" }, "0", strip, data.high)], way => map(view, way, "before"));
  row(data.moved, way => map(view, way, "after"));
  row("cell pointed at", way => (way.cell = element("output")));
  row("still there: in the frame", way => element("span", { class: "share" }, percent(way.patch)));
  row(
    "in the whole picture",
    way => {
      const fill = element("i");
      fill.style.width = `${100 * way.share}%`;
      return element(
        "div",
        { class: `whole ${way.role}` },
        element("b", {}, percent(way.share)),
        element("span", { class: "meter" }, fill),
      );
    },
    "strong",
  );
  if (data.says) row(data.says, way => element("span", { class: "share", title: way.score_help }, way.score));
  view.root.replaceChildren(...cells);
  say(view.foot, data.foot);
  point(view, data.start);
}

const viewOf = kept(build);
const isNews = newsFor();

export default function ({ data, parentElement }) {
  const view = viewOf(parentElement);
  if (!isNews(parentElement, data)) return;
  view.data = data;
  draw(view);
}
