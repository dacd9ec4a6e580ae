// Recorded pictures of every channel of a layer, cut from one file: pointing says which channel it is and what excites
// it most, a click or Enter chooses it.

import { sayAhead } from "../shared/address.js";
import { address, element, place, say } from "../shared/dom.js";
import { kept, newsFor } from "../shared/view.js";

/** @import { Run } from "../shared/types" */
/** @import { Data } from "./types" */

/** @param {HTMLElement} host */
function build(host) {
  const grid = element("div", { class: "grid", role: "listbox", tabindex: 0 }),
    said = element("p", { class: "said", role: "status", "aria-live": "polite" });
  const view = { grid, said, at: 0, data: /** @type {Data | null} */ (null), choose: (/** @type {number} */ _) => {} };
  grid.addEventListener("pointerover", event => point(view, indexOf(event)));
  grid.addEventListener("pointerleave", () => point(view, view.data?.selected ?? 0));
  grid.addEventListener("click", event => {
    const index = indexOf(event);
    if (index !== null) view.choose(index);
  });
  grid.addEventListener("keydown", event => walk(view, event));
  host.append(element("section", {}, grid, said));
  return view;
}

/** @typedef {ReturnType<typeof build>} View */

/** @param {Event} event */
function indexOf(event) {
  const index = event.target instanceof HTMLElement ? event.target.dataset.index : undefined;
  return index === undefined ? null : Number(index);
}

/** @param {View} view @param {KeyboardEvent} event */
function walk(view, event) {
  const data = view.data;
  if (!data) return;
  if (event.key === "Enter") view.choose(view.at);
  const across = Math.max(1, Math.floor((view.grid.clientWidth + 4) / 56));
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  point(view, Math.max(0, Math.min(data.count - 1, view.at + step)));
  view.grid.children[view.at].scrollIntoView({ block: "nearest" });
}

/** @param {View} view @param {number | null} index */
function point(view, index) {
  if (index === null || !view.data) return;
  view.grid.children[view.at]?.classList.remove("here");
  view.at = index;
  view.grid.children[index]?.classList.add("here");
  say(view.said, view.data.labels[index] ?? "");
}

/** @param {View} view @param {Data} data */
function fill(view, data) {
  const rows = Math.ceil(data.count / data.across);
  view.grid.style.setProperty("--sheet", `url("${address(data.url)}")`);
  view.grid.style.setProperty("--wide", `${data.across * 100}% ${rows * 100}%`);
  view.grid.replaceChildren(
    ...Array.from({ length: data.count }, (_, index) => {
      const tile = element("div", { role: "option", "data-index": index, "aria-label": data.labels[index] });
      const across = (index % data.across) / Math.max(1, data.across - 1),
        down = Math.floor(index / data.across) / Math.max(1, rows - 1);
      tile.style.backgroundPosition = `${across * 100}% ${down * 100}%`;
      return tile;
    }),
  );
}

const viewOf = kept(build);
const isNews = newsFor();

/** @param {Run<Data>} run */
export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  view.choose = index => {
    sayAhead({ ...data.says, map: String(index) });
    setTriggerValue("choose", index);
  };
  view.data = data;
  place(view.grid, { "aria-label": data.alt });
  if (isNews(parentElement, { ...data, selected: 0 })) fill(view, data);
  [...view.grid.children].forEach((tile, index) => place(tile, { "aria-selected": index === data.selected }));
  point(view, data.selected);
}
