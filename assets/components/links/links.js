// Links to views of this page. They are real links (open in a new tab, copy the address); a plain
// click is answered in place: the query goes to Python, which sets the controls. Each click counts, in its order,
// however long Python is busy: so they are words that are said in turns.
// The toolbar variant also keeps the browser's address equal to the view, and copies it.

import { forgetBefore, listenForBack, nextStep, pathOf, setTerms, stepTo, syncAddress } from "../shared/address.js";
import { element } from "../shared/dom.js";
import { leave } from "../shared/elsewhere.js";
import { shownHere } from "../shared/here.js";
import { keepPresses } from "../shared/press.js";
import { keepSwipes } from "../shared/swipe.js";
import { eachWord } from "../shared/turns.js";
import { kept, newsFor } from "../shared/view.js";
import { watchVisit } from "../shared/visit.js";
import { beginAtTop } from "./arriving.js";
import { watchPointing } from "./pointed.js";
import { lookAgainAtWords } from "./said.js";
import { announced, takeAlong, takeAtOnce } from "./take.js";
import { listenOnWall, turned } from "./wall.js";

/** @import { Tell } from "../shared/types" */

const isPlainClick = event =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

function link(item, className, go) {
  const anchor = element("a", { class: className, title: item.tip ?? null });
  anchor.href = pathOf(item.query);
  anchor.append(element("span", { class: "label" }, item.label));
  if (item.note) anchor.append(element("span", { class: "note" }, item.note));
  anchor.addEventListener("click", event => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    go(item.query);
  });
  return anchor;
}

function menu(title, items, go) {
  const [details, list] = folded(title);
  const close = query => {
    details.open = false;
    go(query);
  };
  items.forEach(item => list.append(link(item, "item", close)));
  return details;
}

// Pictures and tables as files: one press saves the likeliest, the arrow beside it opens all, in every format.
// What there is is looked up then.
function saveButtons() {
  const now = element("button", { class: "button now", type: "button" }, "Save");
  const said = element("span", { class: "heard", role: "status" });
  now.onpointerenter = now.onfocus = () => (now.title = announced());
  now.onclick = async () => {
    said.textContent = await takeAtOnce();
    now.textContent = said.textContent.startsWith("Saved") ? "Saved" : "Not saved";
    now.title = said.textContent;
    setTimeout(() => (now.textContent = "Save"), 1600);
  };
  const [details, list] = folded("");
  details.classList.add("save");
  const summary = details.firstElementChild;
  summary?.setAttribute("aria-label", "Save as: everything on this page, in every format");
  details.addEventListener("toggle", () => (details.open ? void takeAlong(list) : list.replaceChildren()));
  return element("div", { class: "split" }, now, details, said);
}

/** @param {string} title @returns {[HTMLDetailsElement, HTMLDivElement]} a menu, and the place of its lines */
function folded(title) {
  const details = element("details", { class: "menu" });
  const summary = element("summary", { class: "button" }, title);
  summary.append(element("span", { class: "chevron" }, "▾"));
  const list = element("div", { class: "items" });
  details.append(summary, list);
  details.addEventListener("focusout", event => {
    const to = event.relatedTarget;
    if (!(to instanceof Node) || !details.contains(to)) details.open = false;
  });
  details.addEventListener("keydown", event => moveInMenu(event, details, summary));
  return [details, list];
}

function moveInMenu(event, details, summary) {
  if (event.key === "Escape") {
    if (details.open) event.preventDefault();
    details.open = false;
    summary.focus();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  details.open = true;
  const items = [...details.querySelectorAll("a, .take button")];
  const now = items.indexOf(details.getRootNode().activeElement);
  items[(now + step + items.length) % items.length]?.focus();
}

async function copyAddress(button) {
  const said = button.textContent;
  let done = true;
  try {
    await navigator.clipboard.writeText(window.location.href);
  } catch {
    done = copyBySelection(window.location.href);
  }
  button.textContent = done ? "Copied" : "Copy it from the address bar";
  setTimeout(() => (button.textContent = said), 1600);
}

function copyBySelection(text) {
  // without https the clipboard API is missing
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

function toolbar(data, go, takeBack) {
  const bar = element("div", { class: "toolbar" });
  (data.menus || []).forEach(one => bar.append(menu(one.title, one.items, go)));
  const copy = element("button", { class: "button copy", type: "button", title: data.note }, "Copy link");
  copy.setAttribute("aria-live", "polite");
  copy.onclick = () => copyAddress(copy);
  const undo = element("button", { class: "button undo", type: "button", title: data.tips.undo }, "Undo");
  undo.onclick = takeBack;
  bar.append(
    wallSwitch(data.wall, go, data.tips.projector),
    undo,
    saveButtons(),
    copy,
    link({ label: "Reset", query: data.reset, tip: data.tips.reset }, "button reset", go),
  );
  return bar;
}

// The way to a wall and back: of the view that there is when it is taken.
function wallSwitch(isOn, go, tip) {
  const said = isOn ? { label: "Projector: on", note: "Esc" } : { label: "Projector" };
  const anchor = link({ query: turned("", isOn), tip, ...said }, "button wall", () => go(turned(viewNow(), isOn)));
  anchor.addEventListener("pointerenter", () => {
    anchor.href = pathOf(turned(viewNow(), isOn)); // to be opened in a tab of its own
  });
  return anchor;
}

const viewNow = () => window.location.search.slice(1);

// The key S is the button "Save", wherever nobody writes.
const WRITES = "input:not([type=range], [type=radio], [type=checkbox]), textarea, select, dialog, [contenteditable]";
const CHOOSES = "[role=listbox], [role=combobox], [role=menu]"; // where letters look for a line

function saveByKey(event) {
  if (event.key.toLowerCase() !== "s" || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  const [node] = event.composedPath();
  if (node instanceof Element && node.closest(`${WRITES}, ${CHOOSES}`)) return;
  shownHere(".split .now")?.click(); // the toolbar is made anew with each page
}

let isListening = false;

function listenForSave() {
  if (isListening) return;
  isListening = true;
  document.addEventListener("keydown", saveByKey);
}

function list(data, go) {
  const row = element("div", { class: "list" });
  if (data.wall) row.append(wallSwitch(true, go));
  data.items.forEach(item => row.append(link(item, "chip", go)));
  return row;
}

const isNews = newsFor();

const wordsOf = kept(() => {
  const words = { tell: /** @type {Tell} */ (() => {}) };
  return Object.assign(
    words,
    eachWord(all => words.tell("said", all), nextStep), // one count for all: an answer of any says which were heard
  );
});

export default function ({ data, parentElement, setTriggerValue }) {
  beginAtTop();
  if (data.terms) setTerms(data.terms);
  if (data.variant !== "save") {
    lookAgainAtWords();
    syncAddress(data.query, data.who, data.step);
  }
  const words = wordsOf(parentElement);
  words.tell = setTriggerValue;
  words.heard(data.heard ?? 0);
  const say = way => {
    leave();
    words.say(way);
  };
  const go = query => {
    stepTo(query);
    say(query);
  };
  const takeBack = () => {
    forgetBefore();
    say(true);
  };
  if (data.variant !== "list") listenForSave();
  if (data.variant === "toolbar") listenForBack(say, takeBack);
  if (data.wall !== undefined) listenOnWall(data.wall, () => go(turned(viewNow(), true)));
  keepPresses();
  keepSwipes();
  watchPointing();
  if (data.session) watchVisit(data.session);
  const { query, session, heard, step, ...look } = data;
  if (!isNews(parentElement, look)) return;
  parentElement.querySelectorAll(".toolbar, .list, .split").forEach(node => node.remove());
  const made = { toolbar: () => toolbar(data, go, takeBack), save: saveButtons, list: () => list(data, go) };
  parentElement.append(made[data.variant]());
}
