// Adding layers: the usual ones are one click each, all others are in a menu beside them.

import { element } from "../shared/dom.js";
import { act, button } from "./base.js";

const USUAL = ["Conv2d", "ReLU", "MaxPool2d", "BatchNorm2d", "Dropout", "Flatten", "Linear", "Residual"];

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
  const drawn = JSON.stringify([data.kinds, data.add]);
  if (view.drawnPalette === drawn) return;
  const had =
    view.palette.contains(view.root.getRootNode().activeElement) && view.root.getRootNode().activeElement.dataset.kind;
  view.drawnPalette = drawn;
  view.palette.hidden = !data.add;
  if (!data.add) return;
  const said = element("span", { class: "where" }, data.add.where);
  const helps = Object.fromEntries(data.kinds.flatMap(group => group.kinds));
  const chips = USUAL.map(kind =>
    button(
      `+ ${kind}`,
      `Add ${kind} ${data.add.where}. ${helps[kind]}`,
      () => act(view, "add", { kind, where: data.add.place }),
      { class: "chip", "data-kind": kind },
    ),
  );
  view.palette.replaceChildren(said, ...chips, moreKinds(view, data));
  if (had) view.palette.querySelector(`[data-kind="${had}"]`)?.focus();
}

function moreKinds(view, data) {
  const groups = data.kinds.map(group =>
    element(
      "optgroup",
      { label: group.title },
      ...group.kinds.map(([kind, help]) => element("option", { value: kind, title: help }, kind)),
    ),
  );
  const menu = element(
    "select",
    { "aria-label": `Add another kind of layer ${data.add.where}`, class: "chip", "data-kind": "more" },
    element("option", { value: "" }, "More …"),
    ...groups,
  );
  menu.addEventListener("change", () => {
    if (menu.value) act(view, "add", { kind: menu.value, where: data.add.place });
    menu.value = "";
  });
  return menu;
}
