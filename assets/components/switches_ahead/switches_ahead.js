// Hears Streamlit's own switches: what each leads to is on the page in the frame in which it is turned, where Python
// has sent it (cnnviz/ui/foresight/switches.py). There is nothing to see of it.

import { foresight } from "../shared/foresight.js";

/** @import { Run } from "../shared/types" */
/** @typedef {{ context: string, foreseen: string | null }} Told */
/** @typedef {{ around: string, switches: string[], foresight: Told }} Data */
/** @typedef {{ foresight: ReturnType<typeof foresight>, data: Data, ask: () => void }} View */

/** @type {WeakMap<Element, View>} */
const views = new WeakMap();

/** @param {HTMLElement} around @param {Data} data @returns {View} */
function listen(around, data) {
  /** @type {View} */
  const view = { foresight: foresight(around, () => view.ask()), data, ask: () => {} };
  // Streamlit's switches tell React alone that they were turned; a press is a click, of a hand or of a key.
  around.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element) || target.closest("[data-testid=stTooltipIcon]")) return;
    const turned = view.data.switches.find(key => target.closest(`.st-key-${key} label`));
    if (turned) view.foresight.show(turned);
  });
  return view;
}

/** @param {Run<Data>} run */
export default function ({ data, setTriggerValue }) {
  const around = document.querySelector(`.st-key-${data.around}`);
  if (!(around instanceof HTMLElement)) return;
  const view = views.get(around) ?? listen(around, data);
  views.set(around, view);
  Object.assign(view, { data, ask: () => setTriggerValue("near", true) });
  view.foresight.take(data.foresight, "");
}
