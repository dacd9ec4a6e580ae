// The surgery: a row of weights folds into a kernel, the kernel slides over the picture, its sums paint the response.
// Every number and colour was computed by torch (cnnviz/fully_conv/sliding.py); here they are only moved.

import { element, penOf, say, sharpness } from "../shared/dom.js";
import { capital, placeText, precise } from "../shared/numbers.js";
import { bytes, paint } from "../shared/paint.js";
import { decoded, watchSize } from "../shared/picture.js";
import { Player, STEP_MS } from "../shared/player.js";
import { sender } from "../shared/sender.js";
import { kept } from "../shared/view.js";
import { draw } from "./draw.js";
import { layoutOf } from "./layout.js";

/** @import { Run, Tell } from "../shared/types" */
/** @import { Data, Drawn } from "./types" */

const ACTS = 3; // the row, its pieces, the kernel; then a step for every place
const STILL = 500; // ms after which Python hears where the walk stands
const OWN = 3000; // ms for which a hand that has just walked knows better than an answer
const LONGEST = 900; // ms of a movement
const SHORTEST = 90; // ms: quicker ones are not seen, the step is shown as it ends
const SPEEDS = [0.5, 1, 4, 16];
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const KEYS =
  "The arrow keys go from step to step and from row to row, Home and End to the first and last, Space plays.";

/** @param {Data} data @returns {Drawn} */
function drawnOf(data) {
  const maps = bytes(data.maps),
    palette = bytes(data.unsigned),
    [high, wide] = data.maps_size;
  const floats = (/** @type {string} */ text) => new Float32Array(bytes(text).buffer);
  return {
    weights: bytes(data.planes),
    signed: bytes(data.signed),
    maps: Array.from({ length: data.shape[0] }, (_, index) => {
      const canvas = element("canvas");
      paint(canvas, data.maps_size, maps, index * high * wide, palette);
      return canvas;
    }),
    levels: bytes(data.levels),
    sumLevels: bytes(data.sum_levels),
    sums: floats(data.sums),
    response: floats(data.response),
    byLinear: floats(data.by_linear),
  };
}

class Surgery {
  step = 0;
  width = 0;
  frame = 0;
  lastStep = -1;
  walkedAt = -Infinity;
  shown = "";
  /** @type {Data | undefined} */
  data;
  /** @type {Drawn | undefined} */
  drawn;
  /** @type {HTMLImageElement | null} */
  photo = null;
  /** @type {Tell} */
  tell = () => {};

  /** @param {HTMLElement} host */
  constructor(host) {
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.stage = element("div", { class: "sheet", tabindex: "0", role: "application" }, this.canvas);
    this.words = element("p", { class: "words", role: "status" });
    this.scales = element("p", { class: "scales" });
    this.player = new Player(
      index => this.go(index),
      () => this.rest(),
      "Step of the surgery",
      SPEEDS,
    );
    const bar = element("div", { class: "bar" }, this.player.element, this.scales);
    host.append(
      element("section", { class: "surgery", "aria-label": "The surgery, step by step" }, this.words, this.stage, bar),
    );
    this.hand = sender(/** @param {number} step */ step => this.tell("step", step));
    this.stage.addEventListener("keydown", event => this.onKey(event));
    this.stage.addEventListener("click", event => this.onClick(event));
    watchSize(this.stage, width => {
      this.width = Math.floor(width);
      this.paint(1);
    });
  }

  /** @param {Data} data */
  show(data) {
    const { step, ...rest } = data;
    const news = JSON.stringify(rest);
    if (news !== this.shown) {
      this.shown = news;
      this.drawn = drawnOf(data);
      if (this.data?.photo !== data.photo) this.load(data.photo);
    }
    this.data = data;
    this.stage.setAttribute("aria-label", `${data.alt} ${KEYS}`);
    say(this.scales, data.scales);
    const isBusy = this.player.isPlaying || performance.now() - this.walkedAt < OWN;
    if (!isBusy && step !== this.lastStep) {
      this.step = step;
      this.lastStep = step;
    }
    this.step = Math.min(this.step, this.count - 1);
    this.settle(1);
  }

  /** @param {string} url */
  async load(url) {
    this.photo = await decoded(url, "").catch(() => null);
    this.paint(1);
  }

  get count() {
    return ACTS + (this.drawn?.response.length ?? 0);
  }

  /** @param {number} step */
  go(step) {
    const isNext = step === this.step + 1;
    this.step = step;
    cancelAnimationFrame(this.frame);
    const time = Math.min(LONGEST, (0.9 * STEP_MS) / this.player.speed);
    if (isNext && !CALM.matches && time >= SHORTEST) this.move(performance.now(), time);
    else this.settle(1);
    if (!this.player.isPlaying) this.rest();
  }

  /** @param {number} start @param {number} time */
  move(start, time) {
    const next = () => {
      const part = Math.min(1, (performance.now() - start) / time);
      this.settle(part);
      if (part < 1) this.frame = requestAnimationFrame(next);
    };
    next();
  }

  /** Shows the step, all of it or a part of the way there. @param {number} part */
  settle(part) {
    this.player.show(this.step, this.count, "step");
    this.words.setAttribute("aria-live", this.player.isPlaying ? "off" : "polite");
    say(this.words, this.sentence());
    this.paint(part);
  }

  rest() {
    this.walkedAt = performance.now();
    this.lastStep = this.step;
    this.hand.say(this.step, STILL);
  }

  /** @param {number} part */
  paint(part) {
    const { data, drawn, width } = this;
    if (!data || !drawn || !width) return;
    const layout = layoutOf(data, width);
    const sharp = sharpness(this.canvas);
    const size = { width: Math.round(width * sharp), height: Math.round(layout.height * sharp) };
    if (this.canvas.width !== size.width || this.canvas.height !== size.height) Object.assign(this.canvas, size);
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${layout.height}px` });
    const pen = penOf(this.canvas);
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    const style = getComputedStyle(this.stage);
    const looks = {
      ink: style.color,
      bg: style.backgroundColor,
      reach: style.getPropertyValue("--reach").trim() || "#f0b429",
      font: style.fontFamily,
    };
    draw({ pen, data, drawn, layout, photo: this.photo, looks }, this.step, part);
  }

  sentence() {
    const { data, drawn, step } = this;
    if (!data || !drawn) return "";
    const [count, high, wide] = data.shape;
    if (step === 0) return `Linear keeps the ${drawn.weights.length} weights of output ${data.unit} in one row.`;
    if (step === 1)
      return `flatten has laid ${count} maps of ${high} × ${wide} behind each other: the row falls into ${count} pieces of ${high * wide}.`;
    if (step === 2)
      return `Each piece folds back into ${high} × ${wide}: one kernel of ${count} planes. No number has changed.`;
    const place = step - ACTS,
      row = Math.floor(place / data.size[1]);
    return (
      `${capital(placeText([row, place % data.size[1]]))}: ${count} sums of ${high * wide} products and the bias ` +
      `${precise(data.bias)} make ${precise(Number(drawn.response[place].toPrecision(5)))}. ` +
      `Linear on this window alone: ${precise(Number(drawn.byLinear[place].toPrecision(5)))}.`
    );
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const across = this.data?.size[1] ?? 1;
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across, Home: -Infinity, End: Infinity };
    if (event.key === " ") this.player.isPlaying ? this.player.pause() : this.player.play();
    else if (event.key in steps) {
      this.player.pause();
      this.player.go(Math.max(0, Math.min(this.count - 1, this.step + steps[event.key])));
    } else return;
    event.preventDefault();
  }

  /** A cell of the response is gone to by a click. @param {MouseEvent} event */
  onClick({ offsetX, offsetY }) {
    if (!this.data) return;
    const { answer, answerCell } = layoutOf(this.data, this.width);
    const row = Math.floor((offsetY - answer.y) / answerCell),
      column = Math.floor((offsetX - answer.x) / answerCell);
    const [rows, columns] = this.data.size;
    if (row < 0 || column < 0 || row >= rows || column >= columns) return;
    this.player.pause();
    this.player.go(ACTS + row * columns + column);
  }
}

const surgeryOf = kept(host => new Surgery(host));

/** @param {Run<Data>} run */
export default function ({ data, parentElement, setTriggerValue }) {
  const view = surgeryOf(parentElement);
  view.tell = setTriggerValue;
  view.show(data);
}
