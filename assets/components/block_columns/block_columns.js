// A column a block: two bars for its paths, and below them what the network says without either one.
// A click, or Enter, on a column chooses its block.

import { childrenOf, element, focusedIn } from "../shared/dom.js";
import { newsFor } from "../shared/view.js";

function bar(side) {
  const box = element("div", { class: `bar ${side.tone}` }),
    fill = element("i");
  fill.style.height = `${100 * side.share}%`;
  box.append(element("small", {}, side.text), fill);
  return box;
}

function meter(row) {
  const box = element("div", { class: `meter ${row.is_changed ? "changed" : ""}` }),
    track = element("div", { class: "track" }),
    fill = element("i"),
    mark = element("u");
  fill.style.width = `${100 * row.share}%`;
  mark.style.left = `${100 * row.before}%`;
  track.append(fill, mark);
  box.append(track, element("b", {}, row.text), element("span", {}, row.word));
  return box;
}

function column(one, view) {
  const button = element("button", { class: `column ${one.name === view.data.selected ? "chosen" : ""}` }),
    bars = element("div", { class: "bars" });
  button.type = "button";
  button.setAttribute("aria-pressed", String(one.name === view.data.selected));
  button.setAttribute("aria-label", one.alt);
  bars.append(...one.bars.map(bar));
  const head = element("div", { class: "head" });
  head.append(element("b", {}, one.name), element("span", {}, one.shape));
  button.append(
    head,
    bars,
    element("div", { class: `kind ${one.is_identity ? "identity" : ""}` }, one.kind),
    ...one.rows.map(meter),
  );
  button.onclick = () => view.setTriggerValue("choose", one.name);
  return button;
}

function legend(data) {
  const box = element("div", { class: "legend" }),
    bars = element("div", { class: "bars" }),
    head = element("div", { class: "head" });
  bars.append(
    element("b", {}, data.title),
    element("span", {}, data.note),
    ...data.sides.map(side => element("span", { class: `key ${side.tone}` }, side.name)),
  );
  const rows = data.rows.map(row => {
    const cell = element("div", { class: "meter" });
    cell.append(element("b", {}, row.title), element("span", {}, row.note));
    return cell;
  });
  box.append(head, bars, element("div", { class: "kind" }), ...rows);
  return box;
}

const isNews = newsFor();

export default function ({ data, parentElement, setTriggerValue }) {
  const view = { data, setTriggerValue };
  if (!isNews(parentElement, data)) return;
  const had = parentElement.querySelector(".columns"),
    focused = focusedIn(parentElement)?.closest(".column");
  const at = had && focused ? [...had.children].indexOf(focused) : -1,
    scrolled = had?.scrollLeft ?? 0;
  had?.remove();
  const root = element("div", { class: "columns" });
  root.append(legend(data), ...data.columns.map(one => column(one, view)));
  parentElement.append(root);
  root.scrollLeft = scrolled;
  if (at > 0) childrenOf(root)[at].focus();
}
