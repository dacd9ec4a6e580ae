// The graph is Streamlit's own chart beside this component. Its nodes carry the numbers of their
// layers as classes, so one rule in a style sheet lights a layer, however often the chart is drawn.

import { element, say } from "../shared/dom.js";
import { choose, light } from "./base.js";

const GRAPH = ".st-key-build_graph";
const AMBER = "#f0b429";

const classOf = path => `l${path === "" ? "input" : path.replaceAll(".", "-")}`;
const pathOf = mark => (mark === "linput" ? "" : mark.slice(1).replaceAll("-", "."));

export function graphNode(path) {
  for (let at = path; at !== undefined; at = at.includes(".") ? at.slice(0, at.lastIndexOf(".")) : undefined) {
    const found = document.querySelector(`${GRAPH} g.${classOf(at)}`);
    if (found) return found;
  }
  return null;
}

// The rule names the class, not the node: the chart may be drawn anew at any time.
function graphRule(path, width) {
  if (path === null) return "";
  const names = path
    .split(".")
    .map((_, index, all) => classOf(all.slice(0, index + 1).join(".")))
    .reverse();
  const name = names.find(one => document.querySelector(`${GRAPH} g.${one}`)) || names[0];
  return `${GRAPH} g.node.${name} a > path[fill=none], ${GRAPH} g.cluster.${name} > path { stroke: ${AMBER}; stroke-width: ${width}; }`;
}

export function markGraph(view) {
  if (!view.sheet?.isConnected)
    view.sheet = document.head.appendChild(element("style", { "data-for": "cnnviz-graph" }));
  say(view.sheet, graphRule(view.data.selected, 2.6) + graphRule(view.lit, 3.4));
}

export const graphBox = () => document.querySelector(GRAPH);

// A graph wider than its box is shown from its middle, where the network runs.
export function watchGraph(view) {
  const box = graphBox();
  if (!box) return void setTimeout(() => view.root.isConnected && watchGraph(view), 250);
  const centre = () => {
    if (box.scrollLeft === 0) box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
  };
  new MutationObserver(centre).observe(box, { childList: true, subtree: true });
  centre();
}

export function listenToGraph(view) {
  const pathAt = event => {
    const mark = event.target.closest?.(`${GRAPH} g.layer`)?.classList;
    const name = mark && [...mark].find(one => /^l(input|\d[\d-]*)$/.test(one));
    return name === undefined || !name ? null : pathOf(name);
  };
  const over = event => {
    const inside = event.target.closest?.(GRAPH);
    if (!inside && !view.overGraph) return;
    const path = inside ? pathAt(event) : null;
    view.overGraph = Boolean(inside);
    if (path !== view.lit) {
      view.from = "graph";
      light(path);
    }
  };
  const click = event => {
    const path = pathAt(event);
    if (path !== null) choose(view, path);
  };
  listenWhileThere(view, "pointerover", over);
  listenWhileThere(view, "click", click);
}

export function listenWhileThere(view, type, heard) {
  document.addEventListener(type, function listener(event) {
    if (view.root.isConnected) heard(event);
    else {
      document.removeEventListener(type, listener);
      view.sheet?.remove();
    }
  });
}
