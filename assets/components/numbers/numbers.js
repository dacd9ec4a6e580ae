// The numbers of a view, or other HTML that Python wrote and that may be shown ahead of it. Not isolated: the page's own
// style sheet dresses it.

import { tiedHtml } from "../shared/dom.js";
import { kept } from "../shared/view.js";

/** @import { Run } from "../shared/types" */

const viewOf = kept(host => {
  const box = document.createElement("div");
  host.append(box);
  return { box, html: "" };
});

/** @param {Run<{ html: string, kind?: string }>} run */
export default function ({ data, parentElement }) {
  const view = viewOf(parentElement);
  view.box.className = `cnnviz ${data.kind ?? "numbers"}`;
  if (view.html === data.html) return;
  view.html = data.html;
  view.box.innerHTML = tiedHtml(data.html);
}
