// The browser's address says the view: what is not at its default.

import { isHeld } from "./visit.js";

const BETWEEN = 120; // ms: while a slider is dragged, browsers take some writes a second and no more

const LOST = 4000; // ms after which what a hand has changed is what Python says of it
const UNHEARD = 15_000; // ms after which a step that no answer tells of is given up: a busy server takes some of them

/** @typedef {Record<string, string>} Defaults of a page's terms by name, as an address writes them */
/** @typedef {Map<string, { text: string, at: number }>} Ahead what a hand has changed and Python has not answered yet */
/** @typedef {{ last: number, heard: number, at: number, path: string }} Steps to other views of a page, numbered: the last that was said, and that Python has heard */
/** @typedef {{ __cnnvizSteps?: Steps, __cnnvizAheadOn?: string, __cnnvizAddress?: number, __cnnvizBack?: AbortController, __cnnvizAhead?: Ahead, __cnnvizTerms?: Defaults }} Waiting one for the window: components are modules of their own */

/** What is ahead on the page that the address names: of another page nothing is. @returns {Ahead} */
function ahead() {
  const waiting = /** @type {Window & Waiting} */ (window),
    path = window.location.pathname;
  if (!waiting.__cnnvizAhead || waiting.__cnnvizAheadOn !== path)
    Object.assign(waiting, { __cnnvizAhead: new Map(), __cnnvizAheadOn: path });
  return /** @type {Ahead} */ (waiting.__cnnvizAhead);
}

/** @returns {Steps} */
function steps() {
  const waiting = /** @type {Window & Waiting} */ (window);
  waiting.__cnnvizSteps ??= { last: 0, heard: 0, at: 0, path: "" };
  return waiting.__cnnvizSteps;
}

/** The number of a step to another view that is said to Python now. @param {number} after what Python has heard of */
export function nextStep(after) {
  const last = Math.max(steps().last, after) + 1;
  Object.assign(steps(), { last, at: performance.now(), path: window.location.pathname });
  return last;
}

/** Whether Python has not heard yet of the last step to another view: what it says is of a view before. */
export const isStepAhead = () => heldFor() > 0;

/** How long the address stays as the last step has set it, unless Python hears of it. In ms. */
function heldFor() {
  const { last, at, path } = steps();
  if (path !== window.location.pathname) steps().heard = last; // who has left that page may not be heard there any more
  return steps().heard < last ? Math.max(0, at + UNHEARD - performance.now()) : 0;
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
 * before: where another one has spoken since, that is an old word. And so is what Python says before it has heard of the
 * last step to another view, back included: the address, whose entry in the history may be left any moment, is that view's.
 *
 * @param {string | undefined} query
 * @param {string} [who] the key of the component that says it, where it may say it again
 * @param {number} [step] the last step to another view that Python has heard of, where it tells
 */
export function syncAddress(query, who, step = 0) {
  if (query === undefined) return;
  steps().heard = Math.max(steps().heard, step);
  const waiting = /** @type {Window & Waiting} */ (window),
    path = window.location.pathname,
    held = heldFor();
  if (held) {
    clearTimeout(waiting.__cnnvizAddress);
    waiting.__cnnvizAddress = setTimeout(() => path === window.location.pathname && syncAddress(query, who), held);
    return;
  }
  if (isOld(query, who)) return;
  const isNow = (/** @type {string} */ one) =>
    new URLSearchParams(window.location.search).toString() === new URLSearchParams(one).toString();
  clearTimeout(waiting.__cnnvizAddress); // the last word counts, also where it asks for nothing
  if (isNow(withAhead(query)) && !ahead().size) return;
  waiting.__cnnvizAddress = setTimeout(() => {
    if (path !== window.location.pathname) return;
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
  forgetBefore();
  setTimeout(() => {
    if (pathOf(query) !== pathHere()) window.history.pushState(window.history.state, "", pathOf(query));
  });
}

/** Of the view that is left, by a step or by Undo, nothing is written any more. */
export function forgetBefore() {
  clearTimeout(/** @type {Window & Waiting} */ (window).__cnnvizAddress);
  ahead().clear();
  unwritten.clear();
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
      forgetBefore();
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
