// The maps as pixels: palette entries from Python, each map enlarged with sharp edges.

import { element, penOf, sharpness } from "../shared/dom.js";
import { bytes, paint } from "../shared/paint.js";

/** @import { Column, Place, View } from "./types" */

const small = element("canvas"); // one map, before it is enlarged

/** @param {View} view */
export function paintMaps(view) {
  const { layout, data, canvas } = view,
    ratio = sharpness(canvas);
  const [width, height] = [Math.round(layout.width * ratio), Math.round(layout.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  Object.assign(canvas.style, { width: `${layout.width}px`, height: `${layout.height}px` });
  const pen = penOf(canvas);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, layout.width, layout.height);
  pen.imageSmoothingEnabled = false;
  const palettes = { signed: bytes(data.palettes.signed), positive: bytes(data.palettes.positive) };
  const drawn = layout.columns.length - (data.scores.length ? 1 : 0);
  for (let index = 0; index < drawn; index++) {
    const column = data.columns[index],
      palette = column.isSigned ? palettes.signed : palettes.positive;
    paintColumn(pen, column, layout.columns[index], palette);
  }
}

/** @param {CanvasRenderingContext2D} pen @param {Column} column @param {Place} place @param {Uint8Array} palette */
function paintColumn(pen, column, place, palette) {
  const levels = bytes(column.levels);
  if (column.isVector) {
    paint(small, [column.channels.length, 1], levels, 0, palette);
    pen.drawImage(small, place.x, place.top, place.width, place.bottom - place.top);
    return;
  }
  const [rows, across] = column.size;
  place.tiles.forEach((tile, index) => {
    paint(small, column.size, levels, index * rows * across, palette);
    pen.drawImage(small, tile.x, tile.y, tile.width, tile.height);
  });
}
