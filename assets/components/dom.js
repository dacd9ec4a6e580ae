// What components share: making nodes, and touching them only where something is new. The component's
// other files follow in the same module.

const SVG = "http://www.w3.org/2000/svg";

const filled = (made, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const element = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

const drawn = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

// The short form for a node with a class and a text.
const create = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

// Both touch the page only where something changes: an equal text written again is laid out again.
const place = (node, attributes) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
};

const say = (node, text) => { if (node.textContent !== text) node.textContent = text; };

// The app may be served below a path of its own: addresses start where its scripts do.
function address(url) {
  if (!url.startsWith("/")) return url;
  const script = document.querySelector('script[src*="static/js/"]')?.src;
  return script ? script.slice(0, script.indexOf("/static/js/")) + url : url;
}
