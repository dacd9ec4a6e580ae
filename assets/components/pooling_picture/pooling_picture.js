// A picture beside itself pooled: pointing at a pixel of the result shows the window it came from, enlarged.

import { drawn, element, place, say, sharpness } from "../shared/dom.js";
import { covers, spanOf } from "../shared/kernel.js";
import { capital, linesText, placeText } from "../shared/numbers.js";
import { decoded, sharpen, swap } from "../shared/picture.js";
import { sender } from "../shared/sender.js";
import { kept, newsFor } from "../shared/view.js";

const STILL = 150; // ms after which a pinned pixel is told

function build(host) {
  const view = { host, at: [0, 0] };
  view.pins = sender(at => view.setStateValue("pixel", at));
  const figure = (kind, label) => {
    const title = element("figcaption"),
      image = element("div", { class: "holder" }),
      mark = drawn("svg", { "aria-hidden": "true" });
    const frame = element(
      "div",
      {
        class: `frame ${kind}`,
        tabindex: kind === "output" ? 0 : -1,
        role: kind === "output" ? "application" : "img",
        "aria-label": label,
      },
      image,
      mark,
    );
    return { title, image, mark, frame, root: element("figure", {}, title, frame) };
  };
  view.input = figure("input", "The picture");
  view.output = figure("output", "The pooled picture. The arrow keys move over its pixels.");
  view.crop = element("canvas", { role: "img" });
  view.where = element("p", { class: "title" });
  view.words = element("div", { class: "words", "aria-live": "polite" });
  const loupe = element(
    "section",
    { class: "loupe", "aria-label": "The window that one pixel of the result reads" },
    view.where,
    view.crop,
    view.words,
  );
  view.note = element("p", { class: "foot" });
  host.append(
    element(
      "div",
      { class: "card" },
      element("div", { class: "views" }, view.input.root, view.output.root, loupe),
      view.note,
    ),
  );
  const spot = event => {
    const box = view.output.frame.getBoundingClientRect(),
      { rows, columns } = view.data;
    return [
      clampTo(Math.floor(((event.clientY - box.top) / box.height) * rows), rows),
      clampTo(Math.floor(((event.clientX - box.left) / box.width) * columns), columns),
    ];
  };
  view.output.frame.addEventListener("pointermove", event => {
    if (event.pointerType !== "touch") point(view, spot(event));
  });
  view.output.frame.addEventListener("pointerleave", () => point(view, view.data.pixel));
  view.output.frame.addEventListener("click", event => pin(view, spot(event)));
  view.output.frame.addEventListener("keydown", event => {
    const by = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!by) return;
    event.preventDefault();
    pin(view, [clampTo(view.at[0] + by[0], view.data.rows), clampTo(view.at[1] + by[1], view.data.columns)]);
  });
  return view;
}

const clampTo = (value, count) => Math.max(0, Math.min(count - 1, value));

function pin(view, at) {
  point(view, at);
  view.pins.say(at, STILL);
}

// First and one past the last place that the window of an output reads along an axis; the rest is padding.
const reach = (axis, index) => {
  const start = covers(axis, index, 0) - axis.padding;
  return [start, start + spanOf(axis.dilation, axis.kernel_size)];
};

function point(view, at) {
  const { data } = view;
  view.at = at;
  const [top, bottom] = reach(data.axes[0], at[0]),
    [left, right] = reach(data.axes[1], at[1]);
  place(view.input.mark, { viewBox: `0 0 ${data.width} ${data.height}` });
  view.input.mark.replaceChildren(
    drawn("rect", { class: "mark-under", x: left, y: top, width: right - left, height: bottom - top }),
    drawn("rect", { class: "mark", x: left, y: top, width: right - left, height: bottom - top }),
  );
  place(view.output.mark, { viewBox: `0 0 ${data.columns} ${data.rows}`, preserveAspectRatio: "none" });
  view.output.mark.replaceChildren(
    drawn("rect", { class: "mark-under", x: at[1], y: at[0], width: 1, height: 1 }),
    drawn("rect", { class: "mark", x: at[1], y: at[0], width: 1, height: 1 }),
  );
  const said = `${capital(placeText(at))}: reads ${linesText("row", top, bottom - 1)}, ${linesText("column", left, right - 1)}`;
  say(view.where, said);
  enlarge(view, top, left);
  const isPinned = String(at) === String(data.pixel);
  view.words.replaceChildren(
    ...(isPinned
      ? data.sums.map(sum =>
          element("p", {}, element("b", {}, `${sum.name} `), sum.text, " = ", element("output", {}, sum.value)),
        )
      : [element("p", { class: "soft" }, "Click to see its numbers.")]),
  );
}

function enlarge(view, top, left) {
  const { data, photo } = view,
    rows = data.axes[0].kernel_size,
    columns = data.axes[1].kernel_size;
  const sharp = sharpness(view.crop),
    size = Math.round((view.crop.clientWidth || 180) * sharp),
    each = size / Math.max(rows, columns);
  if (view.crop.width !== size) view.crop.width = view.crop.height = size;
  const context = view.crop.getContext("2d"),
    ink = getComputedStyle(view.crop);
  context.clearRect(0, 0, size, size);
  context.imageSmoothingEnabled = false;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      // one tap each: dilation leaves out what lies between
      const y = top + i * data.axes[0].dilation,
        x = left + j * data.axes[1].dilation,
        inside = y >= 0 && x >= 0 && y < data.height && x < data.width;
      if (inside && photo) context.drawImage(photo, x, y, 1, 1, j * each, i * each, each - 1, each - 1);
      else {
        context.strokeStyle = ink.color;
        context.setLineDash([3, 3]);
        context.strokeRect(j * each + 1, i * each + 1, each - 3, each - 3);
      }
    }
  if (String(view.at) !== String(data.pixel)) return;
  context.setLineDash([]);
  context.lineWidth = 2 * sharp;
  data.winners.forEach(({ ring, colour }, index) => {
    // one inside the other where channels agree
    const edge = (2 + 3 * index) * sharp;
    if (ring && each > 2 * edge + 4) {
      context.strokeStyle = colour;
      context.strokeRect(ring[1] * each + edge, ring[0] * each + edge, each - 1 - 2 * edge, each - 1 - 2 * edge);
    }
  });
  place(view.crop, { "aria-label": data.window_alt });
}

async function draw(view, data) {
  const [photo, pooled] = await Promise.all([
    view.photoUrl === data.photo ? view.photo : decoded(data.photo, data.alt),
    decoded(data.pooled, data.pooled_alt),
  ]);
  if (view.data !== data) return;
  if (view.photoUrl !== data.photo) {
    view.photoUrl = data.photo;
    view.photo = photo;
    swap(view.input.image, photo);
  }
  swap(view.output.image, pooled);
  sharpen(pooled, view.output.frame.clientWidth || 260);
  point(view, data.pixel);
}

export function prepare({ data }) {
  decoded(data.pooled, "");
}

const viewOf = kept(build);
const isNews = newsFor();

export default function ({ data, parentElement, setStateValue }) {
  const view = viewOf(parentElement);
  view.setStateValue = setStateValue;
  if (!isNews(parentElement, data)) return;
  view.data = data;
  const head = (node, bold, rest) => node.replaceChildren(element("b", {}, bold), ` ${rest}`);
  head(view.input.title, "Input", `${data.height} × ${data.width}`);
  head(view.output.title, data.title, `${data.rows} × ${data.columns}`);
  for (const one of [view.input, view.output]) one.frame.style.aspectRatio = `${data.width} / ${data.height}`;
  view.output.frame.style.aspectRatio = `${data.columns} / ${data.rows}`;
  say(view.note, data.note);
  draw(view, data);
}
