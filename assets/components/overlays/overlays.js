// Heatmaps over one picture, side by side. Opacity is a matter of the browser alone: it changes while
// the slider moves, and only its last value is sent (for the address).

import { address, childrenOf, element, focusedIn, say } from "../shared/dom.js";
import { choosing } from "../shared/hand.js";
import { decoded } from "../shared/picture.js";
import { sender } from "../shared/sender.js";
import { kept } from "../shared/view.js";

const STILL = 350; // ms after which the hand is still
const MOST_READY = 160; // maps that are kept decoded

function build(host) {
  const range = element("input");
  Object.assign(range, { type: "range", min: 0, max: 100, step: 1 });
  range.setAttribute("aria-label", "Opacity of the heatmaps, in percent");
  const label = element("label", { class: "opacity" }, "Opacity"),
    output = element("output");
  label.append(range, output);
  const question = element("span", { class: "question" });
  const head = element("div", { class: "head" });
  head.append(question, label);
  const big = element("div", { class: "big" }),
    cards = element("div", { class: "cards" }),
    legend = element("div", { class: "legend" }),
    body = element("div", { class: "body" });
  cards.setAttribute("role", "radiogroup");
  cards.setAttribute("aria-label", "Methods");
  body.append(big, cards);
  const root = element("div", { class: "overlays" });
  root.append(head, body);
  host.append(root);
  const view = {
    host,
    root,
    range,
    output,
    question,
    legend,
    big,
    cards,
    slots: new Map(),
    ready: new Map(),
    hand: choosing(() => view.again()),
    again: () => {},
  };
  view.fading = sender(percent => view.setStateValue("opacity", percent));
  range.addEventListener("input", () => {
    fade(view, range.value);
    view.fading.say(Number(range.value), STILL);
  });
  cards.addEventListener("keydown", event => step(view, event));
  return view;
}

function fade(view, percent) {
  // a matter of the browser alone
  view.range.value = percent;
  say(view.output, `${percent} %`);
  view.root.style.setProperty("--opacity", percent / 100);
}

function step(view, event) {
  const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!move) return;
  event.preventDefault();
  const all = [...view.cards.querySelectorAll("button")];
  const next = all[(all.indexOf(focusedIn(view.host)) + move + all.length) % all.length];
  next.focus();
  next.click();
}

function picture(data, card) {
  const frame = element("span", { class: "frame", "data-scale": card?.scale ?? "" });
  const photo = element("img", {
    class: (data.pixelated ? "pixelated" : "") + (card ? " under" : "") + (card?.on_paper ? " paper" : ""),
  });
  photo.src = address(data.photo);
  photo.alt = card ? "" : data.alt;
  frame.append(photo);
  if (card?.heat) {
    const heat = element("img", { class: card.cells ? "heat cells" : "heat" });
    heat.src = address(card.heat);
    heat.alt = card.alt;
    frame.append(heat);
  } else if (card) frame.append(element("span", { class: "waiting" }, card.waiting));
  if (card?.badge) frame.append(element("span", { class: "badge" }, card.badge));
  return frame;
}

const captions = card => [
  element("span", { class: "title" }, card.title),
  element("span", { class: "note" }, card.note),
];

function makeCard(view, data, card) {
  const button = element("button", { class: "card" });
  button.type = "button";
  button.setAttribute("role", "radio");
  button.append(picture(data, card), ...captions(card));
  button.onclick = () => {
    if (card.name === view.data.selected) return;
    view.hand.choose(card.name);
    view.data = { ...view.data, selected: card.name }; // shown at once; Python says the same soon
    mark(view, view.data);
    view.setTriggerValue("choose", card.name);
  };
  return button;
}

function cardOf(view, data, card) {
  // what has not changed stays as it is painted, and what has changed until its pictures are there
  const text = JSON.stringify([data.photo, data.pixelated, card]);
  const slot =
    view.slots.get(card.name) ?? view.slots.set(card.name, { shown: null, newest: 0, order: 0 }).get(card.name);
  if (slot.text === text) return slot.shown;
  const fresh = makeCard(view, data, card),
    order = ++slot.newest;
  slot.text = text;
  if (slot.shown?.querySelector(".heat") && card.heat)
    painted(fresh).then(isThere => {
      if (order > slot.order && (isThere || order === slot.newest)) turnTo(view, slot, fresh, order);
    });
  else Object.assign(slot, { shown: fresh, order });
  return slot.shown;
}

/** Whether all pictures of a card could be fetched, as soon as that is known. */
const painted = card =>
  Promise.all([...card.querySelectorAll("img")].map(image => image.decode())).then(
    () => true,
    () => false,
  );

function turnTo(view, slot, card, order) {
  const had = focusedIn(view.host) === slot.shown;
  slot.shown.replaceWith(card);
  Object.assign(slot, { shown: card, order });
  mark(view, view.data);
  if (had) card.focus();
}

function forgetOthers(view, cards) {
  const names = cards.map(card => card.name);
  for (const name of view.slots.keys()) if (!names.includes(name)) view.slots.delete(name);
}

function askForMore(view, text) {
  // the maps that are there are painted first
  if (!view.data.follows || view.asked === text) return;
  view.asked = text;
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (view.drawn === text) view.setTriggerValue("follow", view.data.follows);
    }),
  );
}

function original(data) {
  const card = element("div", { class: "card original" });
  card.append(picture(data, null), ...captions(data));
  return card;
}

/** The legend takes what the cards leave of their last line, or a line of its own. */
function besideCards(view, count) {
  for (const columns of [3, 4, 5]) {
    const rest = columns - (count % columns);
    view.legend.style.setProperty(`--of-${columns}`, rest > 1 ? `span ${rest}` : "1 / -1");
  }
}

function mark(view, data) {
  view.cards.querySelectorAll("button").forEach((button, index) => {
    const chosen = data.cards[index].name === data.selected;
    button.setAttribute("aria-checked", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
  });
  view.root.classList.toggle("large", data.large);
  const card = data.cards.find(one => one.name === data.selected),
    drawn = data.large && card ? view.drawn + card.name : "";
  if (view.enlarged === drawn) return;
  view.enlarged = drawn;
  const large = element("div", { class: "card" });
  if (drawn) large.append(picture(data, card), ...captions(card));
  const show = () => view.enlarged === drawn && view.big.replaceChildren(...(drawn ? [large] : []));
  if (drawn && view.big.querySelector(".heat")) painted(large).then(show);
  else show();
}

function legend(view, data) {
  const entries = data.scales.flatMap(({ low, high, gradient, words }) => {
    const bar = element("dt"),
      strip = element("i");
    strip.style.background = gradient;
    bar.append(element("span", {}, low), strip, element("span", {}, high));
    return [bar, element("dd", {}, words)];
  });
  const list = element("dl");
  list.append(...entries);
  view.legend.replaceChildren(element("p", {}, data.scale_words), list);
}

/** Maps that a choice may lead to: fetched and decoded before they are asked for. */
export function prepare({ data, parentElement }) {
  const { ready } = viewOf(parentElement);
  for (const { heat } of data.cards)
    if (heat && !ready.has(heat))
      ready.set(
        heat,
        decoded(heat, "").catch(() => null),
      );
  for (const heat of [...ready.keys()].slice(0, -MOST_READY)) ready.delete(heat);
}

const viewOf = kept(build);

export default function ({ data: said, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement),
    chosen = view.hand.over(said.selected),
    data = said.cards.some(({ name }) => name === chosen) ? { ...said, selected: chosen } : said;
  view.again = () => {
    view.data = said;
    mark(view, said);
  };
  Object.assign(view, { data, setStateValue, setTriggerValue });
  if (!view.fading.isAhead()) fade(view, data.opacity);
  say(view.question, data.question);
  const { selected, opacity, large, question, module, ...drawn } = data,
    text = JSON.stringify(drawn);
  if (view.drawn !== text) {
    view.drawn = text;
    const had = focusedIn(view.host)?.getAttribute("role") === "radio";
    legend(view, data);
    forgetOthers(view, data.cards);
    besideCards(view, data.cards.length + 1);
    view.cards.replaceChildren(original(data), ...data.cards.map(card => cardOf(view, data, card)), view.legend);
    mark(view, data);
    if (had)
      childrenOf(view.cards)
        .find(card => card.getAttribute("aria-checked") === "true")
        ?.focus();
  }
  mark(view, data);
  askForMore(view, view.drawn);
}
