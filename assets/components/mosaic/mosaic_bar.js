// The bar below a mosaic: orders, in which the tiles that are there are laid out anew without a word from the server,
// and groups of maps, which Python shows alone. What belongs where was worked out by Python.

import { sayAhead } from "../shared/address.js";
import { element, place, say } from "../shared/dom.js";

export function buildBar() {
  const orders = element("div", { class: "choices", role: "radiogroup", "aria-label": "Order of the maps" });
  const groups = element("div", { class: "choices", role: "radiogroup", "aria-label": "Maps to show" });
  return { root: element("div", { class: "choose" }, orders, groups), orders, groups };
}

function choices(holder, entries, chosen, pick) {
  // entries: name, label, count of maps or undefined, help
  holder.hidden = entries.length === 0;
  const names = entries.map(entry => entry.name).join();
  if (holder.dataset.names !== names) {
    holder.dataset.names = names;
    holder.replaceChildren(...entries.map(() => element("button", { type: "button", role: "radio" })));
  }
  entries.forEach(({ name, label, count, help }, index) => {
    const button = holder.children[index];
    say(button, label);
    place(button, { "aria-checked": String(name === chosen), title: help ?? "" });
    button.disabled = count === 0 && name !== chosen;
    button.onclick = () => {
      if (name !== chosen) pick(name);
    };
  });
}

export function drawBar(view) {
  const {
    bar,
    data: { orders = [], groups = [], group },
  } = view;
  bar.root.hidden = orders.length + groups.length === 0;
  choices(bar.orders, orders, view.order, name => sortBy(view, name));
  choices(bar.groups, groups, group, name => {
    sayAhead({ show: name });
    view.send("group", name);
  });
}

// ---- Which map stands where

export function arrange(view) {
  // `sequence` has the map at each place, `places` the place of each map; null as they come
  view.sequence = (view.data.orders ?? []).find(({ name }) => name === view.order)?.sequence ?? null;
  view.places = null;
  if (!view.sequence) return;
  view.places = [];
  view.sequence.forEach((index, at) => {
    view.places[index] = at;
  });
}

export const mapAt = (view, at) => view.sequence?.[at] ?? at;
export const placeOf = (view, index) => view.places?.[index] ?? index;

function sortBy(view, name) {
  view.order = name;
  view.sortedAt = performance.now();
  arrange(view);
  view.current = placeOf(view, view.chosen ?? mapAt(view, 0));
  view.layOut();
  drawBar(view);
  place(view.frame, { "data-order": name });
  sayAhead({ order: name });
  view.send("order", name);
}
