// What the parts of the network component share: making nodes, and lighting a layer everywhere.
// A layer is known by its number: "4", "8.2" for the second in block 8, "" for the input.

const LIT = "cnnviz:layer"; // on the document: volumes, table, graph and mosaics listen to each other

const node = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const button = (label, help, press, attributes = {}) => {
  const made = node("button", { type: "button", title: help, "aria-label": help, ...attributes }, label);
  made.addEventListener("click", press);
  return made;
};

const say = (made, text) => { if (made.textContent !== text) made.textContent = text; };

const light = path => document.dispatchEvent(new CustomEvent(LIT, { detail: path }));

// Scrolls a box, never the page, until a node in it is seen.
function reveal(box, wanted, sideways = true) {
  if (!box || !wanted) return;
  const outer = box.getBoundingClientRect(), inner = wanted.getBoundingClientRect(), rim = 34;
  if (inner.top < outer.top + rim) box.scrollTop += inner.top - outer.top - rim;
  else if (inner.bottom > outer.bottom - rim) box.scrollTop += Math.min(inner.bottom - outer.bottom + rim, inner.top - outer.top - rim);
  if (!sideways) return;
  if (inner.left < outer.left) box.scrollLeft += inner.left - outer.left - rim;
  else if (inner.right > outer.right) box.scrollLeft += inner.right - outer.right + rim;
}

// What a visitor did goes to Python as one word with its details; the rest of the page follows when
// the hands rest.
const STILL = 350; // ms

function act(view, what, details = {}) {
  view.setTriggerValue("act", { do: what, fit: view.fit.checked, ...details });
  clearTimeout(view.still);
  view.still = setTimeout(() => view.setTriggerValue("rested", true), STILL);
}
