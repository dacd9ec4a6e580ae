// Values as pixels of a canvas: Python sends levels of a palette, or colours.

import { penOf } from "./dom.js";

/**
 * The bytes that a text carries.
 *
 * @param {string} text
 */
export const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

/**
 * Paints height × width values from the one at `start` on: entries of a palette, or three bytes each without one.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {import("./types").Size} size
 * @param {Uint8Array} levels
 * @param {number} start
 * @param {Uint8Array | null} palette
 */
export function paint(canvas, [height, width], levels, start, palette) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = penOf(canvas);
  const image = pen.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const at = 3 * (palette ? levels[start + i] : start + i);
    const from = palette || levels;
    image.data.set([from[at], from[at + 1], from[at + 2], 255], 4 * i);
  }
  pen.putImageData(image, 0, 0);
}
