// Pictures to save: as SVG, or drawn by the browser into a PNG. A picture comes by address, or is the
// one that stands on the page.

import { address, element, penOf, place } from "../shared/dom.js";
import { newsFor } from "../shared/view.js";

const SHARP = 3; // pixels of a PNG per unit of its SVG
const LARGEST = 8000; // pixels: above this browsers refuse to draw

async function svgOf(item) {
  if (item.url) return (await fetch(address(item.url))).text();
  const shown = found(item.selector);
  if (!shown) throw new Error("the picture is not on the page yet");
  const copy = shown.cloneNode(true),
    box = shown.viewBox.baseVal;
  dress(copy, shown);
  if (box?.width) place(copy, { width: box.width, height: box.height });
  place(copy, { xmlns: "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink" });
  return new XMLSerializer().serializeToString(copy);
}

// A place on the page, and within it the picture that a component has drawn.
function found(selector) {
  const [place, inside] = selector.split(" >>> ");
  const hosts = [...document.querySelectorAll(`${place}, ${place} *`)];
  return hosts.map(host => host.shadowRoot?.querySelector(inside)).find(Boolean);
}

// A file has no style sheet: what a picture looks like on the page is written into it.
const LOOKS = "fill stroke stroke-width stroke-dasharray font-family font-size font-weight".split(" ");
function dress(copy, shown) {
  const looks = getComputedStyle(shown);
  for (const name of LOOKS) copy.style.setProperty(name, looks.getPropertyValue(name));
  [...shown.children].forEach((child, index) => dress(copy.children[index], child));
}

async function pngOf(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const sharp = Math.min(SHARP, LARGEST / Math.max(image.width, image.height));
  const canvas = element("canvas", {
    width: Math.round(image.width * sharp),
    height: Math.round(image.height * sharp),
  });
  penOf(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise(done => canvas.toBlob(done, "image/png"));
}

function save(blob, name) {
  const link = element("a", { download: name, href: URL.createObjectURL(blob) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 4000);
}

function button(item, kind, said) {
  const made = element("button", { type: "button", "aria-label": `${item.label} as ${kind}` }, kind);
  made.addEventListener("click", async () => {
    try {
      const svg = await svgOf(item);
      save(
        kind === "SVG" ? new Blob([svg], { type: "image/svg+xml" }) : await pngOf(svg),
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
