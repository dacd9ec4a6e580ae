// The calculation behind one cell: every step as a line of numbers with their names; for the sums the patch that
// was read, the kernel, their products, and the running sum over the channels. All numbers come from Python.

import { drawn, element, place, say, under } from "../shared/dom.js";
import { linesText, placeText, precise, short } from "../shared/numbers.js";
import { watchSize } from "../shared/picture.js";
import { kept, newsFor } from "../shared/view.js";

const WIDE_ENOUGH = 220,
  GAP = 2,
  LEGIBLE = 24, // from here on two figures of a number are seen
  READABLE = 29, // from here on three
  ROOMY = 36, // from here on a number has room for the zero before its point
  OPERATOR = 28, // and the gaps beside it
  LARGEST = 46,
  SMALLEST = 15, // css pixels of a cell
  BESIDE = 0.62; // of the width, where the running sum stands beside the grids

function build(host) {
  const title = element("h2"),
    head = element("div", { class: "head" }, title);
  const grids = element("div", { class: "grids" });
  const products = element("p", { class: "product", role: "status", "aria-live": "polite" });
  const running = element("div", { class: "running" });
  const lines = element("ol", { class: "lines" });
  const root = element("section", { class: "microscope sized" }, head, grids, products, running, lines);
  host.append(root);
  const view = { host, root, title, grids, products, running, lines, step: null, channel: null, at: null, room: 0 };
  watchSize(root, width => {
    if (Math.abs(width - view.room) > 1) {
      view.room = width;
      if (view.data) draw(view);
    }
  });
  return view;
}

/** A number as it fits a small cell: ".25", and "≈0" where its power of ten would be cut. @param {number} value */
const bare = value => (value && Math.abs(value) < 0.001 ? "≈0" : short(value).replace(/^(−?)0\./, "$1."));

/** A number of two figures for a smaller cell: ".25", "−1.7", "12". @param {number} value */
export function rough(value) {
  const size = Math.abs(value);
  return bare(size < 0.005 ? (value ? 1e-9 : 0) : Number(value.toFixed(size < 0.995 ? 2 : size < 9.95 ? 1 : 0)));
}

const sumSteps = data => data.steps.filter(step => step.window);

function chosenStep(view) {
  // the sum that is spelled out: the one asked for, else the one of the largest kernel
  const steps = sumSteps(view.data),
    size = ({ window: { rows, columns, sums } }) => rows.length * columns.length * (sums.length ? 1000 : 1);
  const largest = steps.reduce((best, step) => (best && size(best) >= size(step) ? best : step), null);
  return steps.find(step => step.layer === view.step) ?? largest;
}

// ---- The grids: patch × kernel = products

function draw(view) {
  const step = chosenStep(view),
    { data } = view;
  say(view.title, `${data.title} = ${precise(data.value)}`);
  for (const part of [view.grids, view.products, view.running]) part.hidden = !step;
  if (step) {
    drawGrids(view, step.window);
    drawRunning(view, step);
  }
  drawLines(view, step);
}

function channelOf(view, window) {
  return view.channel !== null && window.channels[view.channel] ? view.channel : window.chosen;
}

function drawGrids(view, window) {
  const index = channelOf(view, window),
    channel = window.channels[index];
  const [height, width] = [channel.values.length, channel.values[0].length];
  const count = channel.weights ? 3 : 1,
    isPhone = view.room < 560;
  const whole = view.data.largest < LARGEST && !isPhone ? view.room * BESIDE : view.room;
  const room = isPhone ? whole - 4 : whole - OPERATOR * (count - 1) - 4;
  const fitting = Math.floor(room / ((isPhone ? 1 : count) * width)) - GAP;
  const cell = Math.max(SMALLEST, Math.min(view.data.largest, fitting, isPhone ? 38 : LARGEST));
  const label = window.labels[index] ?? "";
  const top = Math.max(Math.abs(window.low), Math.abs(window.high)) || 1;
  /** @type {HTMLElement[]} */
  const parts = [
    block(
      view,
      "read",
      `${label || "cells"} of ${source(window)}`,
      `${range("row", window.rows)}, ${range("column", window.columns)}`,
      channel.values,
      cell,
      (r, c) => ({
        look: window.padding[r][c] ? "pad" : "x",
        share: Math.abs(channel.values[r][c]) / top,
        isWinner: window.winner === r * width + c,
        name: window.padding[r][c] ? "padding" : placeText([window.rows[r], window.columns[c]]),
      }),
    ),
  ];
  if (channel.weights) {
    const heaviest = largest(channel.weights),
      biggest = largest(channel.products);
    parts.push(
      element("span", { class: "op" }, "×"),
      block(view, "kernel", "kernel", `slice for ${label}`, channel.weights, cell, (r, c) => ({
        look: "w",
        share: Math.abs(channel.weights[r][c]) / heaviest,
        name: "weight",
      })),
    );
    parts.push(
      element("span", { class: "op" }, "="),
      block(view, "products", "products", `Σ = ${precise(window.sums[index])}`, channel.products, cell, (r, c) => ({
        look: channel.products[r][c] < 0 ? "minus" : "plus",
        share: Math.abs(channel.products[r][c]) / biggest,
        name: "product",
      })),
    );
  }
  view.grids.replaceChildren(...parts);
  const there = view.at && view.at[0] < height && view.at[1] < width ? view.at : null;
  point(view, window, there);
}

const largest = matrix => Math.max(...matrix.flat().map(Math.abs)) || 1;
const range = (line, list) => linesText(line, list[0], list.at(-1));
const source = window => (window.source === "input" ? "the picture" : window.source);

function block(view, kind, title, note, matrix, size, describe) {
  const isLegible = size >= LEGIBLE;
  const grid = element("div", { class: `grid ${kind}`, role: "img", "aria-label": `${title}, ${note}` });
  grid.style.gridTemplateColumns = `repeat(${matrix[0].length}, ${size}px)`;
  grid.style.setProperty("--cell", `${size}px`);
  grid.style.fontSize = size < LARGEST ? "12px" : "13px";
  const text = size < READABLE ? rough : size < ROOMY ? bare : short;
  matrix.forEach((row, r) =>
    row.forEach((value, c) => {
      const { look, share, isWinner } = describe(r, c);
      const cell = element(
        "span",
        { class: look + (isWinner ? " winner" : ""), "data-at": `${r},${c}` },
        isLegible ? text(value) : "",
      );
      cell.style.setProperty("--share", `${Math.round(12 + 70 * share)}%`);
      grid.append(cell);
    }),
  );
  grid.addEventListener("pointermove", event => {
    const at = under(event, "[data-at]")?.dataset.at?.split(",").map(Number) ?? null;
    view.at = at;
    point(view, chosenStep(view).window, at);
  });
  grid.addEventListener("pointerleave", () => {
    view.at = null;
    point(view, chosenStep(view).window, null);
  });
  const made = element(
    "div",
    { class: "block" },
    element("div", { class: "title" }, element("b", {}, title), element("span", {}, note)),
    element("div", { class: "box" }, grid),
  );
  made.style.width = `${Math.max(matrix[0].length * (size + GAP) - GAP, Math.min(WIDE_ENOUGH, (view.room * (view.data.largest < LARGEST ? BESIDE : 1) - 70) / 3))}px`; // titles give way
  return made;
}

function point(view, window, at) {
  // the same place in all three, and its product in words
  for (const cell of view.grids.querySelectorAll(".here")) cell.classList.remove("here");
  const index = channelOf(view, window),
    { values, weights, products } = window.channels[index];
  if (!at) {
    say(view.products, weights ? "Point at a cell to see its product." : "");
    return;
  }
  for (const cell of view.grids.querySelectorAll(`[data-at="${at[0]},${at[1]}"]`)) cell.classList.add("here");
  const [r, c] = at,
    value = precise(values[r][c]);
  const where = window.padding[r][c] ? "padding" : placeText([window.rows[r], window.columns[c]]);
  say(
    view.products,
    weights ? `${where}: ${value} × ${precise(weights[r][c])} = ${precise(products[r][c])}` : `${where}: ${value}`,
  );
}

// ---- The running sum over the channels

function drawRunning(view, step) {
  const { sums, running, labels, bias } = step.window;
  view.running.hidden = sums.length < 2;
  if (sums.length < 2) return;
  const index = channelOf(view, step.window),
    high = Math.max(0, ...running),
    low = Math.min(0, ...running),
    span = high - low || 1;
  const y = value => 6 + (68 * (high - value)) / span,
    wide = 1000 / sums.length,
    thick = Math.max(0.6, wide * 0.82);
  const svg = drawn("svg", { viewBox: "0 0 1000 80", preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(drawn("rect", { class: "now", x: index * wide, y: 0, width: wide, height: 80 }));
  svg.append(drawn("line", { class: "zero", x1: 0, x2: 1000, y1: y(0), y2: y(0) }));
  sums.forEach((sum, i) => {
    const from = y(running[i - 1] ?? 0),
      to = y(running[i]);
    svg.append(
      drawn("rect", {
        class: sum < 0 ? "minus" : "plus",
        x: i * wide + (wide - thick) / 2,
        y: Math.min(from, to),
        width: thick,
        height: Math.max(0.7, Math.abs(to - from)),
      }),
    );
  });
  const frame = element(
    "div",
    {
      class: "frame",
      tabindex: 0,
      role: "slider",
      "aria-label": "Channel of the sum",
      "aria-valuemin": 0,
      "aria-valuemax": sums.length - 1,
      "aria-valuenow": index,
      "aria-valuetext": `${labels[index]}: ${precise(sums[index])}, running sum ${precise(running[index])}`,
    },
    svg,
  );
  const at = event =>
    Math.max(
      0,
      Math.min(
        sums.length - 1,
        Math.floor(((event.clientX - frame.getBoundingClientRect().left) / frame.clientWidth) * sums.length),
      ),
    );
  const tell = i => say(text, `${labels[i]} adds ${precise(sums[i])} → ${precise(running[i])}`);
  frame.addEventListener("pointermove", event => tell(at(event)));
  frame.addEventListener("pointerleave", () => tell(index));
  frame.addEventListener("click", event => read(view, step, at(event)));
  frame.addEventListener("keydown", event => {
    const move = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    view.keepsFocus = true;
    read(view, step, Math.max(0, Math.min(sums.length - 1, index + move)));
  });
  const text = element("span", { class: "now-text" });
  const had = view.keepsFocus || view.running.contains(view.host.getRootNode().activeElement);
  view.running.replaceChildren(
    element(
      "div",
      { class: "title" },
      element("b", {}, "running sum"),
      element("span", {}, ` over ${sums.length} channels${bias === null ? "" : ", before the bias"}`),
      text,
    ),
    frame,
  );
  tell(index);
  if (had) {
    view.keepsFocus = false;
    frame.focus();
  }
}

function read(view, step, index) {
  // answered here if its numbers are here, by the server otherwise
  view.step = step.layer;
  view.channel = index;
  if (step.window.channels[index]) draw(view);
  view.send("read", index);
}

// ---- The lines

function drawLines(view, chosen) {
  const steps = view.data.steps;
  view.lines.replaceChildren(
    ...steps.map((step, order) => {
      const isSum = Boolean(step.window),
        isChosen = step === chosen;
      const name = element("span", { class: "name" }, element("b", {}, step.name), element("span", {}, step.layer));
      const line = element("span", { class: "line" }, ...step.line.map(token => tokenOf(view, step, token)));
      const result = element(
        "span",
        { class: `result${order === steps.length - 1 ? " last" : ""}` },
        precise(step.value),
      );
      const item = element(
        "li",
        { class: isChosen ? "chosen" : "" },
        name,
        line,
        element("span", { class: "equals" }, "="),
        result,
      );
      if (isSum && !isChosen) {
        const button = element("button", { type: "button", class: "open" }, "show");
        button.onclick = () => {
          view.step = step.layer;
          view.channel = null;
          draw(view);
        };
        name.append(button);
      }
      return item;
    }),
  );
}

function tokenOf(view, step, token) {
  if (token.text !== undefined) return element("span", { class: "text" }, token.text);
  const isChannel = token.channel !== undefined && token.channel !== null && step.window;
  const node = element(
    isChannel ? "button" : "span",
    { class: token.isChosen ? "term won" : "term" },
    element("em", {}, token.bracket ? `(${precise(token.number)})` : precise(token.number)),
    element("small", {}, token.label),
  );
  if (isChannel) {
    place(node, { type: "button", "aria-label": `${token.label}: ${precise(token.number)}. Show its products.` });
    node.onclick = () => read(view, step, token.channel);
  }
  return node;
}

const viewOf = kept(build);
const isNews = newsFor();

export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  view.send = setTriggerValue;
  const { alt, module, ...drawnData } = data;
  place(view.root, { "aria-label": alt });
  view.root.classList.toggle("compact", data.largest < LARGEST);
  if (!isNews(parentElement, drawnData)) return;
  if (view.layers !== data.steps.map(step => step.layer).join()) {
    // another layer: start anew
    view.layers = data.steps.map(step => step.layer).join();
    view.step = null;
  }
  Object.assign(view, { data, channel: null });
  if (view.room) draw(view);
}
