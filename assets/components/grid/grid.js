// The grid component: input ∗ kernel = output, every number of it pointed at and explained.
// Python sends the example (cnnviz/worked_example.py); nothing here computes a result.

import { sayCell } from "../shared/address.js";
import { element } from "../shared/dom.js";
import { Player, STEP_MS } from "../shared/player.js";
import { sender } from "../shared/sender.js";
import { takeTurns } from "../shared/turns.js";
import { NumberEditor } from "./editor.js";
import { fly } from "./fly.js";
import { clampTo, geometryOf, innerPlace } from "./geometry.js";
import { Legend } from "./legend.js";
import { isAnchor, light } from "./light.js";
import { Painter } from "./paint.js";
import { isSameCell, listen } from "./pointing.js";
import { Stage } from "./stage.js";
import { SumLine } from "./sum.js";

/** @import { Example, Target } from "./types" */
/** @import { CellGrid } from "./cells.js" */
/** @import { Place, Run, Tell } from "../shared/types" */

/** @typedef {{ state: Tell, trigger: Tell }} Send */

const STILL = 500; // ms after which Python hears where the walk stands
const OWN = 3000; // ms for which a hand that has just walked knows better than an answer

export class Card {
  /** @type {Place} the anchor that stays lit while nothing else is pointed at */
  walk = [0, 0];
  /** @type {Target | null} */
  pointed = null;
  /** @type {Target | null} */
  held = null;
  lastPin = "";
  width = 0;
  isSpoken = false;
  lastWalk = "";
  lastView = -1;
  walkedAt = -Infinity;

  /** @param {HTMLElement} parent @param {Example} example the first to be shown @param {Send} send */
  constructor(parent, example, send) {
    this.send = send;
    this.example = example;
    this.geometry = geometryOf(example);
    this.root = element("section", { class: "cnnviz-grid" });
    this.root.setAttribute("aria-label", "Convolution, cell by cell");
    this.stage = new Stage(
      example,
      channel => this.send.trigger("channel", channel),
      channel => this.showChannel(channel),
    );
    this.player = new Player(
      index => this.walkTo(index),
      () => this.tellStand(),
      "Position of the kernel",
    );
    this.stand = sender(/** @param {[Place, number]} where */ where => this.send.trigger("stand", where));
    this.typed = takeTurns(
      /** @param {{ turn: number, value: number[][][] }} word */ word => this.send.state("input", word),
    );
    this.painter = new Painter(
      (grid, place, value) => this.fillCell(grid, place, value),
      () => this.tellInput(),
    );
    this.legend = new Legend();
    this.sum = new SumLine(channel => this.showChannel(channel));
    this.editor = new NumberEditor((...number) => this.commit(...number));
    const bar = element("div", { class: "bar" });
    this.letGo = element("button", { class: "let-go" }, "unpin");
    this.letGo.title = "Let the pinned cell go (Esc)";
    this.letGo.onclick = () => this.release();
    bar.append(this.player.element, this.painter.element, this.legend.element, this.letGo);
    this.note = element("p", { class: "note" });
    this.stage.element.dataset.picture = "The grids: input, kernel and output"; // one picture to take along
    this.root.append(this.note, this.stage.element, bar, this.sum.element);
    listen(this.root, this);
    this.painter.listen(this.root);
    parent.append(this.root);
    new ResizeObserver(() => this.onWidth()).observe(this.root);
  }

  /**
   * Draws a new example, keeping what was lit where it still exists.
   *
   * @param {Example} example
   */
  show(example) {
    this.typed.heard(example.turn);
    const isAhead = this.typed.isAhead() || this.painter.isDown;
    const input = isAhead && isSameSize(example, this.example) ? this.example.input : structuredClone(example.input);
    this.example = { ...example, input, weight: structuredClone(example.weight) };
    this.geometry = geometryOf(example);
    this.root.classList.toggle("pending", isAhead);
    this.note.textContent = example.note;
    this.note.hidden = !example.note;
    this.takePin(example.pinned);
    this.takeStand(example);
    this.draw();
  }

  /**
   * Where Python says that the walk stands counts when it is news, and not while a hand walks.
   *
   * @param {Example} example
   */
  takeStand({ walk, view }) {
    if (performance.now() - this.walkedAt < OWN || this.player.isPlaying) return;
    if (String(walk) !== this.lastWalk) this.walk = walk;
    if (view !== this.lastView) this.stage.view = view;
    Object.assign(this, { lastWalk: String(walk), lastView: view });
  }

  /** Python is told where the walk stands, and which input channel is in view, when they rest. */
  tellStand() {
    this.walkedAt = performance.now();
    Object.assign(this, { lastWalk: String(this.walk), lastView: this.stage.view });
    this.stand.say([this.walk, this.stage.view], STILL);
  }

  /**
   * A pin from Python counts when it is news: not the echo of what was said from here.
   *
   * @param {Place | null} pinned
   */
  takePin(pinned) {
    const news = String(pinned ?? "");
    if (news === this.lastPin) return;
    this.lastPin = news;
    if (news === String(this.pinnedOf(this.held) ?? "")) return;
    this.held = pinned ? { part: "out", channel: 0, place: this.onGrid(pinned) } : null;
    if (pinned && !this.example.transposed) this.walk = pinned;
  }

  onWidth() {
    const width = Math.floor(this.stage.element.clientWidth);
    if (width && width !== this.width && this.example) this.draw();
  }

  draw() {
    this.width = Math.floor(this.stage.element.clientWidth);
    if (!this.width) return; // in a closed tab; the observer calls again
    const { example, geometry, stage } = this;
    stage.show(example, geometry, this.width, this.editor.hint);
    this.legend.show(example, stage.isTinted);
    this.sum.reserve(stage, this.width);
    if (this.editor.isOpen && !this.editor.isInPlace()) this.editor.close(false);
    this.walk = clampTo(geometry.anchor, this.walk);
    this.light();
  }

  light() {
    const focus = this.focus;
    const pinned = this.held?.part === "out" ? this.inside(this.held) : null;
    light(this.stage, focus, pinned);
    this.sum.show(this.stage, focus, this.isSpoken);
    this.letGo.hidden = this.held === null;
    this.player.show(this.walkIndex, this.geometry.anchor[0] * this.geometry.anchor[1], this.what);
  }

  /** What is lit: the cell pointed at, else the one held, else the one the walk is at. */
  /** @returns {Target} */
  get focus() {
    const chosen = this.pointed ?? this.held;
    if (chosen) return this.inside(chosen);
    return { part: this.anchorPart, channel: null, place: this.walk };
  }

  /** @returns {"in" | "out"} */
  get anchorPart() {
    return this.example.transposed ? "in" : "out";
  }

  get what() {
    return this.example.transposed ? "input cell" : "output cell";
  }

  get walkIndex() {
    return this.walk[0] * this.geometry.anchor[1] + this.walk[1];
  }

  /**
   * The cell itself, or the nearest that a smaller example still has.
   *
   * @param {Target} target
   * @returns {Target}
   */
  inside({ part, channel, place }) {
    const [grid] = this.stage.gridsFor(part);
    const last = this.example.weight.length - 1;
    return { part, channel: channel && Math.min(channel, last), place: clampTo(grid.size, place) };
  }

  /** @param {Place} place @returns {Place} */
  onGrid([row, col]) {
    const { transposed } = this.example;
    const { before } = this.geometry;
    return transposed ? [row + before[0], col + before[1]] : [row, col];
  }

  /** @param {Target | null} target */
  point(target) {
    this.isSpoken = false;
    if (target === null ? this.pointed === null : isSameCell(target, this.pointed)) return;
    this.pointed = target && { part: target.part, channel: target.channel, place: target.place };
    this.light();
  }

  /**
   * A cell reached by the keyboard: an anchor also becomes the place of the walk.
   *
   * @param {Target} target
   */
  reach(target) {
    if (isAnchor(this.example, target)) {
      this.walk = target.place;
      this.tellStand();
    }
    this.point(target);
    this.isSpoken = true;
    this.light();
  }

  /** @param {number} index */
  walkTo(index) {
    const cols = this.geometry.anchor[1];
    this.walk = [Math.floor(index / cols), index % cols];
    this.isSpoken = !this.player.isPlaying;
    if (this.held) this.release();
    else this.light();
    if (!this.pointed) fly(this.root, this.stage, this.walk, STEP_MS / this.player.speed);
    if (!this.player.isPlaying) this.tellStand();
  }

  /**
   * Holds a cell, or lets it go where it was held already.
   *
   * @param {Target} target
   */
  hold({ part, channel, place }) {
    /** @type {Target} */
    const target = { part, channel, place };
    const held = this.held && this.inside(this.held);
    this.holdOnly(isSameCell(target, held) ? null : target);
  }

  release() {
    if (this.held) this.holdOnly(null);
  }

  /** @param {Target | null} held */
  holdOnly(held) {
    if (held?.part === "out" && !this.keptPlace(held.place)) return; // cut away: nothing to pin
    this.player.pause();
    const before = this.pinnedOf(this.held);
    this.held = held;
    const pinned = this.pinnedOf(held);
    if (String(before) !== String(pinned)) {
      sayCell("cell", pinned);
      this.send.state("pinned", pinned);
    }
    if (held && isAnchor(this.example, held)) this.walk = held.place;
    this.light();
  }

  /** @param {Target | null} held */
  pinnedOf(held) {
    return held?.part === "out" ? this.keptPlace(held.place) : null;
  }

  /** @param {Place} place */
  keptPlace(place) {
    return this.example.transposed ? innerPlace(this.geometry, ...place) : place;
  }

  /**
   * Whether a cell can be typed over: a weight, or an input that is no padding.
   *
   * @param {Target} target
   */
  canEdit({ part, place }) {
    if (part === "out") return false;
    return part === "kernel" || this.example.transposed || innerPlace(this.geometry, ...place) !== null;
  }

  /**
   * @param {Target & { grid: CellGrid, channel: number }} target
   * @param {string} [start] what was typed on it
   */
  edit({ grid, part, channel, place }, start) {
    this.player.pause();
    const [row, col] = place;
    this.editor.open(grid, place, this.numbersOf(grid)[row][col], start);
    this.point({ part, channel, place });
  }

  /** @param {CellGrid} grid a slice of the kernel, or a channel of the input */
  numbersOf({ part, channel }) {
    const { weight, input, read_channels } = this.example;
    return part === "kernel" ? weight[channel] : input[read_channels[0] + channel];
  }

  /**
   * A number typed by the visitor: shown at once, its results when Python has them.
   *
   * @param {CellGrid} grid
   * @param {Place} place
   * @param {number} value
   */
  commit(grid, place, value) {
    this.fillCell(grid, place, value);
    if (grid.part === "in") this.tellInput();
    else this.send.trigger("weights", structuredClone(this.example.weight));
  }

  /** @param {CellGrid} grid @param {Place} place @param {number} value */
  fillCell(grid, [row, col], value) {
    this.numbersOf(grid)[row][col] = value;
    this.draw();
    this.root.classList.add("pending");
  }

  /** Python is told all channels of the input, without their padding. */
  tellInput() {
    const { input, in_size, transposed } = this.example;
    const [top, left] = transposed ? [0, 0] : this.geometry.before;
    this.typed.say(
      input.map(plane => plane.slice(top, top + in_size[0]).map(row => row.slice(left, left + in_size[1]))),
    );
  }

  /** @param {number} channel */
  showChannel(channel) {
    this.stage.view = channel;
    this.draw();
    this.tellStand();
  }
}

/** @param {Example} one @param {Example} other */
const isSameSize = (one, other) =>
  one.input.length === other.input.length &&
  String(one.in_size) === String(other.in_size) &&
  String(one.padding) === String(other.padding);

/** @type {WeakMap<HTMLElement, Card>} */
const cards = new WeakMap();

/** @param {Run<Example>} run */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const send = { state: setStateValue, trigger: setTriggerValue };
  const card = cards.get(parentElement) ?? new Card(parentElement, data, send);
  cards.set(parentElement, card);
  card.send = send;
  card.show(data); // no cleanup is returned: Streamlit calls it also when two updates overlap
}
