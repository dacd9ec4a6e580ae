// The classes of one's own with their pictures. What is left out and said wrongly is marked on the picture itself;
// the one that is pointed at, or was clicked last, says below what a head that had not seen it said.

import { sayAhead, textNow } from "../shared/address.js";
import { address, element, place, say, under } from "../shared/dom.js";
import { kept, newsFor } from "../shared/view.js";

const NOTHING = "none";

function build(host) {
  const list = element("div", { class: "classes" });
  const more = element("button", { type: "button", class: "more" }, "+ another class");
  const judged = element("div", { class: "judged" });
  const one = element("div", { class: "one", "aria-live": "polite" });
  host.append(element("div", { class: "teach" }, list, more, judged, one));
  const view = { list, more, judged, one, pinned: NOTHING, shown: "", data: /** @type {any} */ (null) };
  list.addEventListener("pointerover", event => point(view, under(event, ".picture")?.dataset.at));
  list.addEventListener("pointerleave", () => point(view, view.pinned));
  list.addEventListener("focusin", event => point(view, under(event, ".picture")?.dataset.at));
  list.addEventListener("click", event => {
    const at = under(event, ".picture")?.dataset.at;
    if (!at) return;
    view.pinned = at;
    point(view, at);
  });
  list.addEventListener("keydown", event => walk(event));
  return view;
}

function walk(event) {
  const move = { ArrowRight: "nextElementSibling", ArrowLeft: "previousElementSibling" }[event.key];
  const next = move && under(event, ".picture")?.[move];
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
}

const pictureAt = (data, at) => {
  const [row, column] = String(at).split(",").map(Number);
  return data.classes[row]?.pictures[column];
};

function thumb(picture, at, colour) {
  const image = element("img", { src: address(picture.url), alt: "", draggable: "false" });
  const button = element(
    "button",
    { type: "button", class: `picture${picture.is_wrong ? " wrong" : ""}`, "data-at": at, "aria-label": picture.alt },
    image,
  );
  if (picture.is_wrong) button.append(element("span", { class: "cross", "aria-hidden": "true" }, "✕"));
  button.style.setProperty("--class", colour);
  return button;
}

// The address has the names with what Python knows of each: a name that it would clean, or refuse, is left to it.
function sayName(index, name) {
  const parts = (textNow("classes") ?? "").split(";"),
    names = parts.map(part => part.split(":", 1)[0]);
  if (!parts[index] || names.includes(name) || !/^[\p{L}\p{N}]+( [\p{L}\p{N}]+)*$/u.test(name)) return;
  parts[index] = name + parts[index].slice(names[index].length);
  sayAhead({ classes: parts.join(";") });
}

function row(view, one, index) {
  const { data } = view;
  const name = element("input", { class: "name", value: one.name, maxlength: "24", "aria-label": "Name of the class" });
  name.onchange = () => {
    sayName(index, name.value);
    view.tell("rename", { place: index, name: name.value });
  };
  const pictures = element("div", { class: "pictures" });
  one.pictures.forEach((picture, at) => {
    pictures.append(thumb(picture, `${index},${at}`, one.colour));
  });
  if (!one.pictures.length) pictures.append(element("span", { class: "empty" }, "no picture yet"));
  const swatch = element("i", { class: "swatch" });
  swatch.style.background = one.colour;
  const away = element(
    "button",
    { type: "button", class: "away", "aria-label": `Take the class ${one.name} away` },
    "✕",
  );
  away.hidden = data.classes.length <= data.least;
  away.onclick = () => view.tell("drop", index);
  const note = element("span", { class: "note" }, one.note);
  return element("div", { class: "class" }, swatch, name, pictures, note, away);
}

function bars(data, picture) {
  const list = element("div", { class: "bars" });
  data.classes.forEach((one, index) => {
    const bar = element("i");
    Object.assign(bar.style, { width: `${100 * picture.shares[index]}%`, background: one.colour });
    const is = index === picture.answer ? " won" : "";
    list.append(
      element("span", { class: `label${is}` }, one.name),
      element("span", { class: "track" }, bar),
      element("span", { class: `share${is}` }, picture.texts[index]),
    );
  });
  return list;
}

function show(view, at) {
  const { data, one } = view;
  const picture = pictureAt(data, at);
  if (!picture) {
    one.replaceChildren(element("p", { class: "hint" }, data.hint));
    return;
  }
  const ask = element("button", { type: "button" }, "Ask about it");
  const away = element("button", { type: "button" }, "Take it away");
  const [row, column] = at.split(",").map(Number);
  ask.onclick = () => view.tell("ask", [row, column]);
  away.onclick = () => {
    view.pinned = NOTHING;
    view.tell("take_away", [row, column]);
  };
  one.replaceChildren(
    element("img", { src: address(picture.url), alt: picture.alt, class: picture.is_small ? "cells" : "" }),
    element(
      "div",
      { class: "words" },
      element("b", {}, picture.says),
      picture.shares.length ? bars(data, picture) : "",
      element("div", { class: "acts" }, ask, away),
    ),
  );
}

function point(view, at) {
  if (!at) return;
  if (at === view.shown) return;
  view.shown = at;
  for (const button of view.list.querySelectorAll(".picture"))
    place(button, { "aria-current": String(button.dataset.at === at) });
  show(view, at);
}

function scale(judged) {
  const at = value => `${100 * value}%`;
  const span = element("i", { class: "span" }),
    dot = element("i", { class: "dot" }),
    guess = element("i", { class: "guess" });
  Object.assign(span.style, { left: at(judged.low), width: at(judged.high - judged.low) });
  dot.style.left = at(judged.share);
  guess.style.left = at(judged.guessing);
  const labels = judged.labels.map(([text, where]) => {
    const label = element("span", { class: "tick" }, text);
    label.style.left = at(where);
    return label;
  });
  return element("div", { class: "scale", role: "img", "aria-label": judged.alt }, span, guess, dot, ...labels);
}

function judge(view) {
  const { judged } = view.data;
  view.judged.replaceChildren(element("h2", {}, "How good is it on a picture it has not seen?"));
  if (judged.head) {
    view.judged.append(
      element("p", { class: "big" }, `${judged.head} `, element("b", {}, judged.percent)),
      scale(judged),
    );
  }
  view.judged.append(element("p", { class: "soft" }, judged.words));
}

const viewOf = kept(build);
const isNews = newsFor();

export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { data, tell: setTriggerValue });
  if (isNews(parentElement, data)) {
    view.shown = "";
    view.list.replaceChildren(...data.classes.map((one, index) => row(view, one, index)));
    judge(view);
    if (!pictureAt(data, view.pinned)) view.pinned = data.first ?? NOTHING;
    point(view, view.pinned);
  }
  view.more.hidden = data.classes.length >= data.most;
  view.more.onclick = () => setTriggerValue("more", true);
  say(view.more, "+ another class");
  if (data.follows) requestAnimationFrame(() => setTimeout(() => setTriggerValue("follow", data.follows), 30));
}
