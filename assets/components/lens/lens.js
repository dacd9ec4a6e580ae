// One map: cell by cell, over the picture, and what the chosen cell can see. Pointing is answered here; a choice
// is sent while the pointer is dragged or an arrow key is held (live.js).

import { address, drawn, element, place, say } from "../shared/dom.js";
import { follow } from "../shared/live.js";
import { placeText, precise } from "../shared/numbers.js";
import { decoded } from "../shared/picture.js";
import { sender } from "../shared/sender.js";
import { acrossOn } from "../shared/swipe.js";
import { eachWord } from "../shared/turns.js";
import { kept } from "../shared/view.js";

const STILL = 400; // ms after which the hand that fades is still

function build(host) {
  const pane = (name, ...content) => {
    const title = element("div", { class: "title" });
    const frame = element("div", { class: `frame ${name}` }, ...content);
    return { root: element("figure", { class: name }, title, frame), title, frame };
  };
  const layer = () => drawn("svg", { preserveAspectRatio: "none", "aria-hidden": "true" });
  const map = pane("map", layer()),
    over = pane("over", layer()),
    pull = pane("pull", layer());
  const heat = element("img", { class: "heat", alt: "", draggable: "false" });
  over.frame.insertBefore(heat, over.frame.firstChild);
  place(map.frame, { tabindex: 0, role: "group" });
  const range = element("input", {
    type: "range",
    min: 0,
    max: 100,
    step: 1,
    "aria-label": "Opacity of the map over the picture",
  });
  const opacity = element("label", { class: "opacity" }, element("span", {}, "Opacity"), range);
  const low = element("span"),
    bar = element("i"),
    high = element("span"),
    scale = element("span", { class: "scale" });
  const said = element("span", { class: "said", role: "status", "aria-live": "polite" });
  const foot = element(
    "div",
    { class: "foot" },
    element("span", { class: "bar" }, low, bar, high, scale),
    opacity,
    said,
  );
  const panes = element("div", { class: "panes" }, map.root, over.root, pull.root);
  const body = element("div", { class: "lens" }, panes, foot);
  const root = element("div", { class: "sized" }, body);
  host.append(root);
  const view = {
    root,
    body,
    panes,
    map,
    over,
    pull,
    heat,
    range,
    opacity,
    low,
    bar,
    high,
    scale,
    said,
    numbers: null,
    cell: [0, 0],
    pointed: null,
  };
  view.fading = sender(percent => view.send("opacity", percent));
  view.words = eachWord(words => view.setStateValue("cell", words));
  view.hand = follow((what, value) => (what === "cell" ? view.words.say(value, true) : view.send(what, value)), "cell");
  listen(view);
  return view;
}

// ---- Pointing, keys, opacity

function listen(view) {
  for (const { frame } of [view.map, view.over]) {
    const isAcross = acrossOn(frame);
    let isDown = false,
      isFinger = false;
    frame.addEventListener("pointerdown", event => {
      isDown = true;
      isFinger = event.pointerType === "touch";
      if (!isFinger) pick(view, cellAt(view, frame, event)); // a finger may mean to scroll: its tap is a click
    });
    frame.addEventListener("click", event => {
      if (isFinger) pick(view, cellAt(view, frame, event));
    });
    frame.addEventListener("pointercancel", () => {
      isDown = false;
    });
    frame.addEventListener("pointermove", event => {
      const cell = cellAt(view, frame, event);
      if (isDown && view.data.live && (!isFinger || isAcross(event))) pick(view, cell);
      else {
        view.pointed = cell;
        mark(view);
      }
    });
    addEventListener("pointerup", () => {
      isDown = false;
    });
    frame.addEventListener("pointerleave", () => {
      view.pointed = null;
      mark(view);
    });
  }
  view.map.frame.addEventListener("keydown", event => {
    const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!move) return;
    event.preventDefault();
    pick(
      view,
      [0, 1].map(axis => Math.max(0, Math.min(view.data.size[axis] - 1, view.cell[axis] + move[axis]))),
    );
  });
  view.range.addEventListener("input", () => {
    view.root.style.setProperty("--opacity", view.range.value / 100);
    view.fading.say(Number(view.range.value), STILL);
  });
}

function cellAt(view, frame, event) {
  const box = frame.getBoundingClientRect(),
    [rows, columns] = view.data.size;
  const at = (place, length, count) => Math.max(0, Math.min(count - 1, Math.floor((place / length) * count)));
  return [at(event.clientY - box.top, box.height, rows), at(event.clientX - box.left, box.width, columns)];
}

function pick(view, cell) {
  view.pointed = null;
  if (view.cell[0] === cell[0] && view.cell[1] === cell[1]) {
    mark(view);
    return;
  }
  view.cell = cell;
  mark(view);
  view.hand.move(cell);
  if (view.data.live) view.hand.rest();
}

// ---- Drawing

function frameIn(svg, kind, x, y, width, height) {
  const shadow = drawn("rect", { class: `under ${kind}`, x, y, width, height });
  svg.append(shadow, drawn("rect", { class: kind, x, y, width, height }));
}

function seenBy(data, [row, column]) {
  // top, left, height, width in pixels of the picture
  const { rows, columns } = data.sees;
  return [rows[row][0], columns[column][0], rows[row][1], columns[column][1]];
}

function mark(view) {
  const { data } = view,
    [rows, columns] = data.size,
    [height, width] = data.picture;
  const cell = view.pointed ?? view.cell;
  const [map, over, pull] = [view.map, view.over, view.pull].map(({ frame }) => frame.querySelector("svg"));
  place(map, { viewBox: `0 0 ${columns} ${rows}` });
  map.replaceChildren();
  frameIn(map, "chosen", view.cell[1], view.cell[0], 1, 1);
  if (view.pointed) frameIn(map, "pointed", cell[1], cell[0], 1, 1);
  const [top, left, high, wide] = seenBy(data, cell);
  place(over, { viewBox: `0 0 ${width} ${height}` });
  over.replaceChildren(
    drawn("path", { class: "shade", d: `M0 0H${width}V${height}H0ZM${left} ${top}v${high}h${wide}v${-high}Z` }),
  );
  frameIn(over, "chosen", left, top, wide, high);
  place(pull, { viewBox: `0 0 ${width} ${height}` });
  pull.replaceChildren();
  if (data.pull) {
    const [t, l, h, w] = seenBy(data, data.cell);
    frameIn(pull, "chosen", l, t, w, h);
    frameIn(pull, "dashed", data.pull.box[1], data.pull.box[0], data.pull.box[3], data.pull.box[2]);
  }
  const number = view.numbers?.[cell[0] * columns + cell[1]];
  const value = number === undefined ? "" : ` = ${precise(number)}`;
  say(view.said, `${placeText(cell)}${value} · sees ${high} × ${wide} pixels`);
}

// ---- A change of data

async function fetchNumbers(view, url) {
  if (view.valuesUrl === url) return;
  view.valuesUrl = url;
  view.numbers = null;
  const answer = await fetch(address(url)).catch(() => null);
  if (!answer?.ok || view.valuesUrl !== url) return;
  view.numbers = new Float32Array(await answer.arrayBuffer(), 32);
  mark(view);
}

function picture(frame, url, alt, isPixelated) {
  const old = frame.querySelector("img.photo");
  if (old?.dataset.url === url) {
    old.alt = alt;
    return;
  }
  decoded(url, alt)
    .then(next => {
      next.className = "photo";
      next.style.imageRendering = isPixelated ? "pixelated" : "auto";
      const now = frame.querySelector("img.photo");
      if (now) now.replaceWith(next);
      else frame.prepend(next);
    })
    .catch(() => {});
}

const viewOf = kept(build);

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { send: setTriggerValue, setStateValue });
  view.words.heard(data.heard);
  const isOther = view.data?.values !== data.values;
  view.data = data;
  if (isOther) view.hand.forget();
  if (isOther || !view.hand.isMoving()) view.cell = data.cell;
  if (!view.fading.isAhead()) {
    view.range.value = data.opacity;
    view.root.style.setProperty("--opacity", String(data.opacity / 100));
  }
  const [height, width] = data.picture;
  view.body.dataset.panes = data.panes.length;
  for (const name of ["map", "over", "pull"]) {
    view[name].root.hidden = !data.panes.includes(name);
    view[name].frame.style.aspectRatio = name === "map" ? `${data.size[1]} / ${data.size[0]}` : `${width} / ${height}`;
  }
  view.opacity.hidden = !data.panes.includes("over");
  say(view.map.title, data.titles.map);
  say(view.over.title, data.titles.over);
  say(view.pull.title, data.titles.pull ?? "");
  place(view.map.frame, { "aria-label": `${data.alt} Arrow keys choose a cell.`, "data-picture": data.names.map });
  place(view.over.frame, { "data-picture": data.names.over });
  picture(view.map.frame, data.map, "", true);
  if (data.panes.includes("over")) {
    picture(view.over.frame, data.photo, data.photoAlt, data.isSmall);
    if (view.heat.dataset.url !== data.map) {
      view.heat.dataset.url = data.map;
      view.heat.src = address(data.map);
    }
  }
  if (data.pull) picture(view.pull.frame, data.pull.url, data.pull.alt, data.isSmall);
  say(view.scale, data.scale);
  say(view.low, data.low);
  say(view.high, data.high);
  place(view.bar, { style: `background:${data.gradient}` });
  fetchNumbers(view, data.values);
  mark(view);
}
