// The volumes: a picture that Python drew, in a box that scrolls.

import { element, say } from "../shared/dom.js";

export function makeVolumes(view) {
  view.volumes = element("div", { class: "scroll volumes" });
  view.caption = element("p", { class: "caption" });
  return element("section", { class: "card", "aria-label": "The network as volumes" }, view.volumes, view.caption);
}

const volumeOf = (view, path) => {
  for (let at = path; at !== undefined; at = at.includes(".") ? at.slice(0, at.lastIndexOf(".")) : undefined) {
    const found = view.volumes.querySelector(`[data-layer~="${at || "input"}"]`);
    if (found) return found;
  }
  return null;
};

export function showVolumes(view, data) {
  if (!view.style) {
    view.style = element("style", {}, data.style); // parsed once, not with every picture
    view.root.append(view.style);
  }
  if (view.drawnVolumes !== data.volumes) {
    view.drawnVolumes = data.volumes;
    view.volumes.innerHTML = data.volumes; // ours: names in it were escaped in Python
  }
  say(view.caption, data.caption);
  markVolumes(view, "selected", data.selected);
}

export function markVolumes(view, name, path) {
  const wanted = path === null ? null : volumeOf(view, path);
  view.volumes.querySelectorAll(`.${name}`).forEach(old => old !== wanted && old.classList.remove(name));
  wanted?.classList.add(name);
  return wanted;
}
