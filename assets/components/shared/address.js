// The browser's address says the view: what is not at its default.

import { isHeld } from "./visit.js";

const BETWEEN = 120; // ms: while a slider is dragged, browsers take some writes a second and no more

const LOST = 4000; // ms after which what a hand has changed is what Python says of it

/** @typedef {Record<string, string>} Defaults of a page's terms by name, as an address writes them */
/** @typedef {Map<string, { text: string, at: number }>} Ahead what a hand has changed and Python has not answered yet */
/** @typedef {{ __cnnvizAddress?: number, __cnnvizBack?: AbortController, __cnnvizAhead?: Ahead, __cnnvizTerms?: Defaults }} Waiting one for the window: components are modules of their own */

/** @returns {Ahead} */
function ahead() {
  const waiting = /** @type {Window & Waiting} */ (window);
  waiting.__cnnvizAhead ??= new Map();
  return waiting.__cnnvizAhead;
}

/** @returns {Defaults} */
const terms = () => /** @type {Window & Waiting} */ (window).__cnnvizTerms ?? {};

/** Which terms the page has. @param {Defaults} defaults */
export function setTerms(defaults) {
  /** @type {Window & Waiting} */ (window).__cnnvizTerms = defaults;
}

/** A query with terms as a hand has set them; at its default a term is not said.
 *
 * @param {string} query
 * @param {Iterable<[name: string, text: string]>} said
 */
export function withTerms(query, said, defaults = terms()) {
  const parts = query.split("&").filter(Boolean);
  for (const [name, text] of said) {
    const at = parts.findIndex(part => part.split("=", 1)[0] === name);
    if (at >= 0) parts.splice(at, 1);
    if (text !== defaults[name])
      parts.splice(at >= 0 ? at : parts.length, 0, `${name}=${encodeURIComponent(text).replaceAll("%2C", ",")}`);
  }
  return parts.join("&");
}

/** What Python's query leaves to say: it may answer an older word than the hand's last.
 *
 * @param {string} query
 */
function withAhead(query) {
  const now = performance.now(),
    said = new URLSearchParams(query);
  for (const [name, { text, at }] of ahead())
    if (now - at > LOST || (said.get(name) ?? terms()[name]) === text) ahead().delete(name);
  return withTerms(
    query,
    [...ahead()].map(([name, { text }]) => [name, text]),
  );
}

/** What the address says of a term, or will say in a moment. @param {string} name */
export const textNow = name =>
  ahead().get(name)?.text ?? new URLSearchParams(window.location.search).get(name) ?? terms()[name];

/** @type {Map<string, string>} what hands have set and the address does not say yet */
const unwritten = new Map();

/**
 * A hand has changed terms of the page: its address says so in a moment, and Python's answer later. The word to the server
 * goes first, whether it is said before or after this: to write an address can hold a browser up. A control that did not
 * show what the address says, as one that counts from 1 what is counted from 0 there, is no word of it. One whose texts
 * the server has told as the address's own needs not say what it showed.
 *
 * @param {Record<string, string>} said texts by name; names that are no terms of the page are left out
 * @param {Record<string, string>} [was] what the controls said before
 */
export function sayAhead(said, was) {
  const known = Object.entries(said).filter(
    ([name]) => Object.hasOwn(terms(), name) && (!was || textNow(name) === was[name]),
  );
  if (!known.length || isHeld()) return;
  for (const [name, text] of known) {
    ahead().set(name, { text, at: performance.now() });
    unwritten.set(name, text);
  }
  write();
}

/** A hand has chosen a place of a picture or a grid, or let it go. @param {string} name of a term that is two numbers @param {readonly number[] | null} cell row and column, from 0 */
export function sayCell(name, cell) {
  const [row, column] = cell ?? [-1, -1];
  sayAhead({ [name]: row === column ? String(row) : `${row},${column}` });
}

/**
 * A hand has added a number to a set, or taken it out of it: "3,17" is both.
 *
 * @param {string} name of the term @param {string} one
 */
export function sayToggled(name, one) {
  const numbers = new Set((textNow(name) ?? "").split(",").filter(Boolean));
  if (!numbers.delete(one)) numbers.add(one);
  sayAhead({ [name]: [...numbers].sort((a, b) => Number(a) - Number(b)).join(",") });
}

let writtenAt = -BETWEEN;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let writing;

/** Writes what hands have set, behind the word to the server. */
function write() {
  const path = window.location.pathname;
  clearTimeout(writing);
  writing = setTimeout(
    () => {
      const query = withTerms(window.location.search.slice(1), unwritten);
      unwritten.clear();
      if (isHeld() || path !== window.location.pathname || pathOf(query) === pathHere()) return;
      writtenAt = performance.now();
      window.history.replaceState(window.history.state, "", pathOf(query));
    },
    Math.max(0, writtenAt + BETWEEN - performance.now()),
  );
}

const pathHere = () => window.location.pathname + window.location.search;

/** @param {string} query */
export const pathOf = query => window.location.pathname + (query ? `?${query}` : "");

/** What each part of a page has said last, and which of them was the last to say something new.
 *
 * @type {{ path: string, words: Map<string, string>, speaker?: string }}
 */
let said = { path: "", words: new Map() };

/** Whether a part of the page says again what it said before another one spoke. @param {string} query @param {string | undefined} who */
function isOld(query, who) {
  const path = window.location.pathname;
  if (said.path !== path) said = { path, words: new Map() };
  if (who && said.words.get(who) === query && said.speaker !== who) return true;
  if (who) said.words.set(who, query);
  said.speaker = who;
  return false;
}

/**
 * Makes the browser's address say `query`, without a step in its history.
 *
 * A part of the page that was not drawn again, or is about to go, may be shown anew all the same, and says what it said
 * before: where another one has spoken since, that is an old word.
 *
 * @param {string | undefined} query
 * @param {string} [who] the key of the component that says it, where it may say it again
 */
export function syncAddress(query, who) {
  if (query === undefined || isOld(query, who)) return;
  const waiting = /** @type {Window & Waiting} */ (window),
    isNow = (/** @type {string} */ one) =>
      new URLSearchParams(window.location.search).toString() === new URLSearchParams(one).toString();
  clearTimeout(waiting.__cnnvizAddress); // the last word counts, also where it asks for nothing
  if (isNow(withAhead(query)) && !ahead().size) return;
  waiting.__cnnvizAddress = setTimeout(() => {
    const wanted = withAhead(query);
    if (!isHeld() && !isNow(wanted)) window.history.replaceState(window.history.state, "", pathOf(wanted));
    if (ahead().size) waiting.__cnnvizAddress = setTimeout(() => syncAddress(query, who), LOST);
  }, BETWEEN);
}

/**
 * A step in the browser's history: the way back from a preset or from Reset.
 *
 * @param {string} query of the view that is gone to
 */
export function stepTo(query) {
  const waiting = /** @type {Window & Waiting} */ (window);
  clearTimeout(waiting.__cnnvizAddress);
  ahead().clear();
  unwritten.clear();
  setTimeout(() => {
    if (pathOf(query) !== pathHere()) window.history.pushState(window.history.state, "", pathOf(query));
  });
}

/**
 * Tells Python when the browser goes back or forth within this page, and when Ctrl Z is pressed outside of a field.
 *
 * @param {(query: string) => void} go
 * @param {() => void} takeBack
 */
export function listenForBack(go, takeBack) {
  const waiting = /** @type {Window & Waiting} */ (window),
    path = window.location.pathname;
  waiting.__cnnvizBack?.abort();
  waiting.__cnnvizBack = new AbortController();
  const { signal } = waiting.__cnnvizBack;
  window.addEventListener(
    "popstate",
    () => {
      if (window.location.pathname === path) go(window.location.search.slice(1));
    },
    { signal },
  );
  window.addEventListener(
    "keydown",
    event => {
      if (!isUndo(event)) return;
      event.preventDefault();
      takeBack();
    },
    { signal },
  );
}

/** Whether a key takes back the last change of the page; not where a component has taken back one of its own.
 *
 * @param {KeyboardEvent} event
 */
function isUndo(event) {
  if (event.defaultPrevented) return false;
  const isKey = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z",
    [node] = event.composedPath();
  return isKey && !(node instanceof Element && node.matches("input:not([type=range]), textarea, [contenteditable]"));
}
