// Sliders that are answered while they are dragged. Where Python has computed ahead what a stop of a
// slider leads to, it is shown in the frame of the move and Python hears of it when the hand rests;
// elsewhere they are sent as fast as the server answers (sender.js). The nearest stops of each are
// asked for when the page has come to rest, all stops of one when a hand comes near it.

import { sayAhead, syncAddress } from "../shared/address.js";
import { element, focusedIn } from "../shared/dom.js";
import { leftAt } from "../shared/elsewhere.js";
import { tell } from "../shared/foresight.js";
import { helpMark } from "../shared/help.js";
import { atLeisure } from "../shared/leisure.js";
import { readDecimal } from "../shared/numbers.js";
import { refusal, refusing } from "../shared/refused.js";
import { sender } from "../shared/sender.js";
import { kept } from "../shared/view.js";

/** @import { Data, Moved, Row, Slider, State, Told, Value } from "./types" */
/** @import { Run, Timer } from "../shared/types" */

const PATIENCE = 400; // ms after which an answer is no longer waited for
const SOON = 200; // ms after which Python hears of a move that was shown ahead
const STILL = 400; // ms after which the hand is said to rest: the page draws what a drag leaves for later
const LOST = 10000; // ms after which an answer will not come any more
const AGAIN = 60; // ms after which it is looked again whether an answer has come
const EVERY = ""; // slider, instead of the name of one
const DWELL = 60; // ms of a pointer over a slider that mean a hand comes near

/** @param {Slider} slider @param {number} position */
const text = (slider, position) => (slider.options ? slider.options[position].label : String(position));

/** @param {Slider} slider @param {number} position @returns {Value} */
const valueAt = (slider, position) => (slider.options ? slider.options[position].value : position);
/** @param {Slider} slider @param {Value} value */
function positionOf({ options }, value) {
  if (!options) return Number(value);
  const at = options.findIndex(option => option.value === value);
  return Math.max(0, at);
}

/** @param {Slider} slider @returns {[min: number, max: number, step: number]} */
const limits = ({ options, min, max, step }) => (options ? [0, options.length - 1, 1] : [min, max, step]);

/** @param {Row} row */
const positionNow = row => Number(row.range.value);

/** @param {Row} row */
const valueOn = row => valueAt(row.slider, positionNow(row));

/** @param {Row} row */
function paint(row) {
  const { slider } = row,
    position = positionNow(row),
    [min, max] = limits(slider);
  row.range.style.setProperty("--filled", max > min ? `${(100 * (position - min)) / (max - min)}%` : "0%");
  row.range.setAttribute("aria-valuetext", text(slider, position));
  if (focusedIn(row.root) !== row.number) paintNumber(row);
}

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: 1, ArrowDown: -1 };

/** @param {Slider} slider @param {Moved} moved @returns {Row} */
function makeRow(slider, moved) {
  const id = `slider-${slider.name}`;
  const range = element("input", { type: "range", id, "aria-label": slider.label });
  const number = element("input", {
    class: "number",
    type: "text",
    inputmode: "decimal",
    "aria-label": `${slider.label}, as a number`,
  });
  const help = helpMark(slider.label, slider.help);
  const label = element("label", { for: id }, slider.label);
  const { words, tell: refuse } = refusing();
  const head = element("div", { class: "head" }, label, help, number, words);
  const root = element("div", { class: "row" }, head, range);
  /** @type {Row} */
  const row = { root, range, number, label, slider, refuse, turn: 0, touched: 0 };
  range.addEventListener("input", () => {
    refuse("");
    moved(row, positionNow(row));
  });
  number.addEventListener("keydown", event => {
    if (event.key === "Enter") number.blur();
    if (event.key === "Escape") {
      paintNumber(row);
      number.blur();
    }
    const step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      typed(row, positionNow(row) + step * Number(range.step), moved);
      paintNumber(row);
    }
  });
  number.addEventListener("focus", () => {
    refuse("");
    number.select();
  });
  number.addEventListener("blur", () => {
    if (!row.slider.options) enter(row, moved);
    paintNumber(row);
  });
  return row;
}

/** Takes what stands in the field, if it is one of the slider's numbers. @param {Row} row @param {Moved} moved */
function enter(row, moved) {
  const [min, max, step] = limits(row.slider),
    text = row.number.value,
    isWhole = Number.isInteger(step) && Number.isInteger(min),
    wrong = refusal({ label: row.slider.label, min, max, isWhole }, text),
    wanted = readDecimal(text, max);
  row.refuse(wrong);
  if (!wrong && wanted !== null) typed(row, wanted, moved);
}

/** @param {Row} row */
function paintNumber(row) {
  row.number.value = text(row.slider, positionNow(row));
}

/** @param {Row} row @param {number} wanted @param {Moved} moved */
function typed(row, wanted, moved) {
  const [min, max, step] = limits(row.slider);
  const value = Math.min(max, Math.max(min, min + Math.round((wanted - min) / step) * step));
  if (value === positionNow(row)) return;
  row.range.value = String(value);
  moved(row, value);
}

/**
 * Whether a hand has moved a slider further than Python has heard: what an answer says of it is older.
 *
 * @param {State} state
 * @param {Row} row
 */
const isAhead = ({ heard }, row) =>
  row.turn > heard && row.touched > leftAt() && performance.now() - row.touched < LOST;

/** @param {State} state @param {number} heard the turn of the last word that Python has heard */
function hear(state, heard) {
  if (heard < state.heard) for (const row of state.rows) row.turn = 0; // another session, which counts from 0
  state.turn = heard < state.heard ? heard : Math.max(state.turn, heard);
  state.heard = heard;
}

/** @param {State} state @param {Row} row @param {Slider} slider */
function update(state, row, slider) {
  row.slider = slider;
  const [min, max, step] = limits(slider);
  Object.assign(row.range, { min, max, step, disabled: max <= min });
  row.number.readOnly = Boolean(slider.options);
  row.label.textContent = slider.label;
  row.range.setAttribute("aria-label", slider.label);
  const position = positionOf(slider, slider.value);
  if (!isAhead(state, row) && positionNow(row) !== position) row.range.value = String(position);
  paint(row);
}

/**
 * What this slider's stops lead to, where that is known.
 *
 * @param {State} state
 * @param {Row} row
 */
function knownFor(state, row) {
  const ahead = state.ahead[row.slider.name];
  const isKnown =
    ahead?.context === state.context &&
    state.rows.every(other => other === row || ahead.others[other.slider.name] === valueOn(other));
  return isKnown ? ahead : undefined;
}

/**
 * Shows what the slider's new place leads to if Python has sent it; false if not.
 *
 * @param {State} state
 * @param {Row} row
 */
function showAhead(state, row) {
  const views = knownFor(state, row)?.views[valueOn(row)];
  return views !== undefined && tell(views, "ask") && tell(views, "show"); // all of it or nothing
}

/** @param {State} state @param {Data} data */
function takeAhead(state, data) {
  state.context = data.context;
  if (!data.ahead) return;
  const others = Object.fromEntries(data.sliders.map(slider => [slider.name, slider.value]));
  /** @type {Told} */
  const { is_whole, views } = JSON.parse(data.ahead);
  for (const [name, stops] of Object.entries(views)) {
    state.ahead[name] = { views: stops, is_whole, context: data.context, others };
    for (const view of Object.values(stops)) tell(view, "prepare");
  }
}

/**
 * What is sent, and when. A move that was not shown ahead goes as soon as the server can take it, one that is on the
 * page already when the hand is still.
 *
 * @param {() => State} stateOf
 */
function makeHand(stateOf) {
  let still = /** @type {Timer} */ (undefined),
    toldAt = 0;
  const moves = sender(
    () => {
      const state = stateOf();
      toldAt = performance.now();
      const moved = state.rows.filter(row => isAhead(state, row));
      state.turn += 1;
      state.setStateValue("values", {
        turn: state.turn,
        value: Object.fromEntries(moved.map(row => [row.slider.name, valueOn(row)])),
      });
      clearTimeout(still);
      if (state.rests) still = setTimeout(rest, STILL);
    },
    { patience: PATIENCE },
  );
  function rest() {
    if (moves.isWaiting() && performance.now() - toldAt < LOST) {
      still = setTimeout(rest, AGAIN); // word of rest would overtake the answer
      return;
    }
    const state = stateOf();
    state.setTriggerValue("rested", true);
    const row = state.last; // the next move is likely to be of the same slider
    if (row && !knownFor(state, row)?.is_whole) setTimeout(() => reach(state, row), AGAIN);
  }
  return moves;
}

/**
 * Asks for what a slider leads to, once, when a hand comes near it.
 *
 * @param {State} state
 * @param {Row} row
 */
function reach(state, row) {
  if (!state.reaches || knownFor(state, row)?.is_whole) return;
  const wanted = JSON.stringify([
    row.slider.name,
    state.context,
    state.rows.map(other => other === row || valueOn(other)),
  ]);
  if (state.asked === wanted && performance.now() - state.askedAt < LOST) return;
  Object.assign(state, { asked: wanted, askedAt: performance.now() });
  state.setTriggerValue("reached", row.slider.name);
}

/** Asks for what the nearest stops of all sliders lead to, where no hand was near one yet.
 *
 * @param {State} state
 */
function lookAround(state) {
  if (state.reaches && !state.asked && !state.last) state.setTriggerValue("reached", EVERY);
}

/** @param {State} state @param {Row} row */
function listenForHand(state, row) {
  let dwell = /** @type {Timer} */ (undefined);
  row.root.addEventListener("pointerenter", () => {
    dwell = setTimeout(() => reach(state, row), DWELL);
  });
  row.root.addEventListener("pointerleave", () => clearTimeout(dwell));
  row.range.addEventListener("focus", () => {
    dwell = setTimeout(() => reach(state, row), DWELL);
  });
}

/** The terms that sliders set, as an address says them: "stride:0" is one axis of "stride" (cnnviz/ui/axes.py).
 *
 * @param {State} state
 */
function termsOf({ rows }) {
  /** @type {Record<string, string>} */
  const said = {};
  for (const row of rows) {
    const [name, axis] = row.slider.name.split(":"),
      text = String(valueOn(row));
    said[name] = axis === "1" && said[name] !== text ? `${said[name]},${text}` : text;
  }
  return said;
}

/** @param {State} state @param {Slider[]} sliders */
function makeRows(state, sliders) {
  state.rows = sliders.map(slider =>
    makeRow(slider, (row, position) => {
      Object.assign(row, { turn: state.turn + 1, touched: performance.now() }); // the next word tells it
      state.last = row;
      paint(row);
      const [name] = row.slider.name.split(":"),
        said = termsOf(state);
      sayAhead({ [name]: said[name] }, state.said);
      state.said = said;
      state.hand.say(position, showAhead(state, row) ? SOON : 0);
    }),
  );
  state.rows.forEach(row => listenForHand(state, row));
  state.root.replaceChildren(...state.rows.map(row => row.root));
}

/** @param {HTMLElement} host @returns {State} */
function build(host) {
  const root = element("div", { class: "sliders" });
  host.append(root);
  const nobody = () => {};
  /** @type {State} */
  const state = {
    root,
    rows: [],
    names: "",
    turn: 0,
    heard: 0,
    hand: makeHand(() => state),
    setStateValue: nobody,
    setTriggerValue: nobody,
    rests: false,
    reaches: false,
    context: "",
    ahead: {},
    asked: "",
    askedAt: 0,
    said: {},
  };
  atLeisure(root, () => lookAround(state));
  return state;
}

const stateOf = kept(build);

/** @param {Run<Data>} run */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const state = stateOf(parentElement);
  Object.assign(state, { setStateValue, setTriggerValue, rests: data.rests, reaches: data.reaches });
  state.root.classList.toggle("wide", data.wide);
  const names = data.sliders.map(slider => slider.name).join();
  if (state.names !== names) {
    state.names = names;
    makeRows(state, data.sliders);
  }
  syncAddress(data.query);
  hear(state, data.heard);
  data.sliders.forEach((slider, index) => update(state, state.rows[index], slider));
  state.said = termsOf(state);
  takeAhead(state, data);
  state.hand.answered();
}
