// A pad to draw a digit on, by mouse, pen or finger. Strokes are drawn here; what is sent is the
// picture itself, 56×56 grey values, at most every 150 ms and after each stroke.

const SIDE = 280, SENT = 56, INTERVAL = 150;

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

function build(host) {
  const canvas = make("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": "Pad to draw a digit on. Sample digits can be chosen instead." });
  const clear = make("button", { type: "button", class: "clear" }, "Clear");
  const hint = make("span", { class: "hint" }, "Draw a digit");
  const root = make("div", { class: "pad" }, make("div", { class: "sheet" }, canvas, hint), clear);
  host.append(root);
  const pad = { canvas, hint, pen: canvas.getContext("2d"), last: null, timer: null, sent: 0, blank: true };
  wipe(pad);
  canvas.addEventListener("pointerdown", event => { canvas.setPointerCapture(event.pointerId); pad.last = place(pad, event); stroke(pad, event); });
  canvas.addEventListener("pointermove", event => { if (pad.last) stroke(pad, event); });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { if (pad.last) { pad.last = null; send(pad); } });
  clear.onclick = () => { wipe(pad); pad.setStateValue("strokes", null); };
  return pad;
}

function wipe(pad) {
  pad.pen.fillStyle = "#000";
  pad.pen.fillRect(0, 0, SIDE, SIDE);
  pad.blank = true;
  pad.hint.hidden = false;
}

function place(pad, event) {
  const box = pad.canvas.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
}

function stroke(pad, event) {
  const { pen } = pad, [x, y] = place(pad, event);
  Object.assign(pen, { lineWidth: 22, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });
  pen.beginPath();
  pen.moveTo(...pad.last);
  pen.lineTo(x + 0.01, y);
  pen.stroke();
  pad.last = [x, y];
  pad.blank = false;
  pad.hint.hidden = true;
  pad.timer ??= setTimeout(() => send(pad), INTERVAL);
}

function send(pad) {
  clearTimeout(pad.timer);
  pad.timer = null;
  if (pad.blank) return;
  const small = make("canvas", { width: SENT, height: SENT }), pen = small.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(pad.canvas, 0, 0, SENT, SENT);
  const pixels = pen.getImageData(0, 0, SENT, SENT).data;
  let bytes = "";
  for (let i = 0; i < pixels.length; i += 4) bytes += String.fromCharCode(pixels[i]);
  pad.setStateValue("strokes", btoa(bytes));
}

function restore(pad, encoded) { // back on the page: the last picture is drawn again
  const bytes = atob(encoded), small = make("canvas", { width: SENT, height: SENT }), pen = small.getContext("2d");
  const image = pen.createImageData(SENT, SENT);
  for (let i = 0; i < bytes.length; i++) {
    const grey = bytes.charCodeAt(i);
    image.data.set([grey, grey, grey, 255], 4 * i);
  }
  pen.putImageData(image, 0, 0);
  pad.pen.drawImage(small, 0, 0, SIDE, SIDE);
  pad.blank = false;
  pad.hint.hidden = true;
}

export default function ({ data, parentElement, setStateValue }) {
  const is_new = !parentElement.__pad;
  const pad = (parentElement.__pad ??= build(parentElement));
  pad.setStateValue = setStateValue;
  if (is_new && data.strokes) restore(pad, data.strokes);
  if (!is_new && !data.strokes && !pad.last && !pad.timer && data.cleared !== pad.cleared) wipe(pad);
  pad.cleared = data.cleared;
}
