// The table: a row per layer. Pointing lights it everywhere, a click selects it, rows are dragged by
// their number; and everything works from the keyboard.

import { element, place, say, under } from "../shared/dom.js";
import { helpMark } from "../shared/help.js";
import { folds, light, sought } from "../shared/layers.js";
import { act, choose, identityOf, layerOf, OUTCOME, reveal } from "./base.js";
import { focusField } from "./editor.js";

const TITLES = { params: "Parameters", macs: "Multiply-adds", sees: "Sees", jump: "Jump", memory: "Memory" };
const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity }; // rows
const BARS = { params: "k", macs: "in" };

export function makeTable(view) {
  view.body = element("tbody");
  view.head = element("thead");
  view.foot = element("tfoot");
  view.sortedBy = "";
  view.table = element("table", { role: "grid" }, view.head, view.body, view.foot);
  view.scroller = element("div", { class: "scroll tall" }, view.table);
  view.waiting = [];
  view.body.addEventListener("keydown", event => tableKeys(view, event));
  view.body.addEventListener("pointerdown", event => startDrag(view, event));
  view.body.addEventListener("pointerdown", event => keepPress(view, event));
  return view.scroller;
}

const rowAt = (view, path) => view.body.querySelector(`tr[data-path="${CSS.escape(path)}"]`);

/** The row of a layer, or that of the folded group that it is in. */
export function rowOf(view, path) {
  const row = rowAt(view, path);
  if (!row?.hidden) return row;
  const groups = folds(view.data.name);
  const folded = view.data.rows.find(one => one.path === path)?.groups?.find(key => !groups.isOpen(key));
  return view.body.querySelector(`tr[data-fold="${CSS.escape(folded ?? "")}"]`);
}

/** The number of the layer that the row of a path is, or is part of; null where it is none. */
export function layerAt(view, path) {
  const row = view.data.rows.find(one => one.path === path);
  return row ? layerOf(row) : null;
}

export function turn(view, key) {
  const groups = folds(view.data.name);
  groups.set([key], !groups.isOpen(key));
}

/** Rows in folded groups are hidden, and those that have what is sought are marked. */
export function showFolds(view) {
  const groups = folds(view.data.name),
    words = sought();
  view.data.rows.forEach((row, index) => {
    const shown = view.body.children[index];
    shown.hidden = (row.groups ?? []).some(key => !groups.isOpen(key));
    shown.classList.toggle("found", Boolean(words) && !row.fold && wordsOf(row).includes(words));
    if (!row.fold) return;
    const isOpen = String(groups.isOpen(row.fold));
    place(shown, { "aria-expanded": isOpen });
    place(shown.querySelector(".triangle"), { "aria-label": isOpen === "true" ? "Fold" : "Unfold" });
  });
}

/** The shapes that a mend would give, while it is pointed at; those of the network otherwise. */
export function showPreview(view, shapes) {
  view.data.rows.forEach((row, index) => {
    const shown = view.body.children[index],
      told = shapes?.[row.path];
    if (!shown) return;
    shown.classList.toggle("preview", told !== undefined);
    say(shown.querySelector(".shape"), told ?? row.shape ?? "");
  });
}

const wordsOf = row => `${row.number ?? row.path} ${row.kind} ${row.text ?? ""} ${row.name ?? ""}`.toLowerCase();

function bar(share, kind) {
  const strip = element("i", { class: `bar ${kind}` });
  strip.style.width = `${100 * share}%`;
  return strip;
}

function counted(text, share, kind) {
  const cell = element("td", { class: "count" }, text || "");
  if (share > 0) cell.append(bar(share, kind));
  return cell;
}

function tableRow(layer, columns) {
  const marks = ["problem", "waiting", "fold"].filter(name => layer[name]).join(" ");
  const name = element(
    "td",
    { class: "name", title: `${layer.kind} ${layer.name || layer.text || ""}` },
    element("b", {}, layer.kind),
    element("span", {}, layer.text || ""),
  );
  if (layer.fold) name.prepend(element("button", { type: "button", class: "triangle", tabindex: -1 }));
  if (layer.problem) name.append(element("em", {}, "does not fit"));
  if (layer.groups) name.style.setProperty("--depth", String(layer.groups.length));
  return element(
    "tr",
    {
      "data-path": layer.path,
      "data-fold": layer.fold || null,
      "aria-level": layer.fold || layer.groups?.length ? 1 + (layer.groups ?? []).length : null,
      class: marks,
      tabindex: -1,
    },
    element("td", { class: "number" }, layer.number || layer.path),
    name,
    element("td", { class: "shape" }, layer.shape || ""),
    ...columns.map(column => counted(layer[column], layer[`${column}_share`], BARS[column] ?? "")),
  );
}

/** Which columns there are is chosen below the table. */
export function makeColumns(view) {
  const choices = Object.entries(TITLES).map(([name, title]) =>
    element(
      "span",
      { class: "column" },
      element("label", {}, element("input", { type: "checkbox", value: name }), title),
      helpMark(title, view.data.column_help[name]),
    ),
  );
  view.columns = element("div", { class: "columns", role: "group", "aria-label": "Columns" }, "Columns", ...choices);
  view.columns.addEventListener("change", () => {
    const chosen = [...view.columns.querySelectorAll("input:checked")].map(({ value }) => value);
    view.setTriggerValue("columns", chosen);
  });
  return view.columns;
}

/** What is told, with its rows in the order of a column if one is chosen: the largest first, without groups. */
export function inOrder(view, data) {
  const order = data.orders[view.sortedBy];
  if (!order || !(view.sortedBy === "shape" || data.columns.includes(view.sortedBy))) return data;
  const byPath = new Map(data.rows.map(row => [row.path, row]));
  const rows = order.map(path => {
    const row = byPath.get(path);
    return { ...row, groups: undefined, text: row.name || row.text };
  });
  return { ...data, rows: [data.rows[0], ...rows] };
}

function headOf(view, orders, column, look, text) {
  if (!orders[column]) return element("th", { class: look, scope: "col" }, text);
  const isSorted = view.sortedBy === column,
    help = isSorted ? "In the order of computation again" : `${text}: the largest first`,
    press = element("button", { type: "button", class: "sort", title: help, "data-column": column }, text);
  if (isSorted) press.append(" ↓");
  press.addEventListener("click", () => {
    view.sortedBy = isSorted ? "" : column;
    view.show();
    view.head.querySelector(`[data-column="${column}"]`).focus();
  });
  return element("th", { class: look, scope: "col", "aria-sort": isSorted ? "descending" : null }, press);
}

function frame(view, { columns, totals, orders }) {
  for (const box of view.columns.querySelectorAll("input")) box.checked = columns.includes(box.value);
  const heads = [
    ["", "number", "No."],
    ["", "name", "Layer"],
    ["shape", "shape", "Output"],
    ...columns.map(one => [one, "count", TITLES[one]]),
  ];
  view.head.replaceChildren(
    element("tr", {}, ...heads.map(([column, look, text]) => headOf(view, orders, column, look, text))),
  );
  const sums = columns.map(column => element("td", { class: "count" }, totals[column] || ""));
  view.foot.replaceChildren(
    element("tr", {}, element("td"), element("td", { class: "name" }, "Total"), element("td"), ...sums),
  );
}

// Only rows that changed are made anew: in a long network an edit touches a few.
export function showTable(view, data) {
  const had = focusedRow(view)?.dataset.identity;
  const { columns, totals, orders } = data;
  const said = data.rows.map(row => JSON.stringify([row, columns]));
  const rows = said.map((text, index) =>
    view.saidRows?.[index] === text ? view.body.children[index] : tableRow(data.rows[index], columns),
  );
  rows.forEach((row, index) => place(row, { "data-identity": data.identities?.[index] ?? "" }));
  rows.forEach((row, index) => {
    const old = view.body.children[index];
    if (!old) view.body.append(row);
    else if (old !== row) old.replaceWith(row);
  });
  while (view.body.children.length > rows.length) view.body.lastChild.remove();
  view.saidRows = said;
  const framed = JSON.stringify([columns, totals, view.sortedBy, Object.keys(orders)]);
  if (view.framed !== framed) frame(view, data);
  view.framed = framed;
  showFolds(view);
  place(view.table, { "aria-label": data.alt, role: data.rows.some(row => row.fold) ? "treegrid" : "grid" });
  markRows(view, data.selected);
  const isAnswered = view.follows > 0 && (data.heard >= view.follows || !view.words.isAhead());
  if (isAnswered) view.follows = 0;
  if (had !== undefined) focusLayer(view, isAnswered ? data.outcome : had);
  if (isAnswered) doWaiting(view);
}

function focusedRow(view) {
  const active = view.root.getRootNode().activeElement;
  return view.body.contains(active) ? active.closest("tr") : null;
}

// A layer that is gone leaves the focus to the selected one: the next key is meant for the table too.
function focusLayer(view, layer) {
  const now = focusedRow(view);
  if (now && !now.hidden && now.dataset.identity === String(layer)) return;
  const its = view.body.querySelector(`tr[data-identity="${layer}"]`)?.dataset.path,
    row = rowOf(view, its ?? view.data.selected ?? "") ?? view.body.firstChild;
  row.focus({ preventScroll: true });
}

function markRows(view, selected) {
  const chosen = (selected === null ? null : rowOf(view, selected)) || view.body.firstChild;
  for (const row of view.body.children) {
    row.tabIndex = row === chosen ? 0 : -1;
    row.classList.toggle("selected", row.dataset.path === selected);
    row.setAttribute("aria-selected", String(row.dataset.path === selected));
  }
  if (view.revealed === selected || selected === null) return;
  view.revealed = selected;
  reveal(view.scroller, rowOf(view, selected), false);
}

function tableKeys(view, event) {
  const row = under(event, "tr");
  if (row && !row.hidden && press(view, row, event)) event.preventDefault();
}

// The focus goes with a layer that a key edits. Until it has gone, the next edit means the layer that it will be on; a
// key that walks from there waits, and so does what comes behind it.
function press(view, row, event) {
  const edits = view.data.read_only ? null : editOf(view, event),
    does = edits ?? moveOf(view, row, event);
  if (!does) return false;
  if (view.waiting.length || (view.follows && !edits)) view.waiting.push(() => pressAgain(view, event));
  else does(row);
  return true;
}

function pressAgain(view, event) {
  const row = focusedRow(view);
  if (row) press(view, row, event);
}

/** What a key changes, or selects, from a row. @returns {((row: HTMLElement) => void) | null} */
function editOf(view, { key, altKey, ctrlKey, metaKey }) {
  const letter = key.toLowerCase(),
    isCommand = ctrlKey || metaKey;
  if (altKey) return STEPS[key] ? edit(view, "shift", { by: Math.sign(STEPS[key]) }) : null;
  if (key === "Delete" || key === "Backspace") return edit(view, "remove");
  if (isCommand) return letter === "d" ? edit(view, "duplicate") : null;
  if (key === "Enter" || key === " ") return row => chooseRow(view, row);
  return letter === "a" || key === "+" ? row => addBehind(view, row) : null;
}

/** Where a key leads from a row. @returns {((row: HTMLElement) => void) | null} */
function moveOf(view, { dataset }, { key, altKey, ctrlKey, metaKey }) {
  if (altKey) return null;
  if (dataset.fold && (key === "ArrowRight" || key === "ArrowLeft"))
    return () => folds(view.data.name).set([dataset.fold ?? ""], key === "ArrowRight");
  if (STEPS[key]) return row => walk(view, row, STEPS[key]);
  if (key === "Enter" || key === " ") return row => chooseRow(view, row); // a group of a network that is looked at
  const isFields = !view.data.read_only && !ctrlKey && !metaKey && key.toLowerCase() === "e";
  return isFields ? row => editFields(view, row) : null;
}

const edit =
  (view, what, details = {}) =>
  row => {
    const { path } = row.dataset;
    if (!view.follows && (path === "" || layerAt(view, path) !== path)) return; // the input, or no layer's own row
    const layer = followed(view) ?? identityOf(view, path);
    view.mark += 1;
    view.follows = act(view, what, { layer, mark: view.mark, ...details });
  };

const followed = view => (view.follows ? `${OUTCOME} ${view.mark}` : null);

function doWaiting(view) {
  const waiting = view.waiting;
  view.waiting = [];
  for (const does of waiting) view.waiting.length ? view.waiting.push(does) : does();
}

function walk(view, from, step) {
  const rows = [...view.body.children].filter(row => !row.hidden),
    next = rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(from) + step))];
  next.focus({ preventScroll: true });
  reveal(view.scroller, next, false);
  light(next.dataset.path);
}

function chooseRow(view, row) {
  const { path, fold } = row.dataset,
    layer = layerAt(view, path);
  if (view.follows) act(view, "select", { layer: followed(view) });
  else if (layer === null) turn(view, fold);
  else choose(view, layer);
}

function addBehind(view, row) {
  if (view.follows || layerAt(view, row.dataset.path) !== null) chooseRow(view, row);
  view.palette.querySelector(".chip").focus();
}

function editFields(view, row) {
  const layer = layerAt(view, row.dataset.path);
  if (layer === null) return;
  choose(view, layer);
  view.wantsField = true;
  focusField(view);
}

const SLIP = 8; // px that a hand moves without meaning it

// An answer between press and release puts another row under the hand, and no click comes: the layer pressed is meant.
function keepPress(view, down) {
  const row = under(down, "tr");
  if (!row || down.button !== 0 || view.data.read_only) return;
  const { identity } = row.dataset,
    ended = new AbortController();
  const release = up => {
    ended.abort();
    const isHeld = Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) <= SLIP;
    if (up.type === "pointerup" && isHeld && !row.isConnected) chooseLayer(view, identity);
  };
  for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, release, { signal: ended.signal });
}

function chooseLayer(view, identity) {
  const row = view.body.querySelector(`tr[data-identity="${identity}"]`);
  if (!row) return;
  view.follows = 0;
  choose(view, layerAt(view, row.dataset.path));
}

// ---- Dragging a row by its number: a line shows where it would come to stand.

function startDrag(view, event) {
  const handle = event.target.closest("td.number"),
    row = handle?.closest("tr");
  if (!row || view.data.read_only || event.button !== 0) return;
  if (row.dataset.path === "" || layerAt(view, row.dataset.path) !== row.dataset.path) return;
  /** @type {{ path: string, layer: unknown, y: number, goal: { where: string, layer: unknown } | null, moves: boolean }} */
  const drag = {
    path: row.dataset.path,
    layer: identityOf(view, row.dataset.path),
    y: event.clientY,
    goal: null,
    moves: false,
  };
  const move = moved => dragOver(view, drag, moved);
  const stop = ended => {
    handle.removeEventListener("pointermove", move);
    clearDrop(view);
    if (ended.type === "pointerup" && drag.goal) {
      view.dragged = true;
      act(view, "move", { layer: drag.layer, where: drag.goal.where, of_layer: drag.goal.layer });
    }
  };
  handle.setPointerCapture(event.pointerId);
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", stop, { once: true });
  handle.addEventListener("pointercancel", stop, { once: true });
}

function dragOver(view, drag, event) {
  if (!drag.moves && Math.abs(event.clientY - drag.y) < 5) return;
  drag.moves = true;
  const outer = view.scroller.getBoundingClientRect();
  if (event.clientY < outer.top + 40) view.scroller.scrollTop -= 8;
  if (event.clientY > outer.bottom - 40) view.scroller.scrollTop += 8;
  clearDrop(view);
  drag.goal = null;
  const over = [...view.body.children].find(row => {
    const box = row.getBoundingClientRect();
    return event.clientY >= box.top && event.clientY < box.bottom;
  });
  if (!over || over.dataset.path === drag.path || over.dataset.path.startsWith(`${drag.path}.`)) return;
  const box = over.getBoundingClientRect(),
    path = over.dataset.path;
  if (layerAt(view, path) !== path) return; // a stage, a shortcut or a sum
  const isLower = path === "" || event.clientY > box.top + box.height / 2;
  const isBlock = view.data.rows.find(layer => layer.path === path)?.block;
  drag.goal = { where: isLower ? (isBlock ? "inside" : "behind") : "before", layer: identityOf(view, path) };
  over.classList.add(isLower ? "drop-below" : "drop-above");
}

const clearDrop = view =>
  view.body
    .querySelectorAll(".drop-below, .drop-above")
    .forEach(row => row.classList.remove("drop-below", "drop-above"));
