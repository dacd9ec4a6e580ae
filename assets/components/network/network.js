// The table of a network and its editor. Pointing and folding are answered in the browser; nothing is sent until
// something is chosen or changed.

import { element, under } from "../shared/dom.js";
import { CHOSEN, FOLDED, folds, LIT, light, PREVIEWED, SOUGHT } from "../shared/layers.js";
import { eachWord } from "../shared/turns.js";
import { act, choose, reveal } from "./base.js";
import { makeDoctor, showDoctor, showRemarks } from "./doctor.js";
import { makeEditor, showEditor } from "./editor.js";
import { held, revealOutcome } from "./outcome.js";
import { makePalette, showPalette } from "./palette.js";
import { inOrder, layerAt, makeColumns, makeTable, rowOf, showFolds, showPreview, showTable, turn } from "./table.js";
import { forgetDone, sayUnheard } from "./unheard.js";

function lit(view, path) {
  view.lit = path;
  const row = path === null ? null : rowOf(view, path);
  view.body.querySelectorAll(".pointed").forEach(old => old !== row && old.classList.remove("pointed"));
  row?.classList.add("pointed");
  if (row && !view.root.matches(":hover")) reveal(view.scroller, row, false);
}

function listen(view) {
  view.body.addEventListener("pointerover", event => {
    const path = under(event, "tr")?.dataset.path ?? null;
    if (path !== view.lit) light(path);
  });
  view.body.addEventListener("pointerleave", () => light(null));
  view.body.addEventListener("click", event => {
    if (!view.dragged) pressed(view, event);
    view.dragged = false;
  });
  listenWhileThere(view, "keydown", event => undoKeys(view, event));
  listenWhileThere(view, LIT, event => lit(view, event.detail));
  listenWhileThere(view, CHOSEN, event => choose(view, layerAt(view, event.detail)));
  listenWhileThere(view, FOLDED, event => event.detail === view.data.name && folded(view));
  listenWhileThere(view, SOUGHT, () => showFolds(view));
  listenWhileThere(view, PREVIEWED, event => showPreview(view, event.detail));
}

const FOLDED_FOR = 400; // ms of no fold after which the address shall say what is unfolded

function folded(view) {
  showFolds(view);
  clearTimeout(view.folding);
  const { name, folds: keys } = view.data;
  view.folding = setTimeout(() => {
    if (view.data.name === name) view.setTriggerValue("unfolded", folds(name).opened(keys));
  }, FOLDED_FOR);
}

function pressed(view, event) {
  const row = under(event, "tr");
  if (!row) return;
  const layer = layerAt(view, row.dataset.path);
  if (row.dataset.fold && (layer === null || under(event, ".triangle"))) turn(view, row.dataset.fold);
  else if (layer !== null) {
    view.follows = 0;
    choose(view, layer);
  }
}

function listenWhileThere(view, type, heard) {
  document.addEventListener(type, function listener(event) {
    if (view.root.isConnected) heard(event);
    else document.removeEventListener(type, listener);
  });
}

function undoKeys(view, event) {
  if (!(event.ctrlKey || event.metaKey) || view.data.read_only) return;
  const at = event.composedPath()[0]; // what is typed and not sent yet is undone by the browser
  if (at.matches?.("input[type=text], textarea") && at.value !== at.dataset.said) return;
  const key = event.key.toLowerCase();
  const what = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
  if (!what) return;
  event.preventDefault();
  act(view, what);
}

const KEYS =
  "In the table: ↑ ↓ walk, Enter selects, E edits, A adds, Alt+↑ ↓ move, Ctrl+D duplicates, Delete removes, Ctrl+Z undoes. Rows are dragged by their number.";

function make(view) {
  const table = makeTable(view),
    palette = makePalette(view);
  view.keys = element("p", { class: "caption keys" }, KEYS);
  // What grows, comes and goes stands behind the chips, so that the next press meets the same one.
  const main = element("section", { class: "card main", "aria-label": "The layers" }, palette, table);
  makeDoctor(view);
  view.root.append(
    element("div", { class: "work" }, main, view.doctor, makeEditor(view)),
    view.remarks,
    makeColumns(view),
    view.keys,
  );
  listen(view);
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  let view = parentElement.__network;
  if (!view) {
    view = parentElement.__network = {
      root: element("div", { class: "network" }),
      lit: null,
      data,
      follows: 0,
      mark: 0,
    };
    view.words = eachWord(words => view.setStateValue("act", words));
    view.spoken = () => sayUnheard(view);
    parentElement.append(view.root);
    make(view);
  }
  Object.assign(view, { setStateValue, setTriggerValue });
  view.show = () => show(view, data);
  view.show();
}

function show(view, told) {
  const data = inOrder(view, told);
  view.data = data;
  view.words.heard(data.heard);
  forgetDone(view, data);
  view.root.classList.toggle("read-only", data.read_only);
  folds(data.name).meet(data.folds, data.open, data.word);
  const stay = held(view);
  showDoctor(view, data.doctor);
  showRemarks(view, data.remarks);
  showTable(view, data);
  showPalette(view, data);
  view.keys.hidden = data.read_only;
  if (data.read_only) return;
  showEditor(view, data);
  stay();
  revealOutcome(view);
  sayUnheard(view);
}
