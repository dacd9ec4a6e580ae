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
    kind = map.winners[index];
  const [top, bottom] = seen(map, row, data.height),
    [left, right] = seen(map, column, data.width),
    isAll = bottom - top === data.height && right - left === data.width;
  const where = isAll ? " all of the photo" : ` rows ${top + 1}–${bottom}, columns ${left + 1}–${right}`;
  view.reads.replaceChildren(element("b", {}, map.tops ? "It can see" : "It reads"), where);
  const answer = element("b", { class: "kind" }, names[kind]);
  answer.style.setProperty("--kind", colours[kind]);
  view.says.replaceChildren("The cell says ", answer);
  const isChecked = checked && checked.cell[0] === row && checked.cell[1] === column;
  const hint = map.tops
    ? "Click it for what the network says of a crop round it."
    : "Click it for what LeNet says of this crop alone.";
  say(view.alone, isChecked ? checked.words : checked ? hint : "");
  fill(view.bars, rowsOf(data, index, kind));
  cut(view.crop, picture, [left, top, right - left, bottom - top], data.width);
}

/** First pixel that a cell sees along an axis, and the one behind the last. */
function seen(map, place, size) {
  const first = map.first + place * map.stride;
  return [Math.max(0, first), Math.min(size, first + map.window)];
}

/** The classes that are told of a cell: of a photo its likeliest, else all. */
function rowsOf({ map, names, colours }, index, kind) {
  const all = map.tops ? map.told.length / (map.rows * map.columns) : names.length;
  return Array.from({ length: all }, (_, place) => {
    const one = map.tops ? map.tops[index * all + place] : place,
      thousandths = (map.tops ? map.told : map.scores)[index * all + place];
    return { name: names[one], colour: colours[one], thousandths, won: one === kind };
  });
}

function fill(bars, rows) {
  while (bars.children.length < rows.length)
    bars.append(element("li", {}, element("span"), element("i", {}, element("em")), element("b")));
  while (bars.children.length > rows.length) bars.lastChild.remove();
  rows.forEach(({ name, colour, thousandths, won }, place) => {
    const row = bars.children[place],
      [label, bar, number] = row.children;
    row.classList.toggle("won", won);
    say(label, name);
    bar.firstChild.style.width = `${thousandths / 10}%`;
    bar.firstChild.style.background = colour;
    say(number, (thousandths / 1000).toFixed(PLACES));
  });
}

function cut(crop, picture, [left, top, width, height], whole) {
  if (!picture?.naturalWidth) return;
  const scale = picture.naturalWidth / whole;
  Object.assign(crop, { width, height });
  const pen = penOf(crop);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(picture, left * scale, top * scale, width * scale, height * scale, 0, 0, width, height);
}
