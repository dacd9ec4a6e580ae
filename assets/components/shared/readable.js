// Words of a drawing that is shown smaller than it is keep the size they are written with, and never lie on one another.

const BETWEEN = 3; // px, between two words in one line
const LINE = 0.8; // of the height of a line of digits, which have nothing below it

/**
 * Sets `--unit` on a drawing, by which its style sheet multiplies the sizes of its words: 1, or more where the drawing
 * is shown smaller than its `viewBox` says. Of numbers along its axes (`.tick`) those are written that have room then.
 *
 * @template {SVGElement} T
 * @param {T} svg with a `viewBox`
 */
export function readable(svg) {
  const drawing = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (svg));
  new ResizeObserver(() => {
    const { width, height } = drawing.viewBox.baseVal;
    const scale = Math.min(svg.clientWidth / width, svg.clientHeight / height);
    svg.style.setProperty("--unit", scale > 0 ? Math.max(1, 1 / scale).toFixed(3) : "1");
    const ticks = /** @type {SVGGraphicsElement[]} */ ([...svg.querySelectorAll(".tick")]);
    keepApart(ticks, [...ticks.keys()].filter(at => ticks[at].classList.contains("strong"))); // biome-ignore format: one line
  }).observe(svg);
  return svg;
}

/**
 * Shows those of some words that have room.
 *
 * @param {SVGGraphicsElement[]} words of one drawing
 * @param {number[]} first those that matter most
 */
export function keepApart(words, first) {
  const written = new Set(apart(words.map(word => word.getBBox()), first)); // biome-ignore format: one line
  words.forEach((word, at) => {
    word.style.visibility = written.has(at) ? "" : "hidden";
  });
}

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

/**
 * Which of some words can be written without lying on one another.
 *
 * @param {Box[]} boxes
 * @param {number[]} first those that matter most; the others in their order
 * @returns {number[]}
 */
export function apart(boxes, first) {
  /** @type {number[]} */
  const written = [];
  for (const at of new Set([...first, ...boxes.keys()]))
    if (written.every(other => areApart(boxes[at], boxes[other]))) written.push(at);
  return written.sort((a, b) => a - b);
}

/** @param {Box} one @param {Box} other */
const areApart = (one, other) =>
  one.x + one.width + BETWEEN <= other.x ||
  other.x + other.width + BETWEEN <= one.x ||
  one.y + one.height * LINE <= other.y ||
  other.y + other.height * LINE <= one.y;
