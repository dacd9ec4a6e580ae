// Painting on the input: a switch, the number that is painted, and strokes over its cells.

import { element } from "../shared/dom.js";
import { GRIDS } from "./cells.js";

/** @import { Cell } from "./types" */
/** @import { CellGrid } from "./cells.js" */
/** @import { Place } from "../shared/types" */

const NUMBERS = 10; // 0 to 9
const FIRST = 9;

/** @typedef {(grid: CellGrid, place: Place, value: number) => void} OnPaint */

export class Painter {
  isOn = false;
  isDown = false;
  last = "";

  /** @param {OnPaint} onPaint is told each cell of a stroke @param {() => void} onDone the stroke has ended */
  constructor(onPaint, onDone) {
    this.onPaint = onPaint;
    this.onDone = onDone;
    this.toggle = element("button", { class: "paint", type: "button", "aria-pressed": "false" }, "Paint");
    this.toggle.title = "Press and drag over the input; a digit key writes into its cell too";
    this.toggle.onclick = () => this.turn(!this.isOn);
    this.brush = element("select", { "aria-label": "Number to paint", title: "Number to paint" });
    for (let number = 0; number < NUMBERS; number++) {
      this.brush.append(new Option(String(number), String(number), number === FIRST, number === FIRST));
    }
    this.brush.hidden = true;
    this.element = element("div", { class: "painter" }, this.toggle, this.brush);
  }

  /** @param {boolean} isOn */
  turn(isOn) {
    this.isOn = isOn;
    this.toggle.setAttribute("aria-pressed", String(isOn));
    this.brush.hidden = !isOn;
  }

  /** @param {HTMLElement} root of the card */
  listen(root) {
    root.addEventListener("pointerdown", event => {
      if (!this.isOn || event.button !== 0 || !this.paint(event)) return;
      this.isDown = true;
      event.preventDefault();
    });
    root.addEventListener("pointermove", event => this.isDown && this.paint(event));
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => this.end());
  }

  /**
   * Paints the input cell under the pointer; false where there is none.
   *
   * @param {PointerEvent} event
   */
  paint(event) {
    const root = this.element.getRootNode();
    if (!(root instanceof Document || root instanceof ShadowRoot)) return false;
    const cell = /** @type {Cell | null} */ (
      root.elementFromPoint(event.clientX, event.clientY)?.closest(".c.in[role=gridcell]") ?? null
    );
    const node = cell?.closest(".grid");
    const grid = node && GRIDS.get(node);
    if (!cell || !grid) return false;
    const key = `${grid.channel},${cell.place}`;
    if (!this.isDown || key !== this.last) this.onPaint(grid, cell.place, Number(this.brush.value));
    this.last = key;
    return true;
  }

  end() {
    if (!this.isDown) return;
    this.isDown = false;
    this.onDone();
  }
}
