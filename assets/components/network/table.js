// The table: a row per layer. Pointing lights it everywhere, a click selects it, rows are dragged by
// their number; and everything works from the keyboard.

import { element, place, say } from "../shared/dom.js";
import { act, choose, identityOf, light, OUTCOME, reveal } from "./base.js";
import { focusField } from "./editor.js";

const COLUMNS = [
  ["", "number"],
  ["Layer", "name"],
  ["Output", "shape"],
  ["Parameters", "count"],
  ["Multiply-adds", "count"],
  ["Sees", "count"],
];

export function makeTable(view) {
  view.body = element("tbody");
  view.sums = { params: element("td", { class: "count" }), macs: element("td", { class: "count" }) };
  const head = element("tr", {}, ...COLUMNS.map(([text, name]) => element("th", { class: name, scope: "col" }, text)));
  const foot = element(
    "tr",
    {},
    element("td"),
    element("td", { class: "name" }, "Total"),
    element("td"),
    view.sums.params,
    view.sums.macs,
    element("td"),
  );
  view.table = element("table", { role: "grid" }, element("thead", {}, head), view.body, element("tfoot", {}, foot));
  view.scroller = element("div", { class: "scroll tall" }, view.table);
  view.body.addEventListener("keydown", event => tableKeys(view, event));
  view.body.addEventListener("pointerdown", event => startDrag(view, event));
  return view.scroller;
}

export const rowOf = (view, path) => view.body.querySelector(`tr[data-path="${path}"]`);

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

function tableRow(layer) {
  const marks = ["problem", "waiting", "inside"].filter(name => layer[name]).join(" ");
  const name = element(
    "td",
    { class: "name", title: `${layer.kind} ${layer.text || ""}` },
    element("b", {}, layer.kind),
    element("span", {}, layer.text || ""),
  );
  if (layer.problem) name.append(element("em", {}, "does not fit"));
  if (layer.inside) name.style.setProperty("--depth", String(layer.path.split(".").length - 1));
  return element(
    "tr",
    { "data-path": layer.path, class: marks, tabindex: -1 },
    element("td", { class: "number" }, layer.path),
    name,
    element("td", { class: "shape" }, layer.shape || ""),
    counted(layer.params, layer.params_share, "k"),
    counted(layer.macs, layer.macs_share, "in"),
    element("td", { class: "count" }, layer.sees || ""),
  );
}

// Only rows that changed are made anew: in a long network an edit touches a few.
export function showTable(view, data) {
  const active = () => view.root.getRootNode().activeElement;
  const had = view.body.contains(active()) ? active().closest("tr").dataset.identity : null;
  const said = data.rows.map(row => JSON.stringify(row));
  const rows = said.map((text, index) =>
    view.saidRows?.[index] === text ? view.body.children[index] : tableRow(data.rows[index]),
  );
  rows.forEach((row, index) => place(row, { "data-identity": data.identities?.[index] ?? "" }));
  rows.forEach((row, index) => {
    const old = view.body.children[index];
    if (!old) view.body.append(row);
    else if (old !== row) old.replaceWith(row);
  });
  while (view.body.children.length > rows.length) view.body.lastChild.remove();
  view.saidRows = said;
  say(view.sums.params, data.total_params);
  say(view.sums.macs, data.total_macs);
  view.table.setAttribute("aria-label", data.alt);
  markRows(view, data.selected);
  const isAnswered = view.follows > 0 && data.heard >= view.follows;
  if (isAnswered) view.follows = 0;
  if (had !== null) focusRow(view, isAnswered ? rowWith(view, data.outcome) : rowWith(view, had));
}

const rowWith = (view, layer) => view.body.querySelector(`tr[data-identity="${layer}"]`);

function focusRow(view, row) {
  if (row && view.root.getRootNode().activeElement !== row) row.focus({ preventScroll: true });
}

function markRows(view, selected) {
  const chosen = rowOf(view, selected) || view.body.firstChild;
  for (const row of view.body.children) {
    row.tabIndex = row === chosen ? 0 : -1;
    row.classList.toggle("selected", row.dataset.path === selected);
    row.setAttribute("aria-selected", String(row.dataset.path === selected));
  }
  if (view.revealed === selected) return;
  view.revealed = selected;
  reveal(view.scroller, rowOf(view, selected), false);
}

function tableKeys(view, event) {
  const rows = [...view.body.children],
    now = rows.indexOf(event.target.closest("tr")),
    path = event.target.closest("tr")?.dataset.path;
  if (now < 0) return;
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rows.length, End: rows.length }[
    event.key
  ];
  const isEditable = !view.data.read_only && path !== "";
  // The focus goes with the layer. Until it has gone, the next key means the layer that it will be on.
  const edit = (what, details = {}) => {
    const layer = view.follows ? `${OUTCOME} ${view.mark}` : identityOf(view, path);
    view.mark += 1;
    view.follows = act(view, what, { layer, mark: view.mark, ...details });
  };
  const key = event.key.toLowerCase(),
    command = event.ctrlKey || event.metaKey;
  if (step && event.altKey) {
    if (isEditable) edit("shift", { by: Math.sign(step) });
  } else if (step) {
    view.follows = 0;
    const next = rows[Math.max(0, Math.min(rows.length - 1, now + step))];
    next.focus({ preventScroll: true });
    reveal(view.scroller, next, false);
    light(next.dataset.path);
  } else if (event.key === "Enter" || event.key === " ") choose(view, path);
  else if (isEditable && (event.key === "Delete" || event.key === "Backspace")) edit("remove");
  else if (isEditable && command && key === "d") edit("duplicate");
  else if (!view.data.read_only && !command && (key === "a" || key === "+")) {
    choose(view, path);
    view.palette.querySelector(".chip").focus();
  } else if (!view.data.read_only && !command && key === "e") {
    choose(view, path);
    view.wantsField = true;
    focusField(view);
  } else return;
  event.preventDefault();
}

// ---- Dragging a row by its number: a line shows where it would come to stand.

function startDrag(view, event) {
  const handle = event.target.closest("td.number"),
    row = handle?.closest("tr");
  if (!row || row.dataset.path === "" || view.data.read_only || event.button !== 0) return;
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
  const under = [...view.body.children].find(row => {
    const box = row.getBoundingClientRect();
    return event.clientY >= box.top && event.clientY < box.bottom;
  });
  if (!under || under.dataset.path === drag.path || under.dataset.path.startsWith(`${drag.path}.`)) return;
  const box = under.getBoundingClientRect(),
    path = under.dataset.path;
  const isLower = path === "" || event.clientY > box.top + box.height / 2;
  const isBlock = view.data.rows.find(layer => layer.path === path)?.block;
  drag.goal = { where: isLower ? (isBlock ? "inside" : "behind") : "before", layer: identityOf(view, path) };
  under.classList.add(isLower ? "drop-below" : "drop-above");
}

const clearDrop = view =>
  view.body
    .querySelectorAll(".drop-below, .drop-above")
    .forEach(row => row.classList.remove("drop-below", "drop-above"));
