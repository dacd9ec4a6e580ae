// What one cell says: the crop that it reads, its probability for every class, and what LeNet says of the crop alone.

import { element, penOf, say } from "../shared/dom.js";

const PLACES = 3; // digits of a probability

export function makeAnswer() {
  const reads = element("p", { class: "reads" }),
    crop = element("canvas", { class: "crop", "aria-hidden": "true" }),
    says = element("p", { class: "says" }),
    alone = element("p", { class: "alone" }),
    bars = element("ol", { class: "bars" });
  const head = element("div", { class: "head" }, crop, element("div", {}, says, alone));
  return { root: element("div", { class: "answer" }, reads, head, bars), reads, crop, says, alone, bars };
}

/** @param {any} view @param {any} data @param {[number, number]} cell @param {HTMLImageElement | null} picture */
export function showAnswer(view, data, [row, column], picture) {
  const { map, names, colours, checked } = data,
    index = row * map.columns + column,
    top = row * map.stride,
    left = column * map.stride,
    kind = map.winners[index];
  view.reads.replaceChildren(
    element("b", {}, "It reads"),
    ` rows ${top + 1}–${top + map.window}, columns ${left + 1}–${left + map.window}`,
  );
  const answer = element("b", { class: "kind" }, names[kind]);
  answer.style.setProperty("--kind", colours[kind]);
  view.says.replaceChildren("The cell says ", answer);
  const isChecked = checked && checked.cell[0] === row && checked.cell[1] === column;
  const hint = checked ? "Click it for what LeNet says of this crop alone." : "";
  say(view.alone, isChecked ? checked.words : hint);
  fill(view.bars, names, colours, kind, map.scores.slice(index * names.length, (index + 1) * names.length));
  cut(view.crop, picture, left, top, map.window, data.width);
}

function fill(bars, names, colours, kind, thousandths) {
  while (bars.children.length < names.length)
    bars.append(element("li", {}, element("span"), element("i", {}, element("em")), element("b")));
  while (bars.children.length > names.length) bars.lastChild.remove();
  names.forEach((name, place) => {
    const row = bars.children[place],
      [label, bar, number] = row.children;
    row.classList.toggle("won", place === kind);
    say(label, name);
    bar.firstChild.style.width = `${thousandths[place] / 10}%`;
    bar.firstChild.style.background = colours[place];
    say(number, (thousandths[place] / 1000).toFixed(PLACES));
  });
}

function cut(crop, picture, left, top, side, width) {
  if (!picture?.naturalWidth) return;
  const scale = picture.naturalWidth / width;
  Object.assign(crop, { width: side, height: side });
  const pen = penOf(crop);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(picture, left * scale, top * scale, side * scale, side * scale, 0, 0, side, side);
}
