// The shape doctor: which two numbers clash, every mend as one click, and torch's own words.

function makeDoctor(view) {
  view.doctor = node("section", { class: "card doctor", "aria-label": "What does not fit", "aria-live": "polite" });
  return view.doctor;
}

function showDoctor(view, found) {
  const drawn = JSON.stringify(found);
  if (view.drawnDoctor === drawn) return;
  view.drawnDoctor = drawn;
  view.doctor.hidden = !found;
  if (!found) return view.doctor.replaceChildren();
  const place = button(`It stops at ${found.title}.`, `Select ${found.title}`, () => choose(view, found.path), { class: "place" });
  const mends = node("div", { class: "mends" }, ...found.mends.map((mend, index) =>
    button(mend.label, `${mend.label}. ${mend.why}`, () => act(view, "mend", { index }), { class: "mend" })));
  view.doctor.replaceChildren(
    node("p", { class: "sentence" }, place, " " + found.sentence),
    mends, node("p", { class: "torch" }, node("b", {}, "torch says: "), found.torch));
}
