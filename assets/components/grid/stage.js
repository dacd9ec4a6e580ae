// The three grids with their titles: built once, then filled from each new example.

import { Stepper } from "../shared/buttons.js";
import { element, say } from "../shared/dom.js";
import { precise, sizeText } from "../shared/numbers.js";
import { CellGrid, GRIDS } from "./cells.js";
import { geometryOf, innerPlace } from "./geometry.js";
import { layoutFor, OTHER_CELL } from "./layout.js";
import {
  channelName,
  inputCellName,
  inputLook,
  inputName,
  inputSize,
  kernelName,
  otherChannels,
  outputCellName,
  outputLook,
  outputSize,
  outputValue,
  readChannels,
  showTitle,
} from "./looks.js";

/** @import { Example, Geometry, Layout, Target } from "./types" */
/** @import { Place, Size } from "../shared/types" */

/** @param {Example} example @param {Geometry} geometry */
const sizesOf = ({ transposed }, { anchor, field, kernel }) =>
  transposed ? { input: anchor, kernel, output: field } : { input: field, kernel, output: anchor };

/** @param {Example} example @param {Geometry} geometry @param {number} width @param {number} [tall] px of the window @returns {Layout} */
const layoutOf = (example, geometry, width, tall = 0) =>
  layoutFor(
    width,
    sizesOf(example, geometry),
    { channels: example.weight.length, allChannels: example.input.length, outChannels: example.out_channels },
    tall,
  );

const ON_A_WALL = 216; // px that the cells take of what else stands below them

/** Px of the window for cells of their own size, more where they are magnified. @param {number} zoom */
const tallness = zoom => window.innerHeight / zoom + (zoom > 1 ? ON_A_WALL : 0);

/** One input channel: its cells, ∗, its slice of the kernel, and its share of the sum. */
class ChannelBlock {
  /** @param {(channel: number) => void} onView */
  constructor(onView) {
    this.input = new CellGrid("in");
    this.kernel = new CellGrid("kernel");
    this.title = element("div", { class: "title" });
    this.kernelTitle = element("div", { class: "title" });
    this.bias = element("p", { class: "bias" });
    this.share = element("div", { class: "share" });
    this.stepper = new Stepper("input channel", onView);
    const inputBlock = element("div", { class: "block input-block" });
    inputBlock.append(this.title, this.input.box, this.stepper.element);
    this.kernelBlock = element("div", { class: "block kernel-block" });
    this.kernelBlock.append(this.kernelTitle, this.kernel.box, this.bias);
    const kernelLine = element("div", { class: "kernel-line" });
    kernelLine.append(element("span", { class: "op times" }, "∗"), this.kernelBlock, this.share);
    this.element = element("div", { class: "channel" });
    this.element.append(inputBlock, kernelLine);
  }
}

/** A channel of the input that this output channel does not read: seen, never pointed at. */
class OtherBlock {
  constructor() {
    this.input = new CellGrid("in");
    GRIDS.delete(this.input.element);
    this.input.box.inert = true;
    this.title = element("div", { class: "title", "aria-hidden": "true" });
    this.words = element("p", { "aria-hidden": "true" });
    const block = element("div", {}, this.title, this.input.box);
    this.element = element("div", { class: "channel other", role: "img" }, block, this.words);
  }

  /** @param {Example} example @param {Geometry} geometry @param {number} channel of the whole input */
  show(example, geometry, channel) {
    const values = example.input[channel];
    this.input.resize(values.length, values[0].length);
    this.input.setPitch(OTHER_CELL);
    this.input.fill({
      value: ([row, col]) => values[row][col],
      look: place => (example.transposed || innerPlace(geometry, ...place) ? "in" : "pad"),
      name: () => "",
    });
    const words = `channel ${channel + 1}: another group's, not read here`;
    say(this.words, words);
    this.element.setAttribute("aria-label", `Input, ${sizeText(example.in_size)}, ${words}`);
  }
}

export class Stage {
  /** @type {OtherBlock[]} */
  others = [];
  /** @type {ChannelBlock[]} */
  blocks = [];
  view = 0; // the input channel in view where not all are
  isStamped = false;

  /**
   * @param {Example} example the first to be shown
   * @param {(channel: number) => void} onChannel is told the output channel
   * @param {(channel: number) => void} onView is told the input channel to show
   */
  constructor(example, onChannel, onView) {
    this.example = example;
    this.geometry = geometryOf(example);
    this.layout = layoutOf(example, this.geometry, 0);
    this.onView = onView;
    this.element = element("div", { class: "stage" });
    this.channels = element("div", { class: "channels" });
    this.output = new CellGrid("out");
    this.outputTitle = element("div", { class: "title" });
    this.stepper = new Stepper("output channel", onChannel);
    this.outputBlock = element("div", { class: "block out-block" });
    this.outputBlock.append(this.outputTitle, this.output.box, this.stepper.element);
    const result = element("div", { class: "result" });
    result.append(element("span", { class: "op" }, "="), this.outputBlock);
    this.element.append(this.channels, result);
  }

  get inputs() {
    return this.blocks.map(block => block.input);
  }

  get kernels() {
    return this.blocks.map(block => block.kernel);
  }

  get anchors() {
    return this.example.transposed ? this.inputs : [this.output];
  }

  get fields() {
    return this.example.transposed ? [this.output] : this.inputs;
  }

  get showsAllChannels() {
    return this.layout.visible === this.example.weight.length;
  }

  get grids() {
    return [...this.inputs, ...this.kernels, this.output];
  }

  /**
   * The grids in which a focus lies.
   *
   * @param {Target} target
   */
  gridsOf({ part, channel }) {
    return this.gridsFor(part).filter(grid => part === "out" || channel === null || grid.channel === channel);
  }

  /** @param {Target["part"]} part */
  gridsFor(part) {
    return { in: this.inputs, kernel: this.kernels, out: [this.output] }[part];
  }

  /** Whether some cells are too small for numbers. */
  get isTinted() {
    return [...this.inputs, this.output].some(grid => grid.isDense);
  }

  /**
   * Draws an example in a card of `width` px.
   *
   * @param {Example} example
   * @param {Geometry} geometry
   * @param {number} width
   * @param {HTMLElement} hint the line about editing weights
   */
  show(example, geometry, width, hint) {
    Object.assign(this, { example, geometry });
    const { input, output } = sizesOf(example, geometry);
    this.layout = layoutOf(example, geometry, width, tallness(this.element.currentCSSZoom || 1));
    this.view = Math.min(this.view, example.weight.length - 1);
    this.element.dataset.mode = this.layout.mode;
    this.element.classList.toggle("transposed", example.transposed);
    this.showBlocks(this.layout.visible, input);
    this.showOthers();
    this.showOutput(output);
    for (const grid of [...this.inputs, this.output]) grid.fitFactors(example.weight.flat(2));
    const under = this.layout.mode === "columns" ? this.outputBlock : this.blocks[0].kernelBlock;
    if (hint.parentNode !== under) under.append(hint);
  }

  /** @param {number} visible @param {Size} size */
  showBlocks(visible, size) {
    while (this.blocks.length > visible) this.blocks.pop()?.element.remove();
    while (this.blocks.length < visible) {
      const block = new ChannelBlock(this.onView);
      this.blocks.push(block);
      this.channels.append(block.element);
    }
    this.blocks.forEach((block, order) => {
      const channel = this.showsAllChannels ? order : this.view;
      block.input.channel = channel;
      block.kernel.channel = channel;
      this.showInput(block, size);
      this.showKernel(block);
      block.stepper.show(
        channel,
        this.showsAllChannels ? 1 : this.example.weight.length,
        `${channelName(this.example, channel)} of ${this.example.input.length}`,
      );
    });
  }

  /** The channels of other groups between those that are read, where all have room; all in their order. */
  showOthers() {
    const { example, geometry, layout } = this;
    const found = layout.mode === "line" ? [] : otherChannels(example);
    this.others.length = Math.min(this.others.length, found.length);
    while (this.others.length < found.length) this.others.push(new OtherBlock());
    found.forEach((channel, order) => this.others[order].show(example, geometry, channel));
    const before = found.filter(channel => channel < example.read_channels[0]).length;
    const others = this.others.map(block => block.element);
    const wanted = [...others.slice(0, before), ...this.blocks.map(block => block.element), ...others.slice(before)];
    const isSo =
      wanted.length === this.channels.children.length &&
      wanted.every((node, at) => node === this.channels.children[at]);
    if (!isSo) this.channels.replaceChildren(...wanted);
    if (layout.mode !== "columns") return;
    const titles = [...this.others.slice(0, before), ...this.blocks, ...this.others.slice(before)].map(
      ({ title }) => title,
    );
    titles.forEach((title, order) => showTitle(title, ...this.inputTitle(order))); // the first speaks for all
  }

  /** @param {ChannelBlock} block @param {Size} size */
  showInput({ input, title }, size) {
    const { example, geometry, layout } = this;
    const values = example.input[example.read_channels[0] + input.channel];
    input.resize(...size);
    input.setPitch(layout.inputCell, layout.rooms[0]);
    input.element.setAttribute("aria-label", inputName(example, input.channel));
    if (layout.mode !== "columns") showTitle(title, ...this.inputTitle(input.channel));
    const look = example.transposed ? () => "in" : (/** @type {Place} */ place) => inputLook(example, geometry, place);
    input.fill({
      value: ([row, col]) => values[row][col],
      look,
      name: place => inputCellName(example, geometry, values, place),
    });
  }

  /** @param {number} channel @returns {[name: string, rest: string]} */
  inputTitle(channel) {
    const { example, layout } = this;
    if (layout.mode === "columns" && channel > 0) return ["", ""];
    const read = readChannels(example);
    const group = read ? ` · reads ${read} of ${example.input.length}` : "";
    const size = inputSize(example) + group;
    const isOneOfMany = layout.mode !== "columns" && example.weight.length > 1;
    return ["Input", isOneOfMany ? `${size} · ${channelName(example, channel)}` : size];
  }

  /** @param {ChannelBlock} block */
  showKernel({ kernel, kernelTitle, bias }) {
    const { example, geometry, layout } = this;
    const weights = example.weight[kernel.channel];
    kernel.resize(...geometry.kernel);
    kernel.setPitch(layout.kernelCell);
    const facts = [sizeText(geometry.kernel), example.kernel_label].filter(Boolean);
    const biasText = example.bias === null ? "no bias" : `bias ${precise(example.bias)}`;
    const isNarrow = layout.mode === "phone"; // the kernel's name goes below it
    showTitle(kernelTitle, "Kernel", isNarrow ? facts[0] : facts.join(" · "));
    kernelTitle.title = example.kernel_label;
    say(bias, isNarrow ? [...facts.slice(1), biasText].join(" · ") : biasText);
    kernel.element.setAttribute("aria-label", kernelName(example, kernel.channel));
    kernel.fill({
      value: ([row, col]) => weights[row][col],
      look: () => "k",
      name: ([row, col]) => `weight, row ${row + 1}, column ${col + 1}: ${precise(weights[row][col])}`,
    });
  }

  /** @param {Size} size */
  showOutput(size) {
    const { example, geometry, output, layout } = this;
    output.resize(...size);
    output.setPitch(layout.outputCell, layout.rooms[1]);
    output.element.setAttribute("aria-label", `Output, ${sizeText(outputSize(example))}`);
    showTitle(this.outputTitle, "Output", sizeText(outputSize(example)));
    this.stepper.show(example.channel, example.out_channels);
    const valueAt = (/** @type {Place} */ place) => outputValue(example, geometry, place);
    output.fill({
      value: valueAt,
      look: place => outputLook(example, geometry, place),
      name: place => outputCellName(place, valueAt(place)),
    });
    this.showStamps();
  }

  /** In a transposed convolution output cells differ in how often they are written. */
  showStamps() {
    const { example, geometry, output } = this;
    if (!example.transposed && !this.isStamped) return;
    this.isStamped = example.transposed;
    for (const cell of output.lines.flatMap(line => line.cells)) {
      const place = example.transposed ? innerPlace(geometry, ...cell.place) : null;
      if (place) cell.dataset.stamps = String(example.read_counts[place[0]][place[1]]);
      else delete cell.dataset.stamps;
    }
  }
}
