// A training as it goes on: what to do with it, its curves, and what the snapshot pointed at on them looked like, beside
// the first and the latest. All snapshots come with the data, so pointing is answered here; every number, word and colour
// level comes from Python. While the run goes on the next frame is asked for when this one is drawn.

import { syncAddress } from "../shared/address.js";
import { columnNames } from "../shared/columns.js";
import { drawn, element, place, say } from "../shared/dom.js";
import { foresight } from "../shared/foresight.js";
import { frames } from "../shared/frames.js";
import { bytes, paint } from "../shared/paint.js";
import { watchSize } from "../shared/picture.js";
import { eachWord } from "../shared/turns.js";
import { kept } from "../shared/view.js";

const EDGE = { left: 30, right: 8, top: 8, bottom: 20 }; // css pixels around a chart

const last = view => view.data.moments.length - 1;
const pointed = view => (view.at === null ? null : Math.min(view.at, last(view)));

function showBar(view) {
  const { bar } = view.data;
  view.state.className = `state ${bar.state}`;
  say(view.stateName, bar.title);
  view.facts.replaceChildren(
    ...bar.facts.flatMap(([strong, soft], i) => [
      i ? " · " : "",
      strong ? element("b", {}, strong) : "",
      soft ? ` ${soft}` : "",
    ]),
  );
  view.meter.hidden = bar.share === null;
  view.meterFill.style.width = `${100 * (bar.share || 0)}%`;
  const known = JSON.stringify(bar.buttons);
  if (view.knownButtons !== known) {
    view.knownButtons = known;
    view.buttons.replaceChildren(
      ...bar.buttons.map(([word, label, help, isMain]) => {
        const made = element("button", { type: "button", title: help, class: isMain ? "main" : null }, label);
        made.addEventListener("click", () => view.words.say(word));
        return made;
      }),
    );
  }
  const dot = kind => element("i", { class: kind });
  view.places.replaceChildren(...bar.places.map(dot), element("span", {}, bar.queue));
  say(view.note, bar.note);
}

const across = (view, x) => EDGE.left + x * (view.width - EDGE.left - EDGE.right);
const up = (view, y) => view.height - EDGE.bottom - y * (view.height - EDGE.top - EDGE.bottom);
const points = (view, xs, ys) =>
  xs.map((x, i) => `${across(view, x).toFixed(1)},${up(view, ys[i]).toFixed(1)}`).join(" ");
const line = (view, kind, pairs) =>
  drawn("polyline", {
    class: kind,
    points: points(
      view,
      pairs.map(pair => pair[0]),
      pairs.map(pair => pair[1]),
    ),
  });

function showChart(view, chart, curves, drawing) {
  const nodes = [],
    right = view.width - EDGE.right,
    foot = view.height - EDGE.bottom,
    at = pointed(view);
  if (curves.done < 1)
    nodes.push(
      drawn("rect", {
        class: "todo",
        x: across(view, curves.done),
        y: EDGE.top,
        width: right - across(view, curves.done),
        height: foot - EDGE.top,
      }),
    );
  for (const [height, text] of drawing.ticks)
    nodes.push(
      drawn("line", { class: "rule", x1: EDGE.left, x2: right, y1: up(view, height), y2: up(view, height) }),
      drawn("text", { x: EDGE.left - 5, y: up(view, height) + 4, "text-anchor": "end" }, text),
    );
  nodes.push(
    drawn("line", {
      class: "guess",
      x1: EDGE.left,
      x2: right,
      y1: up(view, drawing.guess[0]),
      y2: up(view, drawing.guess[0]),
    }),
    drawn("text", { x: right, y: up(view, drawing.guess[0]) - 4, "text-anchor": "end" }, drawing.guess[1]),
  );
  const lines = drawn("g", { "clip-path": `url(#${chart.clip})` });
  lines.append(line(view, "batches", drawing.batches), line(view, "mean", drawing.mean));
  nodes.push(lines, drawn("polyline", { class: "valid", points: points(view, curves.at, drawing.dots) }));
  curves.at.forEach((x, i) =>
    nodes.push(
      drawn("circle", {
        class: i === last(view) ? "dot now" : "dot",
        cx: across(view, x),
        cy: up(view, drawing.dots[i]),
        r: i === last(view) ? 4.5 : 2.3,
      }),
    ),
  );
  if (at !== null) {
    const x = across(view, curves.at[at]);
    nodes.push(
      drawn("line", { class: "pointed", x1: x, x2: x, y1: EDGE.top, y2: foot }),
      drawn("circle", { class: "ring", cx: x, cy: up(view, drawing.dots[at]), r: 4.5 }),
    );
  }
  const done = across(view, curves.done),
    is_between = curves.done > 0.12 && curves.done < 0.72;
  nodes.push(
    drawn("text", { x: EDGE.left, y: view.height - 5 }, "0"),
    drawn(
      "text",
      { x: right, y: view.height - 5, "text-anchor": "end", class: curves.done === 1 ? "now" : "" },
      `step ${curves.steps}`,
    ),
  );
  if (is_between)
    nodes.push(drawn("text", { class: "now", x: done, y: view.height - 5, "text-anchor": "middle" }, curves.step));
  chart.marks.replaceChildren(...nodes);
}

function showCurves(view) {
  const { curves, right, alt } = view.data;
  showChart(view, view.loss, curves, curves.loss);
  showChart(view, view.share, curves, curves.right);
  view.charts.setAttribute("data-scale", ""); // its axes say it
  view.charts.setAttribute("aria-label", `${alt} Arrow keys walk along the snapshots, Enter looks back on one.`);
  view.shareTitle.replaceChildren(
    "Right ",
    element("span", {}, "in per cent"),
    element("span", { class: "end" }, `training ${right[0]} · validation ${right[1]}`),
  );
  say(view.key, `grey: training, ${curves.window}; `);
  const at = pointed(view);
  view.tip.classList.toggle("on", at !== null);
  if (at === null) view.tip.replaceChildren(view.data.hint);
  else {
    const [when, ...rest] = view.data.moments[at].tip;
    view.tip.replaceChildren(element("b", {}, when), `: ${rest.join("; ")}`);
  }
}

function canvasIn(view, column, row, kind) {
  view.cells[column][row] ??= element("canvas", { class: kind, role: "img" });
  return view.cells[column][row];
}

function showFilters(view) {
  const { filters, maps, moments, picture } = view.data,
    at = pointed(view);
  view.filterCard.hidden = !filters;
  view.panels.style.gridTemplateColumns = "";
  if (!filters) return;
  const of =
    filters.total > filters.count
      ? `The first ${filters.count} of ${filters.total} filters`
      : `The ${filters.count} filters`;
  view.filterTitle.replaceChildren(
    element("i", { class: "kernel" }),
    `${of} of the first layer`,
    ...(maps ? [element("span", { class: "end" }, "and what each sees")] : []),
  );
  view.grid.className = maps ? "grid" : "grid nomaps";
  view.grid.style.setProperty("--count", filters.count);
  view.grid.style.setProperty("--side", `${Math.max(40, Math.min(96, 350 / filters.count))}px`);
  const numbers = Array.from({ length: filters.count }, (_, i) => i),
    size = filters.size[0] * filters.size[1],
    stride = size * (filters.colour ? 3 : 1);
  const palette = filters.colour ? null : view.signed,
    levels = view.filterLevels;
  const column = (name, index, kind) =>
    numbers.map(i => {
      const canvas = canvasIn(view, name, i, kind);
      canvas.className = kind;
      canvas.setAttribute("data-scale", filters.ends.join(" … "));
      canvas.setAttribute("aria-label", `filter ${i}, ${moments[index].name}`);
      paint(canvas, filters.size, levels, (index * filters.count + i) * (filters.colour ? size : stride), palette);
      return canvas;
    });
  const head = (name, note, kind = "") =>
    element("div", { class: `head ${kind}` }, element("b", {}, name), element("span", {}, note));
  const soon = () => numbers.map(() => element("span", { class: "soon" }));
  const isStart = last(view) === 0;
  const nodes = [element("div", { class: "nr" }), ...numbers.map(i => element("div", { class: "nr" }, String(i)))];
  nodes.push(head("start", filters.changed[0]), ...column("start", 0, ""));
  nodes.push(
    ...(at === null
      ? [head("", isStart ? "soon" : "point at a curve", "mid"), ...soon()]
      : [head(moments[at].name, filters.changed[at], "mid"), ...column("mid", at, "mid")]),
  );
  nodes.push(
    ...(isStart
      ? [head("now", "soon"), ...soon()]
      : [head("now", filters.changed.at(-1)), ...column("now", last(view), "")]),
  );
  if (maps) {
    const image = element("img", { src: picture.url, alt: picture.name });
    nodes.push(
      element("div", { class: "arrow" }),
      ...numbers.map(() => element("div", { class: "arrow" }, "→")),
      element("div", { class: "head" }, element("span", {}, "of "), image),
    );
    numbers.forEach(i => {
      const canvas = canvasIn(view, "map", i, "map");
      canvas.setAttribute("data-scale", maps.ends.join(" … "));
      canvas.setAttribute("aria-label", `what filter ${i} sees now, layer ${maps.layer}`);
      paint(canvas, maps.size, view.mapLevels, i * maps.size[0] * maps.size[1], view.positive);
      nodes.push(canvas);
    });
  }
  view.grid.replaceChildren(...nodes);
  const bar = (ends, colours) =>
    element("span", { class: "scale" }, ends[0], element("i", { style: `background:${colours}` }), ends[1]);
  view.scales.replaceChildren(
    bar(filters.ends, filters.colour ? "linear-gradient(to right,#000,#808080,#fff)" : view.data.palettes.signed_bar),
    ...(maps ? [bar(maps.ends, view.data.palettes.positive_bar)] : []),
  );
}

function showMatrix(view) {
  const { moments, classes, asked } = view.data,
    at = pointed(view) ?? last(view),
    shown = moments[at].confusion;
  view.matrixTitle.replaceChildren("Confusion matrix ", element("span", {}, `${moments[at].name}, ${asked}`));
  view.matrix.style.setProperty("--classes", classes.length);
  say(view.axis, `rows: true, columns: answer · ${moments[at].wrong}`);
  view.matrix.setAttribute("aria-label", `Confusion matrix at ${moments[at].name}: ${moments[at].wrong}`);
  const name = text => element("div", { class: "name", title: text }, text);
  const nodes = [];
  shown.forEach((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    nodes.push(name(classes[i]));
    row.forEach((count, j) => {
      const cell = element(
        "div",
        { class: "cell", title: `${count} of ${total} × ${classes[i]} are called ${classes[j]}` },
        count ? String(count) : "",
      );
      if (count)
        cell.style.background = `color-mix(in srgb, ${i === j ? "#1fa868" : "#d0503c"} ${Math.round(16 + 44 * Math.sqrt(count / total))}%, var(--bg))`;
      nodes.push(cell);
    });
  });
  view.matrix.replaceChildren(...nodes, ...(shown.length ? [element("div"), ...columnNames(classes)] : []));
}

function over(view, index, words, kind) {
  const { heat, picture } = view.data,
    box = element("div", { class: "over" }, element("img", { src: picture.url, alt: `${picture.name}, ${words}` }));
  if (heat && index !== null) {
    const canvas = element("canvas");
    paint(canvas, heat.size, view.heatLevels, index * heat.size[0] * heat.size[1], view.positive);
    box.append(canvas);
  }
  return element("figure", { class: kind }, box, element("figcaption", {}, words));
}

function showWhy(view) {
  const { heat, picture, moments, scores, palettes } = view.data,
    at = pointed(view),
    now = last(view);
  const scale = heat
    ? element(
        "span",
        { class: "scale" },
        heat.ends[0],
        element("i", { style: `background:${palettes.positive_bar}` }),
        heat.ends[1],
      )
    : "";
  view.whyTitle.replaceChildren(
    `Why ${moments[now].answer}? `,
    element("span", {}, heat ? `Grad-CAM, ${heat.layer}, ${heat.size.join(" × ")}` : ""),
    scale,
    view.turn,
  );
  const figures = [over(view, null, `it is: ${picture.true}`, "")];
  if (at !== null) figures.push(over(view, at, `${moments[at].name}: ${moments[at].answer}`, "mid"));
  figures.push(over(view, now, `now: ${moments[now].answer}`, ""));
  view.why.replaceChildren(...figures);
  view.scores.replaceChildren(
    ...scores.map(({ name, shares, texts }) => {
      const fill = element("i", { style: `width:${100 * shares[now]}%` }),
        meter = element("div", { class: "meter" }, fill);
      return element(
        "div",
        { class: "score" },
        element("b", {}, name),
        meter,
        element("span", {}, at !== null && at !== now ? `${texts[at]} → ` : "", element("b", {}, `${texts[now]} %`)),
      );
    }),
  );
}

function look(view) {
  showCurves(view);
  showFilters(view);
  showMatrix(view);
  showWhy(view);
  const at = pointed(view);
  say(view.spoken, at === null ? "" : view.data.moments[at].tip.join("; "));
}

function point(view, index) {
  if (index === view.at) return;
  view.at = index;
  look(view);
}

function nearest(view, event) {
  const svg = event.target.closest("svg") || view.loss.svg,
    area = svg.getBoundingClientRect();
  const x = ((event.clientX - area.left) / area.width) * view.width,
    gaps = view.data.curves.at.map(at => Math.abs(across(view, at) - x));
  return gaps.indexOf(Math.min(...gaps));
}

// A click goes back to the moment pointed at; a finger's first tap only points.
function press(view, event) {
  const index = nearest(view, event);
  const isKnown = event.pointerType !== "touch" || index === view.touched;
  view.touched = index;
  if (isKnown) lookBack(view, index);
}

function lookBack(view, index) {
  const { run, moments } = view.data;
  if (run && index <= last(view)) view.words.say(moments[index].step);
}

function walk(view, event) {
  const from = pointed(view),
    ends = { Home: 0, End: last(view), Escape: null };
  if (event.key in ends) point(view, ends[event.key]);
  else if (event.key === "ArrowLeft") point(view, Math.max(0, (from ?? last(view) + 1) - 1));
  else if (event.key === "ArrowRight") point(view, Math.min(last(view), (from ?? -1) + 1));
  else if (event.key === "Enter" && from !== null) lookBack(view, from);
  else return;
  event.preventDefault();
}

function chartNode(name) {
  const clip = `training-clip-${name}`,
    svg = drawn("svg", { "aria-hidden": "true" }),
    marks = drawn("g"),
    area = drawn("rect");
  svg.append(drawn("defs", {}, drawn("clipPath", { id: clip }, area)), marks);
  return { svg, marks, clip, area };
}

function resize(view, width, height) {
  if (width <= EDGE.left + EDGE.right || height <= EDGE.top + EDGE.bottom) return; // not laid out yet
  Object.assign(view, { width, height });
  for (const chart of [view.loss, view.share]) {
    place(chart.svg, { viewBox: `0 0 ${width} ${height}` });
    place(chart.area, {
      x: EDGE.left,
      y: EDGE.top,
      width: width - EDGE.left - EDGE.right,
      height: height - EDGE.top - EDGE.bottom,
    });
  }
  if (view.data) showCurves(view);
}

function barNode(view) {
  const bar = element("div", { class: "bar" }),
    state = element("span", { class: "state" }),
    stateName = element("span"),
    facts = element("span", { class: "facts" });
  const meterFill = element("i"),
    meter = element("div", { class: "meter" }, meterFill),
    buttons = element("div", { class: "buttons" }),
    places = element("span", { class: "places" }),
    note = element("p", { class: "note", role: "status" });
  state.append(element("i"), stateName);
  bar.append(state, facts, meter, buttons, places, note);
  Object.assign(view, { state, stateName, facts, meter, meterFill, buttons, places, note });
  return bar;
}

function curvesNode(view) {
  const card = element("div", { class: "card" }),
    charts = element("div", { class: "charts", tabindex: "0", role: "application" }),
    loss = chartNode("loss"),
    share = chartNode("right");
  const shareTitle = element("h2"),
    key = element("span"),
    tip = element("div", { class: "tip" }),
    spoken = element("div", { class: "spoken", "aria-live": "polite" });
  charts.append(element("div", {}, element("h2", {}, "Loss"), loss.svg), element("div", {}, shareTitle, share.svg));
  card.append(
    charts,
    element("div", { class: "key" }, key, element("b", {}, "blue: validation, a dot a snapshot")),
    tip,
    spoken,
  );
  Object.assign(view, { charts, loss, share, shareTitle, key, tip, spoken });
  for (const name of ["pointermove", "pointerdown"])
    charts.addEventListener(name, event => point(view, nearest(view, event)));
  charts.addEventListener("click", event => press(view, event));
  charts.addEventListener("keydown", event => walk(view, event));
  watchSize(loss.svg, (width, height) => resize(view, width, height));
  return card;
}

function filtersNode(view) {
  const filterCard = element("div", { class: "card" }),
    filterTitle = element("h2"),
    grid = element("div", { class: "grid" }),
    scales = element("div", { class: "scales" });
  filterCard.append(filterTitle, grid, scales);
  Object.assign(view, { filterCard, filterTitle, grid, scales });
  return filterCard;
}

function sideNode(view) {
  const matrixTitle = element("h2"),
    matrix = element("div", { class: "matrix", role: "img", "data-scale": "" }),
    axis = element("p", { class: "axis" }),
    whyTitle = element("h2"),
    why = element("div", { class: "why" }),
    scores = element("div");
  const turn = element("div", { class: "turn" });
  for (const [word, label, help] of [
    ["previous", "‹", "The picture before"],
    ["next", "›", "The next picture"],
  ]) {
    const made = element("button", { type: "button", title: help, "aria-label": help }, label);
    made.addEventListener("click", () => {
      view.foresight.show(view.data.turned[word]);
      view.words.say(word);
    });
    turn.append(made);
  }
  view.foresight = foresight(turn, () => view.near());
  Object.assign(view, { matrixTitle, matrix, axis, whyTitle, why, scores, turn });
  return element(
    "div",
    { class: "side" },
    element("div", { class: "card" }, matrixTitle, matrix, axis),
    element("div", { class: "card" }, whyTitle, why, scores),
  );
}

function build(host) {
  const view = { at: null, width: 300, height: 196, cells: { start: [], mid: [], now: [], map: [] } },
    root = element("div", { class: "train" }),
    panels = element("div", { class: "panels" });
  view.panels = panels;
  panels.append(curvesNode(view), filtersNode(view), sideNode(view));
  root.append(barNode(view), panels);
  host.append(root);
  view.frames = frames(root);
  return view;
}

const viewOf = kept(build);

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, {
    data,
    sendWords: words => setStateValue("act", words),
    near: () => setTriggerValue("near", true),
  });
  view.words ??= eachWord(words => view.sendWords(words));
  view.words.heard(data.heard);
  view.signed ??= bytes(data.palettes.signed);
  view.positive ??= bytes(data.palettes.positive);
  Object.assign(view, {
    filterLevels: data.filters && bytes(data.filters.levels),
    mapLevels: data.maps && bytes(data.maps.levels),
    heatLevels: data.heat && bytes(data.heat.levels),
  });
  if (data.run !== view.run) Object.assign(view, { run: data.run, at: null }); // another run: nothing is pointed at
  syncAddress(data.query);
  showBar(view);
  look(view);
  if (data.foresight) view.foresight.take(data.foresight, data.turned.now);
  view.frames(data.is_busy, data.pause_ms, setTriggerValue);
}
