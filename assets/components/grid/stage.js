// The three grids with their titles: built once, then filled from each new example.

const LABEL_KIND = { in: "input", kernel: "weight", out: "output" };

/** One input channel: its cells, ∗, its slice of the kernel, and its share of the sum. */
class ChannelBlock {
  constructor(channel) {
    this.input = new CellGrid("in", channel);
    this.kernel = new CellGrid("kernel", channel);
    this.title = element("h5");
    this.kernelTitle = element("h5");
    this.bias = element("p", "bias");
    this.share = element("output", "share");
    this.share.setAttribute("aria-live", "off");
    this.element = element("div", "channel");
    const inputBlock = element("div", "block");
    inputBlock.append(this.title, this.input.box);
    const kernelBlock = element("div", "block kernel-block");
    kernelBlock.append(this.kernelTitle, this.kernel.box, this.bias);
    const kernelLine = element("div", "kernel-line");
    kernelLine.append(element("span", "op times", "∗"), kernelBlock, this.share);
    this.element.append(inputBlock, kernelLine);
  }
}

/** Steps through the output channels; hidden where there is only one. */
class ChannelStepper {
  constructor(onStep) {
    this.element = element("div", "stepper");
    this.text = element("span");
    const step = (label, by, path) => {
      const button = iconButton(label, path);
      button.onclick = () => onStep(this.channel + by);
      return button;
    };
    this.back = step("Previous output channel", -1, "M10 3 5 8l5 5");
    this.forth = step("Next output channel", 1, "m6 3 5 5-5 5");
    this.element.append(this.back, this.text, this.forth);
  }

  show(channel, channels) {
    this.channel = channel;
    this.element.hidden = channels < 2;
    setText(this.text, `channel ${channel + 1} of ${channels}`);
    this.back.disabled = channel === 0;
    this.forth.disabled = channel === channels - 1;
  }
}

class Stage {
  constructor(onChannel) {
    this.element = element("div", "stage");
    this.channels = element("div", "channels");
    this.output = new CellGrid("out");
    this.outputTitle = element("h5");
    this.stepper = new ChannelStepper(onChannel);
    const outputBlock = element("div", "block out-block");
    outputBlock.append(this.outputTitle, this.output.box, this.stepper.element);
    const result = element("div", "result");
    result.append(element("span", "op", "="), outputBlock);
    this.element.append(this.channels, result);
    this.blocks = [];
    this.view = 0; // the channel in view where not all are
  }

  /** The grids of input cells that are on the screen. */
  get inputs() {
    return this.blocks.map((block) => block.input);
  }

  get kernels() {
    return this.blocks.map((block) => block.kernel);
  }

  get anchors() {
    return this.example.transposed ? this.inputs : [this.output];
  }

  get fields() {
    return this.example.transposed ? [this.output] : this.inputs;
  }

  /** Draws an example in a card of `width` px. */
  show(example, geometry, width) {
    this.example = example;
    this.geometry = geometry;
    const channels = example.weight.length;
    const [input, output] = example.transposed
      ? [geometry.anchor, geometry.field]
      : [geometry.field, geometry.anchor];
    this.layout = layoutFor(width, { input, kernel: geometry.kernel, output }, channels);
    this.view = Math.min(this.view, channels - 1);
    this.element.dataset.mode = this.layout.mode;
    this.showBlocks(this.layout.visible, input);
    this.showOutput(output);
  }

  showBlocks(visible, size) {
    while (this.blocks.length > visible) this.blocks.pop().element.remove();
    while (this.blocks.length < visible) {
      this.blocks.push(new ChannelBlock(this.blocks.length));
      this.channels.append(this.blocks.at(-1).element);
    }
    this.blocks.forEach((block, place) => {
      const channel = visible === 1 ? this.view : place;
      block.input.channel = block.kernel.channel = channel;
      this.showInput(block, size);
      this.showKernel(block);
    });
  }

  showInput({ input, title }, size) {
    const { example, geometry, layout } = this;
    const values = example.input[example.read_channels[0] + input.channel];
    input.resize(...size);
    input.setPitch(layout.pitch);
    input.element.setAttribute("aria-label", this.inputName(input.channel));
    titleText(title, "Input", this.inputTitle(input.channel));
    const look = example.transposed
      ? () => "in"
      : (place) => fieldLook(example, geometry, place, "in", "pad");
    input.fill({
      text: ([row, col]) => short(values[row][col]),
      look,
      name: (place) => this.inputCellName(place, values),
    });
  }

  showKernel({ kernel, kernelTitle, bias }) {
    const { example, geometry, layout } = this;
    const weights = example.weight[kernel.channel];
    kernel.resize(...geometry.kernel);
    kernel.setPitch(layout.kernelCell);
    const label = example.kernel_label ? ` · ${example.kernel_label}` : "";
    titleText(kernelTitle, "Kernel", `${sizeText(geometry.kernel)}${label}`);
    kernelTitle.title = example.kernel_label;
    bias.hidden = example.bias === null;
    setText(bias, example.bias === null ? "" : `bias ${long(example.bias)}`);
    kernel.element.setAttribute("aria-label", `Kernel${this.ofChannel(kernel.channel)}; Enter edits a weight`);
    kernel.fill({
      text: ([row, col]) => short(weights[row][col]),
      look: () => "k",
      name: ([row, col]) => `weight, row ${row + 1}, column ${col + 1}: ${long(weights[row][col])}`,
    });
  }

  showOutput(size) {
    const { example, geometry, output, layout } = this;
    output.resize(...size);
    output.setPitch(layout.pitch);
    output.element.setAttribute("aria-label", `Output ${sizeText(geometry.inner)}`);
    titleText(this.outputTitle, "Output", this.outputSize());
    this.stepper.show(example.channel, example.out_channels);
    const valueAt = (place) => valueOf(example, geometry, place);
    output.fill({
      text: (place) => (valueAt(place) === null ? "" : short(valueAt(place))),
      look: (place) => (example.transposed ? outputLook(example, geometry, place) : "out"),
      name: (place) => outputCellName(place, valueAt(place)),
    });
    if (example.transposed) this.showStamps();
  }

  /** In a transposed convolution cells differ in how often they are written. */
  showStamps() {
    const { example, geometry, output } = this;
    for (const { cells } of output.lines) {
      for (const cell of cells) {
        const place = innerPlace(geometry, ...cell.place);
        if (place) cell.dataset.stamps = example.read_counts[place[0]][place[1]];
        else delete cell.dataset.stamps;
      }
    }
  }

  ofChannel(channel) {
    return this.example.input.length > 1
      ? ` channel ${this.example.read_channels[0] + channel + 1}`
      : "";
  }

  inputName(channel) {
    return `Input${this.ofChannel(channel)}, ${sizeText(this.example.in_size)}`;
  }

  inputTitle(channel) {
    const { example } = this;
    const named = this.ofChannel(channel).replace(" ", " · ");
    if (this.layout.mode === "columns" && channel > 0) return named.slice(3);
    const isPadded = !example.transposed && sizeText(example.padded_size) !== sizeText(example.in_size);
    const padded = isPadded ? `, padded to ${sizeText(example.padded_size)}` : "";
    return `${sizeText(example.in_size)}${padded}${named}`;
  }

  outputSize() {
    return sizeText([this.example.output.length, this.example.output[0].length]);
  }

  inputCellName([row, col], values) {
    const isPadding = !this.example.transposed && !innerPlace(this.geometry, row, col);
    const kind = isPadding ? "padding" : LABEL_KIND.in;
    return `${kind}, row ${row + 1}, column ${col + 1}: ${long(values[row][col])}`;
  }
}

function titleText(title, name, rest) {
  if (title.shown === name + rest) return;
  title.shown = name + rest;
  title.replaceChildren(element("b", "", name), ` ${rest}`);
}

function outputCellName([row, col], value) {
  const what = value === null ? "cut away by padding" : long(value);
  return `output, row ${row + 1}, column ${col + 1}: ${what}`;
}

/** Value of a cell of the output grid; null where a transposed convolution cuts it away. */
function valueOf(example, geometry, [row, col]) {
  if (!example.transposed) return example.output[row][col];
  const place = innerPlace(geometry, row, col);
  return place && example.output[place[0]][place[1]];
}

/** Look of a field cell: inside or in the padding, read or never read. */
function fieldLook(example, geometry, [row, col], inside, outside) {
  const kind = innerPlace(geometry, row, col) ? inside : outside;
  return example.read_counts[row][col] ? kind : `${kind} unread`;
}

/** Look of an output cell of a transposed convolution: cut, added at the end, more or less written. */
function outputLook(example, geometry, [row, col]) {
  const place = innerPlace(geometry, row, col);
  if (!place) return "cut";
  const isAdded = AXES.some(
    (axis) => place[axis] >= geometry.inner[axis] - example.output_padding[axis],
  );
  const stamps = example.read_counts[place[0]][place[1]];
  return `out stamps-${Math.min(stamps, 4)}${isAdded ? " added" : ""}${stamps ? "" : " unread"}`;
}
