// The whole network at a glance: every layer a column of its maps, joined as the graph is, the picture on the left and
// the scores on the right. Pointing lights what a map reads and what reads it; threads are as wide as what each map
// gives to the cell; a click opens the cell, whose window can then walk over the map. All numbers come from Python.

import { sayAhead, sayCell } from "../shared/address.js";
import { element, place, say } from "../shared/dom.js";
import { linesText, placeText, precise } from "../shared/numbers.js";
import { decoded, watchSize } from "../shared/picture.js";
import { takeTurns } from "../shared/turns.js";
import { kept, newsFor } from "../shared/view.js";
import { drawBase } from "./base.js";
import { answered, followPad } from "./drawing.js";
import { layOut } from "./layout.js";
import { drawLight } from "./light.js";
import { paintMaps } from "./maps.js";
import { fetched, valueAt } from "./numbers.js";

/** @import { Run } from "../shared/types" */
/** @import { Answer, Data, Spot, View } from "./types" */

const RESTED = 350, // ms after which the numbers behind a picture are asked for
  STEP = 450; // ms from one cell to the next while the window walks

/** @param {HTMLElement} host @returns {View} */
function build(host) {
  const parts = {
    canvas: element("canvas", { "aria-hidden": "true" }),
    base: svg("base"),
    light: svg("light"),
    photo: element("img", { class: "photo", alt: "" }),
    said: element("p", { class: "said", role: "status", "aria-live": "polite" }),
    count: element("span", { class: "count" }),
  };
  const buttons = { back: step("◂", "One cell back"), play: step("▸", "Walk"), next: step("▹", "One cell on") };
  const walk = element("div", { class: "walk", role: "group", "aria-label": "The window walks over the map" });
  walk.append(parts.count, ...Object.values(buttons));
  const sheet = element("div", { class: "sheet", tabindex: 0, role: "application" });
  sheet.append(parts.canvas, parts.photo, parts.base, parts.light);
  const scroll = element("div", { class: "scroll" }, sheet);
  const root = element("section", { class: "overview" }, scroll, element("div", { class: "foot" }, parts.said, walk));
  host.append(root);
  const view = /** @type {View} */ (
    /** @type {unknown} */ ({
      root,
      scroll,
      sheet,
      walk,
      buttons,
      ...parts,
      spot: null,
      pinned: null,
      numbers: null,
      drawn: 0,
    })
  );
  listen(view);
  watchSize(scroll, width => {
    if (Math.abs(width - (view.room ?? 0)) < 1) return;
    view.room = width;
    if (view.data) draw(view);
  });
  return view;
}

/** @param {string} name */
function svg(name) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  place(made, { class: name, "aria-hidden": "true" });
  return made;
}

/** @param {string} sign @param {string} name */
const step = (sign, name) => element("button", { type: "button", "aria-label": name, title: name }, sign);

// ---- Pointing

/** @param {View} view @param {{ clientX: number, clientY: number }} event @returns {Spot | null} */
function spotAt(view, event) {
  const frame = view.sheet.getBoundingClientRect();
  const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
  const { columns } = view.layout;
  for (let column = 0; column < columns.length; column++) {
    const tiles = columns[column].tiles;
    if (x < columns[column].x - 1 || x > columns[column].x + columns[column].width + 1) continue;
    const index = tiles.findIndex(
      tile => x >= tile.x - 1 && x <= tile.x + tile.width + 1 && y >= tile.y - 1 && y < tile.y + tile.height + 1,
    );
    if (index < 0) continue;
    const [rows, across] = view.data.columns[column].cells,
      tile = tiles[index];
    return {
      column,
      index,
      row: within(Math.floor(((y - tile.y) / tile.height) * rows), rows),
      at: within(Math.floor(((x - tile.x) / tile.width) * across), across),
    };
  }
  return null;
}

/** @param {number} value @param {number} count */
const within = (value, count) => Math.max(0, Math.min(count - 1, value));

/** @param {View} view */
function listen(view) {
  const { sheet, buttons } = view;
  sheet.addEventListener("pointermove", event => point(view, spotAt(view, event)));
  sheet.addEventListener("pointerleave", () => point(view, null));
  sheet.addEventListener("click", event => {
    const spot = spotAt(view, event);
    if (spot && view.data.opens) open(view, spot);
  });
  for (const near of ["pointerenter", "focus", "pointerdown"]) sheet.addEventListener(near, () => wake(view));
  sheet.addEventListener("keydown", event => {
    const spot = moved(view, event);
    if (!spot) return;
    event.preventDefault();
    point(view, spot);
    keepInSight(view, spot);
  });
  sheet.addEventListener("blur", () => point(view, null));
  buttons.back.onclick = () => go(view, -1);
  buttons.next.onclick = () => go(view, 1);
  buttons.play.onclick = () => play(view, view.timer === undefined);
}

/** Where an arrow key leads: between maps, and with Shift between the cells of one.
 *
 * @param {View} view @param {KeyboardEvent} event @returns {Spot | null}
 */
function moved(view, event) {
  const from = view.spot ?? view.pinned ?? { column: 0, index: 0, row: 0, at: 0 };
  if (event.key === "Enter" || event.key === " ") {
    if (view.data.opens) open(view, from);
    return from;
  }
  const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!way) return null;
  const [down, along] = way;
  if (event.shiftKey) {
    const [rows, across] = view.data.columns[from.column].cells;
    return { ...from, row: within(from.row + down, rows), at: within(from.at + along, across) };
  }
  const column = within(from.column + along, view.data.columns.length);
  const { channels, cells } = view.data.columns[column];
  const middle = { row: Math.floor(cells[0] / 2), at: Math.floor(cells[1] / 2) };
  const cell = along ? middle : { row: from.row, at: from.at };
  return { column, index: within(from.index + down, channels.length), ...cell };
}

/** @param {View} view @param {Spot} spot */
function keepInSight(view, spot) {
  const { x, width } = view.layout.columns[spot.column],
    { scrollLeft, clientWidth } = view.scroll;
  if (x < scrollLeft || x + width > scrollLeft + clientWidth) view.scroll.scrollLeft = x - clientWidth / 2;
}

/** @param {View} view @param {Spot | null} spot */
function point(view, spot) {
  if (view.spot === spot || (spot && view.spot && same(view.spot, spot))) return;
  view.spot = spot;
  shine(view);
}

/** @param {Spot} one @param {Spot} other */
const same = (one, other) =>
  one.column === other.column && one.index === other.index && one.row === other.row && one.at === other.at;

// ---- Opening a cell, and the window that walks

/** @param {View} view @param {Spot} spot */
function open(view, spot) {
  view.pinned = spot;
  const { name, channels } = view.data.columns[spot.column];
  turnsOf(view).say({ layer: name, channel: channels[spot.index], row: spot.row, column: spot.at });
  sayAhead({ layer: name, map: String(channels[spot.index]), read: "-1" });
  sayCell("cell", [spot.row, spot.at]);
  shine(view);
}

/** @type {WeakMap<View, ReturnType<typeof takeTurns>>} */
const hands = new WeakMap();

/** @param {View} view */
function turnsOf(view) {
  const hand = hands.get(view) ?? takeTurns(word => view.tell("open", word));
  hands.set(view, hand);
  return hand;
}

/** @param {View} view @param {number} steps */
function go(view, steps) {
  if (!view.pinned) return;
  const [rows, across] = view.data.columns[view.pinned.column].cells;
  const count = rows * across,
    next = (view.pinned.row * across + view.pinned.at + steps + count) % count;
  open(view, { ...view.pinned, row: Math.floor(next / across), at: next % across });
}

/** @param {View} view @param {boolean} isOn */
function play(view, isOn) {
  clearInterval(view.timer);
  view.timer = undefined;
  if (isOn)
    view.timer = setInterval(() => {
      if (!view.root.isConnected) play(view, false);
      else if (!turnsOf(view).isAhead()) go(view, 1);
    }, STEP);
  say(view.buttons.play, isOn ? "❚❚" : "▸");
  place(view.buttons.play, { "aria-label": isOn ? "Stop" : "Walk", title: isOn ? "Stop" : "Walk" });
}

// ---- Drawing

/** @param {View} view */
function draw(view) {
  view.layout = layOut(view.data, view.room);
  const { width, height, photo } = view.layout;
  for (const sheet of [view.base, view.light]) place(sheet, { width, height, viewBox: `0 0 ${width} ${height}` });
  Object.assign(view.sheet.style, { width: `${width}px`, height: `${height}px` });
  view.photo.hidden = !photo;
  if (photo) {
    const [left, top, wide, high] = [photo.x, photo.y, photo.width, photo.height].map(at => `${at}px`);
    Object.assign(view.photo.style, { left, top, width: wide, height: high });
  }
  paintMaps(view);
  drawBase(view);
  shine(view);
}

/** @param {View} view */
function shine(view) {
  const spot = view.spot ?? view.pinned;
  drawLight(view, spot);
  view.walk.hidden = !view.pinned || view.data.columns[view.pinned.column].isVector;
  if (view.pinned) {
    const [rows, across] = view.data.columns[view.pinned.column].cells;
    say(view.count, `cell ${view.pinned.row * across + view.pinned.at + 1} of ${rows * across}`);
  }
  const hint = `Point at a map: what it reads and what reads it.${view.data.opens ? " Click for its sum." : ""}`;
  say(view.said, spot ? words(view, spot) : hint);
}

/** @param {View} view @param {Spot} spot */
function words(view, spot) {
  const column = view.data.columns[spot.column],
    channel = column.channels[spot.index];
  const value = valueAt(view.data, view.numbers, spot);
  const isScore = view.data.scores.length > 0 && spot.column === view.data.columns.length - 1;
  const what = isScore
    ? `Score of ${view.data.scores[spot.index].name}`
    : column.isVector
      ? `${column.title}, number ${channel}`
      : `${column.title}, map ${channel}, ${placeText([spot.row, spot.at])}`;
  const mean = column.side > 1 ? ` (mean of ${column.side} × ${column.side} cells)` : "";
  const [first, rows] = column.sees.rows[Math.min(spot.row, column.sees.rows.length - 1)],
    [left, columns] = column.sees.columns[Math.min(spot.at, column.sees.columns.length - 1)];
  const sees = `sees ${rows} × ${columns} pixels: ${linesText("row", first, first + rows - 1)}, ${linesText("column", left, left + columns - 1)}`;
  return `${what}${value === null ? "" : ` = ${precise(Number(value.toPrecision(5)))}${mean}`} · ${sees}`;
}

/** @param {View} view @param {Data} data */
async function showPhoto(view, data) {
  if (!data.photo || view.photo.dataset.url === data.photo.url) return;
  view.photo.dataset.url = data.photo.url;
  const image = await decoded(data.photo.url, data.photo.alt);
  if (view.photo.dataset.url !== data.photo?.url) return; // a newer one is on its way
  Object.assign(view.photo, { src: image.src, alt: data.photo.alt });
}

/** The numbers behind what is shown: fetched where Python has sent them, else asked for when the hand rests.
 *
 * @param {View} view @param {Data} data
 */
async function showNumbers(view, data) {
  clearTimeout(resting.get(view));
  view.numbers = null;
  if (!data.details) {
    if (data.isAsleep) return;
    resting.set(
      view,
      setTimeout(() => view.tell("rest", performance.now()), RESTED),
    );
    return;
  }
  const numbers = await fetched(data.details);
  if (view.data !== data) return;
  view.numbers = numbers;
  shine(view);
}

/** A hand comes near what was painted from a record: from now on the network itself answers.
 *
 * @param {View} view
 */
function wake(view) {
  if (!view.data.isAsleep || view.data.details) return;
  view.data = { ...view.data, isAsleep: false };
  view.tell("rest", performance.now());
}

/** @type {WeakMap<View, ReturnType<typeof setTimeout>>} */
const resting = new WeakMap();

const viewOf = kept(build);
const isNews = newsFor();

/** @param {View} view @param {Data} data */
function keepPinned(view, data) {
  if (turnsOf(view).isAhead()) return;
  const [column, channel, row, at] = data.chosen ?? [-1, 0, 0, 0];
  const index = column < 0 ? -1 : data.columns[column].channels.indexOf(channel);
  view.pinned = index < 0 ? null : { column, index, row, at };
  if (!view.pinned) play(view, false);
}

/** A picture while the hand draws: the numbers behind it come when it rests.
 *
 * @param {View} view @param {Answer} answer
 */
function showDrawn(view, answer) {
  clearTimeout(resting.get(view));
  view.data = answered(view.data, answer);
  view.drawn += 1;
  view.numbers = null;
  showPhoto(view, view.data);
  if (view.room) draw(view);
}

/** @param {Run<Data>} run */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement);
  view.tell = (name, value) => (name === "rest" ? setTriggerValue : setStateValue)(name, value);
  turnsOf(view).heard(data.turn);
  if (!isNews(parentElement, { ...data, turn: 0, drawn: view.drawn })) return; // what was drawn over is news again
  const isOther = view.data?.columns.length !== data.columns.length || view.data?.key !== data.key;
  if (isOther) view.spot = null;
  view.data = data;
  followPad(view, showDrawn);
  keepPinned(view, data);
  place(view.sheet, { "aria-label": `${data.alt} Arrow keys go through the maps, with Shift through cells.` });
  showPhoto(view, data);
  if (view.room) draw(view);
  showNumbers(view, data);
}
