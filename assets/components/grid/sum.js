// The line below the grids: how the cell in focus came about, in the numbers Python sent.

const FULL_TERMS = 12; // sums up to here show their zero weights, dimmed
const MOST_TERMS = 49; // a 7 × 7 kernel in full; longer sums say how many terms are left out

class SumLine {
  constructor(onChannel) {
    this.onChannel = onChannel;
    this.element = element("div", "sum");
    this.element.setAttribute("role", "status");
  }

  /** Room for the sums of this example, whatever is pointed at. */
  reserve(lines) {
    this.element.style.setProperty("--lines", lines);
  }

  show(stage, focus) {
    this.element.replaceChildren(...explain(stage, focus));
    for (const chip of this.element.querySelectorAll("button[data-channel]")) {
      chip.onclick = () => this.onChannel(Number(chip.dataset.channel));
    }
  }
}

/** The lines that explain a focus, as elements. */
function explain(stage, focus) {
  const { example, geometry } = stage;
  if (focus.part === "kernel") return [explainWeight(stage, focus)];
  if (focus.part === "in") {
    return [example.transposed ? explainStamp(stage, focus) : explainInput(stage, focus)];
  }
  const place = example.transposed ? innerPlace(geometry, ...focus.place) : focus.place;
  if (!place) return [sentence("This cell is cut away by the padding.")];
  return explainOutput(stage, focus.place, place);
}

/** The sum of one output cell, channel by channel, as torch gave its parts. */
function explainOutput(stage, cell, [row, col]) {
  const { example, geometry, layout } = stage;
  const total = example.output[row][col];
  const pairs = example.transposed
    ? anchorsOver(geometry, cell)
    : covered(geometry, cell);
  if (example.weight.length === 1) {
    const line = element("p");
    const isExact = writeProducts(line, example, pairs, 0);
    writeBias(line, example);
    writeResult(line, total, isExact);
    if (example.transposed) line.append(note(`written by ${count(pairs.length, "input", "inputs")}`));
    return [line];
  }
  const sums = example.channel_sums[row][col];
  const shown = layout.visible === 1 ? [stage.view] : sums.map((_, channel) => channel);
  const lines = shown.map((channel) => channelLine(stage, pairs, channel, sums[channel]));
  return [...lines, totalLine(stage, sums, total)];
}

function channelLine(stage, pairs, channel, sum) {
  const line = element("p");
  line.append(element("span", "name", stage.ofChannel(channel).trim()));
  const isExact = writeProducts(line, stage.example, pairs, channel);
  line.append(isExact ? " = " : " ≈ ", element("b", "partial", long(sum)));
  return line;
}

/** The channels' sums, the bias and the result; a channel out of view is a button that shows it. */
function totalLine(stage, sums, total) {
  const line = element("p", "total");
  const isChoice = stage.layout.visible === 1;
  line.append(element("span", "name", "together"));
  sums.forEach((sum, channel) => {
    if (channel) line.append(" + ");
    const chip = element(isChoice ? "button" : "b", "partial", parenthesised(sum, channel > 0));
    if (isChoice) {
      chip.dataset.channel = channel;
      chip.title = `Show input${stage.ofChannel(channel)}`;
      chip.setAttribute("aria-pressed", channel === stage.view);
    }
    line.append(chip);
  });
  writeBias(line, stage.example);
  writeResult(line, total, ![...sums, total].some(isRounded));
  return line;
}

const parenthesised = (value, isLater) => (value < 0 && isLater ? `(${long(value)})` : long(value));

/** Appends w·x for every pair; answers whether every number was written in full. */
function writeProducts(line, example, pairs, channel) {
  const values = example.input[example.read_channels[0] + channel];
  const terms = pairs.map(({ place: [row, col], tap: [i, j] }, order) => ({
    weight: example.weight[channel][i][j],
    value: example.transposed ? values[row][col] : values[row][col],
    order,
  }));
  const isLong = terms.length > FULL_TERMS;
  const kept = isLong ? terms.filter((term) => term.weight !== 0) : terms;
  const shown = kept.slice(0, MOST_TERMS);
  shown.forEach((term, place) => line.append(product(term, place === 0)));
  if (!shown.length) line.append("0");
  if (kept.length > shown.length) line.append(` + … ${kept.length - shown.length} more`);
  const zeros = terms.length - kept.length;
  if (zeros) line.append(note(count(zeros, "zero weight", "zero weights") + " left out"));
  return shown.length === kept.length && !kept.some((term) => isRounded(term.weight) || isRounded(term.value));
}

function product({ weight, value }, isFirst) {
  const term = element("span", weight === 0 ? "term zero" : "term");
  const sign = weight < 0 ? (isFirst ? "−" : " − ") : isFirst ? "" : " + ";
  const shown = value < 0 ? `(${long(value)})` : long(value);
  term.append(sign, element("i", "w", long(Math.abs(weight))), "·", element("i", "x", shown));
  return term;
}

function writeBias(line, { bias }) {
  if (bias === null) return;
  line.append(bias < 0 ? " − " : " + ", element("i", "b", long(Math.abs(bias))), note("bias"));
}

function writeResult(line, total, isExact) {
  line.append(isExact ? " = " : " ≈ ", element("b", "result", long(total)));
}

const note = (text) => element("small", "", text);

function sentence(...parts) {
  const line = element("p", "words");
  line.append(...parts);
  return line;
}

function explainInput({ example, geometry }, { place: [row, col], channel }) {
  const value = example.input[example.read_channels[0] + channel][row][col];
  const readers = example.read_counts[row][col];
  const kind = innerPlace(geometry, row, col) ? "This input cell" : `This padding cell`;
  const read = readers
    ? `is read by ${count(readers, "output", "outputs")}, each through its own weight.`
    : "is never read: no position of the kernel covers it.";
  return sentence(`${kind}, `, element("i", "x", long(value)), `, ${read}`);
}

function explainWeight(stage, { place: [i, j], channel }) {
  const { example, geometry } = stage;
  const weight = element("i", "w", long(example.weight[channel][i][j]));
  const cells = geometry.anchor[0] * geometry.anchor[1];
  const what = example.transposed
    ? `is stamped onto ${count(cells, "cell", "cells")}, once by every input cell.`
    : `meets ${count(cells, "input cell", "input cells")}, one at each position of the kernel.`;
  return sentence("The weight ", weight, ` ${what}`);
}

function explainStamp({ example, geometry, ...stage }, { place }) {
  const first = example.read_channels[0];
  const values = example.weight.map((_, channel) => example.input[first + channel][place[0]][place[1]]);
  const cells = covered(geometry, place);
  const kept = cells.filter((cell) => innerPlace(geometry, ...cell.place)).length;
  const cut = cells.length - kept;
  const line = sentence("The input ");
  values.forEach((value, order) => {
    line.append(order ? ", " : "", element("i", "x", long(value)));
  });
  const each = values.length > 1 ? ", each times its own slice of the kernel," : " times the kernel";
  line.append(`${each} is added to ${count(kept, "output cell", "output cells")}`);
  line.append(cut ? `; ${cut} more are cut away.` : ".");
  return line;
}
