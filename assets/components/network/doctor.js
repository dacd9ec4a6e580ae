// The shape doctor: which two numbers clash, every mend as one click with the input sizes that then fit, and torch's
// own words; and what fits and is seldom meant. A mend that is pointed at is seen in table and graph before it is done.

import { childrenOf, drawn, element, place, say } from "../shared/dom.js";
import { preview } from "../shared/layers.js";
import { act, button, choose } from "./base.js";

/** @import { Diagnosis, DoctorView, Loss, Mend, Remark } from "./types" */

const LAST_ROWS = 3; // of those that a loss is told with

/** @param {DoctorView} view */
export function makeDoctor(view) {
  view.doctor = element("section", { class: "card doctor", "aria-label": "What does not fit", "aria-live": "polite" });
  view.remarks = element("section", { class: "card remarks", "aria-label": "It fits, but", "aria-live": "polite" });
}

/** @param {DoctorView} view @param {Remark[]} found */
export function showRemarks(view, found) {
  const told = JSON.stringify(found);
  if (view.drawnRemarks === told) return;
  view.drawnRemarks = told;
  view.remarks.hidden = !found.length;
  const items = found.map(({ path, title, sentence }) => {
    const place = button(title, `Select ${title}`, () => choose(view, path), { class: "place" });
    return element("li", {}, place, `: ${sentence}`);
  });
  view.remarks.replaceChildren(element("b", {}, "It fits, but …"), element("ul", {}, ...items));
}

/** @param {DoctorView} view @param {Diagnosis | null} found */
export function showDoctor(view, found) {
  const told = JSON.stringify(found);
  if (view.drawnDoctor === told) return;
  view.drawnDoctor = told;
  view.doctor.hidden = !found;
  preview(null);
  if (!found) return view.doctor.replaceChildren();
  const stop = button(`It stops at ${found.title}.`, `Select ${found.title}`, () => choose(view, found.path), {
    class: "place",
  });
  view.doctor.replaceChildren(
    element("p", { class: "sentence" }, stop, ` ${found.sentence}`),
    found.sizes.length ? withSizes(view, found) : chips(view, found.mends),
    element("p", { class: "torch" }, element("b", {}, "torch says: "), found.torch),
  );
}

const NOTHING = "Point at a mend: table and graph show what would come of it.";

/** The mends as chips, and below them what the one that is pointed at does. @param {DoctorView} view @param {Mend[]} mends */
function chips(view, mends) {
  const { about, explain } = explained();
  return element(
    "div",
    { class: "tried" },
    element("div", { class: "mends" }, ...mends.map(mend => mendOf(view, mend, explain))),
    mends.length ? about : "",
  );
}

/** A line for what a mend does, and what fills it. */
function explained() {
  const about = element("p", { class: "about" }, NOTHING),
    explain = (/** @type {Mend | null} */ mend) => say(about, mend ? `${mend.comes} ${mend.why}` : NOTHING);
  return { about, explain };
}

/** @param {DoctorView} view @param {Mend} mend */
export const mendBy = (view, { label, scope, net }) => void act(view, "mend", { label, scope, net });

/** One mend: seen while it is pointed at, done by a click. @param {DoctorView} view @param {Mend} mend @param {(mend: Mend | null) => void} explain @param {Node[]} children */
function mendOf(view, mend, explain, ...children) {
  const { label, why, scope } = mend;
  const made = button(label, `${label}. ${why}`, () => mendBy(view, mend), { class: "mend", "data-scope": scope });
  made.append(...children);
  const see = () => {
    preview(mend.preview);
    explain(mend);
  };
  const leave = () => {
    preview(null);
    explain(null);
  };
  made.addEventListener("pointerenter", see);
  made.addEventListener("focus", see);
  made.addEventListener("pointerleave", leave);
  made.addEventListener("blur", leave);
  return made;
}

/** The mends one below the other, each with the sizes that fit; beside them how rows were lost. @param {DoctorView} view @param {Diagnosis} found */
function withSizes(view, found) {
  const { sizes, losses, mends, scopes, no_mend } = found;
  const [first, last, own] = sizes;
  const { about, explain } = explained();
  const rows = mends.map(mend => mendOf(view, mend, explain, strip(mend.fits, first, last, own)));
  const list = element("div", { class: "mends rows" }, ...rows);
  const head = element("div", { class: "scopes" }, element("b", {}, "Mends, each tried"));
  if (scopes.length) head.append(scopesOf(view, scopes, rows));
  head.append(element("span", { class: "axis" }, `inputs that fit, ${first} to ${last}`));
  const tried = element("div", { class: "tried" }, head, list, about);
  if (no_mend) tried.append(element("p", { class: "torch" }, no_mend));
  const lost = losses.length ? [element("div", { class: "losses" }, ...losses.map(lossOf))] : [];
  return element("div", { class: "sized" }, ...lost, tried);
}

/** Where a mend is done: at this join alone or at all of them. @param {DoctorView} view @param {[string, string][]} scopes @param {HTMLElement[]} rows */
function scopesOf(view, scopes, rows) {
  const group = element("span", { class: "where", role: "group", "aria-label": "Where a mend is done" });
  const show = () => {
    for (const row of rows) row.hidden = Boolean(row.dataset.scope) && row.dataset.scope !== view.scope;
    for (const one of childrenOf(group)) place(one, { "aria-pressed": one.dataset.scope === view.scope });
  };
  view.scope ??= "everywhere";
  const choice = (/** @type {[string, string]} */ [scope, label]) => {
    const pressed = () => {
      view.scope = scope;
      show();
    };
    return button(label, `Mend ${label}`, pressed, { class: "side", "data-scope": scope });
  };
  group.append(...scopes.map(choice));
  show();
  return group;
}

/** The sizes that fit, with the network's own. @param {[number, number][]} fits @param {number} first @param {number} last @param {number} own */
function strip(fits, first, last, own) {
  const width = last - first + 1;
  const svg = drawn("svg", {
    class: "strip",
    viewBox: `0 0 ${width} 12`,
    preserveAspectRatio: "none",
    "aria-hidden": true,
  });
  svg.append(drawn("rect", { class: "none", y: 3, width, height: 6 }));
  for (const [from, to] of fits)
    svg.append(drawn("rect", { class: "fits", x: from - first, y: 2, width: to - from + 1, height: 8 }));
  svg.append(drawn("rect", { class: "own", x: own - first, y: 0, width: 1, height: 12 }));
  return svg;
}

/** The last rows of a map: which nobody reads, and which it lacks. @param {Loss} loss */
function lossOf({ text, count, unread, missing }) {
  const first = Math.max(0, count - Math.max(LAST_ROWS, unread + 1));
  const cells = Array.from({ length: count - first }, (_, place) => {
    const row = first + place;
    return element("i", { class: row >= count - unread ? "unread" : "row" }, String(row));
  });
  for (let lack = 0; lack < Math.min(missing, 2); lack += 1) cells.push(element("i", { class: "lacks" }));
  const end = unread ? element("em", {}, "never read") : undefined;
  const shown = element("span", { class: "cells", "aria-hidden": true }, first ? "…" : "", ...cells);
  if (end) shown.append(end);
  return element("p", { class: "loss" }, element("span", {}, text), shown);
}
