// The weights of a kernel to type into, beside the picture that they filter. Only what was typed is told.

import { element } from "../shared/dom.js";
import { precise, readDecimal } from "../shared/numbers.js";
import { takeTurns } from "../shared/turns.js";
import { kept } from "../shared/view.js";

/** @import { Run, Tell } from "../shared/types" */
/** @import { Data } from "./types" */
/** @typedef {Data["planes"][number]} Plane */

const LARGEST = 1000; // the size of a weight that Python takes
const MANY = 5; // columns from which on cells are smaller
const HINT = "Type a weight: Enter takes it, Esc gives the old one back.";
const WRONG = `A number from −${LARGEST} to ${LARGEST}, please: 2, −0.5`;

/** @param {HTMLElement} host */
function build(host) {
  const root = element("div", { class: "planes" }),
    words = element("p", { class: "words", role: "status" }, HINT);
  host.append(root, words);
  let tell = /** @type {Tell} */ (() => {});
  return {
    root,
    words,
    shape: "",
    inputs: /** @type {HTMLInputElement[][][]} */ ([]),
    planes: /** @type {number[][][]} */ ([]),
    hand: takeTurns(/** @param {{ turn: number, value: number[][][] }} word */ word => tell("typed", word)),
    /** @param {Tell} now */
    tellBy: now => {
      tell = now;
    },
  };
}

/** @typedef {ReturnType<typeof build>} View */

/** @param {View} view @param {Plane[]} planes */
function lay(view, planes) {
  view.inputs = planes.map((plane, channel) =>
    plane.rows.map((row, i) => row.map((_, j) => cellOf(view, plane, [channel, i, j]))),
  );
  view.root.replaceChildren(
    ...planes.map((plane, channel) => {
      const weights = element("div", { class: plane.rows[0].length > MANY ? "weights small" : "weights" });
      weights.style.setProperty("--columns", String(plane.rows[0].length));
      weights.append(...view.inputs[channel].flat());
      return element("fieldset", {}, element("legend", {}, plane.title), weights);
    }),
  );
}

/** @param {View} view @param {Plane} plane @param {[number, number, number]} place */
function cellOf(view, plane, [channel, i, j]) {
  const input = element("input", {
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    "aria-label": `${plane.title}, weight in row ${i + 1}, column ${j + 1}`,
  });
  const old = () => precise(view.planes[channel][i][j]);
  input.addEventListener("focus", () => input.select());
  input.addEventListener("keydown", event => {
    if (event.key === "Escape") input.value = old();
    if (event.key === "Enter") take(view, input, [channel, i, j]);
  });
  input.addEventListener("change", () => take(view, input, [channel, i, j]));
  return input;
}

/** @param {View} view @param {HTMLInputElement} input @param {[number, number, number]} place */
function take(view, input, [channel, i, j]) {
  const value = readDecimal(input.value, LARGEST);
  input.setAttribute("aria-invalid", String(value === null));
  view.words.textContent = value === null ? WRONG : HINT;
  if (value === null || value === view.planes[channel][i][j]) return;
  view.planes = structuredClone(view.planes);
  view.planes[channel][i][j] = value;
  view.hand.say(view.planes);
}

/** @param {View} view */
function write(view) {
  for (const [channel, rows] of view.inputs.entries())
    for (const [i, row] of rows.entries())
      for (const [j, input] of row.entries()) {
        if (!input.matches(":focus")) input.value = precise(view.planes[channel][i][j]);
      }
}

const viewOf = kept(build);

/** @param {Run<Data>} told */
export default function ({ data, parentElement, setStateValue }) {
  const view = viewOf(parentElement);
  view.tellBy(setStateValue);
  view.hand.heard(data.turn);
  const shape = data.planes.map(plane => `${plane.title} ${plane.rows.map(row => row.length).join()}`).join(";");
  if (view.shape !== shape) {
    view.shape = shape;
    view.planes = data.planes.map(plane => plane.rows);
    lay(view, data.planes);
  }
  if (!view.hand.isAhead()) view.planes = data.planes.map(plane => plane.rows);
  write(view);
}
