// A network as volumes to scale and as a table. Both are one component in two variants; pointing at a
// layer in one lights it in the other, through an event on the document. Nothing is sent until a click.

const SVG = "http://www.w3.org/2000/svg";
const POINT = "cnnviz:layer";

const html = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};
const svg = (tag, attributes) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
};

const point = path => document.dispatchEvent(new CustomEvent(POINT, { detail: path }));

function listen(view) {
  document.addEventListener(POINT, function lit(event) {
    if (!view.root.isConnected) return document.removeEventListener(POINT, lit);
    view.root.querySelectorAll("[data-path]").forEach(node => node.classList.toggle("pointed", node.dataset.path === event.detail));
  });
  view.root.addEventListener("pointerover", event => {
    const path = event.target.closest("[data-path]")?.dataset.path ?? null;
    if (path !== view.over) point(view.over = path);
  });
  view.root.addEventListener("pointerleave", () => point(view.over = null));
  view.root.addEventListener("click", event => choose(view, event.target.closest("[data-path]")?.dataset.path));
  view.root.addEventListener("keydown", event => keys(view, event));
}

function choose(view, path) {
  if (path === undefined || path === view.data.selected || view.data.readOnly) return;
  view.setTriggerValue("select", path);
}

function keys(view, event) {
  const rows = [...view.root.querySelectorAll("[tabindex][data-path]")];
  const now = rows.indexOf(event.target);
  if (now < 0) return;
  const to = { ArrowDown: now + 1, ArrowRight: now + 1, ArrowUp: now - 1, ArrowLeft: now - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    const next = rows[Math.max(0, Math.min(rows.length - 1, to))];
    next.focus();
    point(next.dataset.path);
  }
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    choose(view, event.target.dataset.path);
  }
}

// ---- Volumes: height and width to scale, channels by their square root, both said below the picture.

const TALL = 112, DEEP = 0.42;

function volume(layer, scale) {
  const group = svg("g", { class: "volume " + layer.role, "data-path": layer.path });
  group.append(svg("title", {}));
  group.firstChild.textContent = `${layer.title}: ${layer.shape}`;
  const depth = Math.max(3, 2.6 * Math.sqrt(layer.channels)), high = Math.max(3, layer.height * scale), lean = Math.max(2, layer.width * scale * DEEP);
  const top = (TALL + 8 - high) / 2 + lean / 2;
  if (layer.is_flat) {
    const long = Math.min(TALL, 8 + 5.2 * Math.sqrt(layer.channels));
    group.append(svg("rect", { x: 0, y: (TALL + 8 - long) / 2, width: 9, height: long, rx: 2 }));
    return { group, width: 9 };
  }
  const corner = (x, y) => `${x},${y}`;
  group.append(
    svg("polygon", { class: "top", points: [corner(0, top), corner(lean, top - lean), corner(depth + lean, top - lean), corner(depth, top)].join(" ") }),
    svg("polygon", { class: "side", points: [corner(depth, top), corner(depth + lean, top - lean), corner(depth + lean, top + high - lean), corner(depth, top + high)].join(" ") }),
    svg("rect", { x: 0, y: top, width: depth, height: high }));
  return { group, width: depth + lean };
}

function drawVolumes(view, data) {
  const largest = Math.max(...data.layers.filter(layer => !layer.is_flat).map(layer => layer.height), 1);
  const scale = (TALL * 0.72) / largest;
  const picture = svg("svg", { role: "img", "aria-label": data.alt });
  let x = 10;
  for (const layer of data.layers) {
    const { group, width } = volume(layer, scale), label = svg("text", { y: TALL + 26 }), room = Math.max(width, layer.shape.length * 6.1);
    group.setAttribute("transform", `translate(${x + (room - width) / 2}, 4)`);
    label.textContent = layer.shape;
    label.setAttribute("x", x + room / 2);
    label.dataset.path = layer.path;
    if (layer.path === data.selected) group.classList.add("selected");
    picture.append(group, label);
    x += room + 16;
  }
  picture.setAttribute("width", x);
  picture.setAttribute("height", TALL + 36);
  const scroll = html("div", "scroll");
  scroll.append(picture);
  view.root.replaceChildren(scroll, html("p", "said", data.note));
}

// ---- Table

function bar(share, kind) {
  const strip = html("i", "bar " + kind);
  strip.style.width = 100 * share + "%";
  return strip;
}

function cell(text, className, share, kind) {
  const box = html("td", className, text);
  if (share > 0) box.append(bar(share, kind));
  return box;
}

function row(view, data, layer) {
  const line = html("tr", [layer.path === data.selected && "selected", layer.problem && "problem", layer.is_waiting && "waiting", layer.is_inside && "inside"].filter(Boolean).join(" "));
  line.dataset.path = layer.path;
  line.tabIndex = layer.path === data.selected ? 0 : -1;
  line.setAttribute("aria-selected", String(layer.path === data.selected));
  const name = html("td", "name");
  name.append(html("b", "", layer.kind), html("span", "", layer.arguments));
  line.append(html("td", "number", layer.number), name, cell(layer.shape, "shape"), cell(layer.params, "count", layer.params_share, "k"),
    cell(layer.macs, "count", layer.macs_share, "in"), cell(layer.sees, "count"));
  return line;
}

function drawTable(view, data) {
  const top = view.root.querySelector(".scroll")?.scrollTop || 0;
  const table = html("table"), head = html("tr"), body = html("tbody"), foot = html("tr", "total");
  for (const [text, className] of [["", "number"], ["Layer", "name"], ["Output", "shape"], ["Parameters", "count"], ["Multiply-adds", "count"], ["Sees", "count"]]) {
    const th = html("th", className, text);
    th.scope = "col";
    head.append(th);
  }
  body.append(...data.layers.map(layer => row(view, data, layer)));
  if (!view.root.querySelector('[tabindex="0"]') && body.firstChild && !data.layers.some(l => l.path === data.selected)) body.firstChild.tabIndex = 0;
  foot.append(html("td"), html("td", "name", "Total"), html("td"), html("td", "count", data.total_params), html("td", "count", data.total_macs), html("td"));
  const thead = html("thead"), tfoot = html("tfoot");
  thead.append(head);
  tfoot.append(foot);
  table.append(thead, body, tfoot);
  table.setAttribute("aria-label", data.alt);
  const scroll = html("div", "scroll tall");
  const had = view.root.getRootNode().activeElement?.dataset?.path;
  scroll.append(table);
  view.root.replaceChildren(scroll);
  scroll.scrollTop = top;
  if (had !== undefined) view.root.querySelector('tr[tabindex="0"]')?.focus();
}

export default function ({ data, parentElement, setTriggerValue }) {
  let view = parentElement.__network;
  if (!view) {
    view = parentElement.__network = { root: html("div", "network " + data.variant) };
    parentElement.append(view.root);
    listen(view);
  }
  Object.assign(view, { data, setTriggerValue });
  const drawn = JSON.stringify(data);
  if (view.drawn !== drawn) {
    view.drawn = drawn;
    (data.variant === "table" ? drawTable : drawVolumes)(view, data);
  }
}
