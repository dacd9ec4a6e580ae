// Beside Streamlit's uploader: files over its limit never reach Python, so Streamlit marks them with a word of its own and
// what was said of the file before stays. Here they are stopped before Streamlit sees them, and Python says why.

import { under } from "../shared/dom.js";
import { kept } from "../shared/view.js";

/** @import { Run, Tell } from "../shared/types" */
/** @typedef {{ uploader: string, most: number }} Limit */
/** @typedef {{ limit: Limit, tell: Tell }} View */

const viewOf = kept(host => {
  const view = /** @type {View} */ ({});
  const listen = (/** @type {Event} */ event) => {
    if (host.isConnected) stop(view, event);
    else for (const type of ["change", "drop"]) document.removeEventListener(type, listen, true);
  };
  for (const type of ["change", "drop"]) document.addEventListener(type, listen, true);
  return view;
});

/** @param {View} view @param {Event} event files that are given; of several all wait until the large one is left out */
function stop({ limit, tell }, event) {
  if (!under(event, `.st-key-${limit.uploader}`)) return;
  const field = event.target instanceof HTMLInputElement ? event.target : null,
    files = event instanceof DragEvent ? event.dataTransfer?.files : field?.files,
    found = [...(files ?? [])].find(({ size }) => size > limit.most);
  if (!found) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (field) {
    field.value = ""; // or the same file could not be chosen again
  } else {
    event.target?.dispatchEvent(new DragEvent("dragleave", { bubbles: true })); // its frame is lit no longer
  }
  tell("refused", [found.name.slice(0, 100), found.size]);
}

/** @param {Run<Limit>} run */
export default function ({ data, parentElement, setTriggerValue }) {
  Object.assign(viewOf(parentElement), { limit: data, tell: setTriggerValue });
}
