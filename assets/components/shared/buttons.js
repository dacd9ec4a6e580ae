// Buttons with a drawn sign, and the stepper made of two of them.

import { drawn, element, say } from "./dom.js";

export const ICONS = {
  back: "M12 3 6 8l6 5zM4 3h1.6v10H4z",
  play: "M5 3v10l8-5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  forth: "m4 3 6 5-6 5zM10.4 3H12v10h-1.6z",
  left: "M10 3 5 8l5 5z",
  right: "m6 3 5 5-5 5z",
};

/** @param {string} path */
function icon(path) {
  return drawn("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, drawn("path", { d: path }));
}

/** @param {string} label @param {string} path */
export function iconButton(label, path, className = "icon") {
  const button = element("button", { class: className });
  button.type = "button";
  button.setAttribute("aria-label", label);
  button.title = label;
  button.append(icon(path));
  return button;
}

/** ◂ channel 1 of 10 ▸, hidden where there is only one. */
export class Stepper {
  channel = 0;
  channels = 1;

  /** @param {string} what @param {(channel: number) => void} onStep */
  constructor(what, onStep) {
    this.element = element("div", { class: "stepper" });
    this.text = element("span");
    this.back = iconButton(`Previous ${what}`, ICONS.left);
    this.forth = iconButton(`Next ${what}`, ICONS.right);
    const step = (/** @type {number} */ by) => this.canStep(by) && onStep(this.channel + by);
    this.back.onclick = () => step(-1);
    this.forth.onclick = () => step(1);
    this.element.append(this.back, this.text, this.forth);
  }

  /** @param {number} by */
  canStep(by) {
    return this.channel + by >= 0 && this.channel + by < this.channels;
  }

  /** @param {number} channel @param {number} channels @param {string} [name] */
  show(channel, channels, name = `channel ${channel + 1} of ${channels}`) {
    Object.assign(this, { channel, channels });
    this.element.hidden = channels < 2;
    say(this.text, name);
    // aria-disabled: a button that is really disabled would lose the keyboard's focus
    this.back.setAttribute("aria-disabled", String(!this.canStep(-1)));
    this.forth.setAttribute("aria-disabled", String(!this.canStep(1)));
  }
}
