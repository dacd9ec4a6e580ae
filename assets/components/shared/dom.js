// What components share: making nodes, and touching them only where something is new.

export { address } from "./served_at.js";

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, unknown>} Attributes null ones are left out */
/** @typedef {Node | string | undefined} Child an empty text is left out */

// As _NO_LINE_ENDS in cnnviz/figures/shown.py.
const TIED = "(?<=\\d) (?=(?:%|[kMG]B|px|ms|s|M|G)(?!\\w))|(?<=[\\d)>]) (?=×)|(?<=×) (?=[\\d(<−])",
  NO_LINE_ENDS = new RegExp(TIED, "g"),
  OUTSIDE_TAGS = new RegExp(`<[^>]*>|${TIED}`, "g");

/**
 * A text in which no line ends between a number and its unit, nor around a “×”; what is no text stays as it is.
 *
 * @template Said
 * @param {Said} said
 */
export const tied = said => (typeof said === "string" ? said.replace(NO_LINE_ENDS, "\u00a0") : said);

/** The same of HTML. @param {string} html */
export const tiedHtml = html => html.replace(OUTSIDE_TAGS, found => (found === " " ? "\u00a0" : found));

/**
 * @template {Element} Made
 * @param {Made} made
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, String(value));
  for (const child of children) if (child !== undefined && child !== "") made.append(tied(child));
  return made;
}

/**
 * A node of HTML: attributes that are null are left out, and so are children without a text.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 */
export const element = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

/**
 * The same of SVG.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 */
export const drawn = (tag, attributes = {}, ...children) =>
  filled(document.createElementNS(SVG, tag), attributes, children);

// Both touch the page only where something changes: an equal text written again is laid out again.

/** @param {Element} node @param {Attributes} attributes */
export function place(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
  }
}

/** @param {Node} node @param {string} text */
export function say(node, text) {
  const words = tied(text);
  if (node.textContent !== words) node.textContent = words;
}

/** @param {Element} node */
export const childrenOf = node => /** @type {HTMLElement[]} */ ([...node.children]);

/**
 * The nearest node that `selector` fits around where an event happened, or null.
 *
 * @param {Event} event
 * @param {string} selector
 */
export const under = ({ target }, selector) =>
  target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest(selector)) : null;

/**
 * The node that has the keyboard's focus, where it is in the same component.
 *
 * @param {Node} node
 */
export function focusedIn(node) {
  const root = node.getRootNode();
  const active = root instanceof Document || root instanceof ShadowRoot ? root.activeElement : null;
  return active instanceof HTMLElement ? active : null;
}

/**
 * What draws on a canvas.
 *
 * @param {HTMLCanvasElement} canvas
 */
export function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws no pictures");
  return pen;
}

/**
 * How many pixels of the screen lie on one of a node's: letters and lines of a canvas are sharp where it has as many.
 *
 * @param {Element} node
 */
export const sharpness = node => (devicePixelRatio || 1) * (node.currentCSSZoom || 1); // a wall zooms the page

/**
 * Makes `nodes` the children of `parent`; those that are there already stay: a browser styles and lays out each that is put in.
 *
 * @param {Node} parent
 * @param {Node[]} nodes each once
 */
export function keepChildren(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) parent.removeChild(child);
  let next = parent.firstChild;
  for (const node of nodes) {
    if (node === next) next = node.nextSibling;
    else parent.insertBefore(node, next);
  }
}
