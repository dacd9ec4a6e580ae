// Channels in, maps out: the slices of every kernel, what each makes of its own channel, and the sum. Pointing at a
// place lights what it is made of; a click or Enter holds it. Every number comes from Python.

import { element, say, under } from "../shared/dom.js";
import { choosing } from "../shared/hand.js";
import { covers } from "../shared/kernel.js";
import { short } from "../shared/numbers.js";
import { watchSize } from "../shared/picture.js";
import { STEPS } from "../shared/steps.js";
import { kept } from "../shared/view.js";

/** @import { Board, Data, Kernel } from "./types" */
/** @import { Place, Plane, Run, Tell } from "../shared/types" */

const LARGEST = 32; // px of a cell, but where there is room for larger ones
const ROOMIEST = 54; // px of a cell on a large window
const TALL = 0.7; // of the window: what all lines together may take as the cells grow
const LABELS = 56; // px around the cells of a line, down
const MOST_TERMS = 12; // of a channel, written out
const TIGHT = 27; // px of a cell of the inputs, where the kernels beside them want the room
const SMALLEST = 19; // where kernels would have less, the inputs stand above them
const SIGNS = 22; // px of a sign between two grids
const STACKED = 640; // px of card below which the inputs stand above the kernels
const GAP = 3; // px between two cells
const ROOM = 24; // px beside the inputs
const FRAME = 20; // px around a line
const BESIDE = 2; // channels that stand beside the kernels; more stand above them

/**
 * A grid of numbers.
 *
 * @param {string} kind
 * @param {Plane} plane
 * @param {(place: Place) => boolean} [isPadding]
 * @returns {Board}
 */
function board(kind, plane, isPadding = () => false) {
  const cells = plane.map((line, row) =>
    line.map((value, column) => {
      const cell = element("span", { class: `c ${kind}`, "data-row": row, "data-column": column }, short(value));
      if (isPadding([row, column])) cell.classList.add("pad");
      return cell;
    }),
  );
  const root = element("div", { class: "board", style: `--columns: ${plane[0].length}` }, ...cells.flat());
  return { root, cells };
}

/** @param {Data} data @param {Place} place */
const isPadded = ({ padding: [top, , left], size }, [row, column]) =>
  row < top || column < left || row >= top + size[0] || column >= left + size[1];

/** @param {string} sign */
const signed = sign => element("span", { class: "sign", "aria-hidden": "true" }, sign);

/** @param {string} name @param {string} [rest] */
const titled = (name, rest = "") =>
  element("p", { class: "title" }, element("b", {}, name), element("span", { class: "words" }, ` ${rest}`));

/** @param {HTMLElement} host */
function build(host) {
  const inputs = element("div", { class: "inputs" }),
    kernels = element("div", { class: "kernels" }),
    sum = element("p", { class: "sum", "aria-live": "polite" }),
    note = element("p", { class: "note" });
  const root = element(
    "section",
    {
      class: "channels",
      tabindex: "0",
      role: "application",
      "aria-label":
        "Channels and their sums. Arrow keys move the place, Page Up and Page Down change the kernel, Enter holds it.",
    },
    note,
    element("div", { class: "both" }, inputs, kernels),
    sum,
  );
  host.append(root);
  const view = {
    root,
    inputs,
    kernels,
    sum,
    note,
    width: 0,
    shown: "",
    data: /** @type {Data} */ ({}),
    hand: choosing(() => view.again()),
    again: () => {},
    tell: /** @type {Tell} */ (() => {}),
    /** @type {Data["held"] | null} */ pointed: null,
    /** @type {Board[]} */ channels: [],
    /** @type {{ slices: Board[], own: Board[], map: Board, root: HTMLElement }[]} */ rows: [],
  };
  root.addEventListener("pointerover", event => {
    const found = placeOf(event);
    if (found) point(view, found);
  });
  root.addEventListener("pointerleave", () => point(view, null));
  root.addEventListener("click", event => hold(view, placeOf(event)));
  root.addEventListener("keydown", event => key(view, event));
  root.addEventListener("blur", () => point(view, null));
  watchSize(root, width => {
    view.width = width;
    fit(view);
  });
  return view;
}

/** @typedef {ReturnType<typeof build>} View */

/**
 * The kernel and the place of the cell that an event happened on, where it is one of a result.
 *
 * @param {Event} event
 * @returns {Data["held"] | null}
 */
function placeOf(event) {
  const cell = under(event, ".c.own, .c.out"),
    kernel = cell?.closest(".kernel");
  if (!(cell && kernel instanceof HTMLElement)) return null;
  return { kernel: Number(kernel.dataset.kernel), place: [Number(cell.dataset.row), Number(cell.dataset.column)] };
}

/** @param {View} view @param {Data["held"] | null} found */
function point(view, found) {
  view.pointed = found;
  light(view);
}

/** @param {View} view @param {Data["held"] | null} found */
function hold(view, found) {
  if (!found) return;
  view.data.held = found;
  view.hand.choose(found);
  view.tell("held", [found.kernel, ...found.place]);
  light(view);
}

/** @param {View} view @param {KeyboardEvent} event */
function key(view, event) {
  const now = view.pointed ?? view.data.held,
    step = STEPS[event.key];
  if (event.key === "Enter" || event.key === " ") hold(view, now);
  else if (step) point(view, inside(view, now.kernel + step[0], now.place[0] + step[1], now.place[1] + step[2]));
  else return;
  event.preventDefault();
}

/** @param {number} value @param {number} count */
const clamped = (value, count) => Math.max(0, Math.min(value, count - 1));

/**
 * The nearest there is.
 *
 * @param {View} view
 * @param {number} kernel
 * @param {number} row
 * @param {number} column
 * @returns {Data["held"]}
 */
function inside({ data }, kernel, row, column) {
  const { map } = data.kernels[0];
  return {
    kernel: clamped(kernel, data.kernels.length),
    place: [clamped(row, map.length), clamped(column, map[0].length)],
  };
}

/** One kernel's line: slice → own result + … + bias = its one map.  @param {Kernel} kernel @param {number} index */
function line(kernel, index) {
  const slices = kernel.weight.map(plane => board("k", plane)),
    own = kernel.own.map(plane => board("own", plane)),
    map = board("out", kernel.map);
  const parts = slices.flatMap((slice, at) => [
    ...(at ? [signed("+")] : []),
    element(
      "div",
      { class: "part" },
      element("small", {}, `channel ${kernel.reads[at] + 1}: slice → own result`),
      element("div", { class: "pair" }, slice.root, signed("→"), own[at].root),
    ),
  ]);
  if (kernel.bias !== null)
    parts.push(
      signed("+"),
      element(
        "div",
        { class: "part bias" },
        element("small", {}, "bias"),
        element("span", { class: "c k" }, short(kernel.bias)),
      ),
    );
  parts.push(
    signed("="),
    element("div", { class: "part map" }, element("small", { class: "its" }, `map ${index + 1}`), map.root),
  );
  const root = element(
    "div",
    { class: "kernel", "data-kernel": index },
    titled(`Kernel ${index + 1}`, kernel.words),
    element("div", { class: "line" }, ...parts),
  );
  return { slices, own, map, root };
}

/** @param {View} view */
function draw(view) {
  const { data } = view;
  view.channels = data.input.map(plane => board("in", plane, place => isPadded(data, place)));
  view.inputs.replaceChildren(
    ...view.channels.map(({ root }, at) =>
      element("div", { class: "channel" }, titled(`Channel ${at + 1}`, data.channels[at]), root),
    ),
  );
  view.rows = data.kernels.map((kernel, index) => line(kernel, index));
  view.kernels.replaceChildren(...view.rows.map(({ root }) => root));
  say(view.note, data.note);
  view.note.hidden = !data.note;
  fit(view);
}

/**
 * The largest cells with which all there is to compare is seen at once.
 *
 * @param {View} view
 * @param {boolean} isAbove
 */
function tallest({ data: { input, kernels }, root }, isAbove) {
  const rows = kernels.length * kernels[0].map.length,
    all = isAbove ? input[0].length + rows : Math.max(input.length * input[0].length, rows),
    room = (TALL * innerHeight) / (root.currentCSSZoom || 1) - kernels.length * LABELS;
  return Math.floor(room / all) - GAP;
}

/** The largest cells for which a kernel's line has room. @param {View} view */
function fit(view) {
  const { data } = view;
  view.width ||= view.root.clientWidth; // told a frame too late the first time
  const { width } = view;
  if (!width || !data.kernels) return;
  const [{ weight, own }] = data.kernels,
    across = data.input[0][0].length,
    isNarrow = width < STACKED,
    columns = weight.length * (weight[0][0].length + own[0][0].length) + own[0][0].length + 1,
    boards = 2 * weight.length + 2, // with the bias
    signs = (boards - 1) * SIGNS + (columns - boards) * GAP + FRAME,
    besides = (/** @type {number} */ cell) =>
      Math.floor((width - signs - across * (cell + GAP) + GAP - ROOM) / columns),
    isAbove = isNarrow || data.input.length > BESIDE || besides(TIGHT) < SMALLEST,
    alike = isAbove
      ? Math.floor((width - signs) / columns)
      : Math.floor((width - signs - (across - 1) * GAP - ROOM) / (columns + across)),
    largest = Math.max(LARGEST, Math.min(ROOMIEST, alike, tallest(view, isAbove))),
    input = besides(largest) < SMALLEST ? TIGHT : largest,
    fitting = isNarrow ? LARGEST - 6 : isAbove ? Math.floor((width - signs) / columns) : besides(input);
  const beside = isNarrow ? Math.min(data.input.length, 2) : data.input.length,
    wide = isAbove ? Math.floor((width / beside - 12) / across) - GAP : input;
  view.root.classList.toggle("above", isAbove);
  view.root.classList.toggle("narrow", isNarrow);
  view.root.style.setProperty("--wide", `${Math.max(SMALLEST, Math.min(largest, wide))}px`);
  view.root.style.setProperty("--small", `${Math.max(SMALLEST, Math.min(largest, fitting))}px`);
}

/** @param {View} view */
function light(view) {
  const { data } = view,
    { kernel, place } = view.pointed ?? data.held;
  for (const lit of view.root.querySelectorAll(".lit, .now")) lit.classList.remove("lit", "now");
  for (const met of view.root.querySelectorAll(".reach")) {
    met.classList.remove("reach");
    met.removeAttribute("data-factor");
  }
  const chosen = data.kernels[kernel];
  for (const [at, { own, map, root }] of view.rows.entries()) {
    root.classList.toggle("chosen", at === kernel);
    root.classList.toggle("held", at === data.held.kernel);
    for (const { cells } of [...own, map]) cells[place[0]][place[1]].classList.add(at === kernel ? "now" : "lit");
  }
  chosen.reads.forEach((channel, at) => {
    meet(view, channel, chosen.weight[at], place);
  });
  view.sum.replaceChildren(...sentence(view, chosen, kernel, place));
}

/**
 * What a slice meets in its channel at a place of the map, weight by weight.
 *
 * @param {View} view
 * @param {Plane} slice
 * @param {Place} place
 */
function metBy({ data: { stride, dilation } }, slice, [row, column]) {
  return slice.flatMap((weights, i) =>
    weights.map((weight, j) => ({
      weight,
      down: covers({ stride: stride[0], dilation: dilation[0] }, row, i),
      along: covers({ stride: stride[1], dilation: dilation[1] }, column, j),
    })),
  );
}

/** The window in one channel, each cell with the weight that meets it. @param {View} view @param {number} channel @param {Plane} slice @param {Place} place */
function meet(view, channel, slice, place) {
  for (const { weight, down, along } of metBy(view, slice, place)) {
    const cell = view.channels[channel].cells[down][along];
    cell.classList.add("reach");
    cell.dataset.factor = `×${short(weight)}`;
  }
}

/** @param {number} value */
const plus = value => (value < 0 ? ` − ${short(-value)}` : ` + ${short(value)}`);

/**
 * A channel's products as they are written by hand, those of weight 0 left out: −1 + 8 − 2·7; "" where they are many.
 *
 * @param {View} view
 * @param {number} channel
 * @param {Plane} slice
 * @param {Place} place
 */
function termsOf(view, channel, slice, place) {
  const met = metBy(view, slice, place).filter(({ weight }) => weight !== 0);
  if (met.length > MOST_TERMS) return "";
  const written = met.map(({ weight, down, along }, at) => {
    const value = view.data.input[channel][down][along],
      sign = weight < 0 ? (at ? " − " : "−") : at ? " + " : "",
      factor = Math.abs(weight) === 1 ? "" : `${short(Math.abs(weight))}·`;
    return `${sign}${factor}${value < 0 ? `(${short(value)})` : short(value)}`;
  });
  return written.join("") || "0";
}

/** @param {View} view @param {Kernel} kernel @param {number} index @param {Place} place */
function sentence(view, kernel, index, place) {
  const [row, column] = place,
    own = kernel.own.map(plane => plane[row][column]);
  const shares = own.map((value, at) => {
    const channel = kernel.reads[at],
      terms = termsOf(view, channel, kernel.weight[at], place),
      words = terms ? `channel ${channel + 1}: ${terms} = ` : `channel ${channel + 1} gives `;
    return element("span", { class: "share" }, words, element("b", {}, short(value)));
  });
  const added = own.map((value, at) => (at ? plus(value) : short(value))).join(""),
    bias = kernel.bias === null ? "" : plus(kernel.bias);
  return [
    element("b", {}, `Map ${index + 1}, row ${row + 1}, column ${column + 1}`),
    ...shares,
    element("span", { class: "whole" }, `${added}${bias} = `, element("b", {}, short(kernel.map[row][column]))),
  ];
}

const viewOf = kept(build);

/** @param {Run<Data>} run */
export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement),
    { held, ...drawn } = data,
    text = JSON.stringify(drawn);
  view.data = { ...data };
  const hold = (/** @type {Data["held"]} */ { kernel, place }) => {
    view.data.held = inside(view, kernel, ...place);
  };
  hold(view.hand.over(held));
  view.again = () => {
    hold(held);
    light(view);
  };
  view.tell = setTriggerValue;
  view.pointed = null;
  if (text !== view.shown) {
    view.shown = text;
    draw(view);
  }
  light(view);
  return undefined;
}
