// A picture to paint on: what the brush covers is shown as it is filled, the same that Python gives the network. Strokes
// are told in turns while the hand moves; every number comes from Python. A click on a step goes back to it.

import { address, drawn, element, place, say } from "../shared/dom.js";
import { percent } from "../shared/numbers.js";
import { watchSize } from "../shared/picture.js";
import { takeTurns } from "../shared/turns.js";
import { kept } from "../shared/view.js";

/** @typedef {{ r: number, back: boolean, p: number[] }} Stroke points and radius in thousandths of the side */
/** @typedef {{ of: string, strokes: Stroke[], at: number, done: boolean }} Painting of the picture that is shown */
/** @typedef {import("./types").Data} Data */
/** @typedef {ReturnType<typeof build>} View */

const SIDE = 1000;
const FINE = 448; // pixels a side of what is painted
const MOST_STROKES = 30;
const MOST_POINTS = 160;
const STEP = 25; // thousandths that an arrow key moves the brush
const CHART = { height: 70, left: 44, right: 14, top: 8, bottom: 8 }; // left and right as the steps below it have

const pen = (/** @type {HTMLCanvasElement} */ canvas) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

const square = () => {
  const canvas = element("canvas", { "aria-hidden": "true" });
  Object.assign(canvas, { width: FINE, height: FINE });
  return canvas;
};

/**
 * The line of a stroke with a round brush, in whatever colour and mode the pen has.
 *
 * @param {CanvasRenderingContext2D} to
 * @param {Stroke} stroke
 * @param {number} [more] thousandths added to the radius
 */
function line(to, stroke, more = 0) {
  const scale = to.canvas.width / SIDE;
  const [x, y] = stroke.p;
  to.lineWidth = 2 * (stroke.r + more) * scale;
  to.lineCap = to.lineJoin = "round";
  to.beginPath();
  to.moveTo(x * scale, y * scale);
  to.lineTo(x * scale + 0.01, y * scale);
  for (let i = 2; i < stroke.p.length; i += 2) to.lineTo(stroke.p[i] * scale, stroke.p[i + 1] * scale);
  to.stroke();
}

/** What is gone, as a canvas that is opaque there. @param {Stroke[]} strokes */
function maskOf(strokes) {
  const mask = square();
  const on = pen(mask);
  for (const stroke of strokes) {
    on.globalCompositeOperation = stroke.back ? "destination-out" : "source-over";
    line(on, stroke);
  }
  return mask;
}

/** @param {View} view @param {HTMLCanvasElement} canvas @param {Stroke[]} strokes */
function paintOn(view, canvas, strokes) {
  const to = pen(canvas);
  const isSmooth = !view.data?.is_small;
  to.imageSmoothingEnabled = isSmooth;
  const size = canvas.width;
  if (view.photo.complete && view.photo.naturalWidth) to.drawImage(view.photo, 0, 0, size, size);
  if (!strokes.length) return;
  if (view.data?.behind) lay(to, view.behind, maskOf(strokes.map(stroke => ({ ...stroke, back: false }))), isSmooth);
  lay(to, view.fill, maskOf(strokes), isSmooth);
}

/** A picture, there where the mask is.
 *
 * @param {CanvasRenderingContext2D} to @param {HTMLImageElement} picture @param {HTMLCanvasElement} mask
 * @param {boolean} isSmooth
 */
function lay(to, picture, mask, isSmooth) {
  if (!picture.complete || !picture.naturalWidth) return;
  const filled = pen(mask);
  filled.imageSmoothingEnabled = isSmooth;
  filled.globalCompositeOperation = "source-in";
  filled.drawImage(picture, 0, 0, FINE, FINE);
  to.imageSmoothingEnabled = true;
  to.drawImage(mask, 0, 0, to.canvas.width, to.canvas.height);
}

/** The edges of the strokes over the map, the last in amber. @param {View} view */
function outline(view) {
  const to = pen(view.edges);
  to.clearRect(0, 0, FINE, FINE);
  view.done().forEach((stroke, i, all) => {
    const edge = square();
    const on = pen(edge);
    on.strokeStyle = i === all.length - 1 ? "#f0b429" : "#ffffff";
    line(on, stroke, 3);
    on.globalCompositeOperation = "destination-out";
    line(on, stroke);
    to.drawImage(edge, 0, 0);
  });
  view.badges.replaceChildren(
    ...view.done().map((stroke, i, all) => {
      const middle = 2 * Math.floor(stroke.p.length / 4);
      const kind = i === all.length - 1 ? "badge last" : "badge";
      const style = `left:${stroke.p[middle] / 10}%;top:${stroke.p[middle + 1] / 10}%`;
      return element("span", { class: kind, style }, String(i + 1));
    }),
  );
}

/** @param {View} view */
function look(view) {
  paintOn(view, view.canvas, view.done());
  outline(view);
  view.ring.hidden = !view.cursor;
  if (!view.cursor) return;
  const [x, y] = view.cursor;
  const wide = (2 * view.radius) / 10;
  view.ring.style.cssText = `left:${x / 10}%;top:${y / 10}%;width:${wide}%;height:${wide}%`;
}

/** @param {View} view @param {boolean} isDone */
function tell(view, isDone) {
  view.turns?.say({ of: view.data?.digest ?? "", strokes: view.strokes, at: view.at, done: isDone });
}

/** @param {View} view @param {number} at */
function goTo(view, at) {
  view.at = Math.min(view.strokes.length, Math.max(0, at));
  look(view);
  tell(view, true);
}

/** @param {View} view @param {PointerEvent} event @returns {[number, number]} */
function pointOf(view, event) {
  const area = view.canvas.getBoundingClientRect();
  const within = (/** @type {number} */ share) => Math.round(SIDE * Math.min(1, Math.max(0, share)));
  return [within((event.clientX - area.left) / area.width), within((event.clientY - area.top) / area.height)];
}

/** @param {View} view @param {[number, number]} point */
function begin(view, point) {
  if (view.at >= MOST_STROKES) return;
  view.strokes = [...view.done(), { r: view.radius, back: view.back, p: [...point] }];
  view.at = view.strokes.length;
  view.isDown = true;
  view.sheet.closest(".all")?.classList.add("painting");
}

/** @param {View} view @param {[number, number]} point */
function goOn(view, [x, y]) {
  const { p, r } = view.strokes[view.at - 1];
  const far = Math.hypot(x - p[p.length - 2], y - p[p.length - 1]);
  if (far < Math.max(6, r / 5) || p.length >= 2 * MOST_POINTS) return;
  p.push(x, y);
  look(view);
  tell(view, false);
}

/** @param {View} view */
function end(view) {
  if (!view.isDown) return;
  view.isDown = false;
  view.sheet.closest(".all")?.classList.remove("painting");
  tell(view, true);
}

/** @param {View} view @param {KeyboardEvent} event */
function keyed(view, event) {
  const moves = /** @type {Record<string, [number, number]>} */ ({
    ArrowLeft: [-STEP, 0],
    ArrowRight: [STEP, 0],
    ArrowUp: [0, -STEP],
    ArrowDown: [0, STEP],
  });
  if (event.key in moves) {
    const [x, y] = view.cursor ?? [SIDE / 2, SIDE / 2];
    const [right, down] = moves[event.key];
    const within = (/** @type {number} */ at) => Math.min(SIDE, Math.max(0, at));
    view.cursor = [within(x + right), within(y + down)];
    if (event.shiftKey && view.isDown) goOn(view, view.cursor);
  } else if (event.key === " " || event.key === "Enter") {
    view.cursor ??= [SIDE / 2, SIDE / 2];
    begin(view, view.cursor);
    if (!event.shiftKey) end(view);
  } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) {
    goTo(view, view.at + (event.shiftKey ? 1 : -1));
  } else return;
  event.preventDefault();
  look(view);
}

function build(/** @type {HTMLElement} */ host) {
  const view = {
    data: /** @type {Data | null} */ (null),
    turns: /** @type {ReturnType<typeof takeTurns<Painting>> | null} */ (null),
    send: /** @type {(word: unknown) => void} */ (() => {}),
    strokes: /** @type {Stroke[]} */ ([]),
    at: 0,
    shownSteps: "",
    wide: 560, // pixels of the chart
    done: () => view.strokes.slice(0, view.at),
    back: false,
    radius: 0,
    isDown: false,
    cursor: /** @type {[number, number] | null} */ (null),
    photo: new Image(),
    fill: new Image(),
    behind: new Image(),
    canvas: square(),
    edges: square(),
    ring: element("i", { class: "ring" }),
    sheet: element("div", { class: "sheet", tabindex: "0", role: "application", "data-scale": "" }),
    badges: element("div", { class: "badges" }),
    modes: element("div", { class: "modes", role: "group", "aria-label": "What the brush does" }),
    size: element("input", { type: "range", step: 5, "aria-label": "Size of the brush" }),
    sizeText: element("b"),
    undo: element("button", { type: "button" }, "↶ Undo"),
    redo: element("button", { type: "button" }, "↷ Redo"),
    clear: element("button", { type: "button" }, "Clear"),
    title: element("h2"),
    stripTitle: element("h2"),
    map: element("img", { class: "heat", alt: "" }),
    mapTitle: element("h2"),
    mapFoot: element("p", { class: "foot" }),
    under: element("img", { class: "under", alt: "" }),
    mapCard: element("div", { class: "pane map" }),
    swap: element("button", { type: "button", class: "swap", "aria-pressed": "false" }, "⇄ Map large"),
    rows: element("div", { class: "rows" }),
    words: element("p", { class: "words", "aria-live": "polite" }),
    steps: element("div", { class: "steps" }),
    chart: drawn("svg", { class: "chart", "aria-hidden": "true" }),
    control: element("div", { class: "control" }),
  };
  const painted = () => {
    look(view);
    view.shownSteps = "";
    if (view.data) showSteps(view, view.data);
  };
  for (const image of [view.photo, view.fill, view.behind]) image.addEventListener("load", painted);
  for (const isBack of [false, true]) {
    const made = element("button", { type: "button", "aria-pressed": String(!isBack) });
    made.addEventListener("click", () => {
      view.back = isBack;
      [...view.modes.children].forEach((one, i) => {
        place(one, { "aria-pressed": String(Boolean(i) === isBack) });
      });
    });
    view.modes.append(made);
  }
  view.size.addEventListener("input", () => {
    view.radius = Number(view.size.value);
    say(view.sizeText, percent(view.radius / 500));
    look(view);
  });
  view.undo.addEventListener("click", () => goTo(view, view.at - 1));
  view.redo.addEventListener("click", () => goTo(view, view.at + 1));
  view.clear.addEventListener("click", () => {
    view.strokes = [];
    goTo(view, 0);
  });
  const { sheet } = view;
  sheet.append(view.canvas, view.ring);
  sheet.addEventListener("pointerdown", event => {
    if (event.button !== 0) return;
    event.preventDefault();
    sheet.focus({ preventScroll: true });
    sheet.setPointerCapture(event.pointerId);
    begin(view, pointOf(view, event));
    look(view);
    tell(view, false);
  });
  sheet.addEventListener("pointermove", event => {
    view.cursor = pointOf(view, event);
    if (view.isDown) goOn(view, view.cursor);
    else look(view);
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"])
    sheet.addEventListener(name, () => end(view));
  sheet.addEventListener("pointerleave", () => {
    view.cursor = null;
    look(view);
  });
  sheet.addEventListener("keydown", event => keyed(view, event));
  sheet.addEventListener("keyup", event => event.key === "Shift" && end(view));
  const label = element("label", { class: "size" }, "Brush ", view.size, view.sizeText);
  const tools = element("div", { class: "tools" }, view.modes, label, view.undo, view.redo, view.clear);
  const left = element("div", { class: "pane" }, view.title, sheet);
  const frame = element("div", { class: "frame" }, view.under, view.map, view.edges, view.badges);
  const swap = () => {
    const isLarge = view.mapCard.classList.toggle("large");
    place(view.swap, { "aria-pressed": String(isLarge) });
  };
  view.swap.addEventListener("click", swap);
  frame.addEventListener("click", () => view.swap.checkVisibility() && swap());
  view.mapCard.append(view.mapTitle, frame, view.mapFoot, view.swap);
  const right = element("div", { class: "pane says" }, element("h2", {}, "What it says"), view.rows, view.words);
  const strip = element("div", { class: "strip", "data-scale": "" }, view.stripTitle, view.chart, view.steps);
  const panes = element("div", { class: "panes" }, left, view.mapCard, right);
  watchSize(strip, width => {
    if (!width || Math.abs(width - view.wide) < 1) return;
    view.wide = width;
    painted();
  });
  host.append(
    element(
      "div",
      { class: "brush" },
      element("div", { class: "all" }, tools, panes, element("div", { class: "below" }, strip, view.control)),
    ),
  );
  return view;
}

/** @param {View} view @param {Data} data */
function showRows(view, data) {
  const head = element(
    "div",
    { class: "row head" },
    element("span"),
    element("span", {}, "before"),
    element("b", {}, "now"),
  );
  const bar = (/** @type {number} */ share, /** @type {string} */ kind) =>
    element("span", { class: `bar ${kind}` }, element("i", { style: `width:${100 * share}%` }));
  view.rows.replaceChildren(
    head,
    ...data.rows.map(({ name, before, now }) =>
      element(
        "div",
        { class: "row" },
        element("span", { class: "name", title: name }, name),
        element("span", {}, before[1]),
        element("b", {}, now[1]),
        bar(before[0], "before"),
        bar(now[0], "now"),
      ),
    ),
  );
  view.words.replaceChildren(...data.words.map(sentence => element("span", {}, `${sentence} `)));
}

/** @param {View} view @param {Data} data */
function showSteps(view, data) {
  const { steps } = data;
  const shown = JSON.stringify([steps, data.strokes, view.at, data.photo, data.fill]);
  if (shown === view.shownSteps) return; // a step is not made anew under the hand that presses it
  view.shownSteps = shown;
  const across = (/** @type {number} */ i) =>
    CHART.left + ((i + 0.5) / Math.max(6, steps.length)) * (view.wide - CHART.left - CHART.right);
  const up = (/** @type {number} */ share) =>
    CHART.height - CHART.bottom - share * (CHART.height - CHART.top - CHART.bottom);
  place(view.chart, { viewBox: `0 0 ${view.wide} ${CHART.height}` });
  const points = steps.map((step, i) => `${across(i)},${up(step.share)}`).join(" ");
  view.chart.replaceChildren(
    ...[0, 0.5, 1].flatMap(share => [
      drawn("line", { class: "rule", x1: CHART.left, x2: view.wide - CHART.right, y1: up(share), y2: up(share) }),
      drawn("text", { x: CHART.left - 6, y: up(share) + 4, "text-anchor": "end" }, percent(share)),
    ]),
    drawn("polyline", { class: "share", points }),
    ...steps.map((step, i) => drawn("circle", { class: "dot", cx: across(i), cy: up(step.share), r: 4 })),
  );
  view.steps.style.setProperty("--count", String(Math.max(6, steps.length)));
  view.steps.replaceChildren(
    ...steps.map((step, i) => {
      const name = i ? `stroke ${i}` : "untouched";
      const looks = `The picture ${i ? `after ${name}` : name}`;
      const small = element("canvas", { width: 96, height: 96, "aria-hidden": "true", "aria-label": looks });
      paintOn(view, small, view.strokes.slice(0, i));
      const made = element(
        "button",
        {
          type: "button",
          class: i === view.at ? "step on" : "step",
          "aria-label": `Back to ${name}: ${step.gone} ${data.did}, ${step.answer}; ${step.probability}, score ${step.score}`,
        },
        small,
        element("b", {}, name),
        element("span", {}, step.covered ? `map ${step.covered}` : `${step.gone} ${data.did}`),
        element("span", { class: step.fell ? "fell" : "" }, i ? step.change : step.score),
      );
      made.addEventListener("click", () => goTo(view, i));
      return made;
    }),
  );
}

/** @param {View} view @param {Data} data */
function showControl(view, { control }) {
  view.control.hidden = !control;
  if (!control) return;
  const under = element("img", { class: "under", alt: "", src: view.photo.src });
  const costs = element("img", { class: "heat", alt: control.words, src: address(control.url) });
  const [left, top, wide, tall] = control.area;
  costs.style.cssText = `left:${left}%;top:${top}%;width:${wide}%;height:${tall}%`;
  const bar = element("i", { style: `background:${control.bar}` });
  view.control.replaceChildren(
    element("h2", {}, "The same stroke elsewhere"),
    element("div", { class: "frame" }, under, costs),
    element("p", { class: "foot" }, control.ends[0], bar, control.ends[1], element("span", {}, "score lost")),
    element("p", { class: "words" }, control.words),
  );
}

/** @param {View} view @param {Data} data */
function showMap(view, data) {
  view.mapCard.hidden = !data.map;
  if (!data.map) return;
  say(view.mapTitle, data.map.title);
  place(view.under, { src: address(data.map.under ?? data.photo) });
  place(view.map, {
    src: address(data.map.url),
    alt: `${data.map.title}: ${data.map.note}, ${data.map.ends.join(" to ")}`,
  });
  const bar = element("i", { style: `background:${data.map.bar}` });
  view.mapFoot.replaceChildren(data.map.ends[0], bar, data.map.ends[1], element("span", {}, data.map.note));
}

const viewOf = kept(build);

/** @param {{ data: Data, parentElement: HTMLElement, setStateValue: (name: string, value: unknown) => void }} told */
export default function ({ data, parentElement, setStateValue }) {
  const view = viewOf(parentElement);
  const isOther = view.data?.digest !== data.digest;
  Object.assign(view, { data, send: (/** @type {unknown} */ word) => setStateValue("painting", word) });
  view.turns ??= takeTurns(word => view.send(word));
  view.turns.heard(data.turn);
  if (isOther) view.isDown = false; // what the hand still draws was meant for the picture before
  if (isOther || !(view.isDown || view.turns.isAhead())) Object.assign(view, { strokes: data.strokes, at: data.at });
  for (const [image, url] of /** @type {const} */ ([
    [view.photo, data.photo],
    [view.fill, data.fill],
    [view.behind, data.behind],
  ]))
    if (url && image.src !== address(url)) image.src = address(url);
  view.radius ||= data.first_radius;
  data.modes.forEach(([label, help], i) => {
    say(view.modes.children[i], label);
    place(view.modes.children[i], { title: help });
  });
  place(view.size, { min: data.radius[0], max: data.radius[1] });
  view.size.value = String(view.radius);
  say(view.sizeText, percent(view.radius / 500));
  place(view.sheet, {
    "aria-label": `${data.alt}. Arrow keys move the brush, Space puts it down, with Shift held it goes on, Ctrl+Z takes back.`,
  });
  parentElement.querySelector(".brush")?.classList.toggle("cells", data.is_small);
  view.undo.disabled = view.at === 0;
  view.redo.disabled = view.at >= view.strokes.length;
  view.clear.disabled = !view.strokes.length;
  view.stripTitle.replaceChildren("Stroke by stroke ", element("span", {}, data.followed));
  view.title.replaceChildren(`${data.title} `, element("span", {}, data.at ? `${data.gone} ${data.did}` : ""));
  showMap(view, data);
  showRows(view, data);
  showSteps(view, data);
  showControl(view, data);
  look(view);
}
