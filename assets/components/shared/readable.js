// Words of a drawing that is shown smaller than it is keep the size they are written with.

/**
 * Sets `--unit` on a drawing, by which its style sheet multiplies the sizes of its words: 1, or more where the drawing
 * is shown smaller than its `viewBox` says.
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
  }).observe(svg);
  return svg;
}
