// Above Streamlit's camera: why it shows nothing, and what to do instead. It is silent while a camera may be used.

import { element, say } from "../shared/dom.js";
import { kept } from "../shared/view.js";

/** @import { Run } from "../shared/types" */
/** @typedef {"insecure" | "denied" | "none" | "asks"} Why */
/** @typedef {Record<Why, string>} Words */

/** Why there is no picture of a camera; null where one may be used. @returns {Promise<Why | null>} */
async function whyNone() {
  const { mediaDevices, permissions } = navigator;
  if (!mediaDevices) return "insecure";
  // a browser that does not know this permission asks for it all the same
  const state = await permissions.query({ name: "camera" }).then(
    found => found.state,
    () => "prompt",
  );
  if (state === "denied") return "denied";
  const devices = await mediaDevices.enumerateDevices();
  if (!devices.some(({ kind }) => kind === "videoinput")) return "none";
  return state === "granted" ? null : "asks";
}

const lineOf = kept(host => {
  const view = { words: /** @type {Words | null} */ (null), line: element("p", { class: "word", role: "status" }) };
  host.append(view.line);
  const look = async () => {
    const why = await whyNone();
    say(view.line, why && view.words ? view.words[why] : "");
    view.line.dataset.why = why ?? "";
    if (host.isConnected) setTimeout(look, 1000); // the answer to the browser's question is no event everywhere
  };
  void look();
  return view;
});

/** @param {Run<{ words: Words }>} run */
export default function ({ data, parentElement }) {
  lineOf(parentElement).words = data.words;
}
