// A picture on its way through a network: what a layer sees of it and what it makes of it, for the layer that is
// pointed at anywhere on the page, else for the chosen one; below, if asked for, a card for every layer.

import { address, drawn, element, place, say } from "../shared/dom.js";
import { LIT } from "../shared/layers.js";
import { decoded, swap } from "../shared/picture.js";
import { kept } from "../shared/view.js";
import { makeCards, markCards, showCards } from "./cards.js";

/** @import { Box, Run } from "../shared/types" */
/** @import { Data, Score, Tile } from "./types" */
/** @typedef {[map: number, row: number, column: number]} Cell of the small maps that are shown */

/** @param {HTMLElement} host */
function build(host) {
  const box = drawn("rect", { class: "sees" }),
    under = drawn("rect", { class: "mark-under" }),
    mark = drawn("rect", { class: "mark" }),
    overlay = drawn("svg", { "aria-hidden": "true", preserveAspectRatio: "none" }, box, under, mark),
    frame = element("div", { class: "frame" }, overlay),
    sees = element("figcaption"),
    title = element("b"),
    shape = element("span"),
    maps = element("div", { class: "maps", role: "img", tabindex: 0 }),
    low = element("span"),
    bar = element("i"),
    high = element("span"),
    note = element("span", { class: "note" }),
    words = element("p", { class: "words", role: "status" }),
    scores = element("div", { class: "scores" });
  const view = {
    ...{ frame, overlay, rects: [box, under, mark], sees, title, shape, maps, low, bar, high, note, words, scores },
    root: element("section", { class: "forward" }),
    cards: makeCards(path => view.choose(path)),
    data: /** @type {Data | null} */ (null),
    tile: /** @type {Tile | null} */ (null),
    pointed: /** @type {string | null} */ (null),
    cell: /** @type {Cell | null} */ (null),
    ready: /** @type {Map<string, Promise<HTMLImageElement>>} */ (new Map()),
    choose: (/** @type {string} */ _) => {},
  };
  view.root.append(
    element(
      "div",
      { class: "pair" },
      element("figure", { class: "seen" }, frame, sees),
      element(
        "div",
        { class: "made" },
        element("div", { class: "head" }, title, shape),
        maps,
        element("span", { class: "bar" }, low, bar, high, note),
      ),
    ),
    element("div", { class: "said" }, words, scores),
    view.cards,
  );
  host.append(view.root);
  listen(view);
  return view;
}

/** @typedef {ReturnType<typeof build>} View */

/** @param {View} view */
function listen(view) {
  document.addEventListener(LIT, function lit({ detail }) {
    if (!view.root.isConnected) return document.removeEventListener(LIT, lit);
    view.pointed = detail;
    if (!view.maps.matches(":hover")) view.cell = null;
    showLayer(view);
  });
  view.maps.addEventListener("pointermove", event => pointAt(view, cellUnder(view, event)));
  view.maps.addEventListener("pointerleave", () => pointAt(view, null));
  view.maps.addEventListener("keydown", event => walk(view, event));
  view.maps.addEventListener("blur", () => pointAt(view, null));
}

/** @param {View} view @param {Cell | null} cell */
function pointAt(view, cell) {
  view.cell = cell;
  if (view.tile) showField(view, view.tile);
}

/** The cell of a map below the pointer. @param {View} view @param {PointerEvent} event @returns {Cell | null} */
function cellUnder({ maps, tile }, event) {
  const image = maps.querySelector("img");
  if (!tile || !image) return null;
  const outer = image.getBoundingClientRect(),
    [width, height] = tile.size,
    scale = Math.min(outer.width / width, outer.height / height), // the picture is at its top left, whole
    x = (event.clientX - outer.left) / scale,
    y = (event.clientY - outer.top) / scale,
    across = tile.map[0] + tile.gap,
    down = tile.map[1] + tile.gap,
    map = Math.floor(y / down) * tile.across + Math.floor(x / across);
  if (x < 0 || y < 0 || x >= width || y >= height || map >= tile.count) return null;
  const row = Math.floor(((y % down) / tile.map[1]) * tile.rows.length),
    column = Math.floor(((x % across) / tile.map[0]) * tile.columns.length);
  return tile.rows[row] && tile.columns[column] ? [map, row, column] : null;
}

/** The arrow keys move the cell. @param {View} view @param {KeyboardEvent} event */
function walk(view, event) {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key],
    tile = view.tile;
  if (!step || !tile?.rows.length) return;
  event.preventDefault();
  const inside = (/** @type {number} */ at, /** @type {number} */ count) => Math.max(0, Math.min(count - 1, at));
  const [map, row, column] = view.cell ?? [0, tile.rows.length >> 1, tile.columns.length >> 1];
  pointAt(view, [map, inside(row + step[0], tile.rows.length), inside(column + step[1], tile.columns.length)]);
}

/** The layer that is pointed at, or else the chosen one. @param {View} view */
function showLayer(view) {
  const { data, pointed } = view;
  if (!data) return;
  const path = (pointed === null ? undefined : data.places[pointed]) ?? data.places[data.selected],
    tile = data.tiles.find(one => one.path === path) ?? data.tiles[0];
  markCards(view.cards, data.selected, pointed === null ? null : path);
  view.tile = tile ?? null;
  if (!tile) return;
  say(view.title, tile.title);
  say(view.shape, tile.shape);
  say(view.low, tile.low);
  say(view.high, tile.high);
  say(view.note, tile.note);
  view.bar.style.backgroundImage = tile.gradient;
  place(view.maps, { "aria-label": `${tile.alt}. The arrow keys move a cell, whose field is drawn on the picture.` });
  showMaps(view, tile);
  showField(view, tile);
}

/** The maps when they are there; those of the layer before stay until then. @param {View} view @param {Tile} tile */
async function showMaps(view, tile) {
  if (view.maps.querySelector("img")?.dataset.url === tile.url) return;
  try {
    const image = await picture(view, tile);
    if (view.tile?.url === tile.url) swap(view.maps, image);
  } catch {
    view.ready.delete(tile.url); // gone meanwhile: the next data has other ones
  }
}

/** @param {View} view @param {Tile} tile */
function picture(view, tile) {
  const found = view.ready.get(tile.url) ?? decoded(tile.url, "");
  view.ready.set(tile.url, found);
  return found;
}

/** Fetches the maps of all layers, one after the other, so that pointing shows them at once. @param {View} view */
async function fetchAhead(view) {
  const { data } = view;
  for (const tile of data?.tiles ?? []) {
    if (view.data !== data) return;
    await picture(view, tile).catch(() => view.ready.delete(tile.url));
  }
}

/** What a cell sees: the one that is pointed at, else the middle one. @param {View} view @param {Tile} tile */
function showField(view, tile) {
  const { cell } = view,
    box = cell ? boxOf(tile, cell) : tile.middle;
  say(view.sees, tile.sees);
  for (const rect of view.rects) {
    rect.classList.toggle("none", !box);
    if (box) place(rect, { x: box[1], y: box[0], width: box[3] - box[1], height: box[2] - box[0] });
  }
}

/** @param {Tile} tile @param {Cell} cell @returns {Box | null} */
function boxOf(tile, [, row, column]) {
  const rows = tile.rows[row],
    columns = tile.columns[column];
  return rows && columns ? [rows[0], columns[0], rows[1], columns[1]] : tile.middle;
}

/** @param {View} view @param {Data["photo"]} photo */
function showPhoto(view, { url, alt, height, width, inset }) {
  place(view.overlay, { viewBox: `0 0 ${width} ${height}` });
  view.frame.style.aspectRatio = `${width} / ${height}`;
  view.frame.style.setProperty("--inset", `${(100 * inset) / height}%`);
  const old = view.frame.querySelector("img");
  if (old?.dataset.url === url) return;
  const image = element("img", {
    src: address(url),
    alt,
    "data-url": url,
    "data-scale": "",
    class: width > 64 ? "" : "large",
  });
  swap(view.frame, image);
}

/** @param {Score} score */
function scoreOf({ name, share, text }) {
  const bar = element("i");
  bar.style.width = `${100 * share}%`;
  return element("span", { class: "score" }, element("span", {}, name), element("b", {}, text), bar);
}

const viewOf = kept(build);

/** @param {Run<Data>} run */
export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  view.choose = path => setTriggerValue("select", path);
  view.data = data;
  const urls = new Set(data.tiles.map(tile => tile.url));
  for (const url of view.ready.keys()) if (!urls.has(url)) view.ready.delete(url);
  view.root.classList.toggle("stale", data.is_stale);
  showPhoto(view, data.photo);
  say(view.words, data.words);
  view.words.classList.toggle("trained", data.is_trained);
  const told = JSON.stringify(data.scores);
  if (view.scores.dataset.told !== told) view.scores.replaceChildren(...data.scores.map(scoreOf));
  view.scores.dataset.told = told;
  view.cards.hidden = !data.has_cards;
  if (data.has_cards) showCards(view.cards, data.tiles);
  showLayer(view);
  void fetchAhead(view);
}
