// What came of an edit, in one line: on a phone it stands where the hand was, for the doctor is a screen away.

import { element, place, say } from "../shared/dom.js";
import { act, button } from "./base.js";
import { mendBy } from "./doctor.js";

const LONGEST = 95; // characters of a mend that stands in the line: four lines of a phone
const PLACES = ".field, .tools, .palette, .steps"; // behind which it may stand

export function makeOutcome(view) {
  view.result = element("p", { class: "result", role: "status" });
  view.nearest = button("", "", () => mendBy(view, nearestMend(view.data)));
  view.all = button("All mends", "", () => toDoctor(view));
  view.mend = element(
    "span",
    { class: "ways" },
    button("↶ Undo", "Undo it (Ctrl+Z)", () => act(view, "undo")),
    view.nearest,
    view.all,
  );
  view.outcome = element("div", { class: "outcome" }, view.result, view.mend);
  for (const name of ["pointerdown", "focusin"]) view.root.addEventListener(name, event => remember(view, event));
}

function remember(view, event) {
  const at = event.composedPath().find(node => node instanceof Element && node.matches(PLACES));
  if (at instanceof Element && !view.outcome.contains(event.target)) view.handAt = at;
}

function toDoctor(view) {
  view.root.querySelector(".doctor")?.scrollIntoView({ block: "start", behavior: "smooth" });
}

export function showOutcome(view, data) {
  view.isNews = view.handAt && view.result.textContent !== data.result;
  say(view.result, data.result);
  view.outcome.classList.toggle("stops", Boolean(data.doctor));
  view.mend.hidden = !data.doctor;
  if (data.doctor) showWays(view, data);
  const at = placeOf(view);
  if (at.matches(".field")) at.append(view.outcome);
  else if (view.outcome.previousElementSibling !== at) at.after(view.outcome);
}

function showWays({ nearest, all }, data) {
  const mend = nearestMend(data),
    words = `All ${data.doctor.mends.length} mends`;
  nearest.hidden = !mend;
  if (mend) {
    say(nearest, mend.label);
    place(nearest, { "aria-label": mend.label, title: `${mend.label}. ${mend.why}` });
  }
  say(all, words);
  place(all, { "aria-label": `${words}: scroll to what can be done about it` });
}

function nearestMend({ doctor }) {
  const mend = doctor?.mends.find(one => !one.is_undo);
  return mend && mend.label.length <= LONGEST ? mend : undefined;
}

export function revealOutcome(view) {
  if (view.isNews) view.outcome.scrollIntoView({ block: "nearest" }); // where it is shown at all
  view.isNews = false;
}

// The fields of another layer are others: the one of the same name is where the hand is now.
function placeOf({ handAt, root }) {
  if (handAt?.isConnected) return handAt;
  const id = handAt?.querySelector("input, select")?.id;
  return (id && root.querySelector(`#${id}`)?.closest(".field")) || root.querySelector(".tools");
}

/**
 * The field or the button that the hand is at stays under it, whatever comes or goes above. Called before the page is
 * drawn again; what it gives is called afterwards.
 */
export function held({ handAt, root }) {
  if (!handAt?.isConnected || !root.querySelector(".panel").contains(handAt)) return () => {};
  const before = handAt.getBoundingClientRect().top;
  return () => {
    const moved = handAt.isConnected ? handAt.getBoundingClientRect().top - before : 0;
    if (moved) scrollerOf(root)?.scrollBy({ top: moved, behavior: "instant" });
  };
}

function scrollerOf(node) {
  for (let at = node; at; at = at.parentElement ?? at.getRootNode().host)
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  return null;
}
