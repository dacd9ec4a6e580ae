// The shape doctor: which two numbers clash, every mend as one click, and torch's own words; and what fits and is
// seldom meant.

import { element } from "../shared/dom.js";
import { act, button, choose } from "./base.js";

export function makeDoctor(view) {
  view.doctor = element("section", { class: "card doctor", "aria-label": "What does not fit", "aria-live": "polite" });
  view.remarks = element("section", { class: "card remarks", "aria-label": "It fits, but", "aria-live": "polite" });
  return element("div", { class: "together" }, view.doctor, view.remarks);
}

export function showRemarks(view, found) {
  const drawn = JSON.stringify(found);
  if (view.drawnRemarks === drawn) return;
  view.drawnRemarks = drawn;
  view.remarks.hidden = !found.length;
  const items = found.map(({ path, title, sentence }) => {
    const place = button(title, `Select ${title}`, () => choose(view, path), { class: "place" });
    return element("li", {}, place, `: ${sentence}`);
  });
  view.remarks.replaceChildren(element("b", {}, "It fits, but …"), element("ul", {}, ...items));
}

export function showDoctor(view, found) {
  const drawn = JSON.stringify(found);
  if (view.drawnDoctor === drawn) return;
  view.drawnDoctor = drawn;
  view.doctor.hidden = !found;
  if (!found) return view.doctor.replaceChildren();
  const place = button(`It stops at ${found.title}.`, `Select ${found.title}`, () => choose(view, found.path), {
    class: "place",
  });
  const mends = element(
    "div",
    { class: "mends" },
    ...found.mends.map(mend =>
      button(mend.label, `${mend.label}. ${mend.why}`, () => act(view, "mend", { label: mend.label }), {
        class: "mend",
      }),
    ),
  );
  view.doctor.replaceChildren(
    element("p", { class: "sentence" }, place, ` ${found.sentence}`),
    mends,
    element("p", { class: "torch" }, element("b", {}, "torch says: "), found.torch),
  );
}
