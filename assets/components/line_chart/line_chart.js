// A small chart of lines by itself: what it shows is in `data`, as chart.js takes it, under a title.

import { lineChart } from "../shared/chart.js";
import { drawn, element } from "../shared/dom.js";
import { readable } from "../shared/readable.js";

export default function ({ data, parentElement }) {
  let svg = parentElement.querySelector("svg");
  if (!svg) {
    svg = readable(drawn("svg", { class: "chart" }));
    parentElement.append(element("p", { class: "title" }), svg);
  }
  parentElement.querySelector(".title").replaceChildren(element("b", {}, data.title), ` ${data.note}`);
  lineChart(svg, data.spec);
}
