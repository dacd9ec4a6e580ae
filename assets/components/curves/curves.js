// Deletion and insertion curves. The slider, or pointing at a chart, shows the picture as it is with
// so many pixels gone or back; every number and every picture comes from Python.

import { address, drawn, element, say } from "../shared/dom.js";
import { percent } from "../shared/numbers.js";
import { readable } from "../shared/readable.js";
import { acrossOn } from "../shared/swipe.js";
import { kept } from "../shared/view.js";

const WIDTH = 260,
  HEIGHT = 132,
  LEFT = 26,
  TOP = 6,
  BOTTOM = 20,
  RIGHT = 6;
const KINDS = ["deletion", "insertion"];

const x = share => LEFT + share * (WIDTH - LEFT - RIGHT);
const y = value => TOP + (1 - value) * (HEIGHT - TOP - BOTTOM);

function build(host) {
  const root = element("div", { class: "curves" }),
    bar = element("label", { class: "share" }),
    words = element("span"),
    range = element("input"),
    output = element("output");
  Object.assign(range, { type: "range", min: 0, step: 1, value: 5 });
  bar.append(words, range, output);
  const charts = element("div", { class: "charts" }),
    chance = element("p", { class: "chance" }),
    table = element("table");
  root.append(bar, charts, chance, table);
  host.append(root);
  const view = { host, words, range, output, chance, table, panels: {} };
  for (const kind of KINDS) view.panels[kind] = panel(view, charts);
  range.addEventListener("input", () => show(view));
  return view;
}

function panel(view, charts) {
  const figure = element("figure"),
    caption = element("figcaption"),
    row = element("div", { class: "row" });
  const left = element("div"),
    frame = element("div", { class: "frame" }),
    said = element("div", { class: "said" });
  frame.setAttribute("role", "img");
  const svg = readable(drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }));
  left.append(frame, said);
  row.append(left, svg);
  figure.append(caption, row);
  charts.append(figure);
  const isAcross = acrossOn(svg);
  const point = event => {
    const box = svg.getBoundingClientRect(),
      last = view.data.shares.length - 1;
    const share = (((event.clientX - box.left) / box.width) * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT);
    view.range.value = Math.round(Math.min(1, Math.max(0, share)) * last);
    show(view);
  };
  svg.addEventListener("pointermove", event => {
    if (event.pointerType !== "touch" || isAcross(event)) point(event);
  });
  svg.addEventListener("click", point); // a tap
  return {
    caption,
    frame,
    said,
    svg,
    cursor: drawn("line", { class: "cursor", y1: TOP, y2: HEIGHT - BOTTOM }),
    dot: drawn("circle", { class: "dot", r: 4 }),
  };
}

const points = (data, values) =>
  values.map((value, i) => `${x(data.shares[i]).toFixed(1)},${y(value).toFixed(1)}`).join(" ");

function chart(view, kind) {
  const { data } = view,
    { svg, caption, cursor, dot } = view.panels[kind],
    chosen = line(data);
  caption.replaceChildren(element("b", {}, data.titles[kind]), ` ${data.words[kind]}`);
  /** @type {SVGElement[]} */
  const nodes = [
    drawn("polyline", {
      class: "axis",
      points: `${LEFT},${TOP} ${LEFT},${HEIGHT - BOTTOM} ${WIDTH - RIGHT},${HEIGHT - BOTTOM}`,
    }),
  ];
  for (const value of [0, 0.5, 1])
    nodes.push(drawn("text", { class: "tick", x: LEFT - 4, y: y(value) + 3, "text-anchor": "end" }, String(value)));
  for (const share of [0, 0.5, 1])
    nodes.push(
      drawn(
        "text",
        { class: "tick", x: x(share), y: HEIGHT - 7, "text-anchor": share === 1 ? "end" : "middle" },
        percent(share),
      ),
    );
  if (data.chance) {
    const [low, high] = data.chance[kind];
    const around = `${points(data, low)} ${points(data, high).split(" ").reverse().join(" ")}`;
    nodes.push(drawn("polygon", { class: "band", points: around }));
  }
  if (chosen)
    nodes.push(
      drawn("polygon", { class: "area", points: `${x(0)},${y(0)} ${points(data, chosen[kind])} ${x(1)},${y(0)}` }),
    );
  for (const one of data.lines.filter(one => one[kind] && one !== chosen))
    nodes.push(drawn("polyline", { class: one.is_control ? "line control" : "line", points: points(data, one[kind]) }));
  if (chosen) nodes.push(drawn("polyline", { class: "line chosen", points: points(data, chosen[kind]) }), cursor, dot);
  svg.replaceChildren(...nodes);
  svg.setAttribute(
    "aria-label",
    chosen ? `${data.titles[kind]}: ${chosen.title}, area ${chosen[`${kind}_area`]}` : data.titles[kind],
  );
}

const line = data => data.lines.find(one => one.name === data.selected && one.deletion);

function show(view) {
  const { data } = view,
    at = Number(view.range.value),
    chosen = line(data);
  const far = percent(data.shares[at]);
  say(view.output, far);
  if (!chosen) return;
  KINDS.forEach((kind, row) => {
    const { frame, said, cursor, dot } = view.panels[kind],
      value = chosen[kind][at];
    frame.style.backgroundPosition = `${(100 * at) / (data.shares.length - 1)}% ${100 * row}%`;
    say(said, `${far} ${data.did[kind]}; “${data.class_name}”: ${percent(value)}`);
    frame.setAttribute("aria-label", `The picture with ${said.textContent}`);
    cursor.setAttribute("x1", x(data.shares[at]));
    cursor.setAttribute("x2", x(data.shares[at]));
    dot.setAttribute("cx", x(data.shares[at]));
    dot.setAttribute("cy", y(value));
  });
}

function meter(text, share) {
  const cell = element("td"),
    box = element("span", { class: "meter" }),
    bar = element("i");
  bar.style.width = `${100 * share}%`;
  box.append(element("span", {}, text), ...(share === null ? [] : [bar]));
  cell.append(box);
  return cell;
}

function table(view) {
  const { data } = view,
    head = element("tr");
  head.append(...data.columns.map(text => element(text ? "th" : "td", {}, text)));
  const rows = data.lines.map(one => {
    const row = element("tr", { class: one.name === data.selected ? "chosen" : "" }),
      name = element("td"),
      button = element("button", {}, one.title);
    button.type = "button";
    button.setAttribute("aria-pressed", String(one.name === data.selected));
    button.onclick = () => view.setTriggerValue("choose", one.name);
    name.append(button);
    const areas = KINDS.map(kind => (one[kind] ? meter(one[`${kind}_area`], one[`${kind}_share`]) : meter("…", null)));
    row.append(name, ...areas, element("td", { class: "verdict" }, one.verdict));
    return row;
  });
  view.table.replaceChildren(head, ...rows);
}

const viewOf = kept(build);

export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { data, setTriggerValue });
  view.words.textContent = data.slider;
  say(view.chance, data.chance_words);
  view.range.max = String(data.shares.length - 1);
  for (const kind of KINDS) {
    chart(view, kind);
    const { frame } = view.panels[kind];
    frame.style.backgroundImage = data.frames ? `url("${address(data.frames)}")` : "none";
    frame.style.backgroundSize = `${100 * data.shares.length}% 200%`;
  }
  table(view);
  show(view);
}
