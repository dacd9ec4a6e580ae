// The receptive field of a unit: the layers as cards with what each sees, the picture with the box, the crop,
// and how much every pixel moves the unit. Pointing moves the box here; a click asks Python for the gradient.

import { sayCell } from "../shared/address.js";
import { drawn, element, focusedIn, penOf, place, say, sharpness } from "../shared/dom.js";
import { choosing } from "../shared/hand.js";
import { placeText } from "../shared/numbers.js";
import { decoded } from "../shared/picture.js";
import { sender } from "../shared/sender.js";
import { kept, newsFor } from "../shared/view.js";

/** @import { Box } from "../shared/types" */

const STILL = 120; // ms after which a unit is asked for
const STEP = 420; // ms for each map on the way down

function build(host) {
  const view = { host, timer: undefined, hand: choosing(() => {}) };
  view.asking = sender(unit => String(unit) !== String(view.data.unit) && view.setTriggerValue("unit", unit));
  view.cards = element("div", { class: "cards", role: "radiogroup", "aria-label": "Layer" });
  view.cards.addEventListener("keydown", event => along(view, event));
  view.walk = element("span", { class: "walked" });
  view.down = element("button", { type: "button", class: "down" }, "▶");
  place(view.down, {
    "aria-label": "Walk down from the unit to its pixels",
    title: "Walk down from the unit to its pixels",
  });
  view.down.onclick = () => descend(view);
  view.photo = element("canvas");
  view.overlay = drawn("svg", { "aria-hidden": "true" });
  view.stage = element("div", { class: "frame", tabindex: 0, role: "application" }, view.photo, view.overlay);
  view.crop = element("canvas");
  view.grad = element("canvas");
  view.map = element("div", { class: "map" });
  view.mapMark = drawn("svg", { "aria-hidden": "true" });
  view.captions = {
    photo: element("p", { class: "note" }),
    crop: element("p", { class: "note" }),
    map: element("p", { class: "note" }),
  };
  view.headings = { photo: element("h2"), crop: element("h2"), grad: element("h2"), map: element("h2") };
  view.profile = drawn("svg", { class: "profile", "aria-hidden": "true" });
  view.bar = element("span", { class: "scale" });
  view.waiting = element("p", { class: "waiting" });
  const tile = (kind, ...children) => element("div", { class: `tile ${kind}` }, ...children);
  const mapFrame = element("div", { class: "frame small", tabindex: -1 }, view.map, view.mapMark);
  view.mapFrame = mapFrame;
  const root = element(
    "div",
    { class: "field" },
    view.cards,
    element(
      "div",
      { class: "card" },
      element(
        "div",
        { class: "tiles" },
        tile("photo", view.headings.photo, view.stage, view.captions.photo),
        tile(
          "crop",
          view.headings.crop,
          view.crop,
          view.captions.crop,
          element("p", { class: "walk" }, view.down, view.walk),
        ),
        tile("grad", view.headings.grad, view.grad, view.waiting, view.bar, view.profile),
        tile("unitmap", view.headings.map, mapFrame, view.captions.map),
      ),
    ),
  );
  host.append(root);
  view.stage.addEventListener("pointermove", event => {
    if (event.pointerType !== "touch") point(view, unitAt(view, view.stage, event, pixelUnit));
  });
  view.stage.addEventListener("pointerleave", () => point(view, view.data.unit));
  view.stage.addEventListener("click", event => ask(view, unitAt(view, view.stage, event, pixelUnit)));
  mapFrame.addEventListener("click", event => ask(view, unitAt(view, mapFrame, event, mapUnit)));
  view.stage.addEventListener("keydown", event => walkUnits(view, event));
  return view;
}

function along(view, event) {
  const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!move) return;
  event.preventDefault();
  const all = [...view.cards.children],
    next = all[(all.indexOf(focusedIn(view.host)) + move + all.length) % all.length];
  next.focus();
  next.click();
}

const clamp = (value, most) => Math.max(0, Math.min(most - 1, value));

function walkUnits(view, event) {
  const move = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
  if (!move) return;
  event.preventDefault();
  const [rows, columns] = [view.data.rows.length, view.data.columns.length];
  ask(view, [clamp(view.at[0] + move[0], rows), clamp(view.at[1] + move[1], columns)]);
}

// A place on the picture belongs to the unit whose window has its middle nearest.
function nearest(windows, at) {
  let best = 0,
    least = Infinity;
  windows.forEach(([first, end], index) => {
    const away = Math.abs((first + end) / 2 - at);
    if (end > first && away < least) {
      least = away;
      best = index;
    }
  });
  return best;
}

function unitAt(view, frame, event, unit) {
  const box = frame.getBoundingClientRect();
  return unit(view, (event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width);
}

const pixelUnit = (view, y, x) => {
  const [top, left, bottom, right] = view.shown;
  return [nearest(view.data.rows, top + y * (bottom - top)), nearest(view.data.columns, left + x * (right - left))];
};
const mapUnit = (view, y, x) => [
  clamp(Math.floor(y * view.data.rows.length), view.data.rows.length),
  clamp(Math.floor(x * view.data.columns.length), view.data.columns.length),
];

function ask(view, unit) {
  point(view, unit);
  sayCell("unit", unit);
  view.asking.say(unit, STILL);
}

/** @returns {Box} */
const boxOf = (view, [row, column]) => {
  const [top, bottom] = view.data.rows[row],
    [left, right] = view.data.columns[column];
  return [top, left, bottom, right];
};

// The part of the plane that the picture's frame shows: the picture, or more where the box is larger.
/** @returns {Box} */
function frameOf(data, box) {
  const room = 6;
  const top = Math.min(0, box[0] - room),
    left = Math.min(0, box[1] - room),
    bottom = Math.max(data.height, box[2] + room),
    right = Math.max(data.width, box[3] + room);
  if (top === 0 && left === 0 && bottom === data.height && right === data.width) return [0, 0, data.height, data.width];
  const side = Math.max(bottom - top, right - left),
    y = (top + bottom - side) / 2,
    x = (left + right - side) / 2;
  return [y, x, y + side, x + side];
}

function hatch(context, width, height, style) {
  context.fillStyle = style.getPropertyValue("--pad") || "#eee";
  context.fillRect(0, 0, width, height);
  context.strokeStyle = style.getPropertyValue("--pad-line") || "#ccc";
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -height; at < width; at += 7) {
    context.moveTo(at, height);
    context.lineTo(at + height, 0);
  }
  context.stroke();
}

// Draws a part of a picture, [top, left, bottom, right] in its pixels, and hatches what lies outside of it.
function part(view, canvas, image, [top, left, bottom, right], dim) {
  const css = canvas.clientWidth || 200,
    ratio = (bottom - top) / Math.max(1e-6, right - left),
    width = Math.round(css * sharpness(canvas)),
    height = Math.round(width * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = penOf(canvas),
    style = getComputedStyle(view.cards),
    scale = width / (right - left);
  hatch(context, width, height, style);
  if (!image) return;
  context.imageSmoothingEnabled = scale < 2;
  context.drawImage(image, -left * scale, -top * scale, view.data.width * scale, view.data.height * scale);
  if (dim) {
    context.fillStyle = "rgba(12, 16, 22, 0.42)";
    context.fillRect(
      Math.max(0, -left * scale),
      Math.max(0, -top * scale),
      view.data.width * scale,
      view.data.height * scale,
    );
    const [a, b, c, d] = dim,
      crop = {
        y: Math.max(0, a),
        x: Math.max(0, b),
        bottom: Math.min(view.data.height, c),
        right: Math.min(view.data.width, d),
      };
    if (crop.bottom > crop.y && crop.right > crop.x) {
      context.save();
      context.beginPath();
      context.rect(
        (crop.x - left) * scale,
        (crop.y - top) * scale,
        (crop.right - crop.x) * scale,
        (crop.bottom - crop.y) * scale,
      );
      context.clip();
      context.drawImage(image, -left * scale, -top * scale, view.data.width * scale, view.data.height * scale);
      context.restore();
    }
  }
}

/** @param {HTMLCanvasElement} canvas @param {Box} shown @param {Box} box */
function outline(canvas, [top, left, , right], box, colour, dash) {
  const context = penOf(canvas),
    scale = canvas.width / (right - left);
  context.strokeStyle = colour;
  const sharp = sharpness(canvas);
  context.lineWidth = 1.6 * sharp;
  context.setLineDash(dash ? [4 * sharp, 3 * sharp] : []);
  context.strokeRect(
    (box[1] - left) * scale,
    (box[0] - top) * scale,
    (box[3] - box[1]) * scale,
    (box[2] - box[0]) * scale,
  );
}

const label = (y, x, text, kind) => {
  const width = text.length * 6.2 + 10;
  return [
    drawn("rect", { class: `tag ${kind}`, x: x - width, y, width, height: 16, rx: 3 }),
    drawn("text", { class: `tag-text ${kind}`, x: x - width / 2, y: y + 12, "text-anchor": "middle" }, text),
  ];
};

function overlay(view, box, walked) {
  const data = view.data,
    [top, left, bottom, right] = view.shown,
    wide = view.stage.clientWidth || 250,
    scale = wide / (right - left),
    tall = (bottom - top) * scale;
  place(view.overlay, { viewBox: `0 0 ${wide} ${tall}` });
  const at = ([a, b, c, d]) => ({
    y: (a - top) * scale,
    x: (b - left) * scale,
    height: (c - a) * scale,
    width: (d - b) * scale,
  });
  const nodes = [];
  const isHere = String(view.at) === String(data.unit);
  if (isHere)
    for (const other of data.others)
      nodes.push(
        drawn("rect", { class: "other", ...at(other.box) }),
        ...(other.label && at(other.box).width > 26
          ? label(
              at(other.box).y + at(other.box).height - 17,
              Math.min(wide, at(other.box).x + at(other.box).width),
              other.label,
              "dark",
            )
          : []),
      );
  nodes.push(drawn("rect", { class: "box", ...at(box), rx: 2 }));
  if (data.core && isHere) nodes.push(drawn("rect", { class: "core", ...at(data.core) }));
  if (walked) nodes.push(drawn("rect", { class: "walked", ...at(walked) }));
  const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  nodes.push(drawn("circle", { class: "dot", cy: (middle[0] - top) * scale, cx: (middle[1] - left) * scale, r: 4 }));
  const tag = at(box);
  nodes.push(...label(Math.max(0, tag.y - 17), Math.min(wide, Math.max(60, tag.x + tag.width)), data.label, "amber"));
  view.overlay.replaceChildren(...nodes);
}

function point(view, unit) {
  view.at = unit;
  const data = view.data,
    box = boxOf(view, unit),
    isHere = String(unit) === String(data.unit);
  if (isHere || view.shown === undefined) view.shown = frameOf(data, box);
  view.stage.style.aspectRatio = `${view.shown[3] - view.shown[1]} / ${view.shown[2] - view.shown[0]}`;
  part(view, view.photo, view.image, view.shown, box);
  overlay(view, box);
  part(view, view.crop, view.image, box);
  if (isHere && data.core) outline(view.crop, box, data.core, "#ffd873", true);
  say(view.captions.crop, data.words[0]);
  const rows = data.rows.length,
    columns = data.columns.length;
  place(view.mapMark, { viewBox: `0 0 ${columns} ${rows}`, preserveAspectRatio: "none" });
  view.mapMark.replaceChildren(drawn("rect", { class: "mark", x: unit[1], y: unit[0], width: 1, height: 1 }));
  say(view.captions.photo, isHere ? data.caption : `Unit in ${placeText(unit)}: click to ask what moves it.`);
}

function gradient(view) {
  const data = view.data,
    box = boxOf(view, data.unit);
  view.waiting.hidden = Boolean(data.gradient);
  view.grad.hidden = view.bar.hidden = !data.gradient;
  view.profile.style.display = data.gradient ? "" : "none";
  say(view.waiting, data.gradient ? "" : data.why_not);
  if (!data.gradient) return;
  part(view, view.grad, view.gradImage, box);
  if (data.core) outline(view.grad, box, data.core, "#ffd873", true);
  const strip = element("i");
  strip.style.background = data.gradient.colours;
  view.bar.replaceChildren(
    "0",
    strip,
    data.gradient.high,
    element("span", {}, " Σ |∂ unit / ∂ pixel|, linear, nothing clipped"),
  );
  const bars = data.gradient.profile,
    most = Math.max(...bars, 1e-12),
    width = 200;
  place(view.profile, { viewBox: `0 0 ${width} 34`, preserveAspectRatio: "none" });
  const each = width / bars.length;
  view.profile.replaceChildren(
    ...(data.core
      ? [
          drawn("rect", {
            class: "shade",
            x: (data.core[1] - box[1]) * each,
            width: (data.core[3] - data.core[1]) * each,
            y: 0,
            height: 34,
          }),
        ]
      : []),
    ...bars.map((value, index) =>
      drawn("rect", {
        class: "bin",
        x: index * each,
        width: Math.max(0.4, each * 0.9),
        y: 33 - (32 * value) / most,
        height: (32 * value) / most,
      }),
    ),
  );
}

function descend(view) {
  clearInterval(view.timer);
  const frames = view.data.walk;
  if (!frames.length) return;
  point(view, view.data.unit);
  const play = index => {
    if (!view.stage.isConnected || index >= frames.length) {
      say(view.walk, view.data.walked);
      if (view.stage.isConnected) overlay(view, boxOf(view, view.data.unit));
      return;
    }
    say(view.walk, frames[index].label);
    overlay(view, boxOf(view, view.data.unit), frames[index].pixels);
    view.timer = setTimeout(() => play(index + 1), STEP);
  };
  play(0);
}

function strip(view) {
  const data = view.data;
  const focused = focusedIn(view.host)?.getAttribute("role") === "radio",
    said = data.cards.find(({ chosen }) => chosen)?.name,
    drawings = [];
  view.cards.replaceChildren(
    ...data.cards.map(card => {
      const picture = element("canvas", { "aria-hidden": "true", "aria-label": card.picture, "data-scale": "" });
      const line = (name, value) =>
        element("span", { class: "line" }, element("span", {}, name), element("b", {}, value));
      const button = element(
        "button",
        {
          type: "button",
          role: "radio",
          "aria-checked": String(card.chosen),
          tabindex: card.chosen ? 0 : -1,
          "aria-label": card.help,
          title: card.help,
        },
        element("span", { class: "name" }, card.title),
        picture,
        element(
          "span",
          { class: "facts" },
          element("b", { class: "size" }, card.size),
          line("jump", card.jump),
          line("offset", card.offset),
        ),
      );
      button.onclick = () => {
        if (card.name === view.hand.over(said)) return;
        view.hand.choose(card.name);
        view.setTriggerValue("layer", card.name);
      };
      drawings.push(() => part(view, picture, view.image, square(card.box)));
      return button;
    }),
  );
  view.drawings = drawings;
  if (focused) view.cards.querySelector('[aria-checked="true"]')?.focus();
}

/** @param {Box} box @returns {Box} */
function square([top, left, bottom, right]) {
  // a box that is not square stands in the middle of one
  const side = Math.max(bottom - top, right - left, 1),
    y = (top + bottom - side) / 2,
    x = (left + right - side) / 2;
  return [y, x, y + side, x + side];
}

async function load(view, name, url) {
  if (view[name]?.dataset.url === url) return;
  const image = url ? await decoded(url, "") : null;
  view[name] = image;
}

async function draw(view, data) {
  await Promise.all([
    load(view, "image", data.photo),
    load(view, "gradImage", data.gradient?.url ?? ""),
    load(view, "mapImage", data.map?.url ?? ""),
  ]);
  if (view.data !== data) return;
  for (const paint of view.drawings) paint();
  point(view, data.unit);
  gradient(view);
  view.mapFrame.hidden = !view.mapImage;
  if (view.mapImage) {
    view.mapImage.alt = data.map.alt;
    view.map.replaceChildren(view.mapImage);
    view.mapFrame.style.aspectRatio = `${data.columns.length} / ${data.rows.length}`;
  }
  const low = element("i");
  if (data.map) low.style.background = data.map.colours;
  view.captions.map.replaceChildren(
    ...(data.map
      ? [element("span", { class: "scale" }, data.map.low, low, data.map.high), element("output", {}, data.map.value)]
      : [data.why_not]),
  );
}

const viewOf = kept(build);
const isNews = newsFor();

export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  view.setTriggerValue = setTriggerValue;
  if (!isNews(parentElement, data)) return;
  clearTimeout(view.timer);
  Object.assign(view, { data, shown: undefined });
  const head = (node, bold, rest) => node.replaceChildren(element("b", {}, bold), ` ${rest}`);
  head(view.headings.photo, "The picture", `${data.height} × ${data.width}`);
  head(view.headings.crop, "What it could see", data.label);
  head(view.headings.grad, "What moves it", data.label);
  head(view.headings.map, data.map_title, `${data.rows.length} × ${data.columns.length}`);
  say(view.walk, data.walked);
  view.down.hidden = !data.walk.length;
  place(view.stage, { "aria-label": data.alt, "data-scale": "" });
  place(view.crop, { role: "img", "aria-label": data.crop_alt, "data-scale": "" });
  place(view.grad, { role: "img", "aria-label": data.gradient?.alt ?? "" });
  view.stage.style.aspectRatio ||= `${data.width} / ${data.height}`; // its room until the picture is here
  strip(view);
  draw(view, data);
}
