// One grid of cells: one element per cell, kept while sizes stay, painted only where it changed.

import { element } from "../shared/dom.js";
import { short } from "../shared/numbers.js";
import { clampTo } from "./geometry.js";
import { CORNERS_CELL, factorFont, factorStyle } from "./layout.js";

/** @import { Bounds, Cell, Part } from "./types" */
/** @import { Place, Size } from "../shared/types" */

const MARKS = ["reach", "sel", "hole", "linked", "pinned"];
const LABELLED = 600; // larger grids name a cell when it is reached, not all of them at once
const NUMBER_CELL = 14; // px; smaller cells show a tint instead of a number
const SMALLEST_DIGITS = 12; // px of font
const DIGIT_EM = { in: 0.51, out: 0.51, kernel: 0.55 }; // width of a tabular digit in the app's font; weights are bold
const LARGEST_DIGITS = 13;
const DIGITS = 0.4; // of a large cell
const TINTS = 4;
const MOST_HEIGHT = 420; // px; higher grids scroll in their own box
const AROUND = 300; // px of a window around a grid

/** @param {string} text */
const widthInDigits = text => text.length - (text.includes(".") ? 0.5 : 0);

/**
 * From a value to a class: t1 to t4 for its share of the largest, n1 to n4 below zero.
 *
 * @param {(number | null)[]} values
 * @returns {(value: number | null) => string}
 */
function tintsFor(values) {
  const largest = Math.max(...values.map(value => Math.abs(value ?? 0)));
  return value => {
    if (value === null) return "";
    const step = largest && Math.ceil((Math.abs(value) / largest) * TINTS);
    return step ? ` ${value < 0 ? "n" : "t"}${step}` : "";
  };
}

/** @typedef {{ node: HTMLElement, cells: Cell[] }} Line */

/** @type {WeakMap<Element, CellGrid>} by the node of the grid */
export const GRIDS = new WeakMap();

export class CellGrid {
  pitch = 0;
  gap = 0;
  cellSize = 0;
  scrolls = false;
  isDense = false;
  /** @type {Line[]} */
  lines = [];
  /** @type {Cell[]} */
  marked = [];
  /** @type {Place} the one cell in the tab order */
  home = [0, 0];
  /** @type {(place: Place) => string} */
  nameOf = () => "";

  /** @param {Part} part @param {number} channel counts among the channels that are read */
  constructor(part, channel = 0) {
    this.part = part;
    this.channel = channel;
    this.element = element("div", { class: `grid ${part}` });
    this.element.setAttribute("role", "grid");
    GRIDS.set(this.element, this);
    this.frame = element("div", { class: "frame" });
    this.frame.setAttribute("aria-hidden", "true");
    this.element.append(this.frame);
    this.box = element("div", { class: "scroll" });
    this.box.append(this.element);
  }

  /** @returns {Size} */
  get size() {
    return [this.lines.length, this.lines[0]?.cells.length ?? 0];
  }

  /** @param {Place} place @returns {Cell | undefined} */
  cell([row, col]) {
    return this.lines[row]?.cells[col];
  }

  /** @param {number} rows @param {number} cols */
  resize(rows, cols) {
    while (this.lines.length > rows) this.lines.pop()?.node.remove();
    while (this.lines.length < rows) {
      const node = element("div", { class: "row" });
      node.setAttribute("role", "row");
      this.element.append(node);
      this.lines.push({ node, cells: [] });
    }
    this.lines.forEach((line, row) => this.resizeLine(line, row, cols));
    this.setHome(clampTo([rows, cols], this.home));
  }

  /** @param {Line} line @param {number} row @param {number} cols */
  resizeLine({ node, cells }, row, cols) {
    while (cells.length > cols) cells.pop()?.remove();
    while (cells.length < cols) {
      /** @type {Place} */
      const place = [row, cells.length];
      const cell = Object.assign(document.createElement("div"), { place });
      cell.setAttribute("role", "gridcell");
      cell.tabIndex = -1;
      cells.push(cell);
      node.append(cell);
    }
  }

  /**
   * Cells of `pitch` pixels, gap included, in a box of at most `room` pixels.
   *
   * @param {number} pitch
   */
  setPitch(pitch, room = Infinity) {
    this.pitch = pitch;
    this.gap = pitch >= 20 ? 2 : 1;
    this.cellSize = pitch - this.gap;
    const { style, classList } = this.element;
    style.setProperty("--cols", String(this.size[1]));
    style.setProperty("--cell", `${this.cellSize}px`);
    style.setProperty("--gap", `${this.gap}px`);
    style.setProperty("--round", `${Math.min(5, Math.round(this.cellSize / 6))}px`);
    classList.toggle("corners", this.cellSize >= CORNERS_CELL);
    this.scrolls =
      this.size[1] * pitch - this.gap > room ||
      this.size[0] * pitch > Math.max(MOST_HEIGHT, window.innerHeight - AROUND);
    this.box.classList.toggle("needed", this.scrolls);
    this.box.style.maxWidth = this.scrolls ? `${Math.floor(room)}px` : "";
  }

  /**
   * Room for the factors in the corners of cells, in one way for all of the grid.
   *
   * @param {number[]} factors that it may have to show
   */
  fitFactors(factors) {
    const digits = Math.max(...factors.map(factor => widthInDigits(short(factor)))),
      style = factorStyle(this.cellSize, digits);
    this.element.style.setProperty("--factor", `${factorFont(this.cellSize, digits)}px`);
    for (const one of ["signed", "bare"]) this.element.classList.toggle(one, style === one);
  }

  /**
   * Numbers, looks and names of all cells, from functions of the place; null is an empty cell.
   *
   * @param {{ value: (place: Place) => number | null, look: (place: Place) => string, name: (place: Place) => string }} of
   */
  fill({ value, look, name }) {
    this.clear();
    this.nameOf = name;
    const cells = this.lines.flatMap(line => line.cells);
    const values = cells.map(cell => value(cell.place));
    const texts = this.fitNumbers(values.map(number => (number === null ? "" : short(number))));
    const tint = texts ? () => "" : tintsFor(values);
    const isNamed = cells.length <= LABELLED;
    cells.forEach((cell, index) => {
      const text = texts ? texts[index] : "";
      if (cell.shown !== text) cell.textContent = text;
      cell.shown = text;
      const wanted = `c ${look(cell.place)}${tint(values[index])}`;
      if (cell.worn !== wanted) cell.className = wanted;
      cell.worn = wanted;
      if (isNamed) this.nameCell(cell);
    });
  }

  /**
   * The texts, after setting the font they fit with; null where cells are too small for them.
   *
   * @param {string[]} texts
   */
  fitNumbers(texts) {
    const longest = Math.max(1, ...texts.map(widthInDigits));
    const digits = Math.min(
      Math.max(LARGEST_DIGITS, DIGITS * this.cellSize),
      (this.cellSize - 2) / (longest * DIGIT_EM[this.part]),
    );
    this.isDense = this.cellSize < NUMBER_CELL || digits < SMALLEST_DIGITS;
    this.element.style.setProperty("--digits", `${digits.toFixed(1)}px`);
    this.element.classList.toggle("dense", this.isDense);
    return this.isDense ? null : texts;
  }

  /** @param {Cell} cell */
  nameCell(cell) {
    const name = this.nameOf(cell.place);
    if (cell.named === name) return;
    cell.named = name;
    cell.setAttribute("aria-label", name);
  }

  /** @param {Place} place */
  setHome(place) {
    const before = this.cell(this.home);
    if (before) before.tabIndex = -1;
    this.home = place;
    const cell = this.cell(place);
    if (cell) cell.tabIndex = 0;
  }

  /** @param {Place} place */
  focus(place) {
    this.setHome(place);
    const cell = this.cell(place);
    if (!cell) return;
    this.nameCell(cell);
    cell.focus({ preventScroll: false });
  }

  /** @param {Place} place @param {string} look @param {number} [factor] stands in the cell's corner: ×2, ×−1 */
  mark(place, look, factor) {
    const cell = this.cell(place);
    if (!cell) return;
    cell.classList.add(look);
    if (factor !== undefined) Object.assign(cell.dataset, { factor: `×${short(factor)}`, bare: short(factor) });
    this.marked.push(cell);
  }

  clear() {
    for (const cell of this.marked) {
      cell.classList.remove(...MARKS);
      delete cell.dataset.factor;
      delete cell.dataset.bare;
    }
    this.marked = [];
    this.frame.hidden = true;
  }

  /**
   * A frame around some cells.
   *
   * @param {Bounds} bounds
   */
  frameAround([top, left, bottom, right]) {
    const span = (/** @type {number} */ from, /** @type {number} */ to) =>
      `${(to - from + 1) * this.pitch - this.gap}px`;
    const { style } = this.frame;
    style.transform = `translate(${left * this.pitch}px, ${top * this.pitch}px)`;
    style.width = span(left, right);
    style.height = span(top, bottom);
    this.frame.hidden = false;
    this.bringIntoView([top, left, bottom, right]);
  }

  /**
   * Scrolls the grid's own box, never the page.
   *
   * @param {Bounds} bounds
   */
  bringIntoView([top, left, bottom, right]) {
    if (!this.scrolls) return;
    const { box, pitch } = this;
    /** @param {number} position @param {number} from @param {number} to @param {number} room */
    const fit = (position, from, to, room) => Math.max(Math.min(position, from * pitch), (to + 1) * pitch - room);
    box.scrollLeft = fit(box.scrollLeft, left, right, box.clientWidth);
    box.scrollTop = fit(box.scrollTop, top, bottom, box.clientHeight);
  }
}
