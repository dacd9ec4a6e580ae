// Moving over the response, or over the picture, by pointer, touch and keys.

import { sayCell } from "../shared/address.js";
import { acrossOn } from "../shared/swipe.js";
import { middle, nearest, shownBefore, shownSize } from "./reads.js";
import { fetchValues } from "./values.js";

const STEP = 10; // pixels, with Shift

// Position of the pointer in a frame, as shares (down, across).
function shares(frame, event) {
  const box = frame.getBoundingClientRect();
  return [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
}

function cellUnder(view, event) {
  const share = shares(view.output.frame, event);
  return view.data.axes.map((axis, which) =>
    Math.min(axis.outputs - 1, Math.max(0, Math.floor(share[which] * axis.outputs))),
  );
}

function cellReading(view, event) {
  // the response pixel whose window is centred on the pointed input
  const share = shares(view.input.frame, event);
  return view.data.axes.map((axis, which) => nearest(axis, share[which] * shownSize(axis) - shownBefore(axis) - 0.5));
}

// Whether a pointer's moves are to be followed: a mouse's until a pixel is pinned, a finger's where it goes across.
function followed(view, frame) {
  const isAcross = acrossOn(frame);
  return event => (event.pointerType === "touch" ? isAcross(event) : !view.pinned);
}

export function listen(view) {
  for (const [frame, cell] of [
    [view.output.frame, cellUnder],
    [view.input.frame, cellReading],
  ]) {
    const isFollowed = followed(view, frame);
    frame.addEventListener("pointermove", event => {
      if (view.data && isFollowed(event)) move(view, cell(view, event));
    });
    frame.addEventListener("click", event => {
      if (view.data) pin(view, cell(view, event));
    });
  }
  view.output.frame.addEventListener("focus", () => view.speak());
  view.output.frame.addEventListener("keydown", event => {
    if (view.data) key(view, event);
  });
}

function key(view, event) {
  const [row, column] = view.cell,
    by = event.shiftKey ? STEP : 1,
    last = view.data.axes.map(axis => axis.outputs - 1);
  const to = {
    ArrowLeft: [row, column - by],
    ArrowRight: [row, column + by],
    ArrowUp: [row - by, column],
    ArrowDown: [row + by, column],
    Home: [row, 0],
    End: [row, last[1]],
    PageUp: [0, column],
    PageDown: [last[0], column],
  }[event.key];
  if (event.key === "Escape" && view.pinned) release(view);
  else if (event.key === "Enter" || event.key === " ") pin(view, view.cell);
  else if (to) {
    move(
      view,
      to.map((index, which) => Math.min(last[which], Math.max(0, index))),
    );
    if (view.pinned) tell(view);
  } else return;
  event.preventDefault();
}

function move(view, cell) {
  if (view.cell[0] === cell[0] && view.cell[1] === cell[1]) return;
  settle(view, cell);
  view.waiting ??= requestAnimationFrame(() => {
    view.waiting = null;
    view.draw();
  });
  fetchValues(view);
}

export function settle(view, cell) {
  // `spot`, on the picture, stays when the settings change
  view.cell = cell;
  view.spot = view.data.axes.map((axis, which) => middle(axis, cell[which]));
}

function pin(view, cell) {
  if (view.pinned && view.cell[0] === cell[0] && view.cell[1] === cell[1]) {
    release(view);
    return;
  }
  view.pinned = true;
  settle(view, cell);
  tell(view);
  view.draw();
}

function release(view) {
  view.pinned = false;
  tell(view);
  view.draw();
}

function tell(view) {
  // Python hears of a pinned pixel only where it asked to
  if (!view.data.reports) return;
  const cell = view.pinned ? view.cell : null;
  sayCell("pixel", cell);
  view.send("cell", cell);
}
