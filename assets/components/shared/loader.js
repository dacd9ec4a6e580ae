// What Streamlit sends with every run is this small loader; the component itself is fetched once by
// its address (`data.module`) and then called as Streamlit would call it. No cleanup is returned:
// Streamlit calls it also when two updates overlap, and what a component keeps would be lost.
// What Python has computed ahead (cnnviz/ui/sliders.py) comes as an event: data by component name.

import { address } from "./served_at.js";

/** @import { Ahead, Run } from "./types" */
/** @typedef {Run<{ module: string, name: string, told: object }>} Mounted */
/** @typedef {{ default: Work, prepare?: Work, css: string }} Module */
/** @typedef {(run: Run<object>) => void} Work */
/** @typedef {{ run: Mounted, module?: Module, style?: HTMLStyleElement }} Place where a component stands */

/** @type {Map<string, Module>} by address */
const modules = new Map();
/** @type {WeakMap<HTMLElement, Place>} */
const places = new WeakMap();
/** @type {Map<string, Place>} by the component's name on the page */
const named = new Map();

/** Makes a place ready for a module; another one may have stood there before the server was started anew.
 *
 * @param {Place} place
 * @param {Module} module
 */
function furnish(place, module) {
  const host = place.run.parentElement,
    root = host.getRootNode();
  place.style?.remove();
  if (place.module) host.replaceChildren();
  place.style = document.createElement("style");
  place.style.textContent = module.css;
  (root instanceof ShadowRoot ? root : host).prepend(place.style);
  place.module = module;
}

/** @param {Place} place @param {Module} module @param {"default" | "prepare"} work @param {object} ahead */
function call(place, module, work = "default", ahead = {}) {
  const { run } = place;
  if (place.module !== module) furnish(place, module);
  module[work]?.({ ...run, data: { ...run.data.told, ...ahead } });
  if (work === "default") keepNoRoom(run.parentElement);
}

const LOOKS = 30, // frames in which a component may come to its height
  ON_THEIR_WAY = 100; // ms until one looks again for pictures that are on their way

/** Says that a component is drawn, once it has its height: until then assets/app.css keeps the room that it will take.
 *
 * @param {HTMLElement} parent
 */
function keepNoRoom(parent) {
  const root = parent.getRootNode();
  const host = root instanceof ShadowRoot ? root.host : parent;
  if (!host.hasAttribute("data-drawn")) whenStill(parent, () => host.setAttribute("data-drawn", ""));
}

/** Calls when a node has been as high as before for a frame, and its pictures are there, however slow the link.
 *
 * @param {HTMLElement} node
 * @param {() => void} done
 * @param {number} before
 * @param {number} looks
 */
function whenStill(node, done, before = -1, looks = LOOKS) {
  const height = node.offsetHeight;
  const isLoading = ({ complete, loading }) => !complete && loading !== "lazy";
  if (node.isConnected && Array.from(node.querySelectorAll("img")).some(isLoading))
    setTimeout(whenStill, ON_THEIR_WAY, node, done, height, looks);
  else if (height === before || looks === 0) done();
  else requestAnimationFrame(() => whenStill(node, done, height, looks - 1));
}

/** @type {{ [step in Ahead["step"]]?: "default" | "prepare" }} */
const WORKS = { prepare: "prepare", show: "default" };

window.addEventListener("cnnviz:ahead", ({ detail }) => {
  for (const [name, data] of Object.entries(detail.views)) {
    const place = named.get(name);
    const module = place && modules.get(place.run.data.module);
    if (!module || !place.run.parentElement.isConnected) continue;
    const work = WORKS[detail.step];
    if (work) call(place, module, work, data);
    detail.shown.add(name);
  }
});

const FAILED = "This part of the page did not load. Reload the page to see it.";

/** @param {Mounted} run */
export default function (run) {
  const host = run.parentElement;
  const { module: url, name } = run.data;
  const place = places.get(host) ?? { run };
  place.run = run;
  places.set(host, place);
  named.set(name, place);
  const module = modules.get(url);
  if (module) call(place, module);
  else
    import(address(url)).then(
      loaded => {
        modules.set(url, loaded);
        call(place, loaded);
      },
      () => {
        if (!host.textContent) host.textContent = FAILED;
      },
    );
}
