// A pad to draw a digit on, by mouse, pen or finger. Strokes are drawn here; what is told, in turns, is what lies on
// the pad: the picture itself, 56×56 grey values, at most every 60 ms and after each stroke, a sample digit, or
// nothing. Until Python has heard the latest of it, its answers do not touch the pad. Where an overview beside it has
// the network answer the hand (overview/drawing.js), Python is told after the stroke only. The digits beside it are
// the equal choice for those who cannot draw.

import { element, penOf } from "../shared/dom.js";
import { takeTurns } from "../shared/turns.js";

/** @import { Place, Tell, Timer } from "../shared/types" */

const SIDE = 280,
  SENT = 56,
  INTERVAL = 60;

function build() {
  const canvas = element("canvas", {
    width: SIDE,
    height: SIDE,
    role: "img",
    "aria-label": "Pad to draw a digit on. Sample digits can be chosen instead.",
  });
  const clear = element("button", { type: "button", class: "clear" }, "Clear");
  const hint = element("span", { class: "hint" }, "Draw a digit");
  const samples = element("div", { class: "samples", role: "group", "aria-label": "Sample digits" });
  const root = element("div", { class: "pad" }, element("div", { class: "sheet" }, canvas, hint, clear), samples);
  const pad = {
    root,
    canvas,
    hint,
    clear,
    samples,
    pen: penOf(canvas),
    stroke: /** @type {Stroke | undefined} */ (undefined),
    timer: /** @type {Timer} */ (undefined),
    version: /** @type {number | undefined} */ (undefined),
    name: "",
    isBlank: true,
    isSample: false,
    tell: /** @type {Tell} */ (() => {}),
    hand: takeTurns(word => pad.tell("sheet", word)),
  };
  wipe(pad);
  canvas.addEventListener("pointerdown", event => begin(pad, event));
  clear.onclick = () => lay(pad, {});
  return pad;
}

function wipe(pad) {
  pad.pen.fillStyle = "#000";
  pad.pen.fillRect(0, 0, SIDE, SIDE);
  Object.assign(pad, { isBlank: true, isSample: false });
  pad.hint.hidden = false;
  pad.clear.hidden = true;
}

/** @typedef {{ pointer: number, box: DOMRect, last: Place }} Stroke */

function begin(pad, event) {
  if (pad.stroke || event.button !== 0) return;
  if (pad.isSample) wipe(pad); // what one draws takes the sample's place
  const box = pad.canvas.getBoundingClientRect();
  pad.stroke = { pointer: event.pointerId, box, last: spot(box, event) };
  pad.canvas.setPointerCapture(event.pointerId);
  const ending = new AbortController(),
    mine = then => told => told.pointerId === pad.stroke?.pointer && then(told);
  // on the window: the stroke goes on where the page moves, or the pad is put elsewhere, under the hand
  const listen = (name, then) => addEventListener(name, mine(then), { signal: ending.signal });
  const end = () => {
    ending.abort();
    pad.stroke = undefined;
    send(pad);
  };
  listen("pointermove", told => (told.buttons ? follow(pad, told) : end()));
  listen("pointerup", end);
  listen("pointercancel", end);
  line(pad, event);
}

/** A busy browser tells of many moves at once: each of them is a part of the stroke. */
function follow(pad, event) {
  const moves = event.getCoalescedEvents?.() ?? [];
  for (const move of moves.length ? moves : [event]) line(pad, move);
}

/** Where on the pad an event is, if the pad still lay in `box`: a page that moves under the pen bends no stroke.
 *
 * @returns {Place}
 */
function spot(box, event) {
  return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
}

function line(pad, event) {
  const { pen, stroke } = pad,
    [x, y] = spot(stroke.box, event);
  Object.assign(pen, { lineWidth: 22, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });
  pen.beginPath();
  pen.moveTo(...stroke.last);
  pen.lineTo(x + 0.01, y);
  pen.stroke();
  stroke.last = [x, y];
  inked(pad);
  pad.timer ??= setTimeout(() => send(pad), INTERVAL);
}

/** Another sheet than a drawn one: nothing, or a sample digit, which Python shows. */
function lay(pad, sheet) {
  clearTimeout(pad.timer);
  pad.timer = undefined;
  wipe(pad);
  pad.hand.say(sheet);
  if ("take" in sheet) isAnswered(pad, String(sheet.take)); // by its name, before the page has run
}

function inked(pad) {
  pad.isBlank = false;
  pad.hint.hidden = true;
  pad.clear.hidden = false;
}

function send(pad) {
  clearTimeout(pad.timer);
  pad.timer = undefined;
  if (pad.isBlank) return;
  const small = element("canvas", { width: SENT, height: SENT }),
    pen = penOf(small);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(pad.canvas, 0, 0, SENT, SENT);
  const pixels = pen.getImageData(0, 0, SENT, SENT).data;
  let bytes = "";
  for (let i = 0; i < pixels.length; i += 4) bytes += String.fromCharCode(pixels[i]);
  const ink = btoa(bytes);
  if (!isAnswered(pad, ink) || !pad.stroke) pad.hand.say({ ink });
}

/** Whether somebody on this page has the network answer what lies on the pad: the page itself runs after the stroke.
 *
 * @param {Pad} pad @param {string} sheet its ink, or the name of a sample digit
 */
function isAnswered(pad, sheet) {
  const told = new CustomEvent("cnnviz:drawn", { detail: { pad: pad.name, sheet }, cancelable: true });
  return !window.dispatchEvent(told);
}

function restore(pad, encoded) {
  // back on the page: the last picture is drawn again
  const bytes = atob(encoded),
    small = element("canvas", { width: SENT, height: SENT }),
    pen = penOf(small);
  const image = pen.createImageData(SENT, SENT);
  for (let i = 0; i < bytes.length; i++) {
    const grey = bytes.charCodeAt(i);
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  pen.putImageData(image, 0, 0);
  pad.pen.imageSmoothingQuality = "high";
  pad.pen.drawImage(small, 0, 0, SIDE, SIDE);
  inked(pad);
}

function showSamples(pad, { samples, sample }) {
  if (pad.samples.childElementCount === 0 && samples.length) {
    pad.samples.append(element("span", {}, "or take one that is drawn"));
    for (const digit of samples) {
      const button = element("button", { type: "button", "aria-label": `Sample digit ${digit}` }, String(digit));
      button.onclick = () => lay(pad, { take: digit });
      pad.samples.append(button);
    }
  }
  [...pad.samples.querySelectorAll("button")].forEach((button, index) =>
    button.setAttribute("aria-pressed", String(samples[index] === sample)),
  );
}

/** @typedef {ReturnType<typeof build>} Pad */
/** @type {Map<string, Pad>} by the component's name on the page */
const pads = new Map();

const isBusy = pad => Boolean(pad.stroke) || pad.timer !== undefined || pad.hand.isAhead();

/** The pad at a place. Where the page is built anew under a hand that draws, its pad goes on at the new place.
 *
 * @param {HTMLElement} host
 * @param {string} name
 */
function padAt(host, name) {
  const known = pads.get(name);
  if (known?.root.parentNode === host) return known; // which is a shadow root, so no element
  const pad = known && isBusy(known) ? known : build();
  host.append(pad.root);
  pads.set(name, pad);
  return pad;
}

export default function ({ data, parentElement, setStateValue }) {
  const pad = padAt(parentElement, data.key);
  pad.tell = setStateValue;
  pad.name = data.key;
  pad.hand.heard(data.turn);
  showSamples(pad, data);
  const isNews = pad.version !== data.version;
  pad.version = data.version;
  if (!isNews || isBusy(pad)) return; // what the hand does now is newer
  wipe(pad);
  if (data.strokes) restore(pad, data.strokes);
  pad.isSample = data.sample >= 0;
}
