// What each layer made, as a sheet of cards: pointing at one lights its layer everywhere on the page.

import { address, childrenOf, element, place, under } from "../shared/dom.js";
import { light } from "../shared/layers.js";

/** @import { Tile } from "./types" */

/** @param {Tile} tile */
function card(tile) {
  const picture = element("img", { src: address(tile.url), alt: tile.alt, loading: "lazy" });
  picture.style.aspectRatio = `${tile.size[0]} / ${tile.size[1]}`;
  const bar = element("i", { class: "bar" });
  bar.style.backgroundImage = tile.gradient;
  return element(
    "button",
    {
      type: "button",
      class: "tile",
      "data-path": tile.path,
      "aria-label": `${tile.title}, ${tile.shape}: show all its maps`,
    },
    element("span", { class: "title" }, tile.title),
    element("span", { class: "shape" }, tile.shape),
    picture,
    element("span", { class: "scale" }, tile.low, bar, tile.high),
    element("span", { class: "note" }, tile.note),
  );
}

/** The sheet; `choose` is told the number of a layer. @param {(path: string) => void} choose */
export function makeCards(choose) {
  const sheet = element("div", { class: "cards" });
  /** @type {string | null} */
  let over = null;
  const point = (/** @type {string | null} */ path) => {
    if (path !== over) light(path);
    over = path;
  };
  sheet.addEventListener("pointerover", event => point(under(event, ".tile")?.dataset.path ?? null));
  sheet.addEventListener("pointerleave", () => point(null));
  sheet.addEventListener("click", event => {
    const path = under(event, ".tile")?.dataset.path;
    if (path) choose(path);
  });
  return sheet;
}

/** @param {HTMLElement} sheet @param {Tile[]} tiles */
export function showCards(sheet, tiles) {
  const told = JSON.stringify(tiles.map(({ path, title, url, note }) => [path, title, url, note]));
  if (sheet.dataset.told === told) return;
  sheet.dataset.told = told;
  sheet.replaceChildren(...tiles.map(card));
}

/** @param {HTMLElement} sheet @param {string} selected @param {string | null} pointed */
export function markCards(sheet, selected, pointed) {
  for (const tile of childrenOf(sheet)) {
    tile.classList.toggle("pointed", tile.dataset.path === pointed);
    tile.classList.toggle("selected", tile.dataset.path === selected);
    place(tile, { "aria-pressed": tile.dataset.path === selected });
  }
}
