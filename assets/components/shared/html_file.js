// What is drawn by HTML (cells, tiles, pictures side by side) as a PNG: the browser draws an SVG that holds a copy of it,
// dressed as it is on the page.

import { childrenOf, element } from "./dom.js";
import { drawnPng, groundOf } from "./svg_file.js";

const XHTML = "http://www.w3.org/1999/xhtml";
const MARGIN = 8; // px around it
// A file has no style sheet: what a box looks like on the page is written into its copy.
const LOOKS =
  "align-content align-items align-self background-color background-image background-position background-repeat background-size border-bottom-color border-bottom-left-radius border-bottom-right-radius border-bottom-style border-bottom-width border-left-color border-left-style border-left-width border-right-color border-right-style border-right-width border-top-color border-top-left-radius border-top-right-radius border-top-style border-top-width bottom box-shadow box-sizing clip-path color column-gap display dominant-baseline fill fill-opacity flex-basis flex-direction flex-grow flex-shrink flex-wrap float font-family font-size font-style font-variant-numeric font-weight grid-auto-flow grid-column-end grid-column-start grid-row-end grid-row-start grid-template-columns grid-template-rows height image-rendering justify-content justify-items justify-self left letter-spacing line-height margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width object-fit opacity order outline-color outline-offset outline-style outline-width overflow padding-bottom padding-left padding-right padding-top position right row-gap stroke stroke-dasharray stroke-opacity stroke-width text-align text-anchor text-overflow text-transform top transform transform-origin vertical-align visibility white-space width z-index".split(
    " ",
  );

/** @param {CSSStyleDeclaration} looks */
const written = looks => LOOKS.map(name => `${name}:${looks.getPropertyValue(name)}`).join(";");

/** What style adds before or behind a node's children. @param {Element} shown @param {"::before" | "::after"} which */
function added(shown, which) {
  const looks = getComputedStyle(shown, which);
  const said = /^"(.*)"$/.exec(looks.content);
  return said && element("span", { style: written(looks) }, said[1].replaceAll('\\"', '"'));
}

/** @param {Blob} blob @returns {Promise<string>} */
const dataUrl = blob =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(new Error("a picture could not be read"));
    reader.readAsDataURL(blob);
  });

/** @param {Element} shown @returns {Promise<Element>} a node of its kind without children; a canvas becomes an image */
async function alike(shown) {
  if (shown instanceof HTMLCanvasElement) return element("img", { src: shown.toDataURL() });
  if (shown instanceof HTMLImageElement)
    return element("img", { src: await dataUrl(await (await fetch(shown.currentSrc || shown.src)).blob()) });
  if (shown instanceof HTMLInputElement) return element("span", {}, shown.value);
  return /** @type {Element} */ (shown.cloneNode(false));
}

/** @param {Node} shown @returns {Promise<Node | null>} a copy that looks alone as it does on the page */
async function dressed(shown) {
  if (!(shown instanceof Element)) return shown.nodeType === Node.TEXT_NODE ? shown.cloneNode() : null;
  const looks = getComputedStyle(shown);
  if (looks.display === "none") return null;
  const copy = await alike(shown);
  copy.setAttribute("style", written(looks));
  const inside = await Promise.all([...shown.childNodes].map(dressed));
  const all = [added(shown, "::before"), ...inside, added(shown, "::after")];
  copy.append(...all.filter(one => one !== null));
  return copy;
}

/** The rules of the page's own typefaces that a node's words are set in, with the typefaces in them: a drawing that is a
 * file may fetch nothing.
 *
 * @param {Element} node
 */
async function typefaces(node) {
  const family = getComputedStyle(node).fontFamily.split(",")[0].replaceAll('"', "").trim();
  const rules = [...document.styleSheets].flatMap(sheet => [...rulesOf(sheet)]);
  const ours = rules.filter(
    rule => rule instanceof CSSFontFaceRule && rule.style.getPropertyValue("font-family").includes(family),
  );
  return Promise.all(ours.map(rule => withFile(rule.cssText, rule.parentStyleSheet?.href ?? document.baseURI)));
}

/** @param {CSSStyleSheet} sheet @returns {Iterable<CSSRule>} none of one that the browser keeps to itself */
function rulesOf(sheet) {
  try {
    return sheet.cssRules;
  } catch {
    return [];
  }
}

/** @param {string} rule @param {string} base */
async function withFile(rule, base) {
  const url = /url\("?([^")]+)"?\)/.exec(rule)?.[1];
  if (!url || url.startsWith("data:")) return rule;
  const answer = await fetch(new URL(url, base));
  return answer.ok ? rule.replace(url, await dataUrl(await answer.blob())) : "";
}

/**
 * @param {HTMLElement} shown
 * @returns {Promise<Blob>} a PNG of it, on the colour that it lies on
 */
export async function htmlPng(shown) {
  const copy = /** @type {HTMLElement} */ (await dressed(shown));
  Object.assign(copy.style, { position: "static", margin: "0", transform: "none", outline: "none" });
  const [width, height] = [shown.offsetWidth, shown.offsetHeight].map(size => size + 2 * MARGIN);
  const page = element("div", { style: `padding:${MARGIN}px;background:${groundOf(shown)}`, xmlns: XHTML }, copy);
  page.prepend(element("style", {}, ...(await typefaces(shown))));
  const text = new XMLSerializer().serializeToString(page);
  return drawnPng(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
      `<foreignObject width="100%" height="100%">${text}</foreignObject></svg>`,
  );
}

/** @param {Element} node @returns {boolean} whether HTML draws it, and there is something within */
export const isDrawnByHtml = node => node instanceof HTMLElement && childrenOf(node).length > 0;
