// A network as volumes: a picture that Python drew, in a box that scrolls. Pointing lights a layer in all views.

import { element, place, say, under } from "../shared/dom.js";
import { chosen, LIT, light, PREVIEWED } from "../shared/layers.js";
import { kept } from "../shared/view.js";

/** @import { Shapes } from "../shared/layers.js" */
/** @import { Run } from "../shared/types" */

/**
 * @typedef {object} Data
 * @property {string} volumes an SVG picture
 * @property {string} style the style sheet of it
 * @property {string} caption
 * @property {string | null} selected number of the chosen layer
 * @property {string} alt
 * @property {boolean} read_only
 */

/**
 * @typedef {object} View
 * @property {HTMLElement} root
 * @property {HTMLElement} room what scrolls
 * @property {HTMLElement} caption
 * @property {Data} data
 * @property {string} drawn
 */

const viewOf = kept(host => {
  const view = /** @type {View} */ ({ drawn: "" });
  view.room = element("div", { class: "room", role: "group", tabindex: 0 });
  view.caption = element("p", { class: "caption" });
  view.root = element("section", { class: "volumes" }, view.room, view.caption);
  host.append(view.root);
  view.room.addEventListener("pointerover", event => {
    const at = under(event, "[data-layer]");
    light(at ? pathOf(at) : null);
  });
  view.room.addEventListener("pointerleave", () => light(null));
  view.room.addEventListener("click", event => {
    const at = under(event, "[data-layer]");
    if (at && !view.data.read_only) chosen(pathOf(at));
  });
  document.addEventListener(LIT, function listener({ detail }) {
    if (!view.root.isConnected) return document.removeEventListener(LIT, listener);
    const volume = mark(view, "pointed", detail);
    if (volume && !view.room.matches(":hover")) reveal(view.room, volume);
  });
  document.addEventListener(PREVIEWED, function listener({ detail }) {
    if (!view.root.isConnected) return document.removeEventListener(PREVIEWED, listener);
    preview(view, detail);
  });
  return view;
});

/** The shapes that a mend would give, in a picture that says which layer each is of. @param {View} view @param {Shapes | null} shapes */
function preview(view, shapes) {
  for (const text of view.room.querySelectorAll("text[data-of]")) {
    const of = text.getAttribute("data-of") ?? "",
      said = text.getAttribute("data-said") ?? text.textContent ?? "",
      told = shapes?.[of === "input" ? "" : of];
    place(text, { "data-said": said });
    say(text, told ?? said);
    text.parentElement?.classList.toggle("new", told !== undefined);
  }
}

/** @param {HTMLElement} volume */
const pathOf = volume => (volume.dataset.layer ?? "").split(" ")[0].replace("input", "");

/** The volume of a layer, or of the block that it is in. @param {View} view @param {string} path */
function volumeOf(view, path) {
  const parts = path.split(".");
  const paths = parts.map((_, place) => parts.slice(0, parts.length - place).join("."));
  const names = paths.map(at => CSS.escape(at || "input"));
  return names.map(name => view.room.querySelector(`[data-layer~="${name}"]`)).find(Boolean);
}

/** @param {View} view @param {string} name @param {string | null} path */
function mark(view, name, path) {
  const wanted = path === null ? undefined : volumeOf(view, path);
  for (const old of view.room.querySelectorAll(`.${name}`)) if (old !== wanted) old.classList.remove(name);
  wanted?.classList.add(name);
  return wanted;
}

/** Scrolls the room, never the page. @param {HTMLElement} room @param {Element} volume */
function reveal(room, volume) {
  const outer = room.getBoundingClientRect(),
    inner = volume.getBoundingClientRect();
  if (inner.left < outer.left) room.scrollLeft += inner.left - outer.left - 34;
  else if (inner.right > outer.right) room.scrollLeft += inner.right - outer.right + 34;
}

/** @param {Run<Data>} run */
export default function ({ data, parentElement }) {
  const view = viewOf(parentElement);
  view.data = data;
  if (!view.root.querySelector("style")) view.root.prepend(element("style", {}, data.style)); // parsed once
  if (view.drawn !== data.volumes) {
    view.drawn = data.volumes;
    view.room.innerHTML = data.volumes; // ours: names in it were escaped in Python
  }
  place(view.room, { "aria-label": data.alt });
  say(view.caption, data.caption);
  const chosenVolume = mark(view, "selected", data.selected);
  if (chosenVolume) reveal(view.room, chosenVolume);
}
