// Links to views of this page. They are real links (open in a new tab, copy the address); a plain
// click is answered in place: the query goes to Python, which sets the controls.
// The toolbar variant also keeps the browser's address equal to the view, and copies it.

import { listenForBack, pathOf, stepTo, syncAddress } from "../shared/address.js";
import { element } from "../shared/dom.js";
import { keepPresses } from "../shared/press.js";
import { keepSwipes } from "../shared/swipe.js";
import { newsFor } from "../shared/view.js";
import { watchVisit } from "../shared/visit.js";
import { takeAlong } from "./take.js";
import { listenOnWall, turned } from "./wall.js";

const isPlainClick = event =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

function link(item, className, go) {
  const anchor = element("a", { class: className });
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

// Pictures and tables as files: what there is is looked up when the menu is opened.
function saveMenu() {
  const [details, list] = folded("Save");
  details.classList.add("save");
  details.addEventListener("toggle", () => list.replaceChildren(...(details.open ? takeAlong() : [])));
  return details;
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
  const copy = element("button", { class: "button" }, "Copy link");
  copy.type = "button";
  copy.title = data.note;
  copy.setAttribute("aria-live", "polite");
  copy.onclick = () => copyAddress(copy);
  const undo = element("button", { class: "button undo", type: "button" }, "Undo");
  undo.title = "Take back the last change (Ctrl Z)";
  undo.onclick = takeBack;
  bar.append(
    wallSwitch(data.wall, go),
    undo,
    saveMenu(),
    copy,
    link({ label: "Reset", query: data.reset }, "button", go),
  );
  return bar;
}

// The way to a wall and back: of the view that there is when it is taken.
function wallSwitch(isOn, go) {
  const said = isOn ? { label: "Projector: on", note: "Esc" } : { label: "Projector" };
  const anchor = link({ query: turned("", isOn), ...said }, "button wall", () => go(turned(viewNow(), isOn)));
  anchor.title = isOn ? "Back to the menu (Esc). + and − make it larger and smaller" : "Larger, and without the menu";
  anchor.addEventListener("pointerenter", () => {
    anchor.href = pathOf(turned(viewNow(), isOn)); // to be opened in a tab of its own
  });
  return anchor;
}

const viewNow = () => window.location.search.slice(1);

function list(data, go) {
  const row = element("div", { class: "list" });
  if (data.wall) row.append(wallSwitch(true, go));
  data.items.forEach(item => row.append(link(item, "chip", go)));
  return row;
}

const isNews = newsFor();

export default function ({ data, parentElement, setTriggerValue }) {
  syncAddress(data.query);
  const go = query => {
    stepTo(query);
    setTriggerValue("go", query);
  };
  const takeBack = () => setTriggerValue("undo", true);
  if (data.variant === "toolbar") listenForBack(query => setTriggerValue("go", query), takeBack);
  if (data.wall !== undefined) listenOnWall(data.wall, () => go(turned(viewNow(), true)));
  keepPresses();
  keepSwipes();
  if (data.session) watchVisit(data.session);
  const { query, session, ...look } = data;
  if (!isNews(parentElement, look)) return;
  parentElement.querySelectorAll(".toolbar, .list").forEach(node => node.remove());
  parentElement.append(data.variant === "toolbar" ? toolbar(data, go, takeBack) : list(data, go));
}
