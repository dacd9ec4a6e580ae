// Adding layers: the usual ones are one click each, all others are in a menu beside them.

import { element, place } from "../shared/dom.js";
import { helpMark } from "../shared/help.js";
import { act, BEHIND, button, identityOf, SELECTED } from "./base.js";

const USUAL = ["Conv2d", "ReLU", "MaxPool2d", "BatchNorm2d", "Dropout", "Flatten", "Linear", "Residual", "Join"];

export function makePalette(view) {
  view.palette = element("div", { class: "palette", role: "toolbar", "aria-label": "Add a layer" });
  view.palette.addEventListener("keydown", event => walkButtons(view.palette, event));
  view.takeSide = side => takeSide(view, side);
  return view.palette;
}

function walkButtons(bar, event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key],
    all = [...bar.querySelectorAll("button, select")];
  if (!step || event.target.tagName === "SELECT") return;
  event.preventDefault();
  all[(all.indexOf(event.target) + step + all.length) % all.length].focus();
}

export function showPalette(view, data) {
  view.palette.hidden = !data.sides;
  if (!data.sides) return;
  if (!view.palette.firstChild) view.palette.append(...chips(view, data), element("span")); // once: they are pressed
  const isMeant = view.words.isAhead() || view.sideOf === identityOf(view, data.selected);
  if (!isMeant) view.side = BEHIND;
  const drawn = JSON.stringify(data.sides);
  if (view.drawnSides !== drawn) view.palette.lastChild.replaceWith(places(view, data.sides)); // last: it grows, and the next press must meet the same chip
  view.drawnSides = drawn;
  takeSide(view, view.side);
}

function chips(view, data) {
  const add = kind => act(view, "add", { kind, layer: SELECTED, side: view.side });
  const helps = Object.fromEntries(data.kinds.flatMap(group => group.kinds));
  const usual = USUAL.map(kind =>
    button(`+ ${kind}`, `Add ${kind}. ${helps[kind]}`, () => add(kind), { class: "chip", "data-kind": kind }),
  );
  const meant = USUAL.map(kind => `${kind}: ${helps[kind]}`).join("\n");
  return [...usual, moreKinds(data, add), helpMark("What they do", meant)];
}

/** Where a new layer comes to stand: behind the selected one, unless one says otherwise. */
function places(view, sides) {
  if (sides.length === 1) return element("span", { class: "where" }, sides[0].label);
  const buttons = sides.map(({ side, label }) =>
    button(label, `New layers ${label}`, () => chooseSide(view, side), { class: "side", "data-side": side }),
  );
  return element(
    "span",
    { class: "where", role: "group", "aria-label": "Where a new layer comes to stand" },
    ...buttons,
  );
}

// The buttons speak of the layer that is shown as selected: while edits are on their way another one may be.
function chooseSide(view, side) {
  const layer = identityOf(view, view.data.selected);
  if (view.words.isAhead()) act(view, "select", { layer });
  view.sideOf = layer;
  takeSide(view, side);
}

function takeSide(view, side) {
  view.side = side;
  for (const one of view.palette.querySelectorAll(".side"))
    place(one, { "aria-pressed": String(one.dataset.side === side) });
}

function moreKinds(data, add) {
  const groups = data.kinds.map(group =>
    element(
      "optgroup",
      { label: group.title },
      ...group.kinds.map(([kind, help]) => element("option", { value: kind, title: help }, kind)),
    ),
  );
  const menu = element(
    "select",
    { "aria-label": "Add another kind of layer", class: "chip", "data-kind": "more" },
    element("option", { value: "" }, "More …"),
    ...groups,
  );
  menu.addEventListener("change", () => {
    if (menu.value) add(menu.value);
    menu.value = "";
  });
  return menu;
}
