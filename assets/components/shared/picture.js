// What components that show pictures share. Their own file follows in the same module.

import { address } from "./dom.js";

// A number as it fits a cell, with a true minus sign.
export function short(value) {
  const size = Math.abs(value);
  const text = Number.isInteger(value) && size < 1e5 ? String(value)
    : size >= 1e5 || size < 0.005 ? value.toExponential(0)
    : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
  return text.replace("-", "−").replace("e+", "e");
}

// A number to read off: four digits.
export function precise(value) {
  if (Number.isInteger(value) && Math.abs(value) < 1e5) return short(value);
  return String(Number(value.toPrecision(4))).replaceAll("-", "−");
}

// The picture behind `url`, decoded, ready to take the place of the one on the page.
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

// Puts `next` where `holder` keeps its picture: never an empty moment in between.
export function swap(holder, next) {
  const old = holder.querySelector("img");
  if (old) old.replaceWith(next);
  else holder.prepend(next);
}

// Shown `width` css pixels wide, large pixels keep their edges and small ones are averaged by the browser.
export function sharpen(image, width) {
  const own = image.naturalWidth ?? image.width; // of a picture, of a canvas
  image.style.imageRendering = width * devicePixelRatio >= own ? "pixelated" : "auto";
}

// Calls `changed(width, height)` with a node's size in css pixels, at first and whenever it changes: asking
// for sizes while drawing would make the browser lay out the page again and again.
export function watchSize(node, changed) {
  new ResizeObserver(([{ contentRect: { width, height } }]) => changed(width, height)).observe(node);
}

export const after = (milliseconds, work) => { // restarts when called again before the time is over
  let timer = null;
  return () => { clearTimeout(timer); timer = setTimeout(work, milliseconds); };
};
