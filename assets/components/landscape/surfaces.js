// The surfaces of all networks, turned by one hand: what is seen of them is always seen from the same side.

import { drawn, element, place } from "../shared/dom.js";
import { readable } from "../shared/readable.js";

/** @typedef {{ count: number, ticks: { share: number, label: string, strong: boolean }[] }} Frame */
/** @typedef {{ name: string, tone: string, about: string, surface_alt: string, shares: number[], colours: string[] }} One */
/** @typedef {[x: number, y: number]} Spot */
/** @typedef {{ turn: number, tilt: number }} Camera */

const LEFT = 46, // px, what is seen of the drawing
  WIDTH = 360,
  HEIGHT = 250;
const SCALE = 126, // px of the half of a side
  MIDDLE = [226, 119],
  UP = 0.56; // half the height of the box
const FIRST = { turn: -45, tilt: 26 },
  STEP = 6, // degrees of a key
  TILTS = [4, 80];
const NEAR = 14; // px: as near to a point as counts as pointing at it
const CLEAR = 0.1; // of the height: a number nearer to the strong one is left out
const LINE_EACH = 2; // rows from one fine line to the next

/**
 * Where a place of the box, each way from −1 to 1, is seen.
 *
 * @param {Camera} camera
 * @param {number} x along direction 1
 * @param {number} y along direction 2
 * @param {number} z upwards
 * @returns {Spot}
 */
export function seen({ turn, tilt }, x, y, z) {
  const [a, e] = [(turn * Math.PI) / 180, (tilt * Math.PI) / 180];
  const across = x * Math.cos(a) - y * Math.sin(a),
    away = x * Math.sin(a) + y * Math.cos(a);
  return [
    MIDDLE[0] + SCALE * across * Math.SQRT1_2 * 1.18,
    MIDDLE[1] - SCALE * (UP * z * Math.cos(e) + away * Math.sin(e) * 0.72),
  ];
}

/** @param {Camera} camera how much farther away a step along each direction leads */
const away = ({ turn }) => [Math.sin((turn * Math.PI) / 180), Math.cos((turn * Math.PI) / 180)];

const text = (/** @type {Spot[]} */ spots) => spots.map(spot => spot.map(at => at.toFixed(1)).join()).join(" ");

/** @param {One} one @param {Frame} frame */
function surfaceNode(one, frame) {
  const svg = readable(
    drawn("svg", { viewBox: `${LEFT} 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": one.surface_alt }),
  );
  const [floor, walls, ground, labels] = [drawn("polygon", { class: "floor" }), drawn("g"), drawn("g"), drawn("g")];
  const n = frame.count;
  const rows = Array.from({ length: n - 1 }, (_, row) => {
    const quads = Array.from({ length: n - 1 }, (_, column) => {
      const fill = one.colours[row * (n - 1) + column];
      return drawn("polygon", { fill, stroke: fill });
    });
    const line = drawn("polyline", { class: "fine" });
    return { quads, line, node: drawn("g", {}, ...quads, ...(row % LINE_EACH ? [] : [line])) };
  });
  const section = drawn("polyline", { class: "amber" }),
    spot = drawn("circle", { class: "dot", r: 5 });
  svg.append(floor, walls, ground, labels, spot);
  const head = element("figcaption", {}, element("b", { class: one.tone }, one.name), element("span", {}, one.about));
  const box = element("figure", { class: "surface" }, head, svg);
  return {
    one,
    box,
    svg,
    floor,
    walls,
    ground,
    labels,
    rows,
    section,
    spot,
    order: "",
    spots: /** @type {Spot[]} */ ([]),
  };
}

/** @param {ReturnType<typeof surfaceNode>} surface @param {Frame} frame @param {Camera} camera */
function showBox({ floor, walls, labels }, frame, camera) {
  const [dx, dy] = away(camera).map(step => (step < 0 ? -1 : 1)); // the far corner
  const at = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) => seen(camera, x, y, z);
  const corners = /** @type {[number, number][]} */ ([[-1, -1], [1, -1], [1, 1], [-1, 1]]); // biome-ignore format: a square
  place(floor, { points: text(corners.map(([x, y]) => at(x, y, -1))) });
  const left = [...corners].sort((one, other) => at(one[0], one[1], -1)[0] - at(other[0], other[1], -1)[0])[0];
  const lines = frame.ticks.map(({ share, strong }) => {
    const z = 2 * share - 1;
    const points = text([at(-dx, dy, z), at(dx, dy, z), at(dx, -dy, z)]);
    return drawn("polyline", { class: strong ? "wall strong" : "wall", points });
  });
  const posts = [[-dx, dy], [dx, dy], [dx, -dy]].map(([x, y]) => drawn("polyline", { class: "wall", points: text([at(x, y, -1), at(x, y, 1)]) })); // biome-ignore format: three posts
  walls.replaceChildren(...posts, ...lines);
  const guess = frame.ticks.find(tick => tick.strong)?.share ?? -1;
  const clear = frame.ticks.filter(({ share, strong }) => strong || Math.abs(share - guess) > CLEAR);
  const names = clear.map(({ share, label, strong }) => {
    const [x, y] = at(left[0], left[1], 2 * share - 1);
    return drawn("text", { class: strong ? "strong" : "", x: x - 6, y: y + 4, "text-anchor": "end" }, label);
  });
  const sides = [at(0, -dy, -1), at(-dx, 0, -1)].map(([x, y], axis) =>
    drawn(
      "text",
      { x, y: Math.min(HEIGHT - 3, y + 16), "text-anchor": x < MIDDLE[0] ? "end" : "start" },
      `direction ${axis + 1}`,
    ),
  );
  labels.replaceChildren(...names, ...sides);
}

/** @param {ReturnType<typeof surfaceNode>} surface @param {Frame} frame @param {Camera} camera @param {number} marked */
function showSurface(surface, frame, camera, marked) {
  const n = frame.count,
    { rows, one } = surface;
  const along = (/** @type {number} */ i) => (2 * i) / (n - 1) - 1;
  surface.spots = one.shares.map((share, i) => seen(camera, along(i % n), along(Math.floor(i / n)), 2 * share - 1));
  const spotAt = (/** @type {number} */ row, /** @type {number} */ column) => surface.spots[row * n + column];
  rows.forEach(({ quads, line }, row) => {
    quads.forEach((quad, column) => {
      const corners = [
        spotAt(row, column),
        spotAt(row, column + 1),
        spotAt(row + 1, column + 1),
        spotAt(row + 1, column),
      ];
      quad.setAttribute("points", text(corners));
    });
    line.setAttribute("points", text(surface.spots.slice(row * n, row * n + n)));
  });
  const [right, back] = away(camera).map(step => step > 0);
  const nearRow = back ? marked - 1 : marked; // of the two rows of quads at the line, the one that is drawn last
  const order = [right, back, marked].join();
  if (order === surface.order) return;
  surface.order = order;
  for (const { node, quads, line } of rows) {
    const ordered = right ? [...quads].reverse() : quads;
    node.replaceChildren(...ordered, ...(line.parentNode ? [line] : []));
  }
  const nodes = rows.map(({ node }) => node);
  /** @type {Element[]} */
  const all = back ? [...nodes].reverse() : nodes;
  const last = Math.min(n - 2, Math.max(0, nearRow));
  surface.ground.replaceChildren(...all.flatMap(node => (node === rows[last].node ? [node, surface.section] : [node])));
}

/**
 * @param {One[]} all
 * @param {Frame} frame
 * @param {Camera} camera that is turned here, and kept by who calls
 * @param {(row: number, column: number) => void} pointed
 */
export function surfacesOf(all, frame, camera, pointed) {
  const surfaces = all.map(one => surfaceNode(one, frame)),
    n = frame.count;
  let cell = [0, 0];
  const mark = (/** @type {number} */ row, /** @type {number} */ column) => {
    const isOther = row !== cell[0];
    cell = [row, column];
    if (isOther) return show();
    for (const surface of surfaces) showMark(surface);
  };
  const showMark = (/** @type {ReturnType<typeof surfaceNode>} */ { section, spot, spots }) => {
    const [row, column] = cell,
      [cx, cy] = spots[row * n + column];
    place(section, { points: text(spots.slice(row * n, row * n + n)) });
    place(spot, { cx, cy });
  };
  function show() {
    for (const surface of surfaces) {
      showBox(surface, frame, camera);
      showSurface(surface, frame, camera, cell[0]);
      showMark(surface);
    }
  }
  const turn = (/** @type {number} */ by, /** @type {number} */ up) => {
    camera.turn = (camera.turn + by) % 360;
    camera.tilt = Math.min(TILTS[1], Math.max(TILTS[0], camera.tilt + up));
    show();
  };
  const box = element("div", { class: "surfaces", role: "application" }, ...surfaces.map(surface => surface.box));
  box.tabIndex = 0;
  box.setAttribute("aria-label", "The surfaces, turned together: arrow keys turn them, Home turns them back");
  box.addEventListener("keydown", event => {
    const step = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
    if (event.key === "Home") Object.assign(camera, FIRST);
    if (!step && event.key !== "Home") return;
    event.preventDefault();
    turn(step?.[0] ?? 0, step?.[1] ?? 0);
  });
  for (const surface of surfaces) hand(surface, turn, at => pointed(Math.floor(at / n), at % n));
  return { box, mark, show };
}

/**
 * A hand on a surface: pressed it turns all, else it points at the nearest place.
 *
 * @param {ReturnType<typeof surfaceNode>} surface
 * @param {(by: number, up: number) => void} turn
 * @param {(at: number) => void} pointed
 */
function hand(surface, turn, pointed) {
  const { svg } = surface;
  let from = /** @type {Spot | null} */ (null);
  svg.addEventListener("pointerdown", event => {
    from = [event.clientX, event.clientY];
    svg.setPointerCapture(event.pointerId);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"]))
    svg.addEventListener(end, () => {
      from = null;
    });
  svg.addEventListener("pointermove", event => {
    const now = /** @type {Spot} */ ([event.clientX, event.clientY]);
    if (from) {
      turn((from[0] - now[0]) / 2, (now[1] - from[1]) / 3);
      from = now;
      return;
    }
    const area = svg.getBoundingClientRect(),
      scale = WIDTH / area.width,
      at = [LEFT + (now[0] - area.left) * scale, (now[1] - area.top) * scale];
    const distances = surface.spots.map(([x, y]) => Math.hypot(x - at[0], y - at[1])),
      nearest = distances.indexOf(Math.min(...distances));
    if (distances[nearest] < NEAR) pointed(nearest);
  });
}

export const firstCamera = () => ({ ...FIRST });
