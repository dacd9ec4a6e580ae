// The network as volumes, table and graph, and its editor. Pointing is answered in the browser;
// nothing is sent until something is chosen or changed.

import { element } from "../shared/dom.js";
import { eachWord } from "../shared/turns.js";
import { act, choose, LIT, light, reveal } from "./base.js";
import { makeDoctor, showDoctor } from "./doctor.js";
import { makeEditor, showEditor } from "./editor.js";
import { graphBox, graphNode, listenToGraph, listenWhileThere, markGraph, watchGraph } from "./graph.js";
import { makePalette, showPalette } from "./palette.js";
import { makeTable, rowOf, showTable } from "./table.js";
import { makeVolumes, markVolumes, showVolumes } from "./volumes.js";

function lit(view, path) {
  view.lit = path;
  const row = path === null ? null : rowOf(view, path);
  view.body.querySelectorAll(".pointed").forEach(old => old !== row && old.classList.remove("pointed"));
  row?.classList.add("pointed");
  const volume = markVolumes(view, "pointed", path);
  markGraph(view);
  if (path === null) return;
  if (view.from !== "table") reveal(view.scroller, row, false);
  if (view.from !== "volumes") reveal(view.volumes, volume);
  if (view.from !== "graph") reveal(graphBox(), graphNode(path));
}

function pathAt(event) {
  const at = event.target.closest("tr[data-path], [data-layer]");
  return !at ? null : (at.dataset.path ?? at.dataset.layer.split(" ")[0].replace("input", ""));
}

function listen(view) {
  const over = event => {
    const path = pathAt(event);
    if (path === view.lit) return;
    view.from = event.target.closest(".volumes") ? "volumes" : "table";
    light(path);
  };
  view.root.addEventListener("pointerover", over);
  view.root.addEventListener("pointerleave", () => light(null));
  view.root.addEventListener("click", event => {
    if (view.dragged) {
      view.dragged = false;
      return;
    }
    const path = pathAt(event);
    if (path !== null) choose(view, path);
  });
  listenWhileThere(view, "keydown", event => undoKeys(view, event));
  listenWhileThere(view, LIT, event => lit(view, event.detail));
  listenToGraph(view);
  watchGraph(view);
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
  const main = element("section", { class: "card main", "aria-label": "The layers" }, table, palette, view.keys);
  view.root.append(makeVolumes(view), makeDoctor(view), element("div", { class: "work" }, main, makeEditor(view)));
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
    parentElement.append(view.root);
    make(view);
  }
  Object.assign(view, { data, setStateValue, setTriggerValue });
  view.words.heard(data.heard);
  view.root.classList.toggle("read-only", data.read_only);
  showVolumes(view, data);
  showDoctor(view, data.doctor);
  showTable(view, data);
  showPalette(view, data);
  view.keys.hidden = data.read_only;
  if (!data.read_only) showEditor(view, data);
  markGraph(view);
}
