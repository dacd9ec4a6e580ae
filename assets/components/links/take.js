// "Save": every picture, drawing and table of the page as a file, named by what it shows, with the address of the view
// and its scale in it. A file is made when it is asked for.

import { element, penOf } from "../shared/dom.js";
import { htmlPng } from "../shared/html_file.js";
import { isPng, withText } from "../shared/png_text.js";
import { drawnPng, groundOf, imageOf, pngOf, save, standalone, textOf } from "../shared/svg_file.js";
import { fileOf, offered } from "./numbers.js";
import { likeliest } from "./pointed.js";
import { things } from "./things.js";

/** @import { Offer } from "./numbers.js" */
/** @import { Layer, Thing } from "./things.js" */

const LONGEST_NAME = 70; // letters of a file's name
const NAMED = 84; // letters of a title in the menu
const SHOWN = 900; // ms for which what was saved is framed
const OF_CELLS = "[role=grid]"; // a table that is a picture too
const LARGEST = 2048; // px of a side of a picture that is put together from layers

/** @param {string} text */
const slug = text =>
  text
    .normalize("NFKD")
    .replaceAll("×", "x")
    .replaceAll("++", " plus plus")
    .replace(/[^\p{L}\p{N}._]+/gu, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .toLowerCase();

/** @param {string} text the first sentence, or what comes before a colon that is long enough */
const short = text => text.split(/[.?!] |: (?=Enter |arrow keys )|\n/)[0].replace(/[.:]$/, "");

/** @param {string} title */
export function fileName(title) {
  const page = window.location.pathname.split("/").at(-1) || "home";
  return slug(`${page} ${short(title)}`)
    .slice(0, LONGEST_NAME)
    .replace(/[-.]+$/, "");
}

/** What a file says of itself, by the keywords that PNG has for it. @param {Thing} thing */
const words = thing => ({
  Title: short(thing.title),
  Description: thing.title,
  Comment: thing.scale && `Scale: ${thing.scale}`,
  Source: window.location.href,
  Software: "cnnviz",
});

/** @param {Blob} blob @param {Thing} thing */
async function labelled(blob, thing) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return new Blob([withText(bytes, words(thing))], { type: "image/png" });
}

/** A picture as it came: one pixel of the file is one of the map. @param {Layer} layer */
async function asItCame(layer) {
  if (!(layer instanceof HTMLImageElement)) return null;
  const blob = await (await fetch(layer.currentSrc || layer.src)).blob();
  return isPng(new Uint8Array(await blob.slice(0, 8).arrayBuffer())) ? blob : null;
}

/** @param {Layer} layer */
const sideOf = layer =>
  layer instanceof HTMLImageElement
    ? layer.naturalWidth
    : layer instanceof HTMLCanvasElement
      ? layer.width
      : layer.clientWidth;

/** Layers put on top of each other, as they lie on the page. @param {Layer[]} layers */
async function together(layers) {
  const box = layers[0].getBoundingClientRect(),
    wide = Math.min(LARGEST, Math.max(...layers.map(sideOf), Math.round(2 * box.width)));
  const canvas = element("canvas", { width: wide, height: Math.max(1, Math.round((wide * box.height) / box.width)) });
  const pen = penOf(canvas);
  if (layers.some(layer => layer instanceof SVGSVGElement)) {
    pen.fillStyle = groundOf(layers[0]); // its words are made for it
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  for (const layer of layers) {
    const looks = getComputedStyle(layer);
    pen.globalAlpha = Number(looks.opacity);
    pen.imageSmoothingEnabled = looks.imageRendering !== "pixelated";
    const drawn = layer instanceof SVGSVGElement ? await imageOf(textOf(standalone(layer))) : layer;
    pen.drawImage(drawn, 0, 0, canvas.width, canvas.height);
  }
  return pngOf(canvas);
}

/** @param {Thing} thing */
async function picture(thing) {
  const [layer] = thing.layers;
  const blob = (thing.layers.length === 1 && (await asItCame(layer))) || (await together(thing.layers));
  return labelled(blob, thing);
}

/** The layers of a picture that are pictures themselves. @param {Thing} thing */
const maps = ({ layers }) => layers.filter(layer => !(layer instanceof SVGSVGElement));

/** The uppermost of them alone, without what lies beneath. @param {Thing} thing */
async function uppermost(thing) {
  const layer = /** @type {Layer} */ (maps(thing).at(-1));
  return labelled((await asItCame(layer)) ?? (await together([layer])), thing);
}

/** @param {Thing} thing */
function svg(thing) {
  const copy = standalone(/** @type {SVGSVGElement} */ (thing.layers[0]));
  const make = (/** @type {string} */ tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
  const [title, metadata] = [make("title"), make("metadata")];
  const { Title, ...more } = words(thing);
  title.textContent = Title;
  metadata.textContent = Object.entries(more)
    .filter(([, text]) => text)
    .map(([name, text]) => `${name}: ${text}`)
    .join("\n");
  const over = thing.layers.slice(1).flatMap(layer => [...standalone(/** @type {SVGSVGElement} */ (layer)).children]);
  copy.append(...over);
  copy.prepend(title, metadata);
  return textOf(copy);
}

/** @param {string} text */
const quoted = text => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Numbers as programs read them: 62,006 is 62006, and a minus is a hyphen. @param {string} text */
export const number = text =>
  /^[−-]?\d{1,3}(,\d{3})*(\.\d+)?$/.test(text) ? text.replaceAll(",", "").replace("−", "-") : text;

/** A table as text: a line that says what it is, then its rows. @param {Thing} thing */
export function csv(thing) {
  const scale = thing.scale ? `; scale ${thing.scale}` : "";
  const comment = `# ${thing.title.replace(/\s+/g, " ")}${scale}; ${window.location.href}`;
  const lines = thing.rows().map(row => row.map(cell => quoted(number(cell))).join(","));
  return [comment, ...lines, ""].join("\n");
}

/** @param {Thing} thing */
const htmlOf = ({ node }) => /** @type {HTMLElement} */ (node);

/** @type {Record<string, { ending: string, make: (thing: Thing) => Promise<Blob> }>} */
const FORMATS = {
  PNG: { ending: "png", make: picture },
  "map alone": { ending: "map.png", make: uppermost },
  SVG: { ending: "svg", make: async thing => new Blob([svg(thing)], { type: "image/svg+xml" }) },
  "drawn PNG": {
    ending: "png",
    make: async thing => labelled(await drawnPng(svg(thing), groundOf(thing.node)), thing),
  },
  "cells PNG": { ending: "png", make: async thing => labelled(await htmlPng(htmlOf(thing)), thing) },
  CSV: { ending: "csv", make: async thing => new Blob([csv(thing)], { type: "text/csv" }) },
};

/** @param {Thing} thing */
function formats(thing) {
  const { kind, node } = thing;
  if (kind === "table") return node.matches(OF_CELLS) ? ["CSV", "cells PNG"] : ["CSV"];
  if (kind === "sheet") return ["cells PNG"];
  if (kind === "drawing") return ["SVG", "drawn PNG"];
  return maps(thing).length > 1 ? ["PNG", "map alone"] : ["PNG"];
}

/** The page may have drawn a picture anew since the menu was opened; several may have one title. @param {Thing} thing */
export function today(thing) {
  const now = things();
  const isIt = (/** @type {Thing} */ { title, kind }) => title === thing.title && kind === thing.kind;
  return now.find(({ node }) => node === thing.node) ?? now.find(isIt) ?? thing;
}

/**
 * Makes a file and hands it over.
 *
 * @param {string} file its name
 * @param {() => Promise<Blob>} make
 * @returns {Promise<string>} what is said of it
 */
async function handOver(file, make) {
  try {
    save(await make(), file);
    return `Saved ${file}`;
  } catch (error) {
    return `${file} could not be made: ${error instanceof Error ? error.message : error}`;
  }
}

/** @param {Thing} thing @param {string} format */
function saved(thing, format) {
  const { make, ending } = FORMATS[format];
  return handOver(`${fileName(thing.title)}.${ending}`, () => make(today(thing)));
}

/** @param {string} title @param {string} name @param {HTMLElement} said @param {() => Promise<string>} go */
function button(title, name, said, go) {
  const made = element("button", { type: "button", "aria-label": `${title}, ${name}` }, name);
  made.onclick = async () => {
    said.textContent = await go();
  };
  return made;
}

/** @param {string} title @param {HTMLButtonElement[]} buttons */
const row = (title, buttons) =>
  element(
    "div",
    { class: "take" },
    element("span", { class: "label" }, title.length > NAMED ? `${title.slice(0, NAMED)}…` : title),
    element("span", { class: "formats" }, ...buttons),
  );

/** @param {Thing} thing @param {boolean} isOn */
function frame(thing, isOn) {
  const node = /** @type {HTMLElement | SVGElement} */ (thing.node);
  node.style.outline = isOn ? "3px solid var(--accent, #0b5fa5)" : "";
}

/** @param {Thing} thing @param {HTMLElement} said */
function line(thing, said) {
  const title = short(thing.title);
  const made = row(
    title,
    formats(thing).map(format =>
      button(title, format.replace(/^(drawn|cells) /, ""), said, () => saved(thing, format)),
    ),
  );
  made.onpointerenter = () => frame(thing, true);
  made.onpointerleave = () => frame(thing, false);
  return made;
}

/** @param {Offer} offer @param {HTMLElement} said */
const numbersLine = (offer, said) =>
  row(`${offer.title[0].toUpperCase()}${offer.title.slice(1)}`, [
    button(offer.title, offer.form, said, () =>
      handOver(`${fileName(offer.title)}.${offer.form.toLowerCase()}`, () => fileOf(offer)),
    ),
  ]);

const NOTHING = "There is no picture or table on this page just now.";

/**
 * The lines of the menu, for what the page shows now; those of its numbers follow when the server has named them.
 *
 * @param {HTMLElement} list
 */
export async function takeAlong(list) {
  const said = element("p", { class: "said", role: "status" });
  const found = things();
  list.replaceChildren(...found.map(thing => line(thing, said)), said);
  const numbers = await offered();
  said.before(...numbers.map(offer => numbersLine(offer, said)));
  if (!found.length && !numbers.length) said.textContent = NOTHING;
}

/** What the button saves at once, and as what: for its tip. */
export function announced() {
  const thing = likeliest(things());
  return thing ? `Save “${short(thing.title)}” as ${formatOf(thing)} (key S)` : NOTHING;
}

/** @param {Thing} thing the format that most want: a picture as PNG, a table as CSV */
const formatOf = thing => ({ picture: "PNG", drawing: "PNG", sheet: "PNG", table: "CSV" })[thing.kind];

/**
 * One press: the picture or table that was pointed at last, or the largest in view.
 *
 * @returns {Promise<string>} what is said of it
 */
export async function takeAtOnce() {
  const thing = likeliest(things());
  if (!thing) return NOTHING;
  const format = { picture: "PNG", drawing: "drawn PNG", sheet: "cells PNG", table: "CSV" }[thing.kind];
  frame(thing, true);
  setTimeout(() => frame(thing, false), SHOWN);
  return saved(thing, format);
}
