// The line below the grids: how the cell in focus came about, in the numbers Python sent.

import { element, say } from "../shared/dom.js";
import { count, precise } from "../shared/numbers.js";
import { anchorsOver, covered, innerPlace } from "./geometry.js";
import { channelName, readChannels } from "./looks.js";

/** @import { Example, Layout, Pair, Target } from "./types" */
/** @import { Place } from "../shared/types" */
/** @import { Stage } from "./stage.js" */

const FULL_TERMS = 12; // sums up to here show their zero weights, dimmed
const MOST_TERMS = 121; // an 11 × 11 kernel in full; longer sums say how many terms are left out
const DIGIT_WIDTH = 7.6; // px of the monospaced font
const LINE_END = 90; // px that breaking lines between terms may leave empty
const NAME_WIDTH = 88; // px of "channel 1" before a sum
const MOST_WEIGHTS = 9; // that a sentence lists

export class SumLine {
  ownLines = 1;
  width = 0;

  /** @param {(channel: number) => void} onView */
  constructor(onView) {
    this.onView = onView;
    this.element = element("div", { class: "sum" });
    this.element.setAttribute("role", "status");
  }

  /**
   * Room for the sums of the stage, so that pointing never moves the page.
   *
   * @param {Stage} stage
   * @param {number} width
   */
  reserve({ example, layout }, width) {
    const isPhone = layout.mode === "phone";
    const hasChannels = example.weight.length > 1;
    this.ownLines = (hasChannels ? 1 : 2) * (isPhone ? 2 : 1);
    this.width = width - (hasChannels ? NAME_WIDTH : 0);
    const lines = hasChannels
      ? layout.visible * this.ownLines + (isPhone ? 2 : 1) // the last for all channels together
      : this.ownLines;
    this.element.style.setProperty("--lines", String(lines));
    this.element.style.setProperty("--own-lines", String(this.ownLines));
  }

  /**
   * Explains the focus; `isSpoken` also to a screen reader.
   *
   * @param {Stage} stage
   * @param {Target} focus
   * @param {boolean} isSpoken
   */
  show(stage, focus, isSpoken) {
    this.element.setAttribute("aria-live", isSpoken ? "polite" : "off");
    this.element.replaceChildren(...explain(stage, focus));
    for (const chip of this.element.querySelectorAll("button")) {
      chip.onclick = () => this.onView(Number(chip.dataset.channel));
    }
    showShares(stage, focus);
    for (const line of this.element.children) line.classList.toggle("long", this.isLong(line));
  }

  /**
   * A sum longer than its lines scrolls beside its result; the result is always in sight.
   *
   * @param {Element} line
   */
  isLong(line) {
    const { ownLines, width } = this;
    const breaks = ownLines > 1 ? LINE_END : 0;
    return (line.textContent ?? "").length * DIGIT_WIDTH > ownLines * width - breaks;
  }
}

/**
 * Row and column of the output cell in focus, or null where the focus is something else.
 *
 * @param {Stage} stage
 * @param {Target} focus
 */
function outputPlace({ example, geometry }, { part, place }) {
  if (part !== "out") return null;
  return example.transposed ? innerPlace(geometry, ...place) : place;
}

/**
 * Each channel's share of the sum, beside its slice of the kernel.
 *
 * @param {Stage} stage
 * @param {Target} focus
 */
function showShares(stage, focus) {
  const place = outputPlace(stage, focus);
  for (const { kernel, share } of stage.blocks) {
    const name = channelName(stage.example, kernel.channel);
    const sum = place && stage.example.channel_sums[place[0]][place[1]][kernel.channel];
    if (!share.firstChild) share.append(element("span"), element("b"));
    say(share.children[0], name);
    say(share.children[1], sum === null ? "" : `= ${precise(sum)}`);
  }
}

/**
 * The lines that explain a focus, as elements.
 *
 * @param {Stage} stage
 * @param {Target} focus
 * @returns {HTMLElement[]}
 */
function explain(stage, focus) {
  const { transposed } = stage.example;
  if (focus.part === "kernel") return [explainWeight(stage, focus)];
  if (focus.part === "in") return [(transposed ? explainStamp : explainInput)(stage, focus)];
  const place = outputPlace(stage, focus);
  return place ? explainOutput(stage, focus.place, place) : [explainCut()];
}

/**
 * The sum of one output cell, channel by channel, as torch gave its parts.
 *
 * @param {Stage} stage
 * @param {Place} cell
 * @param {Place} place of the output
 */
function explainOutput(stage, cell, [row, col]) {
  const { example, geometry } = stage;
  const pairs = example.transposed ? anchorsOver(geometry, cell) : covered(geometry, cell);
  const total = example.output[row][col];
  const sums = example.channel_sums[row][col];
  if (sums.length === 1) return [onlyLine(example, pairs, total)];
  const shown = stage.showsAllChannels ? sums.keys() : [stage.view];
  const lines = [...shown].map(channel => channelLine(example, pairs, channel, sums[channel]));
  return [...lines, totalLine(stage, sums, total)];
}

/** @param {Example} example @param {Pair[]} pairs @param {number} total */
function onlyLine(example, pairs, total) {
  const { terms, sum } = products(example, pairs, 0);
  const result = element("span", { class: "equals" });
  addBias(result, example);
  addResult(result, total, [sum, example.bias ?? 0]);
  if (example.transposed) {
    result.append(note(`written by ${count(pairs.length, "input cell", "input cells")}`));
  }
  return lineOf(terms, result);
}

/** @param {Example} example @param {Pair[]} pairs @param {number} channel @param {number} sum */
function channelLine(example, pairs, channel, sum) {
  const { terms, sum: written } = products(example, pairs, channel);
  const result = element("span", { class: "equals" }, sign([written], sum));
  result.append(element("b", { class: "partial" }, precise(sum)));
  return lineOf(element("span", { class: "name" }, channelName(example, channel)), terms, result);
}

/**
 * The channels' sums, the bias and the result; where one channel is in view, buttons to the others.
 *
 * @param {Stage} stage
 * @param {number[]} sums
 * @param {number} total
 */
function totalLine(stage, sums, total) {
  const parts = element("span", { class: "terms" });
  sums.forEach((sum, channel) => {
    if (channel) parts.append(" + ");
    parts.append(stage.showsAllChannels ? partial(sum, channel) : channelChip(stage, sum, channel));
  });
  addBias(parts, stage.example);
  const result = element("span", { class: "equals" });
  addResult(result, total, [...sums.map(asWritten), stage.example.bias ?? 0]);
  return lineOf(element("span", { class: "name" }, readChannels(stage.example) ?? "all channels"), parts, result);
}

/** @param {number} value @param {number} order */
const inBrackets = (value, order) => (value < 0 && order > 0 ? `(${precise(value)})` : precise(value));

/** @param {number} sum @param {number} channel */
const partial = (sum, channel) => element("b", { class: "partial" }, inBrackets(sum, channel));

/** @param {Stage} stage @param {number} sum @param {number} channel */
function channelChip(stage, sum, channel) {
  const chip = element("button", { class: "partial" }, precise(sum));
  chip.type = "button";
  chip.dataset.channel = String(channel);
  chip.title = `Show ${channelName(stage.example, channel)} of the input`;
  chip.setAttribute("aria-label", `${channelName(stage.example, channel)}: ${precise(sum)}`);
  chip.setAttribute("aria-pressed", String(channel === stage.view));
  return chip;
}

/** @typedef {{ weight: number, value: number }} Term */

/**
 * w·x for every pair, and what that adds up to as it is written.
 *
 * @param {Example} example
 * @param {Pair[]} pairs
 * @param {number} channel
 */
function products(example, pairs, channel) {
  const values = example.input[example.read_channels[0] + channel];
  const all = pairs.map(({ place: [row, col], tap: [i, j] }) => ({
    weight: example.weight[channel][i][j],
    value: values[row][col],
  }));
  const kept = all.length > FULL_TERMS ? all.filter(term => term.weight !== 0) : all;
  const shown = kept.slice(0, MOST_TERMS);
  const terms = element("span", { class: "terms" });
  shown.forEach((term, order) => terms.append(order ? " " : "", product(term, order === 0)));
  if (!shown.length) terms.append("0");
  if (kept.length > shown.length) terms.append(` + … ${kept.length - shown.length} more`);
  const zeros = all.length - kept.length;
  if (zeros) terms.append(note(`${count(zeros, "zero weight", "zero weights")} left out`));
  const sum = all.reduce((before, { weight, value }) => before + asWritten(weight) * asWritten(value), 0);
  return { terms, sum };
}

/** @param {Term} term @param {boolean} isFirst */
function product({ weight, value }, isFirst) {
  const term = element("span", { class: weight === 0 ? "term zero" : "term" });
  const plus = isFirst ? "" : "+ ";
  const minus = isFirst ? "−" : "− ";
  const shown = value < 0 ? `(${precise(value)})` : precise(value);
  term.append(weight < 0 ? minus : plus, element("i", { class: "w" }, precise(Math.abs(weight))), "·");
  term.append(element("i", { class: "x" }, shown));
  return term;
}

/** @param {HTMLElement} line @param {Example} example */
function addBias(line, { bias }) {
  if (bias === null) return;
  line.append(bias < 0 ? " − " : " + ", element("i", { class: "b" }, precise(Math.abs(bias))), note("bias"));
}

/** @param {number} value */
const asWritten = value => Number(precise(value).replaceAll("−", "-"));

/**
 * " = " where what is written adds up to what is written as the result, else " ≈ ".
 *
 * @param {number[]} parts
 * @param {number} total
 */
function sign(parts, total) {
  const sum = parts.reduce((before, part) => before + part, 0);
  return Math.abs(sum - asWritten(total)) <= 1e-9 * Math.max(1, Math.abs(total)) ? " = " : " ≈ ";
}

/** @param {HTMLElement} line @param {number} total @param {number[]} parts that are written */
function addResult(line, total, parts) {
  line.append(sign(parts, total), element("b", { class: "result" }, precise(total)));
}

/** @param {string} text */
const note = text => element("small", {}, text);

/** @param {HTMLElement[]} parts */
function lineOf(...parts) {
  const line = element("p");
  line.append(...parts);
  return line;
}

/** @param {(Node | string)[]} parts */
function sentence(...parts) {
  const line = element("p", { class: "words" });
  const text = element("span");
  text.append(...parts);
  line.append(text);
  return line;
}

/**
 * Numbers with commas between them, in the colour of their role.
 *
 * @param {number[]} values
 * @param {string} role
 */
const listed = (values, role) =>
  values.flatMap((value, order) => [order ? ", " : "", element("i", { class: role }, precise(value))]);

/** @param {Stage} stage @param {Target} focus */
function explainInput({ example, geometry }, { place: [row, col], channel: seen }) {
  const channel = seen ?? 0;
  const value = example.input[example.read_channels[0] + channel][row][col];
  const readers = example.read_counts[row][col];
  const kind = innerPlace(geometry, row, col) ? "This input cell, " : "This padding cell, ";
  const cell = [kind, element("i", { class: "x" }, precise(value)), ", is "];
  if (!readers) return sentence(...cell, "never read: no position of the kernel covers it.");
  const weights = anchorsOver(geometry, [row, col]).map(({ tap: [i, j] }) => example.weight[channel][i][j]);
  const isShort = weights.length <= MOST_WEIGHTS;
  const through = isShort ? [", times ", ...listed(weights, "w")] : [];
  return sentence(...cell, `read by ${count(readers, "output", "outputs")}`, ...through, ".");
}

/** @param {Stage} stage @param {Target} focus */
function explainWeight({ example, geometry }, { place: [i, j], channel: seen }) {
  const channel = seen ?? 0;
  const cells = geometry.anchor[0] * geometry.anchor[1];
  const what = example.transposed
    ? ` is stamped onto ${count(cells, "cell", "cells")}, once for every input cell.`
    : ` meets ${count(cells, "input cell", "input cells")}, one for every output cell.`;
  return sentence("This weight, ", element("i", { class: "w" }, precise(example.weight[channel][i][j])), ",", what);
}

/** @param {Stage} stage @param {Target} focus */
function explainStamp({ example, geometry }, { place: [row, col], channel }) {
  const first = example.read_channels[0];
  const read = channel === null ? [...example.weight.keys()] : [channel];
  const values = read.map(each => example.input[first + each][row][col]);
  const cells = covered(geometry, [row, col]);
  const kept = cells.filter(cell => innerPlace(geometry, ...cell.place)).length;
  const [subject, times] =
    values.length > 1
      ? ["The inputs ", ", each times its slice of the kernel, are"]
      : ["The input ", " times the kernel is"];
  const cut = cells.length - kept;
  const end = cut ? `; ${count(cut, "cell is", "cells are")} cut away.` : ".";
  const target = ` added to ${count(kept, "output cell", "output cells")}${end}`;
  return sentence(subject, ...listed(values, "x"), times + target);
}

const explainCut = () => sentence("The padding cuts this cell away: it is no part of the output.");
