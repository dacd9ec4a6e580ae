// What stands still in an overview: names, scales, quiet threads, arcs of sums and concatenations, scores.

import { drawn } from "../shared/dom.js";
import { hasRoomForAnswer, isArc, numDrawn } from "./layout.js";

/** @import { Box, Label, Link, Place, View } from "./types" */

const MOST = 130; // quiet threads between two columns; of more a wedge stands for all
const SCALE_BELOW = 17;
const LETTER = 6.1, // px of a letter of a name, about, and of what stands below it
  SMALL_LETTER = 5.5;

/** @param {View} view */
export function drawBase(view) {
  const { base, data, layout } = view,
    still = JSON.stringify([data.links, data.labels, data.photo?.size, layout.width, layout.columns]);
  const moving = [scales(view), scores(view), answer(view)];
  if (stillOf.get(base) === still) {
    [...base.children].slice(-moving.length).forEach((old, index) => old.replaceWith(moving[index]));
    return;
  }
  stillOf.set(base, still);
  base.replaceChildren(threads(view), arcs(view), names(view), photoName(view), ...moving);
}

/** @type {WeakMap<SVGElement, string>} what the parts that stand still were drawn from */
const stillOf = new WeakMap();

/** @param {string} text @param {number} x @param {number} y @param {string} [look] */
export const written = (text, x, y, look = "") => drawn("text", { x, y, class: look }, text);

/** @param {Box} tile */
const right = tile => [tile.x + tile.width, tile.y + tile.height / 2];
/** @param {Box} tile */
const left = tile => [tile.x, tile.y + tile.height / 2];

/** A thread from one map to another.
 *
 * @param {Box} from @param {Box} to
 */
export function thread(from, to) {
  const [x, y] = right(from),
    [toX, toY] = left(to),
    bend = (toX - x) / 2;
  return `M${x} ${y}C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`;
}

/** The tiles at the two ends of a link.
 *
 * @param {View} view @param {Link} link @returns {[from: Box[], to: Box[]]}
 */
export const ends = ({ layout }, link) => [
  link.source >= 0 ? layout.columns[link.source].tiles : layout.photo ? [layout.photo] : [],
  layout.columns[link.target].tiles,
];

/** The ends of quiet threads: maps that stand side by side have them at the edge of their column.
 *
 * @param {View} view @param {Link} link @returns {[from: Box[], to: Box[]]}
 */
function edges(view, link) {
  const [from, to] = ends(view, link),
    { columns } = view.layout;
  /** @param {Box[]} tiles @param {Place | undefined} column */
  const widened = (tiles, column) =>
    column ? tiles.map(tile => ({ ...tile, x: column.x, width: column.width })) : tiles;
  return [widened(from, columns[link.source]), widened(to, columns[link.target])];
}

/** @param {View} view */
function threads(view) {
  const group = drawn("g", { class: "quiet" });
  for (const link of view.data.links) {
    const [from, to] = edges(view, link);
    if (link.source !== link.target - 1 || link.arc === "sum" || !from.length) continue;
    if (link.isSame) {
      const count = Math.min(from.length, to.length);
      if (count < 17) for (let i = 0; i < count; i++) group.append(drawn("path", { d: thread(from[i], to[i]) }));
    } else if (from.length * to.length <= MOST) {
      const ways = new Set(from.flatMap(one => to.map(other => thread(one, other))));
      for (const d of ways) group.append(drawn("path", { d }));
    } else group.append(wedge(view, link));
  }
  return group;
}

/** @param {View} view @param {Link} link */
function wedge({ layout }, link) {
  const from = placeOf(layout.columns[link.source]),
    to = placeOf(layout.columns[link.target]);
  const bend = (to.x - from.end) / 2;
  return drawn("path", {
    class: "wedge",
    d:
      `M${from.end} ${from.top}C${from.end + bend} ${from.top} ${to.x - bend} ${to.top} ${to.x} ${to.top}` +
      `V${to.bottom}C${to.x - bend} ${to.bottom} ${from.end + bend} ${from.bottom} ${from.end} ${from.bottom}Z`,
  });
}

/** @param {Place} place */
const placeOf = ({ x, width, top, bottom }) => ({ x, end: x + width, top, bottom });

// ---- Sums and concatenations

/** @param {View} view */
function arcs(view) {
  const group = drawn("g", { class: "arcs" });
  const shown = view.data.links.filter(isArc);
  for (const link of shown) group.append(arc(view, link));
  if (shown.some(link => link.arc === "sum"))
    group.append(
      written("on each arc:", 0, view.layout.top - 30, "note start"),
      written("‖F(x)‖ ÷ ‖x‖", 0, view.layout.top - 14, "note start"),
    );
  return group;
}

/** The way of an arc: up from its source, over the columns between, down to its target.
 *
 * @param {View} view @param {Link} link
 */
export function arcWay({ layout }, link) {
  const from = layout.columns[link.source],
    to = layout.columns[link.target];
  const [x, toX] = [from.x + from.width / 2 + 4, to.x + to.width / 2 - 4],
    foot = layout.top - 4,
    high = layout.top - 28;
  const d =
    `M${x} ${foot}V${high + 8}Q${x} ${high} ${x + 8} ${high}` +
    `H${toX - 8}Q${toX} ${high} ${toX} ${high + 8}V${foot - 5}`;
  return { d, toX, foot, high, middle: (x + toX) / 2 };
}

/** @param {View} view @param {Link} link */
function arc(view, link) {
  const { d, toX, foot, high, middle } = arcWay(view, link);
  const group = drawn("g", { class: link.arc === "sum" && !link.isIdentity ? "arc projected" : "arc" });
  group.append(drawn("path", { d }));
  if (link.arc) {
    const sign = link.arc === "concatenation" ? "c" : "+";
    group.append(drawn("circle", { cx: toX, cy: foot - 5, r: 5.5 }), written(sign, toX, foot - 1.5, "sign"));
  }
  if (link.ratio) group.append(written(`${link.isIdentity ? "" : "1×1 · "}${link.ratio}`, middle, high - 5, "ratio"));
  return group;
}

// ---- Names and scales

/** @param {View} view */
function names(view) {
  const { data, layout } = view;
  const group = drawn("g", { class: "names" });
  for (const label of data.labels) {
    if (label.from >= numDrawn(data)) continue;
    const from = layout.columns[label.from],
      last = layout.columns[Math.min(label.to, numDrawn(data) - 1)];
    const middle = (from.x + last.x + last.width) / 2,
      y = layout.isBelow ? layout.bottom + 38 : layout.top - 22,
      room = roomFor(view, label);
    /** @param {string} text @param {number} letter @param {number} below @param {string} look */
    const put = (text, letter, below, look) => {
      const half = (text.length * letter) / 2 + 5;
      const at = Math.max(room.start + half, Math.min(middle, room.stop - half));
      group.append(written(text, at, y + below, look));
    };
    put(fitting(label.title, room.stop - room.start - 4, LETTER), LETTER, 0, "title");
    put(fitting(squared(label.note, room), room.stop - room.start - 4, SMALL_LETTER), SMALL_LETTER, 15, "note");
    if (layout.isBelow) group.append(drawn("line", { x1: from.x, x2: last.x + last.width, y1: y - 14, y2: y - 14 }));
  }
  return group;
}

/** From the middle between a label and the one before it to the middle between it and the next.
 *
 * @param {View} view @param {Label} label
 */
function roomFor({ data, layout }, label) {
  const last = numDrawn(data) - 1,
    to = Math.min(label.to, last);
  const before = label.from > 0 ? layout.columns[label.from - 1] : null,
    own = layout.columns[label.from],
    end = layout.columns[to];
  const beyond = layout.isBelow ? 30 : 8; // nothing stands there beside what is below
  const start = before ? (before.x + before.width + own.x) / 2 : own.x - beyond,
    stop = to < last ? (end.x + end.width + layout.columns[to + 1].x) / 2 : end.x + end.width + beyond;
  return { start, stop };
}

/** The size of a map, a square as n² where the whole is too long.
 *
 * @param {string} note @param {{ start: number, stop: number }} room
 */
const squared = (note, { start, stop }) =>
  note.length * SMALL_LETTER > stop - start - 4 ? note.replace(/\b(\d+)×\1\b/, "$1²") : note;

/** A name; where it is too long, its last part, its first word, or how that begins.
 *
 * @param {string} name @param {number} width @param {number} letter
 */
function fitting(name, width, letter) {
  const start = /^conv|^[a-z]{3}/i.exec(name)?.[0] ?? "";
  const choices = [name, name.split(/[.·] ?/).at(-1) ?? "", name.split(" ")[0], start];
  return choices.find(text => text.length * letter <= width) ?? "";
}

/** Whether words that stand around their middles would touch their neighbours.
 *
 * @param {{ scale: string, middle: number }[]} shown
 */
const touch = shown =>
  shown.some(({ scale, middle }, index) => {
    const before = shown[index - 1];
    return before && middle - before.middle < ((scale.length + before.scale.length) / 2) * SMALL_LETTER + 6;
  });

/** @param {View} view */
function scales({ data, layout }) {
  const group = drawn("g", { class: "scales" });
  const shown = layout.columns.slice(0, numDrawn(data)).flatMap(({ x, width }, index) => {
    const { isVector, scale } = data.columns[index];
    if (isVector && !data.labels.some(label => label.from === index)) return []; // one of a pair
    return [{ scale, middle: x + width / 2 }];
  });
  const isTight = shown.length > 12 || touch(shown);
  for (const { scale, middle } of shown) {
    const text = isTight ? scale.replace("0 … ", "") : scale;
    group.append(written(text, middle, layout.bottom + SCALE_BELOW, "note"));
  }
  if (isTight) group.append(written("0 to", 0, layout.bottom + SCALE_BELOW, "note start"));
  return group;
}

/** @param {View} view */
function photoName({ data, layout: { photo } }) {
  const group = drawn("g", { class: "names" });
  if (!photo || !data.photo) return group;
  group.append(
    written("Input", photo.x, photo.y - 8, "title start"),
    written(`${data.photo.size[0]}×${data.photo.size[1]}`, photo.x, photo.y + photo.height + 15, "note start"),
  );
  return group;
}

/** @param {View} view */
function scores({ data, layout }) {
  const group = drawn("g", { class: "scores" });
  if (!data.scores.length) return group;
  const { x, y, height, zero, unit, width } = layout.scores;
  const column = data.columns.at(-1);
  group.append(
    written("Scores", x, y - 20, "title start"),
    written(`${column?.title ?? ""}`, x, y - 6, "note start"),
    written("softmax", x + width, y - 6, "note end"),
    drawn("line", { x1: zero, x2: zero, y1: y, y2: y + height * data.scores.length }),
  );
  data.scores.forEach((score, index) => {
    const middle = y + (index + 0.5) * height,
      long = Math.max(1, Math.abs(score.score) * unit);
    const look = score.isFirst ? "first" : "";
    const name = score.name.length > 11 ? `${score.name.slice(0, 10)}…` : score.name;
    group.append(
      drawn("rect", {
        class: look,
        x: score.score < 0 ? zero - long : zero,
        y: middle - height * 0.32,
        width: long,
        height: height * 0.64,
        rx: 2,
      }),
      written(name, x, middle + 4.5, `start ${look}`),
      written(score.share, x + width, middle + 4.5, `end ${look}`),
    );
  });
  return group;
}

/** The likeliest class, large.
 *
 * @param {View} view
 */
function answer(view) {
  const { data, layout } = view,
    group = drawn("g", { class: "answer" }),
    first = data.scores.find(score => score.isFirst);
  if (!hasRoomForAnswer(data, view.room) || !first) return group;
  const { x, width } = layout.scores,
    middle = (layout.top + layout.bottom) / 2;
  group.append(
    written(first.name, x + width + 52, middle + 14, "large"),
    written(first.share, x + width + 52, middle + 44, "share"),
  );
  return group;
}
