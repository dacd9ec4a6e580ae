// What Streamlit's own controls say of the page's address is written as soon as a hand has set them: Python's word of it
// comes when the page has run, and a page that is loaded again before would open the view before.
// A control that sets a term has the key "<page>-<term>" (cnnviz/ui/address.py). What its options are called in an
// address the server tells when a hand comes near.

import { isStepAhead, sayAhead } from "../shared/address.js";
import { address } from "../shared/dom.js";
import { sessionHere } from "../shared/visit.js";

const SETTLED = [0, 60, 160]; // ms after an event at which a control may show what came of it
const AGAIN = 300; // ms from one question to the next: a page that is still being made knows some of its controls
const RECENT = 5000; // ms for which what a hand has changed may wait for its words
const NO_LIST = ".stMain, [data-testid=stSidebar], [data-testid=stHeader]"; // "Undo", a picture, or a link to a page
const COMMITS = ["click", "change", "focusout", "keyup"];

/** @typedef {Record<string, Record<string, string>>} Words by term, of what is shown: its text in an address */

/** @type {Words} */
let words = {};
let isStale = true;
let askedAt = -Infinity;
let changedAt = -Infinity;
/** @type {Element | null} */
let touchedLast = null;
let isListening = false;

const pageHere = () => window.location.pathname.split("/").at(-1) ?? "";

/** @returns {[name: string, node: Element][]} the page's controls by their terms */
function controls() {
  const start = `st-key-${pageHere()}-`;
  return [...document.querySelectorAll(`.stMain [class*="${start}"]`)].map(node => {
    const key = [...node.classList].find(name => name.startsWith(start)) ?? start;
    return [key.slice(start.length), node];
  });
}

/** @param {Element} node */
const said = node => (node.textContent ?? "").trim();

/** What a control shows: the texts of its choices, or a value as it is. @param {Element} node @returns {{ shown: string[], isValue: boolean } | null} */
function shownBy(node) {
  const one = (/** @type {string} */ selector) => /** @type {HTMLInputElement | null} */ (node.querySelector(selector)),
    all = (/** @type {string} */ selector) => /** @type {HTMLInputElement[]} */ ([...node.querySelectorAll(selector)]);
  const box = one("input[type=checkbox]");
  if (box) return { shown: [String(box.checked)], isValue: true };
  const field = one("input[type=number], [data-testid=stTextInputRootElement] input");
  if (field) return field === document.activeElement ? null : { shown: [field.value], isValue: true };
  const ranges = all("input[type=range]");
  if (ranges.length) return { shown: ranges.map(range => range.ariaValueText ?? range.value), isValue: false };
  if (one("[data-testid=stMultiSelectTagsContainer]"))
    return { shown: all("[data-rac] [data-tag] span[title]").map(said), isValue: false };
  const chosen = one("[role=combobox]");
  if (chosen) return chosen.ariaExpanded === "true" ? null : { shown: [chosen.value], isValue: false };
  const pressed = one("[role=radio][aria-checked=true], [role=radiogroup] label[data-selected]");
  return pressed && { shown: [said(pressed)], isValue: false };
}

/** The text of a term, where it is known. @param {string} name @param {ReturnType<typeof shownBy>} found */
function textOf(name, found) {
  if (!found) return undefined;
  if (found.isValue) return found.shown[0];
  const of = words[name] ?? {},
    texts = found.shown.flatMap(shown => (Object.hasOwn(of, shown) ? of[shown] : []));
  return texts.length === found.shown.length ? texts.join() || "none" : undefined;
}

/** @type {Map<string, NonNullable<ReturnType<typeof shownBy>>>} what each control showed, by its term */
let before = new Map();

/** What the controls show before a hand changes one; a list that is open, or a field that is written in, as it was. */
function look() {
  const now = new Map();
  for (const [name, node] of controls()) {
    const found = shownBy(node) ?? before.get(name);
    if (found) now.set(name, found);
  }
  before = now;
}

/**
 * Says what a hand has changed; what the server has not told the words of is looked at again when it has.
 *
 * @param {Element | null} touched the control that the hand was on: another one's news are the server's. Of a list that
 *   lies over the page nobody knows whose it is
 */
function compare(touched) {
  if (!touched && isStepAhead()) return; // the server's answers come, and nobody can tell them from a hand's
  /** @type {Record<string, string>} */
  const changed = {};
  /** @type {Record<string, string>} */
  const from = {};
  for (const [name, node] of controls()) {
    if (touched && node !== touched) continue;
    const now = shownBy(node),
      was = before.get(name) ?? null,
      [text, old] = [textOf(name, now), textOf(name, was)];
    if (!now || text === undefined || now.shown.join() === was?.shown.join()) continue;
    if (old !== undefined) [changed[name], from[name]] = [text, old];
    before.set(name, now);
  }
  sayAhead(changed, from);
}

/** @param {EventTarget | null} target @returns {Element | null} the control that something happened on */
const controlOf = target => (target instanceof Element ? target.closest(`[class*="st-key-${pageHere()}-"]`) : null);

/** @param {Event} event */
function near({ target }) {
  const control = controlOf(target);
  if (!control || performance.now() - askedAt < AGAIN) return;
  const isKnown =
    !isStale && controls().every(([name, node]) => node !== control || textOf(name, shownBy(node)) !== undefined);
  if (isKnown) return;
  isStale = false;
  askedAt = performance.now();
  void ask();
}

async function ask() {
  try {
    const answer = await fetch(address(`/words/${encodeURIComponent(sessionHere())}`), { cache: "no-store" });
    if (!answer.ok) return;
    words = await answer.json();
    if (performance.now() - changedAt < RECENT) compare(touchedLast);
  } catch {
    isStale = true; // the server is busy: what its answer says comes later, as ever
  }
}

/** The page has run: its controls may have other options. */
export function lookAgainAtWords() {
  isStale = true;
  if (isListening) return;
  isListening = true;
  const early = { capture: true, passive: true };
  for (const name of ["pointerover", "pointerdown", "focusin"]) document.addEventListener(name, near, early);
  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, () => SETTLING.size || look(), early);
  for (const name of COMMITS) document.addEventListener(name, settle, early);
}

/** @type {Set<number>} */
const SETTLING = new Set();

/** @param {Event} event */
function settle(event) {
  if (event instanceof KeyboardEvent && !/^(Enter| |Arrow|Page|Home|End)/.test(event.key)) return;
  const touched = controlOf(event.target);
  if (!touched && event.target instanceof Element && event.target.closest(NO_LIST)) return;
  changedAt = performance.now();
  touchedLast = touched;
  for (const wait of SETTLED) {
    const timer = setTimeout(() => {
      SETTLING.delete(timer);
      compare(touched);
    }, wait);
    SETTLING.add(timer);
  }
}
