// Walking through steps in a row: back, play, forward, a scrubber and the speed.

import { ICONS, iconButton } from "./buttons.js";
import { element } from "./dom.js";

export const STEP_MS = 800; // at 1×
const SPEEDS = [0.5, 1, 2, 4];

export class Player {
  what = "cell";
  index = 0;
  length = 1;
  speed = 1;
  /** @type {number | undefined} */
  timer;
  scrubber = element("input", { class: "scrubber", type: "range", min: 1, step: 1 });

  /**
   * @param {(index: number) => void} onStep is told each new place in the walk
   * @param {() => void} onRest it stands
   * @param {string} name of the scrubber
   * @param {number[]} speeds to choose from
   */
  constructor(onStep, onRest, name, speeds = SPEEDS) {
    this.onStep = onStep;
    this.onRest = onRest;
    this.speeds = speeds;
    this.scrubber.setAttribute("aria-label", name);
    this.element = element("div", { class: "player" });
    this.back = iconButton("One step back", ICONS.back);
    this.toggle = iconButton("Play", ICONS.play, "icon main");
    this.forth = iconButton("One step forward", ICONS.forth);
    this.back.onclick = () => this.step(-1);
    this.toggle.onclick = () => (this.isPlaying ? this.pause() : this.play());
    this.forth.onclick = () => this.step(1);
    this.element.append(this.back, this.toggle, this.forth, this.makeScrubber(), this.makeSpeed());
  }

  makeScrubber() {
    this.scrubber.oninput = () => {
      this.pause();
      this.go(Number(this.scrubber.value) - 1);
    };
    return this.scrubber;
  }

  makeSpeed() {
    const select = element("select");
    select.setAttribute("aria-label", "Speed");
    select.title = "Speed";
    for (const speed of this.speeds) select.append(new Option(`${speed}×`, String(speed), speed === 1, speed === 1));
    select.onchange = () => {
      this.speed = Number(select.value);
    };
    return select;
  }

  get isPlaying() {
    return this.timer !== undefined;
  }

  /**
   * A walk over `length` places of `what`, now at `index`.
   *
   * @param {number} index
   * @param {number} length
   * @param {string} what
   */
  show(index, length, what) {
    Object.assign(this, { index, length, what });
    const { scrubber } = this;
    scrubber.max = String(length);
    scrubber.value = String(index + 1);
    scrubber.style.setProperty("--filled", `${length > 1 ? (100 * index) / (length - 1) : 0}%`);
    scrubber.title = `${what} ${index + 1} of ${length}`;
    scrubber.setAttribute("aria-valuetext", scrubber.title);
    this.label();
  }

  label() {
    const name = this.isPlaying ? "Pause" : "Play";
    const order = `: one ${this.what} after the other, then again from the first`;
    this.toggle.title = this.isPlaying ? name : name + order;
    if (this.toggle.getAttribute("aria-label") === name) return;
    this.toggle.setAttribute("aria-label", name);
    const path = this.isPlaying ? ICONS.pause : ICONS.play;
    this.toggle.querySelector("path")?.setAttribute("d", path);
  }

  /** @param {number} index */
  go(index) {
    this.index = (index + this.length) % this.length;
    this.onStep(this.index);
  }

  /** @param {number} by */
  step(by) {
    this.pause();
    this.go(this.index + by);
  }

  play() {
    const wait = () => {
      this.timer = setTimeout(tick, STEP_MS / this.speed);
    };
    const tick = () => {
      if (!this.element.isConnected) return this.pause(); // the page was left
      wait();
      this.go(this.index + 1);
    };
    wait();
    this.label();
  }

  pause() {
    const wasPlaying = this.isPlaying;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.label();
    if (wasPlaying) this.onRest();
  }
}
