// Many maps as one picture: pointing frames one, the arrow keys walk, click or Enter chooses.
// Nothing is sent while pointing; a choice is one message, or as many as a hand that is followed makes (live.js).
// The picture has the maps as they come; where each stands is the bar's matter (mosaic_bar.js).

import { sayAhead, sayToggled } from "../shared/address.js";
import { drawn, element, place, say } from "../shared/dom.js";
import { follow, RELEASED, SETTLED } from "../shared/live.js";
import { decoded, sharpen, swap, watchSize } from "../shared/picture.js";
import { eachWord } from "../shared/turns.js";
import { kept } from "../shared/view.js";
import { arrange, buildBar, drawBar, mapAt, placeOf } from "./mosaic_bar.js";

const SMALLEST = matchMedia("(pointer: coarse)").matches ? 24 : 18; // css pixels of a map that a finger, or a pointer, can hit; narrower screens get fewer columns
const MANY = 100; // maps
const MOST_READY = 16; // pictures that are kept decoded
const READABLE = 100; // of a map with its name in the corner

function build(host) {
  const name = element("span", { class: "name", "aria-hidden": "true" });
  const low = element("span"),
    gradient = element("i"),
    high = element("span"),
    scale = element("span", { class: "scale" });
  const marks = ["shadow", "chosen", "pointed"].map(kind => drawn("rect", { class: kind }));
  const signs = drawn("g"),
    meanings = element("span", { class: "meanings" });
  const svg = drawn("svg", { "aria-hidden": "true", preserveAspectRatio: "none" }, signs, ...marks);
  const list = element("div", { class: "list", role: "listbox", tabindex: "0", "aria-label": "Maps" });
  const canvas = element("canvas", { "aria-hidden": "true" });
  const captions = element("div", { class: "captions", "aria-hidden": "true" });
  const frame = element("div", { class: "frame" }, element("img", { alt: "" }), canvas, captions, svg, list);
  const foot = element(
    "div",
    { class: "foot" },
    element("span", { class: "bar" }, low, gradient, high),
    scale,
    meanings,
    name,
  );
  const bar = buildBar(),
    root = element("div", { class: "sized" }, frame, bar.root, foot);
  host.append(root);
  const view = {
    root,
    bar,
    frame,
    canvas,
    captions,
    svg,
    list,
    name,
    scale,
    low,
    gradient,
    high,
    marks,
    signs,
    meanings,
    pointed: null,
    chosen: null,
    current: 0,
    token: 0,
    ready: new Map(),
  };
  view.words = eachWord(words => view.setStateValue("selected", words));
  view.hand = follow(
    (what, value) => (what === "selected" ? view.words.say(value, true) : view.send(what, value)),
    "selected",
  );
  view.layOut = () => {
    layOut(view);
    caption(view);
    nameSoon(view);
  };
  listen(view);
  watchSize(root, width => {
    view.room = width;
    if (view.data) {
      layOut(view);
      caption(view);
    }
  });
  return view;
}

// ---- Pointing and keys

function listen(view) {
  const { frame, list } = view;
  frame.addEventListener("pointermove", event => point(view, tileAt(view, event)));
  frame.addEventListener("pointerleave", () => point(view, null));
  frame.addEventListener("click", event => choose(view, tileAt(view, event)));
  frame.addEventListener("pointerdown", event => drag(view, event, event.button === 0));
  frame.addEventListener("pointermove", event => drag(view, event, event.buttons === 1));
  addEventListener("pointerup", () => {
    if (view.isDragged) {
      view.isDragged = false;
      view.hand.rest(RELEASED);
    }
  });
  list.addEventListener("focus", () => {
    if (list.matches(":focus-visible")) walk(view, view.current);
  });
  list.addEventListener("blur", () => point(view, null));
  list.addEventListener("keydown", event => {
    const to = target(view, event.key);
    if (to === undefined) return;
    event.preventDefault();
    if (to === "choose") choose(view, mapAt(view, view.current));
    else walk(view, to);
  });
}

function target(view, key) {
  const {
      current: now,
      data: { count },
      layout: { columns },
    } = view,
    row = now - (now % columns);
  const to = {
    ArrowLeft: now - 1,
    ArrowRight: now + 1,
    ArrowUp: now - columns,
    ArrowDown: now + columns,
    Home: row,
    End: Math.min(row + columns, count) - 1,
    PageUp: now % columns,
    PageDown: (now % columns) + columns * Math.floor((count - 1 - (now % columns)) / columns),
    Enter: "choose",
    " ": "choose",
  }[key];
  return typeof to === "number" && (to < 0 || to >= count) ? now : to;
}

function tileAt(view, event) {
  const {
      data: { count, tile },
      layout: { columns, width, height },
    } = view,
    box = view.frame.getBoundingClientRect();
  const column = Math.floor((((event.clientX - box.left) / box.width) * width) / (tile.width + tile.gap));
  const row = Math.floor((((event.clientY - box.top) / box.height) * height) / (tile.height + tile.gap));
  const index = row * columns + column;
  return column >= 0 && column < columns && row >= 0 && index < count ? mapAt(view, index) : null;
}

function walk(view, at) {
  view.current = at;
  view.list.setAttribute("aria-activedescendant", `tile-${at}`);
  point(view, mapAt(view, at));
}

function point(view, index) {
  if (view.pointed === index) return;
  view.pointed = index;
  mark(view);
}

function choose(view, index) {
  const {
    data: { live },
  } = view;
  if (index === null || (live === "drag" && index === view.chosen)) return;
  view.chosen = index;
  walk(view, placeOf(view, index));
  mark(view);
  tell(view);
  sayChosen(view.data.says, index);
  if (live === "drag") view.hand.move(index);
  else view.words.say(index, live !== "rest");
  if (live) view.hand.rest(live === "drag" && !view.isDragged ? RELEASED : undefined);
}

function sayChosen(says, index) {
  if (says?.is_set) sayToggled(says.name, says.texts[index]);
  else if (says) sayAhead({ ...says.besides, [says.name]: says.texts[index] });
}

function drag(view, event, isDown) {
  // a finger scrolls the page
  if (!isDown || event.pointerType === "touch" || view.data.live !== "drag") return;
  view.isDragged = true;
  choose(view, tileAt(view, event));
}

// ---- Drawing

function corner(view, index) {
  // left, top, width, height of a map in the picture as it is laid out
  const {
      data: { tile },
      layout: { columns },
    } = view,
    at = placeOf(view, index);
  return [
    (at % columns) * (tile.width + tile.gap),
    Math.floor(at / columns) * (tile.height + tile.gap),
    tile.width,
    tile.height,
  ];
}

function mark(view) {
  const [shadow, chosen, pointed] = view.marks;
  for (const [rect, index] of [
    [shadow, view.chosen],
    [chosen, view.chosen],
    [pointed, view.pointed],
  ]) {
    rect.style.display = index === null ? "none" : "";
    if (index === null) continue;
    const [x, y, width, height] = corner(view, index);
    place(rect, { x, y, width, height });
  }
  const shown = view.pointed ?? view.chosen;
  say(view.name, shown === null ? "" : view.data.labels[shown]);
}

// Signs on some maps, each a shape of its own, so that nobody has to tell colours apart.
function sign(view) {
  const {
    data: { marks = [], tile },
    layout: { width },
    signs,
  } = view;
  const size = Math.min(tile.width, tile.height),
    unit = width / (view.room || width); // picture pixels in one of the screen
  const side = Math.min(size * 0.42, 9 * unit),
    at = 2.5 * unit,
    paths = { veil: "", cross: "", spot: "" };
  for (const [index, kind] of marks) {
    const [x, y, w, h] = corner(view, index),
      [left, top] = [x + w - at - side, y + at];
    if (kind === "off") {
      paths.veil += `M${x} ${y}h${w}v${h}h${-w}z`;
      paths.cross += `M${x} ${y}L${x + w} ${y + h}M${x + w} ${y}L${x} ${y + h}`;
    } else if (kind === "dead") paths.cross += `M${left} ${top}l${side} ${side}m0 ${-side}l${-side} ${side}`;
    else paths.spot += `M${left} ${top}h${side}v${side}h${-side}z`;
  }
  const key = JSON.stringify(paths);
  if (signs.dataset.key === key) return;
  signs.dataset.key = key;
  const path = (kind, d) => (d ? [drawn("path", { class: kind, d })] : []);
  signs.replaceChildren(
    ...path("veil", paths.veil),
    ...path("halo", paths.cross),
    ...path("stroke", paths.cross),
    ...path("spot", paths.spot),
  );
}

function explain(view) {
  const shape = { dead: "×", off: "╳", saturated: "■" };
  const text = (view.data.meanings || []).map(([kind, words]) => `${shape[kind]} ${words}`).join("   ");
  say(view.meanings, text);
}

// As Python laid it out where there is room; with fewer columns on a phone.
function layOut(view) {
  const { data, root } = view,
    { tile, count } = data;
  const room = Math.min(view.room ?? root.clientWidth, data.width);
  const smallest = Math.min(data.captions?.length ? READABLE : SMALLEST, tile.width),
    fitting = Math.max(1, Math.floor(room / smallest));
  const columns = Math.min(data.columns, fitting),
    rows = Math.ceil(count / columns),
    isSame = columns === data.columns;
  view.layout = {
    columns,
    width: isSame ? data.width : columns * (tile.width + tile.gap) - tile.gap,
    height: isSame ? data.height : rows * (tile.height + tile.gap) - tile.gap,
  };
  const { width, height } = view.layout;
  view.frame.style.aspectRatio = `${width} / ${height}`;
  root.style.setProperty("--width", `${isSame ? data.width : room}px`);
  place(view.svg, { viewBox: `0 0 ${width} ${height}` });
  const image = view.frame.querySelector("img");
  const isAsItComes = isSame && !view.sequence;
  image.hidden = !isAsItComes;
  image.style.clipPath = view.canvas.style.clipPath = withoutEmptyPlaces(view);
  view.canvas.hidden = isAsItComes;
  if (!isAsItComes) rearrange(view, image);
  sharpen(isAsItComes ? image : view.canvas, room);
  sign(view);
  mark(view);
}

function withoutEmptyPlaces(view) {
  // behind the last map of a row that is not full
  const {
    data: { count },
    layout: { columns, width, height },
  } = view;
  if (count % columns === 0) return "none";
  const [left, top] = corner(view, count),
    x = `${(100 * left) / width}%`,
    y = `${(100 * top) / height}%`;
  return `polygon(0 0, 100% 0, 100% ${y}, ${x} ${y}, ${x} 100%, 0 100%)`;
}

function rearrange(view, image) {
  const { canvas, data, layout } = view,
    { tile } = data,
    pen = canvas.getContext("2d");
  Object.assign(canvas, { width: layout.width, height: layout.height });
  for (let index = 0; index < data.count; index++) {
    const [x, y, width, height] = corner(view, index);
    const left = (index % data.columns) * (tile.width + tile.gap),
      top = Math.floor(index / data.columns) * (tile.height + tile.gap);
    pen.drawImage(image, left, top, width, height, x, y, width, height);
  }
}

// ---- A change of data

function tell(view) {
  // which one is chosen, for those who do not see it
  view.list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  view.list.children[placeOf(view, view.chosen)]?.setAttribute("aria-selected", "true");
}

function name(view) {
  // one option per map, so that a screen reader can name and count them
  const { list, data } = view,
    labels = data.labels.map((_, at) => data.labels[mapAt(view, at)]),
    key = labels.join("\n");
  if (view.named === key) {
    tell(view);
    return;
  }
  view.named = key;
  if (list.children.length !== labels.length) {
    list.replaceChildren(
      ...labels.map((_, index) => element("div", { role: "option", id: `tile-${index}`, "aria-selected": "false" })),
    );
  }
  labels.forEach((label, index) => say(list.children[index], label));
  tell(view);
}

function nameSoon(view) {
  // of many maps the picture first: their names are laid out with every option
  if (view.data.count > MANY) requestAnimationFrame(() => setTimeout(() => name(view), 30));
  else name(view);
}

function caption(view) {
  // a name in the corner of each map, where Python sent names
  const {
    captions,
    data: { captions: names, tile },
    layout: { width, height },
  } = view;
  captions.replaceChildren(
    ...(names || []).map((name, index) => {
      const chip = element("span", {}, name);
      const [left, top] = corner(view, index);
      chip.style.left = `${(100 * left) / width}%`;
      chip.style.top = `${(100 * (top + tile.height)) / height}%`;
      chip.style.maxWidth = `${(100 * tile.width) / width}%`;
      return chip;
    }),
  );
}

function show(view, data, picture) {
  if (picture) {
    swap(view.frame, picture);
    view.url = data.url;
  }
  const isOther = view.data?.selected !== data.selected || view.data?.count !== data.count;
  const isMoving = view.hand.isMoving() && !picture; // then the hand knows better than an answer on its way
  Object.assign(view, { data, chosen: isMoving ? view.chosen : data.selected });
  if (!(performance.now() - view.sortedAt < SETTLED)) view.order = data.order;
  arrange(view);
  if (isOther && !isMoving) view.current = placeOf(view, data.selected ?? mapAt(view, 0));
  if (view.pointed >= data.count) view.pointed = null;
  place(view.frame.querySelector("img"), { alt: data.alt });
  place(view.list, { "aria-label": `${data.alt} Arrow keys move, Enter chooses.` });
  place(view.gradient, { style: `background:${data.gradient}` });
  say(view.low, data.low);
  say(view.high, data.high);
  say(view.scale, data.scale);
  layOut(view);
  drawBar(view);
  caption(view);
  explain(view);
  nameSoon(view);
}

/** Maps that a choice may lead to: their picture is fetched and decoded before it is asked for. */
export function prepare({ data: { url, alt }, parentElement }) {
  const { ready } = viewOf(parentElement);
  if (!ready.has(url))
    ready.set(
      url,
      decoded(url, alt).catch(() => null),
    );
  if (ready.size > MOST_READY) ready.delete(ready.keys().next().value);
}

const viewOf = kept(build);

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { send: setTriggerValue, setStateValue });
  view.words.heard(data.heard);
  const token = ++view.token;
  const isHere = view.url === data.url;
  if (isHere || !view.url) show(view, data, null); // the first picture finds its place laid out
  if (isHere) return;
  Promise.resolve(view.ready.get(data.url))
    .then(picture => picture ?? decoded(data.url, data.alt))
    .then(picture => {
      if (token === view.token) show(view, data, picture);
    })
    .catch(() => {}); // a newer picture has taken its place on the server
}
