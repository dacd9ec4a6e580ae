// A small chart of lines by itself: what it shows is in `data`, as chart.js takes it, under a title. It is drawn as wide
// as it stands, so that words keep their size and what stands at the ends of lines has the room it was given.

import { lineChart } from "../shared/chart.js";
import { drawn, element } from "../shared/dom.js";
import { watchSize } from "../shared/picture.js";
import { kept } from "../shared/view.js";

function build(host) {
  const view = {
    title: element("p", { class: "title" }),
    svg: drawn("svg", { class: "chart" }),
    spec: /** @type {import("../shared/chart.js").Chart | null} */ (null),
    width: 0,
  };
  host.append(view.title, view.svg);
  watchSize(view.title, width => {
    if (!width || Math.abs(width - view.width) < 1) return;
    view.width = width;
    show(view);
  });
  return view;
}

function show(view) {
  const { spec } = view,
    width = view.width || spec?.box.width;
  if (spec && width) lineChart(view.svg, { ...spec, box: { ...spec.box, width } }); // else when its room is known
}

const viewOf = kept(build);

export default function ({ data, parentElement }) {
  const view = viewOf(parentElement);
  view.title.replaceChildren(element("b", {}, data.title), ` ${data.note}`);
  view.spec = data.spec;
  show(view);
}
