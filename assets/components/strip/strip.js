// The network as a strip: parts as cards with a small volume each, the layers of the chosen one below.

import { sayAhead } from "../shared/address.js";
import { childrenOf, drawn, element, place } from "../shared/dom.js";
import { foresight } from "../shared/foresight.js";
import { choosing } from "../shared/hand.js";
import { kept } from "../shared/view.js";

function build(host) {
  const cards = element("div", { class: "cards", role: "radiogroup", "aria-label": "Part of the network" });
  const chips = element("div", { class: "chips", role: "radiogroup", "aria-label": "Layer in this part" });
  const root = element("div", { class: "strip" }, cards, chips);
  host.append(root);
  const view = { host, cards, chips, near: () => {}, hand: choosing(() => view.again()), again: () => {} };
  view.foresight = foresight(root, () => view.near());
  for (const row of [cards, chips]) row.addEventListener("keydown", event => step(view, row, event));
  return view;
}

function step(view, row, event) {
  const all = [...row.children],
    now = all.indexOf(view.host.getRootNode().activeElement);
  const to = {
    ArrowRight: now + 1,
    ArrowDown: now + 1,
    ArrowLeft: now - 1,
    ArrowUp: now - 1,
    Home: 0,
    End: all.length - 1,
  }[event.key];
  if (to === undefined || now < 0) return;
  event.preventDefault();
  const next = all[Math.max(0, Math.min(all.length - 1, to))];
  next.focus();
  next.click();
}

// As many sheets as the channels' power of two, as large as the maps': a drawing, not to scale.
function volume({ channels, height, width }) {
  const sheets = Math.max(1, Math.min(6, Math.round(Math.log2(channels)) - 3));
  const side = size => 4 + 2.6 * Math.min(8, Math.log2(size));
  const [w, h] = [side(width) * 0.62, side(height)];
  const svg = drawn("svg", { viewBox: "0 0 34 26", "aria-hidden": "true" });
  for (let sheet = sheets - 1; sheet >= 0; sheet--) {
    svg.append(drawn("rect", { x: 1 + sheet * 2.8, y: 13 - h / 2, width: w, height: h, rx: 1.2 }));
  }
  return svg;
}

function fill(row, items, make) {
  // the same number of buttons is written anew in place, so that focus stays
  while (row.children.length > items.length) row.lastChild.remove();
  items.forEach((item, index) => {
    const button = row.children[index] ?? row.appendChild(element("button", { type: "button", role: "radio" }));
    const text = JSON.stringify(item);
    if (button.dataset.item !== text) {
      button.dataset.item = text;
      button.replaceChildren(...make(item));
    }
  });
}

function mark(row, isChosen) {
  const chosen = [...row.children].findIndex((_, index) => isChosen(index));
  [...row.children].forEach((button, index) => {
    place(button, { "aria-checked": String(index === chosen), tabindex: index === Math.max(0, chosen) ? 0 : -1 });
  });
  const button = row.children[chosen];
  if (!button) return;
  const left = button.offsetLeft - row.offsetLeft,
    right = left + button.offsetWidth;
  if (left < row.scrollLeft || right > row.scrollLeft + row.clientWidth) row.scrollLeft = left - row.clientWidth / 3;
}

const viewOf = kept(build);

export default function (run) {
  const view = viewOf(run.parentElement),
    { parts, inside, selected } = run.data,
    chosen = view.hand.over(selected);
  view.again = () => show(view, run);
  const isOld = chosen !== selected && [...parts, ...inside].some(({ name }) => name === chosen);
  if (!isOld) show(view, run);
}

function show(view, { data, setTriggerValue }) {
  const choose = (name, row, index) => {
    if (name === view.hand.over(data.selected)) return;
    view.hand.choose(name);
    mark(row, other => other === index);
    sayAhead({ ...data.resets, layer: name });
    view.foresight.show(name);
    setTriggerValue("choose", name);
  };
  fill(
    view.cards,
    data.parts.map(({ is_chosen, ...part }) => part),
    part => [
      element("span", { class: "title" }, part.title),
      volume(part),
      element("span", { class: "note" }, part.note),
    ],
  );
  fill(view.chips, data.inside, layer => [
    element("span", {}, layer.title),
    element("span", { class: "note" }, layer.note),
  ]);
  view.chips.hidden = !data.inside.length;
  mark(view.cards, index => data.parts[index].is_chosen);
  mark(view.chips, index => data.inside[index].name === data.selected);
  childrenOf(view.cards).forEach((button, index) => {
    const part = data.parts[index];
    place(button, { "aria-label": `${part.help}, output ${part.note}`, title: part.help });
    button.onclick = () => choose(part.name, view.cards, index);
  });
  childrenOf(view.chips).forEach((button, index) => {
    const layer = data.inside[index];
    place(button, { title: layer.help });
    button.onclick = () => choose(layer.name, view.chips, index);
  });
  view.near = () => setTriggerValue("near", true);
  if (data.foresight) view.foresight.take(data.foresight, data.selected);
}
