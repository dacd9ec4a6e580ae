// What pointing lights: threads as wide as what each map gives to the cell, windows, and the scores without the map.

import { drawn } from "../shared/dom.js";
import { short } from "../shared/numbers.js";
import { arcWay, ends, thread, written } from "./base.js";
import { isArc, numDrawn } from "./layout.js";
import { inSource, lit } from "./lit.js";
import { termsAt, withoutAt } from "./numbers.js";

/** @import { Box, Link, Span, Spans, Spot, View } from "./types" */

const WIDEST = 11, // px of the strongest thread
  THINNEST = 0.7,
  NAMED = 6, // threads whose number is written
  MOST_LINES = 40; // amber lines between two columns

/** @param {View} view @param {Spot | null} spot */
export function drawLight(view, spot) {
  if (!spot) {
    view.light.replaceChildren();
    return;
  }
  const found = lit(view.data, spot);
  view.light.replaceChildren(
    veil(view, found),
    far(view, spot, found),
    near(view, spot),
    ...onward(view, spot, found),
    frames(view, spot, found),
    seen(view, spot),
    without(view, spot),
  );
}

/** Maps that have nothing to do with the one pointed at stand back.
 *
 * @param {View} view @param {import("./lit.js").Lit} found
 */
function veil({ data, layout }, found) {
  const group = drawn("g", { class: "veil" });
  for (let index = 0; index < numDrawn(data); index++) {
    const maps = found.get(index);
    if (maps === null || (maps === undefined && data.columns[index].isVector)) continue;
    layout.columns[index].tiles.forEach((tile, at) => {
      if (!maps?.has(at)) group.append(drawn("rect", { ...plain(tile) }));
    });
  }
  return group;
}

/** @param {Box} box @param {number} [more] */
const plain = ({ x, y, width, height }, more = 0) => ({
  x: x - more,
  y: y - more,
  width: width + 2 * more,
  height: height + 2 * more,
});

// ---- Threads

/** The threads into the map itself: signed, as wide as what they bring to the cell.
 *
 * @param {View} view @param {Spot} spot
 */
function near(view, spot) {
  const group = drawn("g", { class: "near" });
  const brought = view.data.links.flatMap((link, at) =>
    link.target === spot.column ? terms(view, link, at, spot) : [],
  );
  const largest = Math.max(...brought.map(one => Math.abs(one.value ?? 0)), 1e-12);
  const named = [...brought]
    .filter(one => one.value !== null)
    .sort((one, other) => Math.abs(other.value ?? 0) - Math.abs(one.value ?? 0))
    .slice(0, NAMED);
  for (const { from, to, value, over } of brought) {
    const share = value === null ? 0 : Math.abs(value) / largest;
    group.append(
      drawn("path", {
        d: over || thread(from, to),
        class: value === null || brought.length === 1 ? "amber" : value < 0 ? "minus" : "plus",
        "stroke-width": brought.length === 1 ? 2 : Math.max(THINNEST, WIDEST * share),
      }),
    );
  }
  for (const { from, to, value, over } of brought.length > 1 ? named : []) {
    if (value === null || over || to.x - (from.x + from.width) < 34) continue;
    const text = (value < 0 ? "" : "+") + short(Number(value.toPrecision(3)));
    group.append(written(text, from.x + from.width + 4, from.y + from.height / 2 - 6, value < 0 ? "minus" : "plus"));
  }
  return group;
}

/** What comes to the cell along a link, thread by thread; that of an arc goes over the columns between.
 *
 * @param {View} view @param {Link} link @param {number} at @param {Spot} spot
 * @returns {{ from: Box, to: Box, value: number | null, over: string }[]}
 */
function terms(view, link, at, spot) {
  const [from, to] = ends(view, link),
    values = termsAt(view.data, view.numbers, at, spot),
    over = isArc(link) ? arcWay(view, link).d : "";
  const one = { to: to[spot.index], over };
  if (link.source < 0) return from.map(photo => ({ ...one, from: photo, value: null }));
  if (!link.isSame) return from.map((tile, index) => ({ ...one, from: tile, value: values?.[index] ?? null }));
  const index = inSource(link, view.data, spot.index);
  return index < 0 ? [] : [{ ...one, from: from[index], value: values?.[0] ?? null }];
}

/** The ways further back: lines without a number.
 *
 * @param {View} view @param {Spot} spot @param {import("./lit.js").Lit} found
 */
function far(view, spot, found) {
  const group = drawn("g", { class: "far" });
  for (const link of view.data.links) {
    if (link.target >= spot.column || isArc(link) || !found.has(link.target)) continue;
    const [from, to] = ends(view, link),
      targets = found.get(link.target) ?? to.keys();
    const lines = [...targets].flatMap(index => {
      if (!link.isSame) return from.map(tile => thread(tile, to[index]));
      const source = inSource(link, view.data, index);
      return source >= 0 && from[source] ? [thread(from[source], to[index])] : [];
    });
    if (lines.length <= MOST_LINES) for (const d of lines) group.append(drawn("path", { d }));
  }
  return group;
}

/** Into what the map passes unmixed.
 *
 * @param {View} view @param {Spot} spot @param {import("./lit.js").Lit} found
 */
function onward(view, spot, found) {
  return view.data.links
    .filter(link => link.isSame && link.source >= spot.column && found.get(link.target) && found.get(link.source))
    .flatMap(link => {
      const [from, to] = ends(view, link);
      return [...(found.get(link.target) ?? [])].flatMap(index => {
        const source = inSource(link, view.data, index);
        return source >= 0 ? [drawn("path", { class: "amber", d: thread(from[source], to[index]) })] : [];
      });
    });
}

// ---- Frames and windows

/** @param {View} view @param {Spot} spot @param {import("./lit.js").Lit} found */
function frames(view, spot, found) {
  const group = drawn("g", { class: "frames" });
  for (const [column, maps] of found) {
    if (!maps || column < 0 || column >= numDrawn(view.data) || column < spot.column) continue;
    for (const index of maps)
      group.append(drawn("rect", { ...plain(view.layout.columns[column].tiles[index], 1.5), rx: 2 }));
  }
  const own = view.layout.columns[spot.column].tiles[spot.index];
  const { cells, isVector } = view.data.columns[spot.column];
  if (!isVector) group.append(square(own, [spot.row, 1], [spot.at, 1], cells, "cell"));
  for (const link of view.data.links)
    if (link.target === spot.column && link.source >= 0) group.append(...read(view, link, spot));
  return group;
}

/** The window on each map that is read.
 *
 * @param {View} view @param {Link} link @param {Spot} spot
 */
function read(view, link, spot) {
  const source = view.data.columns[link.source];
  if (!link.reads || source.isVector) return [];
  const [rows, columns] = [link.reads.rows[spot.row], link.reads.columns[spot.at]];
  const [from] = ends(view, link);
  const maps = link.isSame ? [inSource(link, view.data, spot.index)].filter(index => index >= 0) : from.keys();
  return [...maps].map(index => square(from[index], rows, columns, source.cells, "window"));
}

/** @param {Box} tile @param {Span} rows @param {Span} columns @param {[number, number]} cells @param {string} look */
function square(tile, rows, columns, cells, look) {
  const [high, wide] = [tile.height / cells[0], tile.width / cells[1]];
  return drawn("rect", {
    class: look,
    x: tile.x + columns[0] * wide,
    y: tile.y + rows[0] * high,
    width: Math.max(2, columns[1] * wide),
    height: Math.max(2, rows[1] * high),
    rx: 1,
  });
}

/** What the cell sees of the picture.
 *
 * @param {View} view @param {Spot} spot
 */
function seen({ data, layout }, spot) {
  const { rows, columns } = data.columns[spot.column].sees;
  const group = drawn("g", { class: "frames" });
  if (!layout.photo || !data.photo) return group;
  group.append(
    square(
      layout.photo,
      rows[Math.min(spot.row, rows.length - 1)],
      columns[Math.min(spot.at, columns.length - 1)],
      data.photo.size,
      "window",
    ),
  );
  return group;
}

/** The scores without the map, as marks beside the bars.
 *
 * @param {View} view @param {Spot} spot
 */
function without(view, spot) {
  const group = drawn("g", { class: "without" });
  const classes = view.data.columns.at(-1)?.count ?? 0,
    scores = withoutAt(view.data, view.numbers, spot, classes);
  if (!scores) return group;
  const { x, y, height, zero, unit, bar } = view.layout.scores;
  scores.forEach((score, index) => {
    const at = Math.max(bar.x - 4, Math.min(bar.x + bar.width + 4, zero + score * unit));
    group.append(
      drawn("rect", { x: at - 1.5, y: y + index * height + height * 0.12, width: 3, height: height * 0.76 }),
    );
  });
  const below = y + scores.length * height + 14;
  group.append(
    drawn("rect", { x, y: below - 9, width: 3, height: 11 }),
    written("without this map", x + 8, below, "note start"),
  );
  return group;
}
