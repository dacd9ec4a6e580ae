// The chart of the model zoo. The bubble nearest to the hand answers; a click opens its network, a tap chooses it;
// with the keyboard arrows go from one to the next along the lower axis, and Enter opens.

import { drawn, element, keepChildren, place } from "../shared/dom.js";
import { kept } from "../shared/view.js";
import { areas, axes, bubbleNode, frameOf, leadNode, nameNode, nearest, pointed, staircases } from "./draw.js";
import { placed } from "./names.js";

/** @import { Run, Tell } from "../shared/types" */
/** @import { Bubble, Data, Facts, Name } from "./types" */
/** @typedef {ReturnType<typeof build>} View */
/** @typedef {{ shown: Map<string, Element[]>, bubbles: Element[], names: Element }} Laid all of a chart, by what it shows */

const MOST_LAID = 4; // charts that are kept laid out: today's, and what the switches lead to
const KEY = [
  ["circle", "convolutional"],
  ["diamond", "with attention"],
  ["circle hollow", "saw more pictures than ImageNet-1K"],
];

function keyNode() {
  const marks = KEY.map(([look, text]) => element("span", {}, element("i", { class: look }), text));
  const arrow = element("span", {}, element("i", { class: "up" }, "↑"), "from first to best weights");
  return { arrow, best: element("span"), marks };
}

/** @param {HTMLElement} host */
function build(host) {
  const svg = drawn("svg", { "aria-hidden": "true" });
  const front = drawn("g"),
    ruler = drawn("g", { visibility: "hidden" }); // where names are measured
  const stage = element("div", { class: "zoo", tabindex: "0", role: "group" }, svg);
  const card = element("section", { class: "card", "aria-live": "polite", "aria-label": "The network pointed at" });
  const key = keyNode();
  host.append(
    element("div", { class: "around" }, stage, card),
    element("p", { class: "key" }, "Area: millions of parameters", ...key.marks, key.arrow, key.best),
  );
  const view = {
    svg,
    ruler,
    front,
    stage,
    card,
    key,
    data: /** @type {Data | undefined} */ (undefined),
    told: "",
    laid: /** @type {Map<string, Laid>} */ (new Map()), // charts by what they show, the last one last
    widths: /** @type {Map<string, number>} */ (new Map()), // of names
    width: 0,
    at: /** @type {Bubble | undefined} */ (undefined),
    tell: /** @type {Tell} */ (() => {}),
  };
  listen(view);
  return view;
}

/** @param {View} view */
function listen(view) {
  const { stage } = view;
  new ResizeObserver(() => draw(view)).observe(stage);
  void document.fonts.ready.then(() => {
    view.laid.clear(); // names have other widths now
    view.widths.clear();
    draw(view);
  });
  stage.addEventListener("pointermove", event => {
    if (event.pointerType !== "touch") point(view, under(view, event));
  });
  stage.addEventListener("click", event => {
    const bubble = under(view, event);
    point(view, bubble);
    if (bubble) view.tell(event.pointerType === "touch" ? "pick" : "open", bubble.key);
  });
  stage.addEventListener("keydown", event => keys(view, event));
}

/** @param {View} view */
const frame = (view, data = view.data) => frameOf(view.width, data?.height ?? 0);

/** @param {View} view @param {MouseEvent} event */
function under(view, event) {
  const box = view.stage.getBoundingClientRect(),
    zoom = box.width / view.width || 1,
    hand = { x: (event.clientX - box.left) / zoom, y: (event.clientY - box.top) / zoom };
  return view.data && nearest(frame(view), view.data.chart.bubbles, hand);
}

/** @param {View} view @param {KeyboardEvent} event */
function keys(view, event) {
  const bubbles = [...(view.data?.chart.bubbles ?? [])].sort((a, b) => a.x - b.x || a.y - b.y),
    last = bubbles.length - 1,
    now = bubbles.findIndex(bubble => bubble.key === view.at?.key);
  if (event.key === "Enter" && view.at) view.tell("open", view.at.key);
  const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  point(view, bubbles[Math.min(last, Math.max(0, next))]);
}

/** @param {View} view @param {Bubble | undefined} bubble */
function point(view, bubble) {
  if (view.at === bubble) return;
  view.at = bubble;
  view.front.replaceChildren(...(bubble ? pointed(frame(view), bubble) : []));
  fill(view, bubble);
}

/** @param {Facts} facts */
function numbers({ rows }) {
  const list = element("dl");
  for (const [name, value] of rows) list.append(element("div", {}, element("dt", {}, name), element("dd", {}, value)));
  return list;
}

/** @param {View} view @param {Bubble | undefined} bubble */
function fill(view, bubble) {
  view.card.classList.toggle("waits", !bubble);
  if (!bubble) {
    view.card.replaceChildren("Point or tap near a bubble.");
    return;
  }
  const { facts, key } = bubble;
  const open = element("button", { type: "button" }, "Open in Build ›");
  open.addEventListener("click", () => view.tell("open", key));
  view.card.replaceChildren(
    element("header", {}, element("b", {}, facts.title), element("span", {}, facts.note)),
    numbers(facts),
    facts.words ? element("p", {}, facts.words) : "",
    open,
  );
}

/** How wide names are in today's font. @param {View} view @param {Name[]} names */
function measure({ ruler, widths }, names) {
  const unknown = new Map(names.filter(name => !widths.has(JSON.stringify(name))).map(name => [name, nameNode(name)]));
  ruler.replaceChildren(...unknown.values()); // all of them before the first is asked
  for (const [name, node] of unknown) widths.set(JSON.stringify(name), node.getComputedTextLength());
  ruler.replaceChildren();
}

/** Names stand where their widths leave everything else to be seen. @param {View} view @param {Data} data */
function namesOf(view, data) {
  const { chart } = data;
  measure(view, chart.names);
  const places = placed(frame(view, data), chart, name => view.widths.get(JSON.stringify(name)) ?? 0);
  const nodes = places.flatMap(({ name, middle, lead }) => {
    const node = nameNode(name);
    place(node, { x: middle.x, y: middle.y + 4 });
    return lead ? [leadNode(lead), node] : [node];
  });
  return drawn("g", {}, ...nodes);
}

/** A chart as it was laid out before, or is now. @param {View} view @param {Data} data @param {string} told */
function laidOut(view, data, told) {
  const key = `${view.width} ${told}`,
    laid = view.laid.get(key) ?? layOut(view, data);
  view.laid.delete(key);
  view.laid.set(key, laid);
  for (const old of [...view.laid.keys()].slice(0, -MOST_LAID)) view.laid.delete(old);
  return laid;
}

/** @param {View} view @param {Data} data @returns {Laid} */
function layOut(view, data) {
  const { chart } = data,
    around = frame(view, data),
    before = [...view.laid.values()],
    shown = /** @type {Laid["shown"]} */ (new Map());
  /** What was drawn before is drawn: a switch changes few of a hundred bubbles. @param {unknown} told @param {() => Element[]} make */
  const once = (told, make) => {
    const key = `${view.width} ${around.height} ${JSON.stringify(told)}`,
      nodes = before.find(laid => laid.shown.has(key))?.shown.get(key) ?? make();
    shown.set(key, nodes);
    return nodes;
  };
  const bubbleOnce = (/** @type {Bubble} */ bubble) => once(bubble, () => [bubbleNode(around, bubble)]);
  const bubbles = [
    ...once([chart.x_ticks, chart.y_ticks, chart.x_title, chart.y_title], () => axes(around, chart)),
    ...once(chart.key, () => areas(around, chart)),
    ...chart.bubbles.filter(bubble => !bubble.role).flatMap(bubbleOnce),
    ...once([chart.best_of_all, chart.best], () => staircases(around, chart)),
    ...chart.bubbles.filter(bubble => bubble.role).flatMap(bubbleOnce),
  ];
  return { shown, bubbles, names: namesOf(view, data) };
}

/** @param {View} view */
function draw(view) {
  const { data, svg, stage, told } = view,
    width = stage.clientWidth;
  if (!data || !width) return;
  view.width = width;
  const { height } = frame(view);
  place(svg, { viewBox: `0 0 ${width} ${height}`, width, height });
  if (!view.ruler.isConnected) svg.append(view.ruler);
  const laid = laidOut(view, data, told);
  keepChildren(svg, [...laid.bubbles, laid.names, view.front, view.ruler]);
  const at = data.chart.bubbles.find(bubble => bubble.key === view.at?.key);
  view.at = undefined;
  view.front.replaceChildren();
  if (at) point(view, at);
  else fill(view, undefined);
}

const viewOf = kept(build);

/** @param {Run<Data>} run */
export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement),
    told = JSON.stringify(data);
  view.tell = setTriggerValue;
  if (view.told === told) return;
  const isPickNew = view.data?.picked !== data.picked;
  Object.assign(view, { told, data });
  place(view.stage, { "aria-label": data.alt });
  view.key.arrow.hidden = data.chart.bubbles.every(bubble => bubble.start === null);
  view.key.best.replaceChildren(element("i", { class: "stairs" }), data.chart.best_title);
  if (isPickNew && data.picked) view.at = data.chart.bubbles.find(bubble => bubble.key === data.picked);
  draw(view);
}

/** What Python has computed ahead is laid out while the hand is still. @param {Run<Data>} run */
export function prepare({ data, parentElement }) {
  const view = viewOf(parentElement);
  if (view.width) laidOut(view, data, JSON.stringify(data));
}
