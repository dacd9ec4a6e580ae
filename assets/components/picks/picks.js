// One of several things, each with a small picture of what it leads to. Pictures that are not known yet are asked for
// again and again while Python makes them.

import { drawn, element, penOf, place, say } from "../shared/dom.js";
import { frames } from "../shared/frames.js";
import { helpMark } from "../shared/help.js";
import { bytes, paint } from "../shared/paint.js";
import { takeTurns } from "../shared/turns.js";
import { kept } from "../shared/view.js";

/** @import { Run, Tell } from "../shared/types" */
/** @import { Choice, Data, Mark, Picture } from "./types" */
/** @typedef {ReturnType<typeof build>} View */
/** @typedef {ReturnType<typeof pickNode>} Pick */

const SIZE = 2.6; // of 100: half of a mark's side

/** @param {HTMLElement} host */
function build(host) {
  const head = element("div", { class: "head" });
  const note = element("span", { class: "note" });
  const row = element("div", { class: "picks", role: "radiogroup" });
  host.append(element("div", { class: "group" }, head, row));
  let tell = /** @type {Tell} */ (() => {});
  const hand = takeTurns(word => tell("pick", word));
  return {
    head,
    note,
    row,
    hand,
    next: frames(row),
    picks: /** @type {Pick[]} */ ([]),
    told: "",
    /** @param {Tell} how */
    speak(how) {
      tell = how;
    },
  };
}

/** @param {string} label @param {Choice} choice @param {(value: string) => void} taken */
function pickNode(label, { value, lines: facts }, taken) {
  const input = element("input", { type: "radio", name: label, value });
  const canvas = element("canvas");
  const svg = drawn("svg", { viewBox: "0 0 100 100" });
  const title = element("b");
  const lines = facts.map(() => element("span"));
  const picture = element("i", {}, canvas, svg);
  const root = element("label", { class: "pick" }, input, picture, title, ...lines);
  input.addEventListener("change", () => taken(value));
  return { root, input, canvas, svg, title, lines, shown: "" };
}

/** @param {Mark} mark */
const markNode = ([x, y, kind]) =>
  kind === 1
    ? drawn("rect", { class: "p1", x: x - SIZE, y: y - SIZE, width: 2 * SIZE, height: 2 * SIZE })
    : drawn("circle", { class: kind ? "number" : "p0", cx: x, cy: y, r: SIZE });

/** @param {Pick} pick @param {Picture} picture @param {Uint8Array} palette */
function showPicture(pick, picture, palette) {
  const { levels, cells, curve, marks } = picture;
  pick.canvas.hidden = !levels;
  if (levels) paint(pick.canvas, [cells, cells], bytes(levels), 0, palette);
  const line = curve ? [drawn("polyline", { points: curve })] : [];
  pick.svg.replaceChildren(...marks.map(markNode), ...line);
}

/** @param {Pick} pick @param {Choice} choice @param {Uint8Array} palette */
function show(pick, choice, palette) {
  const known = JSON.stringify(choice);
  if (pick.shown === known) return;
  pick.shown = known;
  place(pick.input, { "aria-label": choice.alt });
  place(pick.root, { title: choice.alt });
  pick.root.classList.toggle("waits", !choice.picture);
  say(pick.title, choice.title);
  pick.lines.forEach((line, index) => {
    say(line, choice.lines[index]);
  });
  if (choice.picture) showPicture(pick, choice.picture, palette);
  else penOf(pick.canvas).clearRect(0, 0, pick.canvas.width, pick.canvas.height);
}

const viewOf = kept(build);

/** @param {Run<Data>} run */
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement);
  view.speak(setStateValue);
  view.hand.heard(data.heard);
  const names = data.choices.map(choice => choice.value).join();
  if (view.told !== names) {
    view.told = names;
    view.picks = data.choices.map(choice => pickNode(data.label, choice, value => view.hand.say(value)));
    view.row.replaceChildren(...view.picks.map(pick => pick.root));
    view.row.style.setProperty("--columns", String(data.columns));
    place(view.row, { "aria-label": data.label });
    view.head.replaceChildren(element("span", {}, data.label), helpMark(data.label, data.help), view.note);
  }
  say(view.note, data.note);
  const palette = bytes(data.palette);
  view.picks.forEach((pick, index) => {
    show(pick, data.choices[index], palette);
    if (!view.hand.isAhead()) pick.input.checked = data.choices[index].value === data.chosen;
  });
  view.next(data.is_busy, data.pause_ms, setTriggerValue);
}
