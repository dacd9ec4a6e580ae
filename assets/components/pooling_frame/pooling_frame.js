// A picture with a small square frame that is dragged or moved by the arrow keys; Python hears where it rests.

import { address, drawn, element, place, say, sharpness } from "../shared/dom.js";
import { sender } from "../shared/sender.js";
import { acrossOn } from "../shared/swipe.js";
import { kept } from "../shared/view.js";

const REST = 160; // ms

function build(host) {
  const view = { host };
  view.moves = sender(at => String(at) !== String(view.data.place) && view.setTriggerValue("place", at));
  view.image = element("img", { draggable: "false" });
  view.mark = drawn("svg", { "aria-hidden": "true" });
  view.frame = element("div", { class: "frame", tabindex: 0, role: "application" }, view.image, view.mark);
  view.crop = element("canvas", { role: "img" });
  view.note = element("p");
  host.append(view.frame, element("div", { class: "below" }, view.crop, view.note));
  const move = event => {
    const box = view.frame.getBoundingClientRect();
    go(
      view,
      ((event.clientY - box.top) / box.height) * view.data.height - view.data.side / 2,
      ((event.clientX - box.left) / box.width) * view.data.width - view.data.side / 2,
    );
  };
  const isAcross = acrossOn(view.frame); // a finger that goes down scrolls
  view.frame.addEventListener("pointerdown", event => {
    view.frame.setPointerCapture(event.pointerId);
    view.isHeld = true;
    if (event.pointerType !== "touch") move(event);
  });
  view.frame.addEventListener("pointermove", event => {
    const isMeant = isAcross(event) || event.pointerType !== "touch";
    if (view.isHeld && isMeant) move(event);
  });
  view.frame.addEventListener("pointerup", event => {
    if (view.isHeld) move(event);
    view.isHeld = false;
  });
  view.frame.addEventListener("pointercancel", () => {
    view.isHeld = false;
  });
  view.frame.addEventListener("keydown", event => {
    const by = { ArrowRight: [0, 2], ArrowLeft: [0, -2], ArrowDown: [2, 0], ArrowUp: [-2, 0] }[event.key];
    if (!by) return;
    event.preventDefault();
    go(view, view.at[0] + by[0], view.at[1] + by[1]);
  });
  return view;
}

// The frame stands on even pixels, so that cells of the halved maps lie in it whole.
function go(view, top, left) {
  const fit = (value, most) => Math.max(0, Math.min(2 * Math.floor(most / 2), 2 * Math.round(value / 2)));
  view.at = [fit(top, view.data.height - 2 - view.data.side), fit(left, view.data.width - 2 - view.data.side)];
  show(view);
  view.moves.say(view.at, REST);
}

function show(view) {
  const { data } = view,
    [top, left] = view.at;
  place(view.mark, { viewBox: `0 0 ${data.width} ${data.height}` });
  view.mark.replaceChildren(drawn("rect", { class: "mark", x: left, y: top, width: data.side, height: data.side }));
  const size = Math.round(64 * sharpness(view.crop)),
    context = view.crop.getContext("2d");
  if (view.crop.width !== size) view.crop.width = view.crop.height = size;
  const scale = view.image.naturalWidth / data.width;
  context.imageSmoothingEnabled = false;
  if (view.image.naturalWidth)
    context.drawImage(view.image, left * scale, top * scale, data.side * scale, data.side * scale, 0, 0, size, size);
}

const viewOf = kept(build);

export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  Object.assign(view, { setTriggerValue, data });
  if (!view.isHeld && !view.moves.isAhead()) view.at = data.place; // a hand that has just moved it has not been heard yet
  place(view.image, { alt: data.alt });
  place(view.frame, { "aria-label": data.help });
  place(view.crop, { "aria-label": data.crop_alt });
  say(view.note, data.note);
  const url = address(data.photo);
  if (view.image.getAttribute("src") !== url) {
    view.image.onload = () => show(view);
    view.image.src = url;
  }
  show(view);
}
