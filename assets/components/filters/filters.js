// All filters on one picture: a tile a kernel, the kernel in its corner, and one place in all of them. The tiles come
// as pictures; the exact values follow when somebody points, and are shown as they come.

import { sayAhead, sayCell } from "../shared/address.js";
import { address, element, say, under } from "../shared/dom.js";
import { covers } from "../shared/kernel.js";
import { short } from "../shared/numbers.js";
import { STEPS } from "../shared/steps.js";
import { kept } from "../shared/view.js";

/** @import { Data, Tile } from "./types" */
/** @import { Place, Run, Tell } from "../shared/types" */

const DIGEST = 32; // bytes before the values
const DIGITS = 2; // of a value under a tile

/** @param {HTMLElement} host */
function build(host) {
  const photo = element("img", { draggable: "false", "data-scale": "" }),
    frame = element("i", { class: "place" }),
    input = element("div", { class: "sheet", "data-tile": "-1" }, photo, frame),
    title = element("p", { class: "head" }),
    hint = element("p", { class: "hint" }),
    clipped = element("span"),
    pictures = element("div", { class: "tiles" }),
    differences = element("div", { class: "tiles" }),
    scales = element("div", { class: "scales" }),
    words = element("p", { class: "words" });
  const foot = element("div", { class: "foot" }, scales, words),
    name = element("b"),
    where = element("span", { class: "where" }),
    patch = element("div", { class: "numbers" }),
    weights = element("div", { class: "numbers k" }),
    result = element("b", { class: "result" }),
    story = element("p", { class: "story" }),
    open = element("button", { type: "button", class: "open" }, "Open and edit this kernel");
  const sum = element(
    "div",
    { class: "sum" },
    element("div", {}, name, where),
    element("div", { class: "product" }, patch, element("span", {}, "∗"), weights, element("span", {}, "="), result),
    story,
    open,
  );
  const root = element(
    "section",
    {
      class: "filters",
      tabindex: "0",
      role: "application",
      "aria-label": "All filters. Arrow keys move one place in all of them, Page Up and Page Down change the filter.",
    },
    element(
      "div",
      { class: "top" },
      element("div", { class: "picture" }, title, input, hint),
      element(
        "div",
        {},
        element(
          "p",
          { class: "head" },
          element("b", {}, "Weights sum to 1: a picture comes out"),
          ", in grey, ",
          clipped,
        ),
        pictures,
      ),
    ),
    element(
      "p",
      { class: "head second" },
      element(
        "span",
        {},
        element("b", {}, "Weights sum to 0: a difference comes out"),
        ", white where nothing changes",
      ),
      element(
        "span",
        { class: "signs" },
        "kernels: ",
        element("b", { class: "adds" }, "red"),
        " adds, ",
        element("b", { class: "takes" }, "blue"),
        " takes away",
      ),
    ),
    differences,
    sum,
  );
  host.append(root);
  const view = {
    root,
    photo,
    input,
    title,
    hint,
    clipped,
    pictures,
    differences,
    scales,
    words,
    foot,
    name,
    where,
    patch,
    weights,
    result,
    story,
    open,
    data: /** @type {Data} */ ({}),
    /** @type {{ node: HTMLElement, value: HTMLElement }[]} */ tiles: [],
    /** @type {Float32Array | null} */ values: null,
    loaded: "", // the address that they come from
    /** @type {{ tile: number, place: Place } | null} */ pointed: null,
    state: /** @type {Tell} */ (() => {}),
    trigger: /** @type {Tell} */ (() => {}),
  };
  root.addEventListener("pointermove", event => point(view, placeOf(view, event)));
  root.addEventListener("pointerleave", () => point(view, null));
  root.addEventListener("click", event => choose(view, placeOf(view, event)));
  root.addEventListener("keydown", event => key(view, event));
  open.addEventListener("click", () => view.trigger("opened", view.data.chosen));
  return view;
}

/** @typedef {ReturnType<typeof build>} View */

/**
 * The tile and the place in it that an event happened on; the input keeps the tile that is chosen.
 *
 * @param {View} view
 * @param {MouseEvent} event
 */
function placeOf(view, event) {
  const sheet = under(event, ".sheet");
  if (!sheet) return null;
  const box = sheet.getBoundingClientRect(),
    [height, width] = view.data.size,
    tile = Number(sheet.dataset.tile);
  const row = Math.floor(((event.clientY - box.top) / box.height) * height),
    column = Math.floor(((event.clientX - box.left) / box.width) * width);
  return { tile: tile < 0 ? view.data.chosen : tile, place: within(view, row, column) };
}

/** @param {View} view @param {number} row @param {number} column @returns {Place} */
function within({ data: { size } }, row, column) {
  return [Math.max(0, Math.min(row, size[0] - 1)), Math.max(0, Math.min(column, size[1] - 1))];
}

/** @param {View} view @param {View["pointed"]} found */
function point(view, found) {
  view.pointed = found;
  if (found) load(view);
  light(view);
}

/** @param {View} view @param {View["pointed"]} found */
function choose(view, found) {
  if (!found) return;
  Object.assign(view.data, { place: found.place, chosen: found.tile });
  sayAhead({ kernel: view.data.tiles[found.tile].name });
  sayCell("pixel", found.place);
  view.state("kernel", found.tile);
  view.trigger("place", found.place);
  light(view);
}

/** @param {View} view @param {KeyboardEvent} event */
function key(view, event) {
  if (event.target !== view.root) return;
  const { data } = view,
    now = view.pointed ?? { tile: data.chosen, place: data.place },
    step = STEPS[event.key];
  if (event.key === "Enter" || event.key === " ") choose(view, now);
  else if (step) {
    const tile = Math.max(0, Math.min(now.tile + step[0], data.tiles.length - 1));
    point(view, { tile, place: within(view, now.place[0] + step[1], now.place[1] + step[2]) });
  } else return;
  event.preventDefault();
}

/** The exact values, once somebody asks for them. @param {View} view */
async function load(view) {
  const url = view.data.values;
  if (view.loaded === url) return;
  view.loaded = url;
  view.values = null;
  try {
    const answer = await fetch(address(url)),
      bytes = await answer.arrayBuffer();
    if (!answer.ok || view.loaded !== url) return;
    view.values = new Float32Array(bytes.slice(DIGEST));
    light(view);
  } catch {
    if (view.loaded === url) view.loaded = ""; // the next pointing asks again
  }
}

/** The value of a tile at a place, or null while values are on their way. @param {View} view @param {number} tile @param {Place} place */
function valueAt({ values, data: { read, size } }, tile, [row, column]) {
  const value = values?.[read[0] * read[1] + tile * size[0] * size[1] + row * size[1] + column];
  return value === undefined ? null : value;
}

/** @param {View} view */
function light(view) {
  const { data } = view,
    { tile, place } = view.pointed ?? { tile: data.chosen, place: data.place };
  const left = `${(100 * (place[1] + 0.5)) / data.size[1]}%`,
    top = `${(100 * (place[0] + 0.5)) / data.size[0]}%`;
  view.root.style.setProperty("--left", left);
  view.root.style.setProperty("--top", top);
  for (const [at, one] of view.tiles.entries()) {
    one.node.classList.toggle("chosen", at === tile);
    const value = valueAt(view, at, place);
    say(one.value, value === null ? "" : written(value, data.tiles[at]));
  }
  write(view, data.tiles[tile], tile, place);
}

/** @param {number} value @param {Tile} tile */
const written = (value, tile) => {
  const text = Math.abs(value).toFixed(DIGITS);
  if (value === 0) return "0";
  return value < 0 ? `−${text}` : tile.signed ? `+${text}` : text;
};

/** The chosen tile's window, weight by weight. @param {View} view @param {Tile} tile @param {number} index @param {Place} place */
function write(view, tile, index, place) {
  const { data } = view,
    value = valueAt(view, index, place);
  say(view.name, tile.title);
  say(view.where, `row ${place[0] + 1}, column ${place[1] + 1}`);
  say(view.story, tile.sentence);
  say(view.result, value === null ? "…" : written(value, tile));
  for (const node of [view.patch, view.weights]) node.hidden = !data.writes;
  if (!data.writes) return;
  view.weights.style.setProperty("--columns", String(data.kernel[1]));
  view.patch.style.setProperty("--columns", String(data.kernel[1]));
  view.weights.replaceChildren(...tile.weight.flat().map(weight => element("span", {}, short(weight))));
  view.patch.replaceChildren(...cellsOf(view, place));
}

/** @param {View} view @param {Place} place */
function cellsOf({ data, values }, [row, column]) {
  const [down, along, downwards, rightwards] = data.step,
    nodes = [];
  for (let i = 0; i < data.kernel[0]; i++)
    for (let j = 0; j < data.kernel[1]; j++) {
      const at = covers({ stride: down, dilation: downwards }, row, i),
        beside = covers({ stride: along, dilation: rightwards }, column, j),
        value = values?.[at * data.read[1] + beside];
      nodes.push(cellOf(data, value, at - data.before[0], beside - data.before[1]));
    }
  return nodes;
}

/** @param {Data} data @param {number | undefined} value @param {number} row @param {number} column */
function cellOf({ inside }, value, row, column) {
  const cell = element("span", {}, value === undefined ? "" : value.toFixed(DIGITS)),
    isPadding = row < 0 || column < 0 || row >= inside[0] || column >= inside[1];
  if (isPadding) cell.className = "pad";
  else if (value !== undefined) {
    const grey = Math.round(255 * Math.max(0, Math.min(value, 1)));
    cell.style.background = `rgb(${grey} ${grey} ${grey})`;
    cell.style.color = grey > 117 ? "#000000" : "#ffffff"; // 4.58 : 1 or more on any grey
  }
  return cell;
}

/** @param {number} index */
function made(index) {
  const value = element("b"),
    node = element(
      "figure",
      { class: "tile" },
      element(
        "div",
        { class: "sheet", "data-tile": index },
        element("img", { class: "map", draggable: "false" }),
        element("img", { class: "badge", draggable: "false" }),
        element("i", { class: "place" }),
      ),
      element("figcaption", {}, element("span"), value),
    );
  return { node, value };
}

/** @param {View} view @param {string} shape which tiles stand where */
function lay(view, shape) {
  if (view.root.dataset.shape === shape) return;
  view.root.dataset.shape = shape;
  view.tiles = view.data.tiles.map((_, index) => made(index));
  for (const group of /** @type {const} */ (["pictures", "differences"]))
    view[group].replaceChildren(
      ...view.tiles.filter((_, at) => view.data.tiles[at].group === group).map(({ node }) => node),
    );
  view.differences.append(view.foot);
}

/** @param {HTMLImageElement} image @param {string} url @param {string} alt */
function put(image, url, alt) {
  image.alt = alt;
  if (image.dataset.url === url) return;
  image.dataset.url = url;
  image.src = address(url);
}

/** @param {View} view */
function show(view) {
  const { data } = view;
  lay(view, data.tiles.map(tile => tile.group[0]).join(""));
  view.photo.style.aspectRatio = `${data.inside[1]} / ${data.inside[0]}`; // its height before it has come
  put(view.photo, data.photo, data.alt);
  view.title.replaceChildren(element("b", { class: "input" }, "Input"), ` ${data.title}`);
  view.hint.replaceChildren(
    "Point here or in a tile: ",
    element("b", {}, `one place in all ${data.tiles.length}`),
    ", its number under each.",
  );
  say(view.clipped, data.clipped);
  say(view.words, data.words);
  view.scales.replaceChildren(
    ...data.scales.map(({ label, low, high }) => {
      const bar = element("i");
      bar.style.background = data.gradient;
      return element("p", {}, element("span", {}, label), element("span", {}, low), bar, element("span", {}, high));
    }),
  );
  for (const [at, { node }] of view.tiles.entries()) {
    const { title, url, badge, sentence } = data.tiles[at],
      [map, kernel] = node.querySelectorAll("img");
    map.style.aspectRatio = `${data.size[1]} / ${data.size[0]}`; // as that of the photo
    put(map, url, `${title}. ${sentence}`);
    put(kernel, badge, "");
    say(/** @type {HTMLElement} */ (node.querySelector("figcaption span")), title);
  }
  light(view);
}

const viewOf = kept(build);

/** @param {Run<Data>} run */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { data: { ...data }, state: setStateValue, trigger: setTriggerValue });
  show(view);
  load(view);
}
