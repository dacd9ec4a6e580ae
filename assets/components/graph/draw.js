// The picture of what is unfolded: boxes, lines and their texts, as SVG.

import { drawn } from "../shared/dom.js";
import { HEAD } from "./layout.js";
import { ARC, EDGE, endOf, headWords, linesOf, noteOf, TRIANGLE, timesOf, widthOf } from "./looks.js";

/** @import { Box, Laid, Point, Route } from "./types" */

const ROUND = 8; // px of a corner
const TURN = 9; // px before a line turns
const BEHIND = 5; // px that the equal ones stand out behind a box

/**
 * @param {Laid} whole
 * @param {(box: Box) => number} found how many layers in a folded group have what is sought; 1 for a layer that has
 */
export function picture(whole, found) {
  const svg = drawn("svg", { role: "tree", viewBox: `-6 -6 ${whole.width + 18} ${whole.height + 18}` });
  svg.append(arrow());
  svg.append(...inside(whole, found, 1));
  return svg;
}

function arrow() {
  const marker = drawn("marker", {
    id: "arrow",
    viewBox: "0 0 8 8",
    refX: 7,
    refY: 4,
    markerWidth: 7,
    markerHeight: 7,
    orient: "auto",
  });
  marker.append(drawn("path", { d: "M0 0.5L8 4L0 7.5Z", class: "head" }));
  const defs = drawn("defs");
  defs.append(marker);
  return defs;
}

/** @param {Laid} laid @param {(box: Box) => number} found @param {number} level @returns {Element[]} */
function inside(laid, found, level) {
  const under = laid.lines.map(wayOf),
    boxes = laid.inside.map(one => boxOf(one, found, level));
  const texts = laid.lines.filter(({ text }) => text).map(textOf);
  return [...under, ...boxes, ...texts];
}

/** @param {Route} route */
function wayOf({ points, isRound, isWrong, isAside }) {
  const looks = ["way", isRound && "round", isWrong && "wrong"].filter(Boolean).join(" ");
  return drawn("path", { class: looks, d: rounded(straightened(points, isAside)), "marker-end": "url(#arrow)" });
}

/**
 * A line in pieces that run down or across only.
 *
 * @param {Point[]} points
 * @param {boolean} isAside it arrives from the side
 * @returns {Point[]}
 */
export function straightened([first, ...rest], isAside) {
  const found = [first];
  rest.forEach(([x, y], place) => {
    const [fromX, fromY] = /** @type {Point} */ (found.at(-1));
    const isLast = place === rest.length - 1;
    if (Math.abs(x - fromX) > 0.5) {
      if (isLast && isAside) found.push([fromX, y]);
      else {
        const across = isLast ? y - TURN : fromY + TURN;
        found.push([fromX, across], [x, across]);
      }
    }
    found.push([x, y]);
  });
  return found;
}

/** The path of such pieces with round corners. @param {Point[]} points */
function rounded([first, ...rest]) {
  let path = `M${first[0]} ${first[1]}`,
    before = first;
  rest.forEach((corner, place) => {
    const after = rest[place + 1];
    if (!after) path += `L${corner[0]} ${corner[1]}`;
    else {
      const start = near(corner, before),
        end = near(corner, after);
      path += `L${start[0]} ${start[1]}Q${corner[0]} ${corner[1]} ${end[0]} ${end[1]}`;
    }
    before = corner;
  });
  return path;
}

/** A place a little before a corner. @param {Point} corner @param {Point} from @returns {Point} */
function near([x, y], [fromX, fromY]) {
  const long = Math.hypot(fromX - x, fromY - y) || 1,
    share = Math.min(ROUND, long / 2) / long;
  return [x + (fromX - x) * share, y + (fromY - y) * share];
}

/** @param {Route} route */
const textOf = ({ text, at: [x, y], isWrong }) =>
  drawn("text", { class: `label${isWrong ? " wrong" : ""}`, x, y: y + 4, "text-anchor": "middle" }, text);

/** @param {Laid} laid @param {(box: Box) => number} found @param {number} level @returns {Element} */
function boxOf(laid, found, level) {
  const { box, x, y, isOpen } = laid;
  const count = found(box);
  const looks = [
    "box",
    box.role ?? "output",
    box.inside && (isOpen ? "open" : "folded"),
    box.is_wrong && "wrong",
    box.is_waiting && "waiting",
    box.is_new && "new",
    count && !isOpen && "found",
  ];
  const node = drawn("g", {
    class: looks.filter(Boolean).join(" "),
    transform: `translate(${x} ${y})`,
    role: "treeitem",
    tabindex: -1,
    "aria-level": level,
    "aria-expanded": box.inside ? String(isOpen) : null,
    "aria-label": spoken(box, count),
    "data-key": box.key,
    "data-path": box.path ?? "",
  });
  if (isOpen) node.append(...frameOf(laid), drawn("g", { role: "group" }, ...inside(laid, found, level + 1)));
  else node.append(...closed(laid, count));
  return node;
}

/** @param {Box} box @param {number} count */
function spoken(box, count) {
  const shape = box.shape ? `, ${box.shape} leave it` : "";
  const many = timesOf(box) ? `, ${box.times} times the same` : "";
  const skip = box.skip ? `, ${box.skip} shortcut` : "";
  const seen = count && box.inside ? `, ${count} found in it` : "";
  const name = [box.number, box.title, box.text].filter(Boolean).join(" ");
  return `${name}${many}${skip}${shape}${box.is_wrong ? ", does not fit" : ""}${seen}`;
}

/** @param {Laid} laid */
function frameOf({ box, width, height }) {
  /** @type {SVGElement[]} */
  const parts = [
    drawn("rect", { class: "frame", width, height, rx: 12 }),
    drawn("rect", { class: "grip", width, height: HEAD, rx: 12 }),
    triangle(HEAD / 2, true),
    ...wordsAt([headWords(box)], HEAD / 2 + 4.5),
  ];
  const note = noteOf(box);
  if (note)
    parts.push(drawn("text", { class: "label", x: width - EDGE, y: HEAD / 2 + 4.5, "text-anchor": "end" }, note));
  return parts;
}

/** @param {Laid} laid @param {number} count */
function closed({ box, width, height }, count) {
  const isSum = box.role === "sum" && !box.inside;
  const shape = { width, height, rx: isSum ? height / 2 : ROUND };
  /** @type {SVGElement[]} */
  const parts = [drawn("rect", { class: "frame", ...shape })];
  if (timesOf(box)) parts.unshift(drawn("rect", { class: "frame", ...shape, x: BEHIND, y: BEHIND }));
  const lines = linesOf(box);
  const shift = isSum ? (width - endOf(lines[0]) - EDGE) / 2 : 0;
  if (box.inside) parts.push(triangle(height / 2, false));
  parts.push(...wordsAt(lines, height / 2 + 4.5 - (lines.length - 1) * 9, shift));
  let right = width - EDGE;
  if (timesOf(box)) {
    parts.push(drawn("text", { class: "title", x: right, y: height / 2 + 4.5, "text-anchor": "end" }, timesOf(box)));
    right -= widthOf(timesOf(box), "title") + 7;
  }
  if (box.skip && box.inside) parts.push(...arc(right - ARC, height / 2, box.skip));
  if (count && box.inside) parts.push(...badge(width, count));
  return parts;
}

/** @param {import("./looks.js").Word[][]} lines @param {number} y @param {number} [shift] */
const wordsAt = (lines, y, shift = 0) =>
  lines.flatMap((words, place) =>
    words.map(({ text, font, x }) => drawn("text", { class: font, x: x + shift, y: y + place * 18 }, text)),
  );

/** @param {number} y @param {boolean} isOpen */
const triangle = (y, isOpen) =>
  drawn("path", {
    class: "triangle",
    d: isOpen ? `M${EDGE - 2} ${y - 3}h10l-5 7z` : `M${EDGE} ${y - 5}v10l7 -5z`,
    "data-width": TRIANGLE,
  });

/** A small picture of the way round: dashed where it changes nothing. @param {number} x @param {number} y @param {string} skip */
const arc = (x, y, skip) => [
  drawn("path", { class: "arc", d: `M${x} ${y + 6}H${x + ARC}` }),
  drawn("path", {
    class: skip === "identity" ? "arc round" : "arc",
    d: `M${x + 4} ${y + 6}V${y - 2}q0 -5 5 -5H${x + ARC - 12}q5 0 5 5V${y + 6}`,
  }),
  drawn("circle", { class: "dot", cx: x + ARC - 7, cy: y + 6, r: 3 }),
];

/** @param {number} width @param {number} count */
const badge = (width, count) => [
  drawn("rect", { class: "badge", x: width - 16, y: -8, width: 26, height: 18, rx: 9 }),
  drawn("text", { class: "count", x: width - 3, y: 5, "text-anchor": "middle" }, String(count)),
];
