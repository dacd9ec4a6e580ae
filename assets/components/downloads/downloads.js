// Pictures to save: as SVG, or drawn by the browser into a PNG. A picture comes by address, or is the
// one that stands on the page.

import { address, element } from "../shared/dom.js";
import { drawnPng, save, standalone, textOf } from "../shared/svg_file.js";
import { newsFor } from "../shared/view.js";

async function svgOf(item) {
  if (item.url) return (await fetch(address(item.url))).text();
  const shown = found(item.selector);
  if (!shown) throw new Error("the picture is not on the page yet");
  return textOf(standalone(shown));
}

// A place on the page, and within it the picture that a component has drawn.
function found(selector) {
  const [place, inside] = selector.split(" >>> ");
  const hosts = [...document.querySelectorAll(`${place}, ${place} *`)];
  return hosts.map(host => host.shadowRoot?.querySelector(inside)).find(Boolean);
}

function button(item, kind, said) {
  const made = element("button", { type: "button", "aria-label": `${item.label} as ${kind}` }, kind);
  made.addEventListener("click", async () => {
    try {
      const svg = await svgOf(item);
      save(
        kind === "SVG" ? new Blob([svg], { type: "image/svg+xml" }) : await drawnPng(svg),
        `${item.name}.${kind.toLowerCase()}`,
      );
      said.textContent = "";
    } catch (error) {
      said.textContent = `${item.label}: ${error instanceof Error ? error.message : error}.`;
    }
  });
  return made;
}

const isNews = newsFor();

export default function ({ data, parentElement }) {
  if (!isNews(parentElement, data)) return;
  parentElement.querySelector(".downloads")?.remove();
  const root = element("div", { class: "downloads" });
  const said = element("span", { role: "status" });
  for (const item of data.items)
    root.append(element("span", { class: "one" }, item.label, button(item, "SVG", said), button(item, "PNG", said)));
  root.append(said);
  parentElement.append(root);
}
