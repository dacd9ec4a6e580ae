// One picture that is asked: what the head says of it, where it looks for that, and which of the given pictures each
// layer sees as most alike. A click on a class shows where it looks for that one.

import { sayAhead } from "../shared/address.js";
import { address, element, place, under } from "../shared/dom.js";
import { foresight } from "../shared/foresight.js";
import { decoded } from "../shared/picture.js";
import { kept, newsFor } from "../shared/view.js";

const MOST_READY = 12; // pictures that are kept decoded

function build(host) {
  const root = element("div", { class: "asked" });
  host.append(root);
  const view = { root, ready: new Map(), tell: (_name, _value) => {} };
  view.foresight = foresight(root, () => view.tell("near", true));
  root.addEventListener("click", event => {
    const button = under(event, "button.explain");
    if (button) explain(view, Number(button.dataset.at), button.classList.contains("won"));
  });
  return view;
}

function explain(view, at, isWinner) {
  sayAhead({ class_idx: String(isWinner ? -1 : at) });
  view.foresight.show(at);
  view.tell("explain", at);
}

function photo(data) {
  const image = element("img", {
    src: address(data.photo),
    alt: data.alt,
    "data-scale": "",
    class: data.is_small ? "cells" : "",
  });
  return element("figure", {}, image, element("figcaption", {}, data.note));
}

function looked(data) {
  const under = element("img", { src: address(data.photo), alt: "", class: data.is_small ? "cells" : "" });
  const heat = element("img", { src: address(data.heat), alt: data.heat_alt, class: "heat cells" });
  const bar = element("i", { class: "gradient" });
  bar.style.background = data.gradient;
  const scale = element("span", { class: "scale" }, "0", bar, data.top),
    whose = element("span", { class: "whose", title: data.whose }, data.whose);
  return element(
    "figure",
    {},
    element("div", { class: "frame" }, under, heat),
    element("figcaption", {}, scale, whose),
  );
}

function answers(data) {
  const list = element("div", {
    class: "answers",
    role: "group",
    "aria-label": "Classes: click one to see where it looks for it",
  });
  data.rows.forEach((one, at) => {
    const bar = element("i");
    Object.assign(bar.style, { width: `${100 * one.share}%`, background: one.colour });
    const button = element(
      "button",
      {
        type: "button",
        class: `explain${one.is_winner ? " won" : ""}`,
        "data-at": at,
        title: `Where it looks for ${one.name}`,
      },
      element("span", { class: "name" }, one.name),
      element("span", { class: "track" }, bar),
      element("span", { class: "share" }, one.text),
    );
    place(button, { "aria-pressed": String(at === data.explained) });
    list.append(button);
  });
  list.append(element("p", { class: "soft" }, element("b", {}, data.learned), ` learned, ${data.frozen} frozen`));
  return list;
}

function layer(row) {
  const strip = element("div", { class: "strip" });
  for (const one of row.pictures) {
    const image = element("img", { src: address(one.url), alt: one.alt, title: one.alt });
    image.style.borderColor = one.colour;
    const letter = element("b", { "aria-hidden": "true" }, one.letter); // the name of its class is in `alt`
    letter.style.background = one.colour;
    strip.append(element("span", {}, image, letter));
  }
  return [
    element("span", { class: "layer" }, row.layer),
    strip,
    element("span", { class: "count" }, element("b", {}, row.alike), row.of),
  ];
}

function nearest(data) {
  if (!data.layers.length) return [];
  const head = element(
    "div",
    { class: "head" },
    element("h2", {}, "Its nearest among your pictures, layer by layer"),
    element("span", { class: "soft" }, "nearest is of the same class"),
  );
  const grid = element("div", { class: "layers" });
  for (const row of data.layers) grid.append(...layer(row));
  return [element("div", { class: "nearest" }, head, grid, element("p", { class: "soft" }, data.words))];
}

const viewOf = kept(build);
const isNews = newsFor();

/** Where it looks for a class that may be clicked: the picture is there before. */
export function prepare({ data, parentElement }) {
  const { ready } = viewOf(parentElement);
  if (!ready.has(data.heat))
    ready.set(
      data.heat,
      decoded(data.heat, "").catch(() => null),
    );
  for (const heat of [...ready.keys()].slice(0, -MOST_READY)) ready.delete(heat);
}

export default function ({ data: told, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement),
    { foresight: foreseen, ...data } = told;
  view.tell = setTriggerValue;
  if (foreseen) view.foresight.take(foreseen, "");
  if (!isNews(parentElement, data)) return;
  const top = data.rows.length
    ? element("div", { class: "top" }, photo(data), looked(data), answers(data))
    : element("div", { class: "top" }, photo(data), element("p", { class: "soft" }, data.problem));
  view.root.replaceChildren(top, ...nearest(data));
}
