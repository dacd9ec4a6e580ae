// The classes with their scores. A click explains one; "not this?" compares the explained class with it.
// Rows stay where they are while scores change, so that one can draw and watch.

import { sayAhead } from "../shared/address.js";
import { element, focusedIn } from "../shared/dom.js";
import { foresight } from "../shared/foresight.js";
import { choosing } from "../shared/hand.js";
import { kept } from "../shared/view.js";

function makeRow(view) {
  const row = element("div", { class: "row" }),
    explain = element("button", { class: "explain" }),
    not = element("button", { class: "not" });
  const name = element("span", { class: "name" }),
    track = element("span", { class: "track" }),
    bar = element("i"),
    score = element("span", { class: "score" });
  explain.type = not.type = "button";
  explain.setAttribute("role", "radio");
  track.append(bar);
  explain.append(track, name, score); // the bar lies under both, so it has the room of the row
  row.append(explain, not);
  const parts = { row, explain, not, name, bar, score, item: view.data.rows[0] }; // told which one by `fill`
  explain.onclick = () => {
    const { index, name } = parts.item;
    view.hand.choose(name);
    show(view);
    sayAhead({ class_idx: String(index === view.data.winner ? -1 : index) });
    view.foresight.show(index);
    view.setTriggerValue("explain", index);
  };
  not.onclick = () => {
    const { index } = parts.item,
      { explained, against } = view.data;
    if (index === explained) return;
    const rival = index === against ? -1 : index;
    sayAhead({ against: String(rival) });
    view.setTriggerValue("compare", rival);
  };
  return parts;
}

function build(host) {
  const list = element("div", { class: "classes" }),
    head = element("div", { class: "head" }, "Class");
  head.append(element("span", {}, "click one to explain it"));
  list.setAttribute("role", "radiogroup");
  list.setAttribute("aria-label", "The class that the heatmaps explain");
  list.append(head);
  host.append(list);
  const view = {
    host,
    list,
    rows: /** @type {ReturnType<typeof makeRow>[]} */ ([]),
    hand: choosing(() => show(view)),
  };
  view.foresight = foresight(list, () => view.setTriggerValue("near", true));
  list.addEventListener("keydown", event => step(view, event));
  return view;
}

function step(view, event) {
  const move = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const at = view.rows.findIndex(parts => parts.explain === focusedIn(view.host));
  if (!move || at < 0) return;
  event.preventDefault();
  const next = view.rows[(at + move + view.rows.length) % view.rows.length];
  next.explain.focus();
  next.explain.click();
}

function fill(parts, item, data) {
  const explained = item.index === data.explained,
    against = item.index === data.against;
  parts.item = item;
  parts.row.className = `row${explained ? " explained" : ""}${against ? " against" : ""}`;
  parts.name.textContent = parts.name.title = item.name;
  parts.bar.style.width = `${100 * item.share}%`;
  parts.score.textContent = item.score;
  parts.explain.setAttribute("aria-checked", String(explained));
  parts.explain.setAttribute("aria-label", `Explain ${item.name}, ${item.score}`);
  parts.explain.tabIndex = explained ? 0 : -1;
  parts.not.textContent = explained ? "explained" : against ? "not this ✕" : "why not?";
  parts.not.className = `not${explained ? " none" : against ? " on" : ""}`;
  parts.not.disabled = explained;
  parts.not.setAttribute(
    "aria-label",
    explained
      ? "explained"
      : against
        ? `Compare with ${item.name} no longer`
        : `Why ${data.explained_name} and not ${item.name}?`,
  );
  parts.not.setAttribute("aria-pressed", String(against));
}

// On a phone the rows are one line to swipe along: the one that is explained is brought into sight.
function reveal(view) {
  const { list, rows, data } = view;
  const shown = rows.find(parts => parts.item.index === data.explained)?.row;
  if (!shown || view.revealed === data.explained) return;
  view.revealed = data.explained;
  const end = shown.offsetLeft + shown.offsetWidth - list.clientWidth;
  list.scrollLeft = Math.min(shown.offsetLeft, Math.max(list.scrollLeft, end));
}

/** What is said, of the class that a hand has chosen where there is one. */
function withChoice({ hand, said }) {
  const name = hand.over(said.explained_name),
    chosen = said.rows.find(row => row.name === name);
  return chosen ? { ...said, explained: chosen.index, explained_name: name } : said;
}

function show(view) {
  const data = withChoice(view);
  view.data = data;
  while (view.rows.length > data.rows.length) view.rows.pop()?.row.remove();
  while (view.rows.length < data.rows.length) {
    const parts = makeRow(view);
    view.rows.push(parts);
    view.list.append(parts.row);
  }
  data.rows.forEach((item, index) => fill(view.rows[index], item, data));
  if (!data.rows.some(item => item.index === data.explained) && view.rows[0]) view.rows[0].explain.tabIndex = 0;
  reveal(view);
}

const viewOf = kept(build);

export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { said: data, setTriggerValue });
  show(view);
  if (data.foresight) view.foresight.take(data.foresight, ""); // what is sent leads to all classes
}
