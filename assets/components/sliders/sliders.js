// Sliders that are answered while they are dragged. Where Python has computed ahead what each stop of
// a slider leads to, it is shown in the frame of the move and Python hears of it when the hand rests;
// elsewhere values are sent at most every INTERVAL and not before the last one was answered.

import { syncAddress } from "../shared/address.js";
import { element } from "../shared/dom.js";

/** @import { Timer } from "../shared/types" */

const INTERVAL = 60; // ms; 16 messages a second, about what the eye asks for and the server answers
const PATIENCE = 400; // ms after which an answer is no longer waited for
const REST = 500; // ms after the hand's last move in which the server does not move the handle
const SOON = 200; // ms after which Python hears of a move that was shown ahead
const STILL = 400; // ms after which the hand is said to rest: the page draws what a drag leaves for later
const LOST = 10000; // ms after which an answer will not come any more
const DWELL = 60; // ms of a pointer over a slider that mean a hand comes near

const text = (slider, position) => (slider.options ? slider.options[position].label : String(position));
const valueAt = (slider, position) => (slider.options ? slider.options[position].value : position);
const positionOf = (slider, value) =>
  slider.options
    ? Math.max(
        0,
        slider.options.findIndex(option => option.value === value),
      )
    : value;
const limits = slider => (slider.options ? [0, slider.options.length - 1, 1] : [slider.min, slider.max, slider.step]);

function paint(row, slider, position) {
  const [min, max] = limits(slider);
  row.range.style.setProperty("--filled", max > min ? `${(100 * (position - min)) / (max - min)}%` : "0%");
  row.range.setAttribute("aria-valuetext", text(slider, position) + (slider.unit ? ` ${slider.unit}` : ""));
  if (row.root.getRootNode().activeElement !== row.number) row.number.value = text(slider, position);
}

function makeRow(slider, moved) {
  const id = `slider-${slider.name}`;
  const range = element("input", { type: "range", id, "aria-label": slider.label });
  const number = element("input", {
    class: "number",
    type: "text",
    inputmode: "decimal",
    "aria-label": `${slider.label}, as a number`,
  });
  const help = element(
    "button",
    { class: "help", type: "button", "aria-label": `${slider.label}: ${slider.help}` },
    element("span", { class: "mark", "aria-hidden": "true" }, "?"),
    element("span", { class: "tip", role: "tooltip" }, slider.help),
  );
  const label = element("label", { for: id }, slider.label);
  const root = element("div", { class: "row" }, element("div", { class: "head" }, label, help, number), range);
  const row = { root, range, number, label, touched: 0 };
  range.addEventListener("input", () => moved(row, Number(range.value)));
  number.addEventListener("keydown", event => {
    if (event.key === "Enter") number.blur();
    if (event.key === "Escape") {
      paintNumber(row);
      number.blur();
    }
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (step) {
      event.preventDefault();
      typed(row, Number(range.value) + step * Number(range.step), moved);
      number.value = text(row.slider, Number(range.value));
    }
  });
  number.addEventListener("focus", () => number.select());
  number.addEventListener("blur", () => {
    typed(row, row.slider.options ? NaN : Number(number.value.replace(",", ".")), moved);
    paintNumber(row);
  });
  return row;
}

const paintNumber = row => (row.number.value = text(row.slider, Number(row.range.value)));

function typed(row, wanted, moved) {
  if (!Number.isFinite(wanted)) return;
  const [min, max, step] = limits(row.slider);
  const value = Math.min(max, Math.max(min, min + Math.round((wanted - min) / step) * step));
  if (value === Number(row.range.value)) return;
  row.range.value = value;
  moved(row, value);
}

function update(row, slider) {
  row.slider = slider;
  const [min, max, step] = limits(slider);
  Object.assign(row.range, { min, max, step, disabled: max <= min });
  row.number.readOnly = Boolean(slider.options);
  row.label.textContent = slider.label;
  row.range.setAttribute("aria-label", slider.label);
  const position = positionOf(slider, slider.value);
  if (Date.now() - row.touched > REST && Number(row.range.value) !== position) row.range.value = position;
  paint(row, slider, Number(row.range.value));
}

/** Is it known what this slider's stops lead to? */
function isKnown(state, row) {
  const { ahead } = state;
  return (
    Boolean(ahead) &&
    ahead.slider === row.slider.name &&
    ahead.context === state.context &&
    state.rows.every(other => other === row || ahead.others[other.slider.name] === valueOn(other))
  );
}

const valueOn = row => valueAt(row.slider, Number(row.range.value));

/** Tells the components of a view (assets/components/shared/loader.js); false if one of them is not there. */
function tell(views, step) {
  const detail = { views, step, shown: new Set() };
  window.dispatchEvent(new CustomEvent("cnnviz:ahead", { detail }));
  return detail.shown.size === Object.keys(views).length;
}

/** Shows what the slider's new place leads to if Python has sent it; false if not. */
function showAhead(state, row) {
  const views = isKnown(state, row) && state.ahead.views[valueOn(row)];
  return Boolean(views) && tell(views, "ask") && tell(views, "show"); // all of it or nothing
}

function takeAhead(state, data) {
  state.context = data.context;
  if (!data.ahead) return;
  const others = Object.fromEntries(data.sliders.map(slider => [slider.name, slider.value]));
  state.ahead = { ...JSON.parse(data.ahead), context: data.context, others };
  Object.values(state.ahead.views).forEach(views => tell(views, "prepare"));
}

class Sender {
  constructor(state) {
    this.state = state;
    this.last = -INTERVAL;
    this.isWaiting = false;
    /** @type {Timer} */
    this.timer = undefined;
  }

  /** A move that was not shown ahead: now, or as soon as the server can take it. */
  live() {
    clearTimeout(this.soon);
    if (this.timer) return;
    const since = performance.now() - this.last;
    const wait = (this.isWaiting ? PATIENCE : INTERVAL) - since;
    if (wait <= 0) this.send();
    else this.timer = setTimeout(() => this.send(), wait);
  }

  /** A move that is on the page already. */
  later() {
    clearTimeout(this.timer);
    this.timer = undefined;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.send(), SOON);
  }

  send() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.last = performance.now();
    this.isWaiting = true;
    const values = Object.fromEntries(this.state.rows.map(row => [row.slider.name, valueOn(row)]));
    this.state.setStateValue("values", values);
    clearTimeout(this.still);
    if (this.state.rests) this.still = setTimeout(() => this.rest(), STILL);
  }

  answered() {
    this.isWaiting = false;
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.live();
  }

  rest() {
    if (this.isWaiting && performance.now() - this.last < LOST) {
      // word of rest would overtake the answer
      this.still = setTimeout(() => this.rest(), INTERVAL);
      return;
    }
    this.state.setTriggerValue("rested", true);
    const row = this.state.last; // the next move is likely to be of the same slider
    if (row && !isKnown(this.state, row)) setTimeout(() => reach(this.state, row), INTERVAL);
  }
}

/** Asks for what a slider leads to, once, when a hand comes near it. */
function reach(state, row) {
  if (!state.reaches || isKnown(state, row)) return;
  const wanted = JSON.stringify([
    row.slider.name,
    state.context,
    state.rows.map(other => other === row || valueOn(other)),
  ]);
  if (state.asked === wanted && performance.now() - state.askedAt < LOST) return;
  Object.assign(state, { asked: wanted, askedAt: performance.now() });
  state.setTriggerValue("reached", row.slider.name);
}

function listenForHand(state, row) {
  let dwell = null;
  row.root.addEventListener("pointerenter", () => {
    dwell = setTimeout(() => reach(state, row), DWELL);
  });
  row.root.addEventListener("pointerleave", () => clearTimeout(dwell));
  row.range.addEventListener("focus", () => {
    dwell = setTimeout(() => reach(state, row), DWELL);
  });
}

function build(state, sliders) {
  state.rows = sliders.map(slider =>
    makeRow(slider, (row, value) => {
      row.touched = Date.now();
      state.last = row;
      paint(row, row.slider, value);
      if (showAhead(state, row)) state.sender.later();
      else state.sender.live();
    }),
  );
  state.rows.forEach(row => listenForHand(state, row));
  state.root.replaceChildren(...state.rows.map(row => row.root));
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let state = parentElement.__sliders;
  if (!state) {
    const root = element("div", { class: "sliders" });
    parentElement.append(root);
    state = parentElement.__sliders = { root, rows: [], names: "" };
    state.sender = new Sender(state);
  }
  Object.assign(state, { setStateValue, setTriggerValue, rests: data.rests, reaches: data.reaches });
  state.root.classList.toggle("wide", Boolean(data.wide));
  const names = data.sliders.map(slider => slider.name).join();
  if (state.names !== names) {
    state.names = names;
    build(state, data.sliders);
  }
  syncAddress(data.query);
  data.sliders.forEach((slider, index) => update(state.rows[index], slider));
  takeAhead(state, data);
  state.sender.answered();
}
