// Charts over one row of places (layers, steps, weights along a line) with one pointer in all of them.
// Heights are shares that Python worked out, and every number that is said is a text from Python.

import { drawn, element, place } from "../shared/dom.js";
import { readable } from "../shared/readable.js";
import { newsFor } from "../shared/view.js";
import { placed } from "./names.js";

const MOST_SCALE = 1.4; // a chart shown larger has letters that shout
const LEFT = 44,
  RIGHT = 8,
  TOP = 6,
  BOTTOM = 6,
  BAR = 15;

const xOf = (view, place) =>
  LEFT + (view.data.count > 1 ? place / (view.data.count - 1) : 0.5) * (view.data.width - LEFT - RIGHT);
const yOf = (chart, share) => TOP + (1 - share) * (chart.height - TOP - BOTTOM);

function pieces(parts) {
  return parts.map(part => element(part.strong ? "b" : "span", { class: part.tone || "" }, part.text));
}

// Places without a height are passed over: a line through every second layer stays one line.
const pointsOf = (view, chart, series) =>
  series.heights.flatMap((share, place) => (share === null ? [] : [[xOf(view, place), yOf(chart, share)]]));

const path = points => points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");

function dots(view, chart, series) {
  return series.heights.flatMap((share, place) =>
    share === null
      ? []
      : [drawn("circle", { class: `spot ${series.tone}`, cx: xOf(view, place), cy: yOf(chart, share), r: 1.5 })],
  );
}

function lines(view, chart) {
  const nodes = [];
  for (const tick of chart.ticks) {
    const y = yOf(chart, tick.share);
    nodes.push(
      drawn("line", {
        class: tick.strong ? "grid strong" : "grid",
        x1: LEFT,
        x2: view.data.width - RIGHT,
        y1: y,
        y2: y,
      }),
      drawn(
        "text",
        { class: tick.strong ? "tick strong" : "tick", x: LEFT - 6, y: y + 3.5, "text-anchor": "end" },
        tick.label,
      ),
    );
  }
  for (const series of chart.series) {
    if (series.look === "dots" || series.heights.filter(share => share !== null).length === 1)
      nodes.push(...dots(view, chart, series));
    else
      nodes.push(
        drawn("polyline", {
          class: `line ${series.tone} ${series.look}`,
          points: path(pointsOf(view, chart, series)),
        }),
      );
  }
  return nodes;
}

// Letters are larger in a chart that is shown small, so names are placed anew with its size.
function nameLines(view, chart, svg) {
  const drawnSeries = chart.series.filter(series => series.heights.some(share => share !== null)),
    lines = drawnSeries.map(series => pointsOf(view, chart, series)),
    named = drawnSeries.filter(series => series.named !== null);
  const texts = named.map(series => drawn("text", { class: `name ${series.tone}` }, series.name));
  const area = { left: LEFT, right: view.data.width - RIGHT, top: 0, bottom: chart.height - BOTTOM };
  svg.append(...texts);
  new ResizeObserver(() => {
    const boxes = texts.map((text, index) => {
      const { width, height } = text.getBBox();
      return { line: drawnSeries.indexOf(named[index]), width, height, at: named[index].named };
    });
    if (boxes.every(box => box.width))
      placed(boxes, lines, area).forEach((corner, index) => {
        texts[index].toggleAttribute("hidden", !corner);
        if (corner) place(texts[index], { x: corner.x, y: corner.y });
      });
  }).observe(svg);
}

function bars(view, chart) {
  const nodes = [],
    step = (view.data.width - LEFT - RIGHT) / view.data.count,
    wide = Math.max(1, step - 1.2);
  chart.series.forEach((series, row) => {
    const base = TOP + (row + 1) * BAR + row * 3;
    nodes.push(
      drawn(
        "text",
        { class: `name small ${series.tone}`, x: LEFT - 6, y: base - 4, "text-anchor": "end" },
        series.name,
      ),
    );
    series.heights.forEach((share, place) => {
      const x = LEFT + place * step;
      nodes.push(drawn("rect", { class: "empty", x, y: base - BAR, width: wide, height: BAR }));
      if (share)
        nodes.push(
          drawn("rect", {
            class: `bar ${series.tone}`,
            x,
            y: base - Math.max(0.6, share * BAR),
            width: wide,
            height: Math.max(0.6, share * BAR),
          }),
        );
    });
  });
  return nodes;
}

function chartNode(view, chart) {
  const box = element("figure", { class: "chart" }),
    caption = element("figcaption"),
    note = element("span", { class: "note" });
  caption.append(element("b", {}, chart.title), note);
  const svg = readable(
    drawn("svg", {
      viewBox: `0 0 ${view.data.width} ${chart.height}`,
      role: "img",
      tabindex: "0",
      "aria-label": chart.alt,
    }),
  );
  svg.append(...(chart.kind === "bars" ? bars : lines)(view, chart));
  if (chart.kind === "lines") nameLines(view, chart, svg);
  const pointer = drawn("g", { class: "pointer" });
  svg.append(pointer);
  box.style.maxWidth = `${Math.round(MOST_SCALE * view.data.width)}px`;
  box.append(caption, svg);
  if (chart.ends.length) {
    const ends = element("div", { class: "ends" });
    ends.append(...chart.ends.map(text => element("span", {}, text)));
    box.append(ends);
  }
  svg.addEventListener("pointermove", event => point(view, placeAt(view, svg, event.clientX)));
  svg.addEventListener("pointerdown", event => point(view, placeAt(view, svg, event.clientX)));
  svg.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -1e6, End: 1e6 }[event.key];
    if (!step) return;
    event.preventDefault();
    point(view, Math.min(view.data.count - 1, Math.max(0, view.place + step)));
  });
  view.shown.push({ chart, note, pointer, svg });
  return box;
}

function placeAt(view, svg, clientX) {
  const box = svg.getBoundingClientRect(),
    share = (((clientX - box.left) / box.width) * view.data.width - LEFT) / (view.data.width - LEFT - RIGHT);
  return Math.round(Math.min(1, Math.max(0, share)) * (view.data.count - 1));
}

function marks(view, chart, place) {
  if (chart.kind === "bars") {
    const step = (view.data.width - LEFT - RIGHT) / view.data.count;
    return [
      drawn("rect", {
        class: "frame",
        x: LEFT + place * step - 1.5,
        y: TOP - 2,
        width: step + 2,
        height: chart.series.length * (BAR + 3),
      }),
    ];
  }
  const x = xOf(view, place);
  const rings = chart.series
    .filter(series => series.heights[place] !== null && series.look !== "dots")
    .map(series =>
      drawn("circle", { class: `ring ${series.tone}`, cx: x, cy: yOf(chart, series.heights[place]), r: 4 }),
    );
  return [drawn("line", { class: "cursor", x1: x, x2: x, y1: TOP, y2: chart.height - BOTTOM }), ...rings];
}

function point(view, place) {
  view.place = place;
  const key = view.data.places[place];
  for (const { chart, note, pointer } of view.shown) {
    pointer.replaceChildren(...marks(view, chart, place));
    const said = chart.series
      .filter(series => series.texts[place])
      .flatMap(series => [
        element("span", { class: series.tone }, series.name),
        " ",
        element("b", { class: series.tone }, series.texts[place]),
        " ",
      ]);
    note.replaceChildren(element("span", {}, key), " ", ...said);
  }
}

function rest(view) {
  // before anybody has pointed, the words that Python has for the whole
  view.place = view.data.start ?? 0;
  for (const { chart, note } of view.shown) note.replaceChildren(...pieces(chart.note));
  if (view.data.start !== null) point(view, view.data.start);
}

const isNews = newsFor();

export default function ({ data, parentElement }) {
  if (!isNews(parentElement, data)) return;
  parentElement.querySelector(".linked")?.remove();
  const root = element("div", { class: "linked" }),
    view = { data, shown: [], place: 0 };
  root.style.setProperty("--columns", data.panels.length);
  for (const panel of data.panels) {
    const box = element("section", { class: "panel" });
    if (panel.title.length) {
      const head = element("h2");
      head.append(...pieces(panel.title).flatMap(node => [node, " "]));
      box.append(head);
    }
    box.append(...panel.charts.map(chart => chartNode(view, chart)));
    if (panel.foot.length) {
      const foot = element("div", { class: "foot" });
      foot.append(...pieces(panel.foot));
      box.append(foot);
    }
    root.append(box);
  }
  root.addEventListener("pointerleave", () => rest(view));
  parentElement.append(root);
  rest(view);
}
