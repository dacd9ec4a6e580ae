// What a cell looks like and is called, from what the example says about it.

import { element } from "../shared/dom.js";
import { precise, sizeText } from "../shared/numbers.js";
import { AXES, innerPlace } from "./geometry.js";

/** @import { Example, Geometry } from "./types" */
/** @import { Place } from "../shared/types" */

/** @type {WeakMap<Element, string>} */
const titles = new WeakMap();

/** @param {Element} title @param {string} name @param {string} rest */
export function showTitle(title, name, rest) {
  if (titles.get(title) === name + rest) return;
  titles.set(title, name + rest);
  title.replaceChildren(element("b", {}, name), ` ${rest}`);
}

/** @param {Example} example */
export const outputSize = example => [example.output.length, example.output[0].length];

/** @param {Example} example */
export function inputSize({ transposed, in_size, padded_size }) {
  const isPadded = !transposed && sizeText(padded_size) !== sizeText(in_size);
  return sizeText(in_size) + (isPadded ? `, padded to ${sizeText(padded_size)}` : "");
}

/**
 * "channel 2" of the whole input, for a channel counted among those that are read.
 *
 * @param {Example} example
 * @param {number} channel
 */
export const channelName = (example, channel) => `channel ${example.read_channels[0] + channel + 1}`;

/**
 * "channels 3 to 4" where a group reads those only; null where all are read.
 *
 * @param {Example} example
 */
export function readChannels({ read_channels: [first, end], input }) {
  if (end - first === input.length) return null;
  return end - first === 1 ? `channel ${first + 1}` : `channels ${first + 1} to ${end}`;
}

/** @param {Example} example @returns {number[]} channels of the input that other groups read */
export const otherChannels = ({ read_channels: [first, end], input }) =>
  [...input.keys()].filter(channel => channel < first || channel >= end);

/** @param {Example} example @param {number} channel */
const ofChannel = (example, channel) => (example.input.length > 1 ? `, ${channelName(example, channel)}` : "");

/** @param {Example} example @param {number} channel */
export const inputName = (example, channel) => `Input${ofChannel(example, channel)}, ${sizeText(example.in_size)}`;

/** @param {Example} example @param {number} channel */
export const kernelName = (example, channel) => `Kernel${ofChannel(example, channel)}: Enter changes a weight`;

/** @param {Example} example @param {Geometry} geometry @param {number[][]} values @param {Place} place */
export function inputCellName({ transposed }, geometry, values, [row, col]) {
  const isPadding = !transposed && !innerPlace(geometry, row, col);
  const kind = isPadding ? "padding" : "input";
  return `${kind}, row ${row + 1}, column ${col + 1}: ${precise(values[row][col])}`;
}

/** @param {Place} place @param {number | null} value */
export function outputCellName([row, col], value) {
  const what = value === null ? "cut away by padding" : precise(value);
  return `output, row ${row + 1}, column ${col + 1}: ${what}`;
}

/**
 * Value of a cell of the output grid; null where a transposed convolution cuts it away.
 *
 * @param {Example} example
 * @param {Geometry} geometry
 * @param {Place} place
 */
export function outputValue(example, geometry, [row, col]) {
  if (!example.transposed) return example.output[row][col];
  const place = innerPlace(geometry, row, col);
  return place && example.output[place[0]][place[1]];
}

/**
 * Look of an input cell: inside or in the padding, read or never read.
 *
 * @param {Example} example
 * @param {Geometry} geometry
 * @param {Place} place
 */
export function inputLook(example, geometry, [row, col]) {
  const kind = innerPlace(geometry, row, col) ? "in" : "pad";
  return example.read_counts[row][col] ? kind : `${kind} unread`;
}

/**
 * Look of an output cell; a transposed convolution cuts some, adds some and writes some more often.
 *
 * @param {Example} example
 * @param {Geometry} geometry
 * @param {Place} place
 */
export function outputLook(example, geometry, [row, col]) {
  if (!example.transposed) return "out";
  const place = innerPlace(geometry, row, col);
  if (!place) return "cut";
  const isAdded = AXES.some(axis => place[axis] >= geometry.inner[axis] - example.output_padding[axis]);
  const stamps = example.read_counts[place[0]][place[1]];
  return `out s${Math.min(stamps, 4)}${isAdded ? " added" : ""}${stamps ? "" : " unread"}`;
}
