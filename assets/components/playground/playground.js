// A training, frame by frame. Python sends levels of surfaces, lines of losses and, where the training rests, the numbers
// that can be read off; here they are drawn, and what is pointed at is looked up among them. An answer holds the pictures
// of a while (data.before, and the last one), which are shown evenly; more are asked for while they are, not while the
// page is hidden: nobody watching, nothing trained.

import { drawn, element, place, say } from "../shared/dom.js";
import { frames } from "../shared/frames.js";
import { bytes, paint } from "../shared/paint.js";
import { watchSize } from "../shared/picture.js";
import { eachWord } from "../shared/turns.js";
import { kept } from "../shared/view.js";

const MOST_WAITING = 12; // pictures; where the browser cannot follow, older ones are left out
const NEAR = 3.2; // of 100: as near to a point as counts as pointing at it
const CHART = { width: 420, height: 128, left: 34, right: 92, top: 8, bottom: 20 }; // as wide as its place, once that is known

const floats = text => new Float32Array(bytes(text).buffer);
const fixed = (value, digits = 2) => value.toFixed(digits).replace("-", "−");
const signed = value => (value > 0 ? "+" : "") + fixed(value);

function neuronNode() {
  const box = element("div", { class: "neuron" }),
    canvas = element("canvas"),
    ring = element("i"),
    pull = element("div", { class: "pull" });
  ring.hidden = true;
  box.append(canvas, ring, pull);
  return { box, canvas, ring, pull };
}

function layerNode(count) {
  const box = element("div", { class: "layer" }),
    title = element("h2"),
    row = element("div", { class: "neurons", tabindex: "0" }); // it may scroll
  const neurons = Array.from({ length: count }, neuronNode);
  row.append(...neurons.map(neuron => neuron.box));
  row.setAttribute("role", "img");
  box.append(title, row);
  return { box, title, row, neurons };
}

function showLayers(view) {
  const { data } = view,
    names = data.layers.map(layer => layer.count).join();
  if (view.names !== names) {
    view.names = names;
    view.layers = data.layers.map(layer => layerNode(layer.count));
    view.input = layerNode(data.input.names.length);
    view.input.box.className = "input";
    view.input.title.textContent = "Input";
    view.left.replaceChildren(view.input.box, element("div", {}, ...view.layers.map(layer => layer.box)));
  }
  const total = data.layers.reduce((sum, layer) => sum + layer.count, 0);
  const side = total > 100 ? 24 : total > 40 ? 34 : total > 20 ? 40 : total > 12 ? 48 : 54;
  view.left.style.setProperty("--base", `${side}px`);
  const high = data.inputs === 2 ? data.cells : 1;
  view.input.row.setAttribute("aria-label", `The input: ${data.input.names.join(" and ")}`);
  view.input.neurons.forEach((neuron, i) => {
    place(neuron.canvas, { "aria-label": `The input ${data.input.names[i]}, from −${data.edge} to +${data.edge}` });
    paint(neuron.canvas, [high, data.cells], bytes(data.input.levels), i * data.cells * high, view.palette);
  });
  data.layers.forEach((layer, index) => {
    const shown = view.layers[index],
      levels = bytes(layer.levels);
    const words = `${layer.count} ${layer.count === 1 ? "neuron" : "neurons"}`;
    const scale = `h = ${data.phi}(W x + b), colours from −${layer.limit} to +${layer.limit}`;
    shown.title.replaceChildren(
      `${words} `,
      element("span", {}, data.layers.length > 1 ? `layer ${index + 1}, ±${layer.limit}` : scale),
    );
    shown.row.setAttribute("aria-label", `The surfaces of layer ${index + 1}: ${words}, ±${layer.limit}`);
    const of = data.layers.length > 1 ? ` of layer ${index + 1}` : "";
    shown.neurons.forEach((neuron, i) => {
      place(neuron.canvas, { "aria-label": `Neuron ${i + 1}${of}, from −${layer.limit} to +${layer.limit}` });
      paint(neuron.canvas, [high, data.cells], levels, i * data.cells * high, view.palette);
    });
  });
}

// The plane is drawn from −edge to edge; a curve's height leaves room for points beyond ±1.
const across = (data, x) => 50 + (50 * x) / data.edge;
const up = (data, y) => 50 - (50 * y) / (data.inputs === 2 ? data.edge : 2);

function mark(data, [x, y, kind, isTrain]) {
  const name = (data.is_classes ? `p${kind}` : "number") + (isTrain ? "" : " test"),
    size = 2.3;
  return kind
    ? drawn("rect", {
        class: name,
        x: across(data, x) - size / 2,
        y: up(data, y) - size / 2,
        width: size,
        height: size,
      })
    : drawn("circle", { class: name, cx: across(data, x), cy: up(data, y), r: size / 2 });
}

function showAnswer(view) {
  const { data } = view;
  view.canvas.hidden = !data.answer.levels;
  view.answer.classList.toggle("line", !data.answer.levels);
  if (data.answer.levels)
    paint(view.canvas, [data.answer.cells, data.answer.cells], bytes(data.answer.levels), 0, view.palette);
  const curve = data.answer.curve;
  const line = curve
    ? curve
        .map(
          (y, i) =>
            `${(((i + 0.5) / curve.length) * 100).toFixed(2)},${Math.max(-50, Math.min(150, up(data, y))).toFixed(2)}`,
        )
        .join(" ")
    : "";
  place(view.curve, { points: line });
  const points = JSON.stringify(data.points);
  if (view.drawnPoints !== points) {
    view.drawnPoints = points;
    view.marks.replaceChildren(...data.points.map(point => mark(data, point)));
  }
  view.svg.setAttribute("aria-label", data.alt);
  const name = data.is_classes ? "softmax(W h + b), blue to red: p(red) 0 to 1" : "ŷ = W h + b, from −2 to 2";
  view.svg.setAttribute("data-scale", data.is_classes ? "p(red) from 0 to 1" : "ŷ from −2 to 2");
  view.answerTitle.replaceChildren("Answer ", element("span", {}, name));
  view.key.textContent = data.is_classes
    ? "● ■ training   ○ □ test   bar: its pull, (w red − w blue) · h"
    : "● training   ○ test   bar: its pull, w · h";
}

function showLosses(view) {
  const { losses } = view.data,
    { width, height, left, right, top, bottom } = { ...CHART, width: view.wide || CHART.width };
  place(view.chart, { viewBox: `0 0 ${width} ${height}` });
  const high = Math.max(...losses.train, ...losses.test, 1e-9),
    last = Math.max(1, losses.last);
  const x = step => left + (step / last) * (width - left - right),
    y = loss => height - bottom - (loss / high) * (height - top - bottom);
  const line = values => values.map((value, i) => `${x(losses.steps[i]).toFixed(1)},${y(value).toFixed(1)}`);
  const train = line(losses.train),
    test = line(losses.test),
    nodes = [];
  const text = (at, words, more = {}) => drawn("text", { x: at[0], y: at[1], ...more }, words);
  for (const value of [0, high / 2, high])
    nodes.push(
      drawn("line", { class: "axis", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      text([left - 5, y(value) + 4], fixed(value, high < 0.1 ? 3 : 2), { "text-anchor": "end" }),
    );
  if (losses.parts) {
    const from = losses.steps.findIndex(step => step >= losses.best);
    nodes.push(
      drawn("polygon", { class: "between", points: [...test.slice(from), ...train.slice(from).reverse()].join(" ") }),
    );
    nodes.push(drawn("line", { class: "part", x1: x(losses.best), x2: x(losses.best), y1: top, y2: height - bottom }));
    const isLate = losses.best > 0.5 * last;
    nodes.push(
      text(
        [x(losses.best) + (isLate ? -5 : 5), top + 8],
        `the losses part at step ${losses.best.toLocaleString("en")}`,
        { class: "strong", "text-anchor": isLate ? "end" : "start" },
      ),
    );
  }
  nodes.push(
    drawn("polyline", { class: "train", points: train.join(" ") }),
    drawn("polyline", { class: "test", points: test.join(" ") }),
  );
  let ends = [y(losses.test.at(-1)), y(losses.train.at(-1))];
  if (Math.abs(ends[0] - ends[1]) < 13) ends = ends[0] <= ends[1] ? [ends[1] - 13, ends[1]] : [ends[0], ends[0] - 13];
  nodes.push(
    text([width - right + 6, ends[0] + 4], losses.test_text, { class: "strong" }),
    text([width - right + 6, ends[1] + 4], losses.train_text, { class: "strong" }),
  );
  nodes.push(
    text([left, height - 5], "0"),
    text([width - right, height - 5], `${losses.last.toLocaleString("en")} steps`, { "text-anchor": "end" }),
  );
  view.chart.replaceChildren(...nodes);
  view.chart.setAttribute(
    "aria-label",
    `Losses after ${losses.last} steps: ${losses.train_text}, ${losses.test_text}; lowest test loss ${losses.best_loss} at step ${losses.best}`,
  );
  view.lossTitle.replaceChildren("Loss ", element("span", {}, `${view.data.loss_name}, mean; dashed: test`));
}

function nearest(view, x, y) {
  let best = -1,
    distance = NEAR;
  view.data.points.forEach((point, index) => {
    const away = Math.hypot(across(view.data, point[0]) - x, up(view.data, point[1]) - y);
    if (away < distance) [best, distance] = [index, away];
  });
  return best;
}

function showPulls(view, pulls, at, of) {
  const last = view.layers.at(-1).neurons,
    values = last.map((_, i) => pulls[i * of + at]);
  const limit = Math.max(...values.map(Math.abs), 1e-9);
  last.forEach((neuron, i) => {
    const share = (50 * Math.abs(values[i])) / limit;
    neuron.pull.style.setProperty("--from", `${values[i] < 0 ? 50 - share : 50}%`);
    neuron.pull.style.setProperty("--wide", `${share}%`);
    neuron.pull.style.setProperty("--tint", values[i] < 0 ? "#2166ac" : "#b2182b");
    neuron.pull.textContent = last.length > 32 ? "" : signed(values[i]);
    neuron.pull.title = signed(values[i]);
  });
}

function clearPulls(view) {
  for (const neuron of view.layers.at(-1)?.neurons || []) {
    neuron.pull.textContent = "";
    neuron.pull.style.setProperty("--wide", "0%");
  }
}

function ringAll(view, place) {
  place ? view.ring.removeAttribute("display") : view.ring.setAttribute("display", "none");
  if (place)
    for (const [name, value] of [
      ["cx", place[0]],
      ["cy", place[1]],
    ])
      view.ring.setAttribute(name, value);
  nameInputs(view, place);
  for (const layer of [view.input, ...view.layers])
    for (const neuron of layer.neurons) {
      neuron.ring.hidden = !place;
      if (!place) continue;
      const side = neuron.canvas.clientHeight / 100;
      Object.assign(neuron.ring.style, {
        left: `${place[0] * side}px`,
        top: `${view.data.inputs === 2 ? place[1] * side : 50 * side}px`,
      });
    }
}

/** Under each input its name, and its value at a place of the answer. */
function nameInputs(view, place) {
  const { input, edge } = view.data;
  view.input.neurons.forEach((neuron, i) => {
    const value = place ? ` = ${fixed((i ? 1 - place[i] / 50 : place[i] / 50 - 1) * edge)}` : "";
    say(neuron.pull, input.names[i] + value);
  });
}

function writeHere(view, lines) {
  view.here.replaceChildren(...lines.filter(Boolean).map((line, i) => element("p", { class: i ? "" : "mark" }, line)));
}

const spot = (data, [x, y]) => [across(data, x), up(data, y)];

// While it goes on each frame says what is answered at the place that was pointed at when the frame was asked for.
function showNow(view, ring) {
  const { here } = view.data;
  ringAll(view, ring);
  if (!here) return;
  showPulls(view, here.pulls, 0, 1);
  writeHere(view, here.words);
  say(view.tip, here.tip);
}

function look(view) {
  const { data, at } = view;
  if (!at) {
    ringAll(view, null);
    clearPulls(view);
    say(view.tip, "");
    writeHere(view, ["Here", "Point at a place or a point in the answer."]);
    return;
  }
  const read = data.read,
    index = nearest(view, ...at);
  if (!read) {
    showNow(view, index >= 0 ? spot(data, data.points[index]) : at);
    return;
  }
  if (index >= 0) {
    const point = data.points[index];
    ringAll(view, spot(data, point));
    showPulls(view, read.pointPulls, index, data.points.length);
    writeHere(view, read.points[index]);
    say(view.tip, read.points[index][0]);
    return;
  }
  const n = read.cells,
    column = Math.max(0, Math.min(n - 1, Math.floor((at[0] / 100) * n))),
    row = Math.max(0, Math.min(n - 1, Math.floor((at[1] / 100) * n)));
  const cell = data.inputs === 2 ? row * n + column : column,
    cells = data.inputs === 2 ? n * n : n;
  const x1 = (((column + 0.5) / n) * 2 - 1) * data.edge,
    x2 = (1 - ((row + 0.5) / n) * 2) * data.edge;
  ringAll(view, [
    ((column + 0.5) / n) * 100,
    data.inputs === 2 ? ((row + 0.5) / n) * 100 : up(data, read.answer[cell]),
  ]);
  showPulls(view, read.pulls, cell, cells);
  const where = data.inputs === 2 ? `(${fixed(x1)}, ${fixed(x2)})` : `x = ${fixed(x1)}`;
  const sum = `pulls and bias ${read.bias} add up to ${fixed(read.sum[cell])}`;
  writeHere(view, [
    `Here: ${where}`,
    sum,
    data.is_classes ? `p(red) = ${fixed(read.answer[cell], 4)}` : `ŷ = ${fixed(read.answer[cell])}`,
  ]);
  say(
    view.tip,
    data.is_classes ? `${where}: p(red) ${fixed(read.answer[cell], 3)}` : `${where}: ŷ ${fixed(read.answer[cell])}`,
  );
}

function walk(view, event) {
  const step = { ArrowLeft: [-4, 0], ArrowRight: [4, 0], ArrowUp: [0, -4], ArrowDown: [0, 4] }[event.key];
  if (event.key === "Escape" && view.at) {
    view.at = null;
    look(view);
    event.preventDefault();
  }
  if (!step) return;
  event.preventDefault();
  const from = view.at || [50, 50];
  view.at = from.map((value, i) => Math.max(0, Math.min(99.9, value + step[i])));
  look(view);
}

function topBar(view) {
  const bar = element("div", { class: "top" }),
    facts = element("div", { class: "facts" });
  const button = (word, label, help) => {
    const made = element("button", { type: "button", title: help, "aria-label": help }, label);
    made.addEventListener("click", () => view.words.say(typeof word === "function" ? word() : word));
    return made;
  };
  const restart = button("restart", "↺", "Restart: back to the first weights");
  const main = button(() => (view.isPlaying ? "pause" : "play"), "Play", "Play or pause the training");
  main.className = "main";
  bar.append(facts, restart, main, button("step", "Step", "One step"));
  Object.assign(view, { facts, main });
  return bar;
}

function build(host) {
  const root = element("div", { class: "play" }),
    two = element("div", { class: "two" }),
    right = element("div", { class: "right" }),
    below = element("div", { class: "below" }),
    view = {};
  const left = element("div", { class: "net" }),
    title = element("h2"),
    answer = element("div", { class: "answer" }),
    canvas = element("canvas"),
    tip = element("div", { class: "tip" }),
    key = element("div", { class: "key" });
  const svg = drawn("svg", { viewBox: "0 0 100 100", role: "img" }),
    curve = drawn("polyline", { class: "curve" }),
    marks = drawn("g"),
    ring = drawn("circle", { class: "ring", r: 3.4, display: "none" });
  svg.append(curve, marks, ring);
  answer.append(canvas, svg, tip);
  answer.tabIndex = 0;
  answer.setAttribute("role", "application");
  answer.setAttribute("aria-label", "The answer: arrow keys walk over it");
  right.append(title, answer, key);
  two.append(left, right);
  const losses = element("div", { class: "losses" }),
    lossTitle = element("h2"),
    chart = drawn("svg", { role: "img" });
  losses.append(lossTitle, chart);
  const here = element("div", { class: "here" }),
    story = element("div", { class: "story" });
  here.setAttribute("aria-live", "polite");
  below.append(losses, here);
  Object.assign(view, {
    left,
    answerTitle: title,
    answer,
    canvas,
    svg,
    curve,
    marks,
    ring,
    tip,
    key,
    lossTitle,
    chart,
    here,
    story,
    layers: [],
    waiting: [],
    at: null,
  });
  root.append(topBar(view), two, below, story);
  host.append(root);
  answer.addEventListener("pointermove", event => {
    const area = answer.getBoundingClientRect();
    view.at = [(100 * (event.clientX - area.left)) / area.width, (100 * (event.clientY - area.top)) / area.height];
    look(view);
  });
  answer.addEventListener("pointerleave", () => {
    view.at = null;
    look(view);
  });
  answer.addEventListener("keydown", event => walk(view, event));
  view.next = frames(root);
  watchSize(losses, width => {
    if (!width || Math.abs(width - (view.wide ?? 0)) < 1) return;
    view.wide = width;
    if (view.data) showLosses(view);
  });
  return view;
}

// What is pointed at goes with the wish for the next frame, which then says what the network answers there.
function pointedAt(view, number) {
  if (!view.at) return { number, place: null, point: -1 };
  const [x, y] = view.at.map(share => (share / 50 - 1) * view.data.edge);
  return { number, place: [x, -y], point: nearest(view, ...view.at) };
}

function show(view, data) {
  view.data = data;
  view.facts.replaceChildren("step ", element("b", {}, data.step), ` · ${data.facts}`);
  say(view.story, data.story);
  showLayers(view);
  showAnswer(view);
  showLosses(view);
  look(view);
}

function showNext(view) {
  clearTimeout(view.timer);
  view.timer = undefined;
  const next = view.waiting.shift();
  if (!next) return;
  show(view, next);
  view.timer = setTimeout(() => showNext(view), next.picture_ms);
}

// What rests is shown at once, pictures on the way behind those that still wait.
function take(view, pictures) {
  const isOnTheWay = pictures.at(-1).is_busy || pictures.length > 1;
  view.waiting = isOnTheWay ? [...view.waiting, ...pictures].slice(-MOST_WAITING) : pictures;
  if (!isOnTheWay || view.timer === undefined) showNext(view);
}

const viewOf = kept(build);

export default function ({ data: { before, ...data }, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { isPlaying: data.is_playing, sendWords: words => setStateValue("act", words) });
  view.words ??= eachWord(words => view.sendWords(words));
  view.words.heard(data.heard);
  view.palette ??= bytes(data.palette);
  if (data.read)
    data.read = {
      ...data.read, // what was sent stays: Streamlit hands it over again when the theme changes
      sum: floats(data.read.sum),
      answer: floats(data.read.answer),
      pulls: floats(data.read.pulls),
      pointPulls: floats(data.read.point_pulls),
    };
  say(view.main, data.is_playing ? "❚❚ Pause" : "▶ Play");
  take(view, [...before.map(picture => ({ ...data, ...picture, read: null })), data]);
  const pause = view.at ? data.pause_ms / 2 : data.pause_ms;
  view.next(data.is_busy, pause, (word, number) => setTriggerValue(word, pointedAt(view, number)));
}
