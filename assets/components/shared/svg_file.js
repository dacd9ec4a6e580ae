// A drawing on the page as a file: its style written into it, and as a PNG.

import { childrenOf, element, penOf, place } from "./dom.js";

const SHARP = 3; // pixels of a PNG per unit of its SVG
const LARGEST = 8000; // pixels: above this browsers refuse to draw
const NAMESPACES = { xmlns: "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink" };
// A file has no style sheet: what a drawing looks like on the page is written into it.
const LOOKS =
  "fill fill-opacity stroke stroke-width stroke-dasharray stroke-opacity opacity display visibility font-family font-size font-weight font-style text-anchor dominant-baseline".split(
    " ",
  );

/** @param {Element} copy @param {Element} shown */
function dress(copy, shown) {
  const looks = getComputedStyle(shown);
  const own = /** @type {SVGElement} */ (copy);
  for (const name of LOOKS) own.style.setProperty(name, looks.getPropertyValue(name));
  childrenOf(shown).forEach((child, index) => dress(copy.children[index], child));
}

/**
 * An SVG that looks alone as it does on the page.
 *
 * @param {SVGSVGElement} shown
 */
export function standalone(shown) {
  const copy = /** @type {SVGSVGElement} */ (shown.cloneNode(true)),
    box = shown.viewBox.baseVal,
    size = box?.width ? box : shown.getBoundingClientRect();
  dress(copy, shown);
  place(copy, { width: size.width, height: size.height, ...NAMESPACES });
  return copy;
}

/** The colour that a node lies on: the nearest that is not transparent. @param {Element} node @returns {string} */
export function groundOf(node) {
  for (let one = /** @type {Element | null} */ (node); one; ) {
    const { backgroundColor } = getComputedStyle(one);
    if (!/^rgba\(.*, 0\)$|^transparent$/.test(backgroundColor)) return backgroundColor;
    const root = one.getRootNode();
    one = one.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
  return "white";
}

/** @param {Node} svg */
export const textOf = svg => new XMLSerializer().serializeToString(svg);

/**
 * The picture that an SVG is.
 *
 * @param {string} svg
 */
export async function imageOf(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>}
 */
export const pngOf = canvas =>
  new Promise((done, failed) =>
    canvas.toBlob(blob => (blob ? done(blob) : failed(new Error("the browser drew nothing"))), "image/png"),
  );

/**
 * An SVG as a PNG, three pixels for each of its units.
 *
 * @param {string} svg
 * @param {string} [ground] the colour that it lies on; nothing if not given
 */
export async function drawnPng(svg, ground) {
  const image = await imageOf(svg);
  const sharp = Math.min(SHARP, LARGEST / Math.max(image.width, image.height));
  const canvas = element("canvas", {
    width: Math.round(image.width * sharp),
    height: Math.round(image.height * sharp),
  });
  const pen = penOf(canvas);
  if (ground) {
    pen.fillStyle = ground;
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return pngOf(canvas);
}

/**
 * Hands a file to whoever sits before the browser.
 *
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const link = element("a", { download: name, href: URL.createObjectURL(blob) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 4000);
}
