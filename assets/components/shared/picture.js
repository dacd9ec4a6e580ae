// What components that show pictures share.

import { address, sharpness } from "./dom.js";

/** @import { Timer } from "./types" */

/**
 * The picture behind `url`, decoded, ready to take the place of the one on the page.
 *
 * @param {string} url
 * @param {string} alt
 */
export async function decoded(url, alt) {
  const image = new Image();
  image.alt = alt;
  image.draggable = false;
  image.dataset.url = url;
  image.fetchPriority = "high";
  image.src = address(url);
  await image.decode();
  return image;
}

/**
 * Puts `next` where `holder` keeps its picture: never an empty moment in between.
 *
 * @param {Element} holder
 * @param {HTMLImageElement} next
 */
export function swap(holder, next) {
  const old = holder.querySelector("img");
  if (old) old.replaceWith(next);
  else holder.prepend(next);
}

/**
 * Shown `width` css pixels wide, large pixels keep their edges and small ones are averaged by the browser.
 *
 * @param {HTMLImageElement | HTMLCanvasElement} image
 * @param {number} width
 */
export function sharpen(image, width) {
  const own = image instanceof HTMLImageElement ? image.naturalWidth : image.width;
  image.style.imageRendering = width * sharpness(image) >= own ? "pixelated" : "auto";
}

/**
 * Calls `changed` with a node's size in css pixels, at first and whenever it changes: asking for sizes while drawing
 * would make the browser lay out the page again and again.
 *
 * @param {Element} node
 * @param {(width: number, height: number) => void} changed
 */
export function watchSize(node, changed) {
  new ResizeObserver(([{ contentRect }]) => changed(contentRect.width, contentRect.height)).observe(node);
}

/**
 * Restarts when called again before the time is over.
 *
 * @param {number} milliseconds
 * @param {() => void} work
 */
export function after(milliseconds, work) {
  let timer = /** @type {Timer} */ (undefined);
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}
