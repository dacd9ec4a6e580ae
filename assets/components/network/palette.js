// Adding layers: the usual ones are one click each, all others are in a menu beside them.

import { childrenOf, element, place } from "../shared/dom.js";
import { act, button, SELECTED } from "./base.js";

const USUAL = ["Conv2d", "ReLU", "MaxPool2d", "BatchNorm2d", "Dropout", "Flatten", "Linear", "Residual", "Join"];

export function makePalette(view) {
  view.palette = element("div", { class: "palette", role: "toolbar", "aria-label": "Add a layer" });
  view.palette.addEventListener("keydown", event => walkButtons(view.palette, event));
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
  const drawn = JSON.stringify(data.sides);
  if (view.drawnSides === drawn) return;
  view.drawnSides = drawn;
  view.side = data.sides[0].side;
  view.palette.lastChild.replaceWith(places(view, data.sides)); // last: it grows, and the next press must meet the same chip
}

function chips(view, data) {
  const add = kind => act(view, "add", { kind, layer: SELECTED, side: view.side });
  const helps = Object.fromEntries(data.kinds.flatMap(group => group.kinds));
  const usual = USUAL.map(kind =>
    button(`+ ${kind}`, `Add ${kind}. ${helps[kind]}`, () => add(kind), { class: "chip", "data-kind": kind }),
  );
  return [...usual, moreKinds(data, add)];
}

/** Where a new layer comes to stand: behind the selected one, unless one says otherwise. */
function places(view, sides) {
  if (sides.length === 1) return element("span", { class: "where" }, sides[0].label);
  const group = element("span", { class: "where", role: "group", "aria-label": "Where a new layer comes to stand" });
  const mark = () =>
    childrenOf(group).forEach(one => place(one, { "aria-pressed": String(one.dataset.side === view.side) }));
  const choice = ({ side, label }) => {
    const pressed = () => {
      view.side = side;
      mark();
    };
    return button(label, `New layers ${label}`, pressed, { class: "side", "data-side": side });
  };
  group.append(...sides.map(choice));
  mark();
  return group;
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
