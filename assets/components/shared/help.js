// What a control's term means: told by pointing, by a tap and by the Tab key. The words open below `helpMark`'s
// positioned ancestor.

import { element } from "./dom.js";

/** @param {string} label of the control @param {string} help */
export const helpMark = (label, help) =>
  element(
    "button",
    { class: "help", type: "button", "aria-label": `${label}: ${help}` },
    element("span", { class: "mark", "aria-hidden": "true" }, "?"),
    element("span", { class: "tip", role: "tooltip" }, help),
  );
