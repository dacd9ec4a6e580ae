// A pad to draw a digit on, by mouse, pen or finger. Strokes are drawn here; what is sent is the
// picture itself, 56×56 grey values, at most every 150 ms and after each stroke. The digits beside
// it are the equal choice for those who cannot draw.

import { element, penOf } from "../shared/dom.js";
import { kept } from "../shared/view.js";

/** @import { Place, Timer } from "../shared/types" */

const SIDE = 280,
  SENT = 56,
  INTERVAL = 150;

function build(host) {
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
  host.append(root);
  const pad = {
    canvas,
    hint,
    clear,
    samples,
    pen: penOf(canvas),
    last: /** @type {Place | undefined} */ (undefined),
    timer: /** @type {Timer} */ (undefined),
    blank: true,
  };
  wipe(pad);
  canvas.addEventListener("pointerdown", event => {
    canvas.setPointerCapture(event.pointerId);
    pad.last = spot(pad, event);
    stroke(pad, event);
  });
  canvas.addEventListener("pointermove", event => {
    if (pad.last) stroke(pad, event);
  });
  for (const end of ["pointerup", "pointercancel"])
    canvas.addEventListener(end, () => {
      if (pad.last) {
        pad.last = undefined;
        send(pad);
      }
    });
  clear.onclick = () => {
    wipe(pad);
    pad.setTriggerValue("clear", true);
  };
  return pad;
}

function wipe(pad) {
  pad.pen.fillStyle = "#000";
  pad.pen.fillRect(0, 0, SIDE, SIDE);
  pad.blank = true;
  pad.hint.hidden = false;
  pad.clear.hidden = true;
}

/** @returns {Place} */
function spot(pad, event) {
  const box = pad.canvas.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
}

function stroke(pad, event) {
  const { pen } = pad,
    [x, y] = spot(pad, event);
  Object.assign(pen, { lineWidth: 22, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });
  pen.beginPath();
  pen.moveTo(...pad.last);
  pen.lineTo(x + 0.01, y);
  pen.stroke();
  pad.last = [x, y];
  inked(pad);
  pad.timer ??= setTimeout(() => send(pad), INTERVAL);
}

function inked(pad) {
  pad.blank = false;
  pad.hint.hidden = true;
  pad.clear.hidden = false;
}

function send(pad) {
  clearTimeout(pad.timer);
  pad.timer = undefined;
  if (pad.blank) return;
  const small = element("canvas", { width: SENT, height: SENT }),
    pen = penOf(small);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(pad.canvas, 0, 0, SENT, SENT);
  const pixels = pen.getImageData(0, 0, SENT, SENT).data;
  let bytes = "";
  for (let i = 0; i < pixels.length; i += 4) bytes += String.fromCharCode(pixels[i]);
  pad.setStateValue("strokes", btoa(bytes));
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
      button.onclick = () => pad.setTriggerValue("take", digit);
      pad.samples.append(button);
    }
  }
  [...pad.samples.querySelectorAll("button")].forEach((button, index) =>
    button.setAttribute("aria-pressed", String(samples[index] === sample)),
  );
}

const viewOf = kept(build);

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const pad = viewOf(parentElement);
  const is_new = pad.version === undefined;
  Object.assign(pad, { setStateValue, setTriggerValue });
  showSamples(pad, data);
  if (!is_new && pad.version === data.version) return; // what the hand draws now is newer
  pad.version = data.version;
  wipe(pad);
  if (data.strokes) restore(pad, data.strokes);
}
