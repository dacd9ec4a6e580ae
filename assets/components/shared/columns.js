// Names under the columns of a matrix, which are narrower than most names.

import { element } from "./dom.js";

const SHORT = 3; // letters, with which names stand under narrow columns as they are written

/**
 * The names of classes; all of them upright (class `long`) where one is too long for its column.
 *
 * @param {string[]} classes
 * @returns {HTMLElement[]}
 */
export function columnNames(classes) {
  const kind = classes.some(name => name.length > SHORT) ? "name foot long" : "name foot";
  return classes.map(name => element("div", { class: kind, title: name }, name));
}
