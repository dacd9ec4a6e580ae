// A digit to drag, what two networks say of it, and how they do at every place. A drag, an arrow key or a click on a
// map says where the digit is to go, in whole pixels; all numbers, pictures and outlines come from Python.

import { address, drawn, element, place, say } from "../shared/dom.js";
import { acrossOn } from "../shared/swipe.js";
import { takeTurns } from "../shared/turns.js";
import { kept } from "../shared/view.js";

const SIDE = 28;
const segments = all => all.map(([x1, y1, x2, y2]) => `M${x1} ${y1}L${x2} ${y2}`).join("");
const within = (view, value) => Math.max(-view.data.farthest, Math.min(view.data.farthest, value));

function go(view, dx, dy) {
  const place = [within(view, dx), within(view, dy)];
  if (view.wanted && view.wanted[0] === place[0] && view.wanted[1] === place[1]) return;
  view.wanted = place;
  view.turns.say(place);
}

const at = view => (view.turns.isAhead() && view.wanted ? view.wanted : [view.data.dx, view.data.dy]);

function walk(view, event) {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: null }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const [dx, dy] = at(view);
  step ? go(view, dx + step[0], dy + step[1]) : go(view, 0, 0);
}

function draggable(view, sheet) {
  const isAcross = acrossOn(sheet); // a finger that goes down scrolls
  sheet.addEventListener("pointerdown", event => {
    sheet.setPointerCapture(event.pointerId);
    view.drag = { x: event.clientX, y: event.clientY, from: at(view), cell: sheet.clientWidth / SIDE };
  });
  sheet.addEventListener("pointermove", event => {
    const isMeant = isAcross(event) || event.pointerType !== "touch";
    if (!view.drag || !isMeant) return;
    const { x, y, from, cell } = view.drag;
    go(view, from[0] + Math.round((event.clientX - x) / cell), from[1] + Math.round((event.clientY - y) / cell));
  });
  for (const end of ["pointerup", "pointercancel"])
    sheet.addEventListener(end, () => {
      view.drag = null;
    });
  sheet.addEventListener("keydown", event => walk(view, event));
}

function digitPart(view) {
  const box = element("div", { class: "digit" }),
    title = element("h2", {}, "Input "),
    sheet = element("div", { class: "sheet" });
  title.append(element("span", {}, "28 × 28, drag the digit"));
  sheet.tabIndex = 0;
  sheet.setAttribute("role", "application");
  const image = element("img"),
    svg = drawn("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, "aria-hidden": "true" });
  const ghost = drawn("path", { class: "ghost" }),
    arrow = drawn("path", { class: "arrow" }),
    head = drawn("path", { class: "head" });
  const said = element("div", { class: "said" });
  said.setAttribute("aria-live", "polite");
  svg.append(ghost, arrow, head);
  sheet.append(image, svg, said);
  box.append(title, sheet);
  draggable(view, sheet);
  Object.assign(view, { sheet, image, ghost, arrow, head, said });
  return box;
}

function showDigit(view) {
  const { data } = view,
    [dx, dy] = [data.dx, data.dy],
    size = Math.hypot(dx, dy);
  place(view.image, { src: address(data.picture), alt: data.alt });
  view.sheet.setAttribute("data-scale", "");
  view.sheet.setAttribute("aria-label", `${data.alt}. Arrow keys move it.`);
  place(view.ghost, { d: dx || dy ? segments(data.ghost) : "M0 0" });
  const middle = SIDE / 2,
    angle = (Math.atan2(dy, dx) * 180) / Math.PI;
  place(view.arrow, { d: size ? `M${middle} ${middle}L${middle + dx} ${middle + dy}` : "M0 0" });
  place(view.head, {
    d: size ? "M0 0L-1.6 .8L-1.6 -.8Z" : "M0 0",
    transform: `translate(${middle + dx} ${middle + dy}) rotate(${angle})`,
  });
  view.said.classList.toggle("lost", data.is_lost);
  say(view.said, `${data.words}, ${data.ink}`);
}

function answerPart(answer, index) {
  const box = element("div"),
    title = element("h2", {}, `${answer.title} `),
    says = element("div", { class: `says ${answer.verdict}` });
  box.style.gridArea = `a${index}`;
  title.append(element("span", {}, answer.note));
  const sign = { right: "✓ right", wrong: "× wrong" }[answer.verdict] || "";
  says.append(element("b", {}, `says ${answer.says}`), element("i", {}, sign), element("span", {}, answer.unmoved));
  box.append(title, says);
  for (const bar of answer.bars) {
    const row = element("div", { class: `bar ${bar.kind}` }),
      track = element("div", { class: "track" }),
      fill = element("div", { class: "fill" }),
      was = element("div", { class: "was" });
    fill.style.width = `${100 * bar.share}%`;
    was.style.left = `calc(${100 * bar.before}% - 1px)`;
    track.append(fill, was);
    row.append(element("span", {}, bar.name), track, element("output", {}, bar.text));
    box.append(row);
  }
  return box;
}

function mapPart(view, map, index) {
  const { data } = view,
    far = data.farthest,
    count = 2 * far + 1;
  const box = element("div"),
    cap = element("div", { class: "mapcap" }),
    frame = element("div", { class: "map" });
  box.style.gridArea = `m${index}`;
  const usual = () => cap.replaceChildren(element("b", {}, map.here), ` ${map.what}`);
  usual();
  const svg = drawn("svg", { viewBox: `0 0 ${count} ${count}`, "aria-hidden": "true" });
  const x = data.dx + far,
    y = data.dy + far,
    seen = map.seen;
  svg.append(
    drawn("path", { class: "good", d: segments(map.good) || "M0 0" }),
    drawn("rect", { class: "seen", x: far - seen, y: far - seen, width: 2 * seen + 1, height: 2 * seen + 1 }),
    drawn("path", { class: "cross", d: `M0 ${y + 0.5}H${count}M${x + 0.5} 0V${count}` }),
    drawn("rect", { class: "here", x: x - 0.3, y: y - 0.3, width: 1.6, height: 1.6, rx: 0.3 }),
  );
  frame.append(element("img", { src: address(map.url), alt: map.alt, draggable: "false" }), svg);
  const cellAt = event => {
    const area = frame.getBoundingClientRect();
    return [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height].map(part =>
      Math.max(0, Math.min(count - 1, Math.floor(part * count))),
    );
  };
  frame.addEventListener("pointermove", event => {
    const [column, row] = cellAt(event);
    cap.replaceChildren(
      element("b", {}, map.texts[row * count + column]),
      ` ${map.title}, ${column - far} right, ${row - far} down`.replaceAll("-", "−"),
    );
  });
  frame.addEventListener("pointerleave", usual);
  frame.addEventListener("click", event => {
    const [column, row] = cellAt(event);
    go(view, column - far, row - far);
  });
  const axis = element("div", { class: "axis" });
  axis.append(element("span", {}, `left ${far}`), element("span", {}, "0"), element("span", {}, `right ${far}`));
  box.append(cap, frame, axis);
  return box;
}

function keptPart(data) {
  const box = element("div", { class: "kept" }),
    title = element("h2", {}, "What moves along with the digit?");
  box.append(title);
  for (const row of data.kept) {
    const line = element("div", { class: `row${row.is_exact ? " exact" : ""}` }),
      count = row.bars.length;
    const svg = drawn("svg", {
      viewBox: `0 0 ${count} 3`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": `${row.title}: ${row.text} is different`,
    });
    row.bars.forEach((value, i) => {
      const now = i === data.kept_at ? "now" : "";
      svg.append(
        row.exact[i]
          ? drawn("rect", {
              class: now || "dot",
              x: i + 0.3,
              y: 2.55,
              width: 0.4,
              height: 0.35,
              style: now ? "" : "fill:#1f9d6b",
            })
          : drawn("rect", { class: now, x: i + 0.12, y: 3 - 3 * value, width: 0.76, height: 3 * value }),
      );
    });
    line.append(element("span", {}, row.title), svg, element("output", {}, row.text));
    box.append(line);
  }
  const [from, to] = data.kept_span;
  box.append(
    element(
      "div",
      { class: "foot" },
      `Bars: what differs after moving the answer back, at ${Math.abs(from)} left to ${to} right. A dot: the same, to rounding. Pooling steps by 2 pixels, then 4.`,
    ),
  );
  return box;
}

function keysPart(data) {
  const keys = element("div", { class: "keys" });
  const scale = element("i", { class: "scale" }),
    seen = element("i"),
    good = element("i"),
    was = element("i");
  scale.style.background = data.gradient;
  seen.style.border = "2px dashed currentColor";
  good.style.border = "2px solid currentColor";
  Object.assign(was.style, { width: "3px", background: "var(--accent)" });
  for (const [mark, words] of [
    [scale, `0 to 100 % ${data.legend}`],
    [seen, "shifts seen in training"],
    [good, "90 % or more"],
    [was, "unmoved"],
  ]) {
    const key = element("span");
    key.append(mark, words);
    keys.append(key);
  }
  return keys;
}

function build(host) {
  const root = element("div", { class: "moved" }),
    all = element("div", { class: "all" }),
    view = { all };
  view.digit = digitPart(view);
  root.append(all);
  host.append(root);
  return view;
}

const STILL = 400; // ms after the last answer in which nothing moved: the rest of the page follows

function rest(view, setTriggerValue) {
  clearTimeout(view.still);
  if (view.wanted && !view.turns.isAhead())
    view.still = setTimeout(() => {
      if (view.drag) return rest(view, setTriggerValue);
      view.wanted = null;
      setTriggerValue("rest", true);
    }, STILL);
}

const viewOf = kept(build);

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = viewOf(parentElement);
  view.data = data;
  view.send = word => setStateValue("move", word);
  view.turns ??= takeTurns(word => view.send(word));
  view.turns.heard(data.turn);
  rest(view, setTriggerValue);
  showDigit(view);
  const parts = [
    ...data.answers.map(answerPart),
    keptPart(data),
    ...data.maps.map((map, i) => mapPart(view, map, i)),
    keysPart(data),
  ];
  if (view.digit.parentElement !== view.all) view.all.append(view.digit);
  for (const old of [...view.all.children]) if (old !== view.digit) old.remove();
  view.all.append(...parts);
}
