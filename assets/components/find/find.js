// Find: a button and the key "/" open a search over all that the app has. It stands in the document beside
// Streamlit's page (cnnviz/ui/serving/document.py): no run of a page knows of it, and nothing is fetched before it
// is opened. What is found are links; a plain click goes there within the visit, without loading the page anew. What one
// can do is pointed at on the page that is open, where that has it.

import { childrenOf, drawn, element, say } from "../shared/dom.js";
import { shownHere } from "../shared/here.js";
import { address } from "../shared/served_at.js";
import { prepare, ranked, rankedBySome } from "./rank.js";

/** @import { Found, Prepared } from "./rank.js" */

const INDEX = "/find.json";
const FAILED = "The list of what can be found did not load. Close this and open it again.";
const LOADING = "Looking up what there is …";
const KINDS = { try: "to try", do: "to do" };
const COMES = 20_000; // ms in which a page that is gone to may show what is meant
const POINTED = 2400; // ms for which it is framed
const TYPED = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]";

/** @type {Prepared[] | undefined} */
let index;

const input = element("input", {
  type: "text", // in a search field Escape clears, and closes only then
  role: "combobox",
  placeholder: "Pages, terms, networks, what one can do",
  "aria-label": "Find",
  "aria-expanded": "true",
  "aria-controls": "cnnviz-found",
  "aria-autocomplete": "list",
  autocomplete: "off",
  spellcheck: "false",
  enterkeyhint: "go",
});
const list = element("div", { id: "cnnviz-found", role: "listbox", "aria-label": "What was found" });
const words = element("p", { role: "status" });
const hint = element("p", { class: "keys", "aria-hidden": "true" }, "↑ ↓ choose · Enter open · Esc close");
const close = element("button", { type: "button", "aria-label": "Close" }, "×");
const row = element("div", { class: "row" }, input, close);
const dialog = element("dialog", { class: "cnnviz-find", "aria-label": "Find" }, row, words, list, hint);
const button = element(
  "button",
  {
    class: "cnnviz-find-open",
    type: "button",
    title: "Find a page, a term, a network …",
    "aria-label": "Find",
    "aria-keyshortcuts": "/",
    "aria-haspopup": "dialog",
  },
  drawn(
    "svg",
    { viewBox: "0 0 16 16", "aria-hidden": "true" },
    drawn("circle", { cx: 7, cy: 7, r: 5 }),
    drawn("path", { d: "M11 11l4 4" }),
  ),
  element("span", {}, "Find"),
  element("kbd", { "aria-hidden": "true" }, "/"),
);

/** @param {Found} found @param {number} place */
function option([kind, title, note, where, to, , here], place) {
  const said = element("span", { class: "said" }, element("b", {}, title), element("span", { class: "note" }, note));
  const of = element("span", { class: "of" }, [where, kindWord(kind)].filter(Boolean).join(" · "));
  const attributes = { role: "option", id: `cnnviz-found-${place}`, tabindex: "-1", "aria-selected": "false" };
  return element("a", { ...attributes, href: address(`/${to}`), "data-here": here ?? null }, said, of);
}

/** @param {string} kind */
const kindWord = kind => KINDS[kind] ?? kind;

/** @param {number} place */
function choose(place) {
  const options = childrenOf(list);
  const at = options.length ? (place + options.length) % options.length : -1;
  options.forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
  options[at]?.scrollIntoView({ block: "nearest" });
  if (options[at]) input.setAttribute("aria-activedescendant", options[at].id);
  else input.removeAttribute("aria-activedescendant");
}

const chosen = () => childrenOf(list).findIndex(one => one.getAttribute("aria-selected") === "true");

function look() {
  if (!index) return;
  const query = input.value.trim();
  const whole = ranked(index, query),
    found = whole.length ? whole : rankedBySome(index, query);
  list.replaceChildren(...found.map(option));
  list.scrollTop = 0;
  choose(0);
  if (!found.length) say(words, `Nothing here is called “${query}”.`);
  else if (!whole.length) say(words, `Nothing has all of “${query}”. ${found.length} have some of it:`);
  else say(words, query ? `${found.length} found` : "");
  words.classList.toggle("none", !found.length);
}

async function load() {
  if (index) return;
  say(words, LOADING);
  try {
    const answer = await fetch(address(INDEX));
    index = prepare(await answer.json());
  } catch {
    say(words, FAILED);
  }
}

function open() {
  if (dialog.open) return;
  const app = document.querySelector(".stApp");
  dialog.style.colorScheme = app ? getComputedStyle(app).colorScheme : "";
  input.value = "";
  dialog.showModal();
  void load().then(look);
}

/**
 * Goes to an address within the visit, as the browser's own "back" does: Streamlit and the pages listen for it.
 *
 * @param {string} to
 */
function goTo(to) {
  window.history.pushState({}, "", to);
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}

/** @param {HTMLElement} node what was looked for */
function pointAt(node) {
  node.scrollIntoView({ block: "center" });
  node.focus({ preventScroll: true });
  const accent = getComputedStyle(button).getPropertyValue("--accent");
  node.animate([{ outline: `3px solid ${accent}`, outlineOffset: "2px" }, { outline: `3px solid ${accent}` }], POINTED);
}

/**
 * Points at something as soon as the page that is gone to shows it.
 *
 * @param {string} here
 * @param {number} until
 */
function pointWhenThere(here, until = performance.now() + COMES) {
  const node = shownHere(here);
  if (node) pointAt(node);
  else if (performance.now() < until) setTimeout(() => pointWhenThere(here, until), 200);
}

/** @param {MouseEvent} event */
const isPlain = event => event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

/** @param {MouseEvent} event */
function follow(event) {
  const [node] = event.composedPath();
  const link = node instanceof Element && node.closest("a[role=option], .cnnviz a.way");
  if (!(link instanceof HTMLAnchorElement) || !isPlain(event)) return;
  event.preventDefault();
  const here = link.dataset.here;
  if (!here || !shownHere(here)) goTo(link.href);
  dialog.close(); // which gives the focus back to where it was
  if (here) pointWhenThere(here);
}

/** @param {KeyboardEvent} event */
function steer(event) {
  event.stopPropagation(); // Streamlit has keys of its own
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(chosen() + step);
  else if (event.key === "Enter") childrenOf(list)[chosen()]?.click();
  else return;
  event.preventDefault();
}

/** @param {KeyboardEvent} event */
function openByKey(event) {
  const [node] = event.composedPath();
  const isTyped = node instanceof Element && node.matches(TYPED);
  if (event.key !== "/" || isTyped || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  open();
}

dialog.addEventListener("keydown", steer);
dialog.addEventListener("click", event => event.target === dialog && dialog.close()); // beside it
input.addEventListener("input", look);
list.addEventListener("pointermove", event => {
  const [node] = event.composedPath();
  const one = node instanceof Element ? node.closest("a") : null;
  if (one && one.getAttribute("aria-selected") !== "true") choose(childrenOf(list).indexOf(one));
});
close.onclick = () => dialog.close();
button.onclick = open;
document.addEventListener("click", follow);
document.addEventListener("keydown", openByKey);
document.body.append(button, dialog);
