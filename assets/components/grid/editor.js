// A weight or an input becomes a small field: Enter keeps the number, Esc the old one.

import { element } from "../shared/dom.js";
import { placeText, readDecimal } from "../shared/numbers.js";

/** @import { Place } from "../shared/types" */
/** @import { CellGrid } from "./cells.js" */

const LARGEST_WEIGHT = 1000;
const HINT = matchMedia("(pointer: coarse)").matches
  ? "tap a weight or an input twice to change it"
  : "double-click a weight or an input to change it";

const NAMES = { kernel: "Weight", in: "Input", out: "Output" };

export class NumberEditor {
  /** @type {CellGrid | undefined} the grid whose weight is changed */
  grid;
  /** @type {Place} */
  place = [0, 0];
  value = 0;

  /** @param {(grid: CellGrid, place: Place, value: number) => void} onCommit is told a new number */
  constructor(onCommit) {
    this.onCommit = onCommit;
    this.hint = element("p", { class: "hint" }, HINT);
    this.hint.setAttribute("role", "status");
    this.field = element("input", { class: "number-field" });
    Object.assign(this.field, { type: "text", inputMode: "decimal", autocomplete: "off" });
    this.field.onkeydown = event => this.onKey(event);
    this.field.onblur = () => this.close(true);
    this.field.oninput = () => this.complain("");
  }

  get isOpen() {
    return this.grid !== undefined;
  }

  /** Whether the weight being changed is still there after a new example came. */
  isInPlace() {
    return this.field.isConnected && this.grid?.cell(this.place) !== undefined;
  }

  /**
   * @param {CellGrid} grid
   * @param {Place} place
   * @param {number} value
   * @param {string} [start] the key that was typed on the cell, which begins a new number
   */
  open(grid, place, value, start = "") {
    if (this.isOpen) this.close(true);
    Object.assign(this, { grid, place, value });
    const width = Math.max(58, grid.cellSize);
    const height = Math.max(26, grid.cellSize);
    /** @param {number} index @param {number} size */
    const centre = (index, size) => `${index * grid.pitch + (grid.cellSize - size) / 2}px`;
    Object.assign(this.field.style, {
      left: centre(place[1], width),
      top: centre(place[0], height),
      width: `${width}px`,
      height: `${height}px`,
    });
    this.field.value = start || String(value);
    this.field.setAttribute("aria-label", `${NAMES[grid.part]}, ${placeText(place)}`);
    grid.box.append(this.field);
    this.field.focus();
    if (!start) this.field.select();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    event.stopPropagation(); // arrows and Enter belong to the field while it is open
    if (event.key === "Enter") this.close(true, true);
    else if (event.key === "Escape") this.close(false, true);
    else if (event.key === "ArrowUp") this.nudge(event, 1);
    else if (event.key === "ArrowDown") this.nudge(event, -1);
  }

  /** @param {KeyboardEvent} event @param {number} by */
  nudge(event, by) {
    event.preventDefault();
    const value = readDecimal(this.field.value, LARGEST_WEIGHT) ?? this.value;
    const next = Math.max(-LARGEST_WEIGHT, Math.min(value + by, LARGEST_WEIGHT));
    this.field.value = String(Number(next.toFixed(6)));
  }

  /** @param {string} message */
  complain(message) {
    this.hint.textContent = message || HINT;
    this.hint.classList.toggle("error", message !== "");
    this.field.classList.toggle("error", message !== "");
    this.field.setAttribute("aria-invalid", String(message !== ""));
  }

  /**
   * Leaves the field; with `keep` its number counts, and on Enter a wrong one is sent back.
   *
   * @param {boolean} keep
   */
  close(keep, byKey = false) {
    const { grid, place, value: before } = this;
    if (!grid) return;
    const value = keep ? readDecimal(this.field.value, LARGEST_WEIGHT) : before;
    if (value === null) {
      this.complain(`a number from −${LARGEST_WEIGHT} to ${LARGEST_WEIGHT}, please: 2, −0.5`);
      if (byKey) return;
    } else this.complain("");
    this.grid = undefined;
    this.field.remove();
    if (byKey) grid.focus(place);
    if (value !== null && value !== before) this.onCommit(grid, place, value);
  }
}
