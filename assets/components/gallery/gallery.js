// What each layer made, as a row of cards: pointing at one lights its layer everywhere on the page.

import { address, childrenOf, element, under } from "../shared/dom.js";
import { LIT, light } from "../shared/layers.js";
import { kept } from "../shared/view.js";

function card(view, tile) {
  const picture = element("img", { src: address(tile.url), alt: tile.alt, loading: "lazy" });
  picture.style.aspectRatio = tile.ratio;
  const bar = element("i", { class: "bar" });
  bar.style.backgroundImage = tile.gradient;
  const made = element(
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
  made.addEventListener("click", () => view.setTriggerValue("select", tile.path));
  return made;
}

function point(view, path) {
  view.over = path;
  light(path);
}

function make(parent) {
  const view = { root: element("div", { class: "gallery" }) };
  view.root.addEventListener("pointerover", event => {
    const path = under(event, ".tile")?.dataset.path ?? null;
    if (path !== view.over) point(view, path);
  });
  view.root.addEventListener("pointerleave", () => point(view, null));
  document.addEventListener(LIT, function lit(event) {
    if (!view.root.isConnected) return document.removeEventListener(LIT, lit);
    for (const tile of childrenOf(view.root)) tile.classList.toggle("pointed", tile.dataset.path === event.detail);
  });
  parent.append(view.root);
  return view;
}

const viewOf = kept(make);

export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { data, setTriggerValue });
  const drawn = JSON.stringify(data.tiles);
  if (view.drawn !== drawn) view.root.replaceChildren(...data.tiles.map(tile => card(view, tile)));
  view.drawn = drawn;
  for (const tile of childrenOf(view.root)) {
    tile.classList.toggle("selected", tile.dataset.path === data.selected);
    tile.setAttribute("aria-pressed", String(tile.dataset.path === data.selected));
  }
}
