// The grid component: input ∗ kernel = output, every number of it pointed at and explained.
// Python sends the example (cnnviz/worked_example.py); nothing here computes a result.

import { element } from "../shared/dom.js";
import { WeightEditor } from "./editor.js";
import { clampTo, geometryOf, innerPlace } from "./geometry.js";
import { Legend } from "./legend.js";
import { isAnchor, light } from "./light.js";
import { Player } from "./player.js";
import { isSameCell, listen } from "./pointing.js";
import { Stage } from "./stage.js";
import { SumLine } from "./sum.js";

/** @import { Example, Target } from "./types" */
/** @import { CellGrid } from "./cells.js" */
/** @import { Place, Run, Tell } from "../shared/types" */

/** @typedef {{ state: Tell, trigger: Tell }} Send */

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
    this.player = new Player(index => this.walkTo(index));
    this.legend = new Legend();
    this.sum = new SumLine(channel => this.showChannel(channel));
    this.editor = new WeightEditor((...weight) => this.commit(...weight));
    const bar = element("div", { class: "bar" });
    this.letGo = element("button", { class: "let-go" }, "unpin");
    this.letGo.title = "Let the pinned cell go (Esc)";
    this.letGo.onclick = () => this.release();
    bar.append(this.player.element, this.legend.element, this.letGo);
    this.note = element("p", { class: "note" });
    this.root.append(this.note, this.stage.element, bar, this.sum.element);
    listen(this.root, this);
    parent.append(this.root);
    new ResizeObserver(() => this.onWidth()).observe(this.root);
  }

  /**
   * Draws a new example, keeping what was lit where it still exists.
   *
   * @param {Example} example
   */
  show(example) {
    this.example = { ...example, weight: structuredClone(example.weight) };
    this.geometry = geometryOf(example);
    this.root.classList.remove("pending");
    this.note.textContent = example.note;
    this.note.hidden = !example.note;
    this.takePin(example.pinned);
    this.draw();
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
    if (isAnchor(this.example, target)) this.walk = target.place;
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
    if (String(before) !== String(pinned)) this.send.state("pinned", pinned);
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

  /** @param {{ grid: CellGrid, channel: number, place: Place }} weight */
  edit({ grid, channel, place }) {
    this.player.pause();
    const [row, col] = place;
    this.editor.open(grid, place, this.example.weight[channel][row][col]);
    this.point({ part: "kernel", channel, place });
  }

  /**
   * A weight typed by the visitor: shown at once, its results when Python has them.
   *
   * @param {number} channel
   * @param {Place} place
   * @param {number} value
   */
  commit(channel, [row, col], value) {
    const weight = structuredClone(this.example.weight);
    weight[channel][row][col] = value;
    this.example.weight = weight;
    this.draw();
    this.root.classList.add("pending");
    this.send.trigger("weights", weight);
  }

  /** @param {number} channel */
  showChannel(channel) {
    this.stage.view = channel;
    this.draw();
  }
}

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
