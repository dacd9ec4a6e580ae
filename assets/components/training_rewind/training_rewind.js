// All snapshots of a run as columns, and two of them, A and B, side by side on one scale: of one run, or of two. All of
// it comes at once, so A and B are moved here; Python hears of it when the hand has let go.

import { element, place, say } from "../shared/dom.js";
import { frames } from "../shared/frames.js";
import { bytes, paint } from "../shared/paint.js";
import { eachWord } from "../shared/turns.js";
import { kept } from "../shared/view.js";
import { named } from "./axis.js";

const NAMES = ["A", "B"];
const trackOf = (view, which) => view.data.tracks[Math.min(which, view.data.tracks.length - 1)];
const levelsOf = (view, which) => view.levels[Math.min(which, view.data.tracks.length - 1)];
const momentOf = (view, which) => trackOf(view, which).moments[view.places[which]];

// What Python is told: the steps of A and B, −1 for the last of a run, however far that will come.
const stepsOf = view =>
  view.places.map((at, which) => {
    const { steps } = trackOf(view, which);
    return at < steps.length - 1 ? steps[at] : -1;
  });

// The filters of a snapshot above each other, with a line of nothing in between.
function columnCanvas(view, track, levels, index) {
  const { filters } = track;
  const [height, width] = filters.size;
  const canvas = element("canvas", { "aria-hidden": "true" });
  Object.assign(canvas, { width, height: filters.count * (height + 1) - 1 });
  const small = element("canvas");
  const pen = canvas.getContext("2d");
  for (let i = 0; i < filters.count; i++) {
    paintFilter(view, small, filters, levels, index, i);
    pen?.drawImage(small, 0, i * (height + 1));
  }
  return canvas;
}

function paintFilter(view, canvas, filters, levels, index, i) {
  const start = (index * filters.count + i) * filters.size[0] * filters.size[1];
  paint(canvas, filters.size, levels.filters, start, filters.colour ? null : view.signed);
}

function columnNode(view, t, index) {
  const track = view.data.tracks[t];
  const bar = element("i", { style: `height:${Math.max(2, 100 * track.right[index])}%` });
  const column = element("div", { class: "column" }, element("div", { class: "rise" }, bar));
  if (track.filters) column.append(columnCanvas(view, track, view.levels[t], index));
  column.append(element("span", { class: "step" }, track.steps[index].toLocaleString("en")));
  column.addEventListener("pointermove", event => point(view, t, index, event));
  column.addEventListener("click", event => choose(view, t, index, event.shiftKey));
  return column;
}

function stripNode(view, t) {
  const track = view.data.tracks[t];
  const strip = element("div", { class: view.data.tracks.length > 1 ? "strip short" : "strip", "aria-hidden": "true" });
  strip.style.setProperty("--columns", String(track.moments.length));
  const columns = track.moments.map((_, index) => columnNode(view, t, index));
  strip.append(...columns);
  strip.addEventListener("pointerleave", () => point(view, t, null));
  return { reel: element("div", { class: "reel" }, namesNode(track), strip), strip, columns, at: -1 };
}

// What stands left of the columns: the scale of the bars, the number of each filter, what the names below them are.
function namesNode(track) {
  const filters = Array.from({ length: track.filters?.count || 0 }, (_, i) =>
    element("span", {}, element("i", {}, "filter "), String(i)),
  );
  return element(
    "div",
    { class: "names", "aria-hidden": "true" },
    element(
      "div",
      { class: "rise" },
      element("span", {}, "100"),
      element("span", {}, "% right"),
      element("span", {}, "0"),
    ),
    element("div", { class: "filters" }, ...filters),
    element("span", { class: "step" }, "step"),
  );
}

// The steps below the columns: those of A and B and of the column pointed at, and of the others as many as fit.
function showSteps(view) {
  view.strips.forEach(({ strip, columns, at }, t) => {
    const isOne = view.data.tracks.length === 1;
    const chosen = isOne ? [view.places[1], view.places[0]] : [view.places[t]];
    const names = columns.map(column => column.lastElementChild);
    const shown = named(
      names.map(name => name.textContent),
      strip.clientWidth / columns.length || 1,
      [...(at < 0 ? [] : [at]), ...chosen, 0],
    );
    names.forEach((name, index) => name.classList.toggle("out", !shown.has(index)));
  });
}

function choose(view, t, index, isSecond) {
  const which = view.data.tracks.length > 1 ? t : isSecond ? 1 : 0;
  move(view, which, index);
  view.words.say(stepsOf(view), true);
}

function move(view, which, index) {
  view.places[which] = index;
  showChosen(view);
}

function point(view, t, index, event) {
  for (const { columns } of view.strips) for (const column of columns) column.classList.remove("at");
  view.strips[t].at = index ?? -1;
  showSteps(view);
  if (index === null) return tell(view, null);
  const track = view.data.tracks[t];
  const column = view.strips[t].columns[index];
  column.classList.add("at");
  const area = column.querySelector("canvas")?.getBoundingClientRect();
  const share = area ? (event.clientY - area.top) / area.height : -1;
  const filter = share >= 0 && share < 1 ? Math.floor(share * track.filters.count) : null;
  tell(view, [track, index, filter]);
}

function tell(view, what) {
  if (!what) {
    view.tip.replaceChildren(view.data.hint);
    return;
  }
  const [track, index, filter] = what;
  const moment = track.moments[index];
  const when = `${moment.name}, ${moment.after}: `;
  if (filter === null) view.tip.replaceChildren(element("b", {}, when), `loss ${moment.loss}, right ${moment.right}`);
  else view.tip.replaceChildren(element("b", {}, `Filter ${filter} at ${when}`), track.ways[index][filter]);
}

function slideNode(view, which) {
  const input = element("input", { type: "range", min: 0, step: 1 });
  const name = element("span");
  const kind = which ? "slide b" : "slide";
  input.addEventListener("input", () => move(view, which, Number(input.value)));
  input.addEventListener("change", () => view.words.say(stepsOf(view), true));
  return {
    input,
    name,
    node: element("div", { class: kind }, element("span", { class: "badge" }, NAMES[which]), input, name),
  };
}

function showStrips(view) {
  view.strips = view.data.tracks.map((_, t) => stripNode(view, t));
  const nodes = view.data.tracks.flatMap((track, t) => [
    element(
      "div",
      { class: "title" },
      element("h2", {}, view.data.tracks.length > 1 ? `${NAMES[t]}: ` : "", track.title),
      ...(t ? [] : [view.tip, scale(view, track.filters?.ends, "signed_bar")]),
    ),
    view.strips[t].reel,
  ]);
  view.reels.replaceChildren(...nodes);
}

function scale(view, ends, name) {
  if (!ends) return "";
  return element(
    "span",
    { class: "scale" },
    ends[0],
    element("i", { style: `background:${view.data.palettes[name]}` }),
    ends[1],
  );
}

function rowOf(kind, label, count, painted) {
  const canvases = Array.from({ length: count }, (_, i) => {
    const canvas = element("canvas", { role: "img", "aria-label": `${label[0]} ${i}` });
    painted(canvas, i);
    return canvas;
  });
  const row = element(
    "div",
    { class: `row ${kind}` },
    element("span", {}, label[0], element("br"), label[1]),
    ...canvases,
  );
  row.style.setProperty("--count", String(count));
  return row;
}

function overNode(view, which) {
  const track = trackOf(view, which);
  const moment = momentOf(view, which);
  const box = element("div", { class: "over" }, element("img", { src: track.picture, alt: `a ${track.true}` }));
  if (track.heat) {
    const canvas = element("canvas");
    const [height, width] = track.heat.size;
    paint(canvas, track.heat.size, levelsOf(view, which).heat, view.places[which] * height * width, view.positive);
    box.append(canvas);
  }
  const words = track.heat ? `why ${moment.answer}? ${track.heat.ends.join(" to ")}` : `called ${moment.answer}`;
  return element("figure", {}, box, element("figcaption", {}, words));
}

function matrixNode(track, moment) {
  const matrix = element("div", {
    class: "matrix",
    role: "img",
    "aria-label": `Confusion matrix at ${moment.name}: ${moment.wrong}`,
  });
  matrix.style.setProperty("--classes", String(track.classes.length));
  moment.confusion.forEach((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    matrix.append(element("div", { class: "name", title: track.classes[i] }, track.classes[i]));
    row.forEach((count, j) => {
      const title = `${count} of ${total} × ${track.classes[i]} are called ${track.classes[j]}`;
      const cell = element("div", { class: "cell", title }, count ? String(count) : "");
      const share = Math.round(16 + 54 * Math.sqrt(count / total));
      if (count) cell.style.background = `color-mix(in srgb, ${i === j ? "#1fa868" : "#d0503c"} ${share}%, var(--bg))`;
      matrix.append(cell);
    });
  });
  return matrix;
}

function firstsNode(track, moment) {
  const firsts = element("div", { class: "firsts" });
  track.firsts.forEach(([url, name], i) => {
    const [answer, sure, isRight] = moment.firsts[i];
    const said = element("b", { class: isRight ? "yes" : "no" }, `${answer} ${isRight ? "✓" : "✗"}`);
    firsts.append(element("div", {}, element("img", { src: url, alt: `a ${name}` }), said, element("span", {}, sure)));
  });
  return firsts;
}

function showSide(view, which) {
  const track = trackOf(view, which);
  const moment = momentOf(view, which);
  const levels = levelsOf(view, which);
  const index = view.places[which];
  const { filters, maps } = track;
  const numbers = element(
    "span",
    { class: "end" },
    "loss ",
    element("b", {}, moment.loss),
    " right ",
    element("b", {}, moment.right),
  );
  const top = element(
    "div",
    { class: "top" },
    element("span", { class: which ? "badge b" : "badge" }, NAMES[which]),
    element("b", {}, moment.name),
    moment.after,
    numbers,
  );
  const rows = element("div");
  if (filters)
    rows.append(
      rowOf("", ["filters", `±${filters.ends[1].slice(1)}`], filters.count, (canvas, i) =>
        paintFilter(view, canvas, filters, levels, index, i),
      ),
    );
  if (maps) {
    const cells = maps.size[0] * maps.size[1];
    rows.append(
      rowOf("maps", ["maps", maps.ends.join(" to ")], maps.count, (canvas, i) =>
        paint(canvas, maps.size, levels.maps, (index * maps.count + i) * cells, view.positive),
      ),
    );
  }
  const said = element("p", { class: "said" }, `The first of each class, and the answer. ${moment.said}`);
  view.sides[which].replaceChildren(
    top,
    element("div", { class: "looks" }, rows, overNode(view, which)),
    said,
    firstsNode(track, moment),
    matrixNode(track, moment),
  );
}

function showChosen(view) {
  const isOne = view.data.tracks.length === 1;
  view.strips.forEach(({ columns }, t) => {
    columns.forEach((column, index) => {
      column.classList.toggle("a", (isOne || t === 0) && index === view.places[0]);
      column.classList.toggle("b", (isOne || t === 1) && index === view.places[1]);
    });
  });
  view.slides.forEach(({ input, name }, which) => {
    const moment = momentOf(view, which);
    place(input, {
      max: trackOf(view, which).moments.length - 1,
      "aria-label": `Moment ${NAMES[which]}`,
      "aria-valuetext": moment.name,
    });
    input.value = String(view.places[which]);
    say(name, moment.name);
  });
  showSteps(view);
  for (const which of [0, 1]) showSide(view, which);
}

function build(host) {
  const view = {
    places: [0, 0],
    strips: [],
    tip: element("p", { class: "tip", "aria-live": "polite" }),
    reels: element("div"),
  };
  view.slides = [0, 1].map(which => slideNode(view, which));
  view.sides = ["", " b"].map(kind => element("div", { class: `card side${kind}` }));
  const slides = element("div", { class: "slides" }, ...view.slides.map(slide => slide.node));
  const root = element(
    "div",
    { class: "rewind" },
    element("div", { class: "card" }, view.reels, slides),
    element("div", { class: "pair" }, ...view.sides),
  );
  host.append(root);
  view.frames = frames(root);
  new ResizeObserver(() => showSteps(view)).observe(root);
  return view;
}

const viewOf = kept(build);
const read = found => (found ? bytes(found.levels) : null);

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { data, sendWords: words => setStateValue("moments", words) });
  view.words ??= eachWord(words => view.sendWords(words));
  view.words.heard(data.heard);
  view.signed ??= bytes(data.palettes.signed);
  view.positive ??= bytes(data.palettes.positive);
  view.levels = data.tracks.map(track => ({
    filters: read(track.filters),
    maps: read(track.maps),
    heat: read(track.heat),
  }));
  view.places = data.places.map((at, which) => Math.min(at, trackOf(view, which).moments.length - 1));
  showStrips(view);
  showChosen(view);
  tell(view, null);
  view.frames(data.is_busy, data.pause_ms, setTriggerValue);
}
