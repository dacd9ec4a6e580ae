// The pictures that excite a map most: each whole, with the patch the cell sees framed, and the patch enlarged.

import { address, childrenOf, drawn, element, place } from "../shared/dom.js";
import { choosing } from "../shared/hand.js";
import { kept, newsFor } from "../shared/view.js";

function build(host) {
  const root = element("div", { class: "exciting" });
  host.append(root);
  return { root, hand: choosing(() => {}) };
}

function frames(card, [height, width]) {
  const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const add = ([top, left, high, wide], kind) => {
    for (const name of [`under ${kind}`, kind])
      svg.append(drawn("rect", { class: name, x: left, y: top, width: wide, height: high }));
  };
  add(card.box, "can");
  if (card.core) add(card.core, "does");
  return svg;
}

function patch(card, [height, width]) {
  // the same picture, moved so that only the box shows
  const [top, left, high, wide] = card.patch,
    side = Math.max(high, wide);
  const image = element("img", { src: address(card.photo), alt: "", draggable: "false" });
  const percent = value => `${(100 * value) / side}%`;
  Object.assign(image.style, {
    width: percent(width),
    height: percent(height),
    left: percent((side - wide) / 2 - left),
    top: percent((side - high) / 2 - top),
  });
  const frame = element("span", { class: "patch" }, image);
  frame.style.clipPath = `inset(${percent((side - high) / 2)} ${percent((side - wide) / 2)})`;
  return frame;
}

function make(card, size) {
  const photo = element("img", {
    src: address(card.photo),
    alt: `${card.title}: ${card.value} at ${card.note}, ${card.sees} pixels`,
    draggable: "false",
  });
  const whole = element("span", { class: "frame" }, photo, frames(card, size));
  whole.style.aspectRatio = `${size[1]} / ${size[0]}`;
  return element(
    "button",
    { type: "button", class: "card" },
    element("span", { class: "pictures" }, whole, patch(card, size)),
    element("span", { class: "title" }, element("b", {}, card.value), ` ${card.title}`),
    element("span", { class: "note" }, card.sees),
  );
}

const viewOf = kept(build);
const isNews = newsFor();

export default function ({ data, parentElement, setTriggerValue }) {
  const view = viewOf(parentElement);
  if (isNews(parentElement, [data.cards, data.size])) {
    view.root.replaceChildren(...data.cards.map(card => make(card, data.size)));
  }
  childrenOf(view.root).forEach((node, index) => {
    const button = /** @type {HTMLButtonElement} */ (node);
    const card = data.cards[index];
    button.disabled = !card.name;
    place(button, {
      "aria-current": String(card.is_here),
      title: card.name ? (card.is_here ? "The picture above" : `Look at ${card.title}`) : card.title,
    });
    button.onclick = () => {
      if (card.name === view.hand.over(data.cards.find(({ is_here }) => is_here)?.name)) return;
      view.hand.choose(card.name);
      setTriggerValue("choose", card.name);
    };
  });
}
