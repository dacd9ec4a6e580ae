// Many maps as one picture: pointing frames one, the arrow keys walk, click or Enter chooses.
// Nothing is sent while pointing; a choice is one message.

function build(host) {
  const name = element("span", { class: "name", "aria-hidden": "true" });
  const scale = element("span", { class: "note" });
  const low = element("span"), gradient = element("i"), high = element("span");
  const bar = element("span", { class: "bar" }, low, gradient, high, scale);
  const marks = ["shadow", "chosen", "pointed"].map(kind => drawn("rect", { class: kind }));
  const svg = drawn("svg", { "aria-hidden": "true", preserveAspectRatio: "none" }, ...marks);
  const list = element("div", { class: "list", role: "listbox", tabindex: "0" });
  const frame = element("div", { class: "frame" }, svg, list);
  const foot = element("div", { class: "foot" }, bar, name);
  const card = element("div", { class: "card" }, frame, foot);
  host.append(card);
  const view = { frame, svg, list, name, scale, low, gradient, high, marks, pointed: null, token: 0 };
  listen(view);
  new ResizeObserver(() => refresh(view)).observe(frame);
  return view;
}

function listen(view) {
  const at = event => tileAt(view, event);
  view.frame.addEventListener("pointermove", event => point(view, at(event)));
  view.frame.addEventListener("pointerleave", () => point(view, null));
  view.frame.addEventListener("click", event => { view.list.focus({ preventScroll: true }); choose(view, at(event)); });
  view.list.addEventListener("focus", () => walk(view, view.current));
  view.list.addEventListener("blur", () => point(view, null));
  view.list.addEventListener("keydown", event => {
    const to = target(view, event.key);
    if (to === undefined) return;
    event.preventDefault();
    if (to === "choose") choose(view, view.current);
    else walk(view, to);
  });
}

function target(view, key) {
  const { columns, count } = view.data, now = view.current;
  const row = now - (now % columns);
  const to = {
    ArrowLeft: now - 1, ArrowRight: now + 1, ArrowUp: now - columns, ArrowDown: now + columns,
    Home: row, End: Math.min(row + columns, count) - 1, PageUp: now % columns,
    PageDown: now + columns * Math.floor((count - 1 - now) / columns), Enter: "choose", " ": "choose",
  }[key];
  return typeof to === "number" && (to < 0 || to >= count) ? now : to;
}

function tileAt(view, event) {
  const { columns, count, width, height, tile } = view.data, box = view.frame.getBoundingClientRect();
  const column = Math.floor((event.clientX - box.left) / box.width * width / (tile.width + tile.gap));
  const row = Math.floor((event.clientY - box.top) / box.height * height / (tile.height + tile.gap));
  const index = row * columns + column;
  return column >= 0 && column < columns && row >= 0 && index < count ? index : null;
}

function walk(view, index) {
  view.current = index;
  view.list.setAttribute("aria-activedescendant", "tile-" + index);
  point(view, index);
}

function point(view, index) {
  if (view.pointed === index) return;
  view.pointed = index;
  draw(view);
}

function choose(view, index) {
  if (index === null) return;
  view.current = view.pointed = view.chosen = index;
  view.list.setAttribute("aria-activedescendant", "tile-" + index);
  tell(view);
  draw(view);
  view.send("selected", index);
}

function tell(view) { // the choice, for those who do not see it
  [...view.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === view.chosen)));
}

function draw(view) {
  const { columns, tile, labels } = view.data;
  const [shadow, chosen, pointed] = view.marks;
  const box = index => ({
    x: (index % columns) * (tile.width + tile.gap), y: Math.floor(index / columns) * (tile.height + tile.gap),
    width: tile.width, height: tile.height,
  });
  for (const [mark, index] of [[shadow, view.chosen], [chosen, view.chosen], [pointed, view.pointed]]) {
    mark.style.display = index === null ? "none" : "";
    if (index !== null) place(mark, box(index));
  }
  const shown = view.pointed ?? view.chosen;
  view.name.textContent = shown === null ? "" : labels[shown];
}

function refresh(view) {
  const image = view.frame.querySelector("img");
  if (image) sharpen(image);
}

function options(view) { // one per map, so that a screen reader can name and count them
  const { labels } = view.data;
  if (view.list.children.length !== labels.length) {
    view.list.replaceChildren(...labels.map((_, index) => element("div", { role: "option", id: "tile-" + index })));
  }
  labels.forEach((label, index) => { if (view.list.children[index].textContent !== label) view.list.children[index].textContent = label; });
  tell(view);
}

function show(view, data, picture) {
  view.data = data;
  view.chosen = data.selected;
  if (view.current === undefined || view.current >= data.count) view.current = data.selected ?? 0;
  if (picture) swap(view.frame, picture);
  view.frame.style.aspectRatio = `${data.width} / ${data.height}`;
  view.frame.style.maxWidth = Math.max(data.width, 240) + "px";
  view.svg.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`);
  view.list.setAttribute("aria-label", data.alt + " Arrow keys move, Enter selects.");
  view.low.textContent = data.low;
  view.high.textContent = data.high;
  view.gradient.style.background = data.gradient;
  view.scale.textContent = data.scale;
  if (view.pointed !== null && view.pointed >= data.count) view.pointed = null;
  options(view);
  refresh(view);
  draw(view);
}

export default function ({ data, parentElement, setTriggerValue }) {
  const view = (parentElement.mosaic ??= build(parentElement));
  view.send = setTriggerValue;
  const token = ++view.token;
  if (view.data?.url === data.url) { show(view, data, null); return; }
  decoded(data.url, data.alt)
    .then(picture => { if (token === view.token) show(view, data, picture); })
    .catch(() => {}); // a newer picture has taken its place on the server
}
