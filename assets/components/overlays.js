// Heatmaps over one picture, side by side. Opacity is a matter of the browser alone: it changes while
// the slider moves, and only its last value is sent (for the address).

const create = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

function where(url) {
  if (!url.startsWith("/")) return url;
  const script = document.querySelector('script[src*="/static/js/"]')?.src || "";
  return script ? script.slice(0, script.indexOf("/static/js/")) + url : url;
}

function build(host) {
  const range = create("input");
  Object.assign(range, { type: "range", min: 0, max: 100, step: 1 });
  range.setAttribute("aria-label", "Opacity of the heatmaps");
  const label = create("label", "opacity", "Opacity");
  label.append(range);
  const legend = create("span", "legend");
  const head = create("div", "head");
  head.append(label, legend);
  const cards = create("div", "cards");
  cards.setAttribute("role", "radiogroup");
  cards.setAttribute("aria-label", "Methods");
  const root = create("div", "overlays");
  root.append(head, cards);
  host.append(root);
  const view = { host, root, range, legend, cards, timer: null };
  range.addEventListener("input", () => {
    root.style.setProperty("--opacity", range.value / 100);
    clearTimeout(view.timer);
    view.timer = setTimeout(() => view.setStateValue("opacity", Number(range.value)), 350);
  });
  cards.addEventListener("keydown", event => step(view, event));
  return view;
}

function step(view, event) {
  const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!move) return;
  event.preventDefault();
  const all = [...view.cards.querySelectorAll("button")];
  const next = all[(all.indexOf(view.host.getRootNode().activeElement) + move + all.length) % all.length];
  next.focus();
  next.click();
}

function picture(data, card) {
  const frame = create("span", "frame");
  const photo = create("img", data.pixelated ? "photo pixelated" : "photo");
  photo.src = where(data.photo);
  photo.alt = card ? "" : data.alt;
  frame.append(photo);
  if (card?.heat) {
    const heat = create("img", card.cells ? "heat cells" : "heat");
    heat.src = where(card.heat);
    heat.alt = card.alt;
    frame.append(heat);
  } else if (card) frame.append(create("span", "waiting", card.waiting));
  return frame;
}

function makeCard(view, data, card) {
  const button = create("button", "card");
  button.type = "button";
  button.setAttribute("role", "radio");
  const title = create("span", "title", card.title);
  button.append(picture(data, card), title, create("span", "note", card.note));
  if (card.badge) button.append(create("span", "badge " + card.badge.kind, card.badge.text));
  button.onclick = () => { if (card.name !== view.data.selected) view.setTriggerValue("choose", card.name); };
  return button;
}

function original(data) {
  const card = create("div", "card original");
  card.append(picture(data, null), create("span", "title", data.title), create("span", "note", data.note));
  return card;
}

function mark(view, data) {
  view.cards.querySelectorAll("button").forEach((button, index) => {
    const chosen = data.cards[index].name === data.selected;
    button.setAttribute("aria-checked", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
  });
}

function legend(view, data) {
  const bar = gradient => {
    const strip = create("i");
    strip.style.background = gradient;
    return strip;
  };
  view.legend.replaceChildren(
    create("span", "", "0"), bar(data.gradient), create("span", "", "1"),
    create("span", "gap", "against −1"), bar(data.signed), create("span", "", "+1 for · shares of each map's strongest cell"));
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const view = (parentElement.__overlays ??= build(parentElement));
  Object.assign(view, { data, setStateValue, setTriggerValue });
  if (view.timer === null || !view.host.getRootNode().activeElement) {
    view.range.value = data.opacity;
    view.root.style.setProperty("--opacity", data.opacity / 100);
  }
  const { selected, opacity, ...drawn } = data, text = JSON.stringify(drawn);
  if (view.drawn !== text) {
    view.drawn = text;
    const had = view.host.getRootNode().activeElement?.getAttribute?.("role") === "radio";
    view.cards.replaceChildren(original(data), ...data.cards.map(card => makeCard(view, data, card)));
    legend(view, data);
    mark(view, data);
    if (had) view.cards.querySelector('[aria-checked="true"]')?.focus();
  }
  mark(view, data);
}
