// What a network gets wrong: a matrix of which, a gallery of those, one of them with its trial by wiping, and what
// those of a kind share. Pointing is answered here; a click asks Python for another cell or another picture.

import { columnNames } from "../shared/columns.js";
import { drawn, element, penOf, place, say, under } from "../shared/dom.js";
import { capital, placeText } from "../shared/numbers.js";
import { takeTurns } from "../shared/turns.js";
import { kept } from "../shared/view.js";

const SIZE = { width: 300, height: 116, left: 28, right: 46, top: 8, bottom: 18 }; // of the chart along the run
const NAME = 14; // px of a line's name

const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

/**
 * Paints one picture of many: grey, in three colours, or entries of a palette.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {[number, number]} size
 * @param {Uint8Array} levels
 * @param {{ channels?: number, number?: number, palette?: Uint8Array | null }} how
 */
function paint(canvas, [height, width], levels, { channels = 1, number = 0, palette = null } = {}) {
  Object.assign(canvas, { width, height });
  const pen = penOf(canvas);
  const image = pen.createImageData(width, height);
  const start = number * width * height * channels;
  for (let i = 0; i < width * height; i++) {
    for (let colour = 0; colour < 3; colour++) {
      const level = levels[start + i * channels + (channels === 3 ? colour : 0)];
      image.data[4 * i + colour] = palette ? palette[3 * level + colour] : level;
    }
    image.data[4 * i + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
}

const sameCell = (one, other) => Boolean(one && other && one[0] === other[0] && one[1] === other[1]);

function pick(view, cell, picture = null) {
  view.hand.say([cell?.[0] ?? null, cell?.[1] ?? null, picture]);
}

function thumb(view, index, alt) {
  const { thumbs } = view.data;
  const canvas = element("canvas", alt ? { role: "img", "aria-label": alt } : { "aria-hidden": "true" });
  paint(canvas, thumbs.size, view.thumbs, { channels: thumbs.channels, number: thumbs.at[index] });
  return canvas;
}

function showMatrix(view) {
  const { title, classes, confusion, cell, alt } = view.data;
  view.matrixTitle.replaceChildren(title[0], element("span", {}, title[1]));
  view.matrix.style.setProperty("--classes", classes.length);
  view.matrix.setAttribute("aria-label", alt);
  const most = Math.max(1, ...confusion.flatMap((row, true_) => row.filter((_, answer) => answer !== true_)));
  const name = text => element("div", { class: "name", title: text }, text);
  const nodes = confusion.flatMap((row, true_) => [
    name(classes[true_]),
    ...row.map((count, answer) => {
      if (count === 0) return element("div", { class: "cell" });
      if (answer === true_) return element("div", { class: "cell right" }, String(count));
      const made = element(
        "button",
        {
          type: "button",
          class: sameCell(cell, [true_, answer]) ? "cell wrong on" : "cell wrong",
          style: `--share:${Math.round(25 + (65 * count) / most)}%`,
          "aria-label": `${count} of ${classes[true_]} called ${classes[answer]}`,
        },
        String(count),
      );
      made.addEventListener("click", () => pick(view, sameCell(cell, [true_, answer]) ? null : [true_, answer]));
      return made;
    }),
  ]);
  view.matrix.replaceChildren(...nodes, element("div"), ...columnNames(classes));
}

function showPairs(view) {
  const { pairs, cell } = view.data;
  view.pairs.replaceChildren(
    ...pairs.map(pair => {
      const pictures = pair.pictures.map(index => thumb(view, index, ""));
      const made = element(
        "button",
        {
          type: "button",
          class: sameCell(cell, pair.cell) ? "pair on" : "pair",
          "aria-label": `${pair.name}: ${pair.count}`,
        },
        element("span", {}, pair.name),
        element("b", {}, pair.count),
        element("span", { class: "few" }, ...pictures),
      );
      made.addEventListener("click", () => pick(view, pair.cell));
      return made;
    }),
  );
}

function showGallery(view) {
  const { gallery, cell, opened } = view.data;
  view.galleryTitle.replaceChildren(gallery.title, element("span", {}, gallery.note));
  view.all.hidden = !cell;
  say(view.flips, gallery.trial);
  view.gallery.classList.toggle("tall", !view.data.shared || view.data.is_short);
  view.gallery.replaceChildren(
    ...gallery.pictures.map(one => {
      const made = element(
        "button",
        { type: "button", class: opened?.index === one.index ? "picture on" : "picture", "aria-label": one.alt },
        thumb(view, one.index, one.alt),
        element("span", {}, one.text),
      );
      made.addEventListener("click", () => pick(view, cell, one.index));
      return made;
    }),
  );
}

function showShared(view) {
  const { shared } = view.data;
  view.sharedCard.hidden = !shared || view.data.is_short;
  if (!shared) return;
  const means = bytes(shared.means);
  paint(view.means[0], shared.size, means);
  paint(view.means[1], shared.size, means, { number: 1 });
  paint(view.means[2], shared.size, bytes(shared.difference), { palette: view.signed });
  shared.captions.forEach((caption, i) => {
    say(view.meanCaptions[i], caption);
    view.means[i].setAttribute("aria-label", caption);
  });
  showInk(view, null);
}

function showInk(view, at) {
  const { shared } = view.data;
  view.tip.classList.toggle("on", at !== null);
  if (at === null) view.tip.replaceChildren(shared.hint);
  else view.tip.replaceChildren(element("b", {}, `${capital(placeText(at))}: `), shared.tips[at[0]][at[1]]);
  view.mark.hidden = at === null;
  if (at === null) return;
  const [height, width] = shared.size;
  view.mark.style.cssText = `left:${(100 * at[1]) / width}%;top:${(100 * at[0]) / height}%;width:${100 / width}%;height:${100 / height}%`;
}

function pointedPixel(view, event) {
  const area = view.means[2].getBoundingClientRect();
  const [height, width] = view.data.shared.size;
  const row = Math.floor(((event.clientY - area.top) / area.height) * height);
  const column = Math.floor(((event.clientX - area.left) / area.width) * width);
  return [Math.min(height - 1, Math.max(0, row)), Math.min(width - 1, Math.max(0, column))];
}

function scores([title, rows]) {
  return element(
    "div",
    { class: "scores" },
    element("p", {}, title),
    ...rows.map(([name, share, text], i) =>
      element(
        "div",
        { class: i ? "score true" : "score" },
        element("b", { title: name }, name),
        element("span", { class: "meter" }, element("i", { style: `width:${100 * share}%` })),
        element("span", {}, text),
      ),
    ),
  );
}

function showOpened(view) {
  const { opened } = view.data;
  view.openedCard.hidden = !opened || view.data.is_short;
  if (!opened) return;
  say(view.openedTitle, opened.title);
  const { size, channels } = opened;
  paint(view.three[0], size, bytes(opened.picture), { channels });
  paint(view.three[1], size, bytes(opened.heat), { palette: view.positive });
  paint(view.three[2], size, bytes(opened.wiped), { channels });
  opened.captions.forEach((caption, i) => {
    say(view.threeCaptions[i], caption);
    view.three[i].setAttribute("aria-label", caption);
  });
  const bar = element("i", { style: `background:${view.data.palettes.positive_bar}` });
  view.scale.replaceChildren(`${opened.layer} `, element("span", {}, opened.ends[0], bar, opened.ends[1]));
  view.trial.replaceChildren(scores(opened.before), element("span", {}, "→"), scores(opened.after));
  view.said.replaceChildren(...opened.sentences.map(sentence => element("span", {}, `${sentence} `)));
  showAlong(view, null);
}

const across = x => SIZE.left + x * (SIZE.width - SIZE.left - SIZE.right);
const up = y => SIZE.height - SIZE.bottom - y * (SIZE.height - SIZE.top - SIZE.bottom);

function showAlong(view, at) {
  const { along } = view.data.opened;
  const nodes = /** @type {SVGElement[]} */ ([]);
  for (const y of [0, 0.5, 1]) {
    nodes.push(
      drawn("line", { class: "rule", x1: across(0), x2: across(1), y1: up(y), y2: up(y) }),
      drawn("text", { x: SIZE.left - 5, y: up(y) + 4, "text-anchor": "end" }, String(100 * y)),
    );
  }
  const names = endsApart(along.lines.map(([, values]) => up(values.at(-1)) + 4));
  along.lines.forEach(([name, values], i) => {
    const points = values.map((y, k) => `${across(along.at[k]).toFixed(1)},${up(y).toFixed(1)}`).join(" ");
    const kind = i ? "line true" : "line";
    nodes.push(drawn("polyline", { class: kind, points }));
    nodes.push(drawn("text", { class: kind, x: across(1) + 5, y: names[i] }, `“${name.slice(0, 6)}”`));
  });
  if (at !== null) {
    nodes.push(
      drawn("line", { class: "pointed", x1: across(along.at[at]), x2: across(along.at[at]), y1: SIZE.top, y2: up(0) }),
    );
  }
  nodes.push(drawn("text", { x: across(0), y: SIZE.height - 4 }, "0"));
  nodes.push(drawn("text", { x: across(1), y: SIZE.height - 4, "text-anchor": "end" }, along.step));
  view.along.replaceChildren(...nodes);
  view.along.setAttribute("aria-label", `What it said along the run. ${along.tips.at(-1)}`);
  say(view.alongTip, along.tips[at ?? along.tips.length - 1]);
}

// The names of two lines that end at one height stand below one another, the higher line's first.
function endsApart([one, other]) {
  if (other === undefined) return [one];
  const missing = Math.max(0, NAME - Math.abs(one - other)) / 2;
  const isBelow = one > other ? 1 : -1;
  return [one + isBelow * missing, other - isBelow * missing];
}

function nearest(view, event) {
  const area = view.along.getBoundingClientRect();
  const x = ((event.clientX - area.left) / area.width) * SIZE.width;
  const gaps = view.data.opened.along.at.map(at => Math.abs(across(at) - x));
  return gaps.indexOf(Math.min(...gaps));
}

function walkAlong(view, event) {
  const { at } = view.data.opened.along;
  const steps = { ArrowLeft: -1, ArrowRight: 1 };
  if (!(event.key in steps)) return;
  view.place = Math.min(at.length - 1, Math.max(0, (view.place ?? at.length - 1) + steps[event.key]));
  showAlong(view, view.place);
  event.preventDefault();
}

function walkInk(view, event) {
  const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  if (!(event.key in moves)) return;
  const [height, width] = view.data.shared.size;
  const from = view.pixel ?? [height >> 1, width >> 1];
  const [row, column] = [0, 1].map(axis => from[axis] + moves[event.key][axis]);
  view.pixel = [Math.min(height - 1, Math.max(0, row)), Math.min(width - 1, Math.max(0, column))];
  showInk(view, view.pixel);
  event.preventDefault();
}

function figures(count, kind) {
  const canvases = Array.from({ length: count }, () => element("canvas", { role: "img" }));
  const captions = canvases.map(() => element("figcaption"));
  const made = canvases.map((canvas, i) =>
    element("figure", {}, element("div", { class: "frame" }, canvas), captions[i]),
  );
  return { node: element("div", { class: kind }, ...made), canvases, captions };
}

function sharedNode(view) {
  const { node, canvases, captions } = figures(3, "means");
  const mark = element("i", { class: "mark", hidden: "" });
  const frame = /** @type {HTMLElement} */ (canvases[2].parentElement);
  frame.append(mark);
  place(frame, { tabindex: "0", role: "application", "aria-label": "the difference; arrow keys walk over its pixels" });
  frame.addEventListener("pointermove", event => showInk(view, pointedPixel(view, event)));
  frame.addEventListener("pointerdown", event => showInk(view, pointedPixel(view, event)));
  frame.addEventListener("pointerleave", () => showInk(view, null));
  frame.addEventListener("keydown", event => walkInk(view, event));
  const tip = element("p", { class: "tip", "aria-live": "polite" });
  Object.assign(view, { means: canvases, meanCaptions: captions, mark, tip });
  const title = element("h2", {}, "What do they share?", element("span", {}, "point at the difference"));
  return element("div", { class: "shared" }, title, node, tip);
}

function openedNode(view) {
  const { node, canvases, captions } = figures(3, "three");
  const along = drawn("svg", { viewBox: `0 0 ${SIZE.width} ${SIZE.height}`, role: "img", tabindex: "0" });
  along.addEventListener("pointermove", event => showAlong(view, nearest(view, event)));
  along.addEventListener("pointerleave", () => showAlong(view, null));
  along.addEventListener("keydown", event => walkAlong(view, event));
  const parts = {
    openedTitle: element("h2"),
    scale: element("p", { class: "scale" }),
    trial: element("div", { class: "trial" }),
    said: element("p", { class: "said" }),
    along,
    alongTip: element("p", { class: "alongTip", "aria-live": "polite" }),
  };
  Object.assign(view, parts, { three: canvases, threeCaptions: captions });
  const heading = element("h2", {}, "What it said along the run", element("span", {}, "in per cent"));
  const { openedTitle, scale, trial, said, alongTip } = parts;
  return element("div", { class: "card" }, openedTitle, node, scale, trial, said, heading, along, alongTip);
}

function build(host) {
  const view = {
    matrixTitle: element("h2"),
    matrix: element("div", { class: "matrix", role: "group" }),
    pairs: element("div", { class: "pairs" }),
    galleryTitle: element("h2"),
    gallery: element("div", { class: "gallery" }),
    flips: element("p", { class: "flips" }),
    all: element("button", { type: "button", class: "all" }, "Show all"),
    note: element("p", { class: "note", role: "status" }),
  };
  view.all.addEventListener("click", () => pick(view, null));
  view.sharedCard = sharedNode(view);
  view.openedCard = openedNode(view);
  const axis = element("p", { class: "axis" }, "rows: true, columns: the network's answer");
  const often = element("p", { class: "axis" }, "Most often confused, true → answer");
  view.matrixCard = element("div", { class: "card" }, view.matrixTitle, view.matrix, axis, often, view.pairs);
  const second = element(
    "div",
    { class: "card" },
    view.galleryTitle,
    view.gallery,
    view.flips,
    view.all,
    view.sharedCard,
  );
  const panels = element("div", { class: "panels" }, view.matrixCard, second, view.openedCard);
  host.append(element("div", { class: "mistakes" }, view.note, panels));
  view.host = host;
  host.addEventListener("keydown", event => {
    if (event.key !== "Escape" || !under(event, ".mistakes") || !view.data.cell) return;
    pick(view, null);
    event.preventDefault();
  });
  return view;
}

const viewOf = kept(build);

export default function ({ data, parentElement, setStateValue }) {
  const view = viewOf(parentElement);
  view.tell = word => setStateValue("pick", word);
  view.hand ??= takeTurns(word => view.tell(word));
  view.hand.heard(data.turn);
  view.signed ??= bytes(data.palettes.signed);
  view.positive ??= bytes(data.palettes.positive);
  Object.assign(view, { data, thumbs: bytes(data.thumbs.levels), place: null, pixel: null });
  say(view.note, data.note);
  view.matrixCard.hidden = view.note.hidden = data.is_short; // beside the pad stands the gallery alone
  showMatrix(view);
  showPairs(view);
  showGallery(view);
  showShared(view);
  showOpened(view);
}
