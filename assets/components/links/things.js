// What a page shows that can be taken along: pictures, drawings, tables, grids of numbers. They are found on the page
// when the menu is opened, so that no run of a page has to tell of them.

import { childrenOf } from "../shared/dom.js";
import { isDrawnByHtml } from "../shared/html_file.js";

/** @typedef {HTMLImageElement | HTMLCanvasElement | SVGSVGElement} Layer */
/** @typedef {{ kind: "picture" | "drawing" | "sheet" | "table", title: string, scale: string, node: Element, layers: Layer[], rows: () => string[][] }} Thing */
/** @typedef {{ node: Element, host: Element }} Place with the component that it stands in */

const SMALLEST = 48; // px: what is smaller is a sign, not a picture
/** @type {[number, number]} */
const DRAWING = [110, 56]; // px: a drawing without a name is at least so large
const CAPTION = 60; // letters of a line that is one
const UP = 3; // how far around a picture its caption is looked for
const NEAR = 6; // px by which two layers of one picture may differ
const CHOOSER = /image_chooser|card_|_picks/; // small pictures that lead somewhere
const SHEET = "[role=application], [role=img], [role=figure], [data-picture]"; // what HTML may have drawn
const TABLE = "table, [role=grid], [role=treegrid], .cnnviz.numbers .strip, .numbers .strip";
const FROM_SERVER = ".stDataFrame"; // draws the rows in view alone: the server has the whole table (numbers.js)

/** @param {ParentNode} root @param {Element} host @returns {Generator<Place>} */
function* walk(root, host) {
  for (const node of root.querySelectorAll("*")) {
    const own = node.closest('[class*="st-key-"]') ?? host;
    yield { node, host: own };
    if (node.shadowRoot) yield* walk(node.shadowRoot, own);
  }
}

/** @param {Element} node */
const nameOf = node => {
  const of = node.getAttribute("aria-labelledby");
  const root = /** @type {Document | ShadowRoot} */ (node.getRootNode());
  const label = of ? root.getElementById(of)?.textContent : "";
  const said = node.getAttribute("alt") || node.getAttribute("aria-label") || label;
  return (said || node.querySelector(":scope > title, :scope > caption")?.textContent || "").trim();
};

/** @param {Element} a @param {Element} b */
function areInOnePlace(a, b) {
  const [one, other] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
  return ["left", "top", "right", "bottom"].every(side => Math.abs(one[side] - other[side]) <= NEAR);
}

/** @param {Element} node */
function isShown(node) {
  const { width, height } = node.getBoundingClientRect();
  return width > 0 && height > 0 && node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

/** @param {Element} node @param {[number, number]} least */
function isAtLeast(node, [width, height]) {
  const box = node.getBoundingClientRect();
  return box.width >= width && box.height >= height;
}

/** @param {Element} node @returns {node is Layer} */
const isLayer = node =>
  node instanceof HTMLImageElement || node instanceof HTMLCanvasElement || node instanceof SVGSVGElement;

/** Whether a drawing says nothing by itself, like marks that lie over a picture. @param {Element} node */
const isMark = node =>
  node instanceof SVGSVGElement && !node.hasAttribute("role") && !isSheet(node) && !node.querySelector("text");

/** Plotly draws a chart on several sheets. @param {Element} node */
const isSheet = node => node.matches(".main-svg");

/** The scale of a picture: what it says itself (`data-scale`, empty for a photograph), or what stands to both sides of
 * the gradients beside it, the nearest ones.
 *
 * @param {Element} node @param {Element} host
 */
function scaleOf(node, host) {
  const own = node.closest("[data-scale]")?.getAttribute("data-scale") ?? null;
  if (own !== null) return own;
  const root = node.getRootNode(),
    all = root instanceof ShadowRoot ? root : host;
  for (let one = node.parentNode; one && all.contains(one); one = one.parentNode) {
    const found = scalesIn(/** @type {ParentNode} */ (one));
    if (found) return found;
  }
  return "";
}

/** @param {ParentNode} around */
function scalesIn(around) {
  const ends = [...around.querySelectorAll('[style*="gradient"]')].map(bar => {
    const [low, high] = [bar.previousSibling, bar.nextSibling].map(plain);
    return low && high ? `${low} … ${high}` : [low, high].find(words => /\d/.test(words)) || "";
  });
  return [...new Set(ends.filter(Boolean))].join("; ");
}

/** @param {Node | null} node */
const plain = node => (node?.textContent ?? "").replace(/\s+/g, " ").trim();

/** The text of what stands apart on the page, with spaces between. @param {Node} node @returns {string} */
const spaced = node =>
  node.childNodes.length ? [...node.childNodes].map(spaced).filter(Boolean).join(" ") : plain(node);

/** Pictures and drawings; layers in one place are one picture. @param {Place[]} places @returns {Thing[]} */
function pictures(places) {
  const layers = places.filter(
    ({ node, host }) => isLayer(node) && !CHOOSER.test(host.className) && !node.closest(FROM_SERVER),
  );
  /** @type {{ host: Element, layers: Layer[] }[]} */
  const groups = [];
  for (const { node, host } of layers) {
    const layer = /** @type {Layer} */ (node);
    if (!isAtLeast(layer, [SMALLEST, SMALLEST]) || !isShown(layer)) continue;
    const group = groups.find(one => one.host === host && areInOnePlace(one.layers[0], layer));
    if (!group) groups.push({ host, layers: [layer] });
    else if (!isMark(layer)) group.layers.push(layer);
  }
  return groups.flatMap(({ host, layers }) => pictured(host, layers));
}

/** What a picture is called: by its uppermost layer, by its frame, by what stands above it, by what lies beneath.
 *
 * @param {Layer[]} layers
 */
const titleOf = layers =>
  nameOf(/** @type {Layer} */ (layers.at(-1))) ||
  nameOfFrame(layers[0]) ||
  captionOf(layers[0]) ||
  (layers.map(nameOf).findLast(Boolean) ?? "");

/** The name of what a picture fills. @param {Layer} layer */
function nameOfFrame(layer) {
  const frame = layer.parentElement?.closest(SHEET);
  return frame && areInOnePlace(frame, layer) ? frame.getAttribute("data-picture") || nameOf(frame) : "";
}

/** @param {Element} host @param {Layer[]} layers @returns {Thing[]} */
function pictured(host, layers) {
  const [node] = layers,
    isDrawing = node instanceof SVGSVGElement && (layers.length === 1 || layers.every(isSheet)),
    title = titleOf(layers) || (isDrawing && isAtLeast(node, DRAWING) ? nameAround(node) : "");
  if (!title) return [];
  return [{ kind: isDrawing ? "drawing" : "picture", title, scale: scaleOf(node, host), node, layers, rows: () => [] }];
}

/** What HTML draws: cells, tiles, pictures side by side; not the frame of a single one.
 *
 * @param {Place[]} places
 * @param {Thing[]} pictured
 * @returns {Thing[]}
 */
function sheets(places, pictured) {
  const isFrame = (/** @type {Element} */ node) => pictured.some(thing => areInOnePlace(thing.node, node));
  return places
    .filter(({ node, host }) => node.matches(SHEET) && isDrawnByHtml(node) && !CHOOSER.test(host.className))
    .filter(({ node }) => isAtLeast(node, [SMALLEST, SMALLEST]) && isShown(node) && !isFrame(node))
    .map(({ node, host }) => sheet(node, host))
    .filter(({ title }) => title);
}

/** @param {Element} node @param {Element} host @returns {Thing} */
function sheet(node, host) {
  const title = node.getAttribute("data-picture") || nameOf(node);
  return { kind: "sheet", title, scale: scaleOf(node, host), node, layers: [], rows: () => [] };
}

/** A short line that stands above a picture, or above what it lies in. @param {Element} node */
function captionOf(node) {
  for (let one = /** @type {Element | null} */ (node), left = UP; one && left; one = one.parentElement, left -= 1) {
    const above = one.previousElementSibling;
    if (above && !above.querySelector("img, canvas, svg, button") && plain(above))
      return spaced(above).length <= CAPTION ? spaced(above) : "";
  }
  return "";
}

/** What a drawing without a name is called: by what it lies in, or by the question of the page. @param {Element} node */
const nameAround = node =>
  node.closest("[aria-label]")?.getAttribute("aria-label") || plain(document.querySelector(".stMain h1")) || "Drawing";

/** @param {Element} table */
const rowsOf = table =>
  [...table.querySelectorAll("tr, [role=row]")].map(row => childrenOf(row).map(plain)).filter(row => row.some(Boolean));

/** @param {Element} strip */
const numbersOf = strip => [
  ["number", "value"],
  ...childrenOf(strip).map(one => [...one.querySelectorAll(":scope > span, :scope > b")].map(plain)),
];

/** @param {Place[]} places @returns {Thing[]} */
function tables(places) {
  const isTable = node => node.matches(TABLE) && isShown(node) && !node.closest(FROM_SERVER);
  return places
    .filter(({ node }) => isTable(node))
    .map(({ node }) => tabled(node))
    .filter(thing => thing.rows().length > 1);
}

/** @param {Element} node @returns {Thing} */
function tabled(node) {
  const isStrip = node.matches(".strip"),
    rows = () => (isStrip ? numbersOf(node) : rowsOf(node)),
    title = isStrip ? "The numbers of this view" : nameOf(node) || headOf(node);
  return { kind: "table", title, scale: "", node, layers: [], rows };
}

/** A table without a name is called by its head. @param {Element} table */
const headOf = table => `Table: ${(rowsOf(table)[0] ?? []).filter(Boolean).join(", ")}`;

/** @returns {Thing[]} in the order of the page */
export function things() {
  const page = document.querySelector(".stMain");
  if (!page) return [];
  const places = [...walk(page, page)],
    at = new Map(places.map(({ node }, index) => [node, index]));
  const order = (/** @type {Thing} */ thing) => at.get(thing.node) ?? 0;
  const pictured = pictures(places);
  const all = [...pictured, ...sheets(places, pictured), ...tables(places)];
  return all.sort((a, b) => order(a) - order(b));
}
