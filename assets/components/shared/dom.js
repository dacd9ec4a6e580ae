// What components share: making nodes, and touching them only where something is new.

const SVG = "http://www.w3.org/2000/svg";

const filled = (made, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
  made.append(...children.filter(child => child !== undefined && child !== ""));
  return made;
};

/** A node of HTML: attributes that are null are left out, and so are children without a text. */
export const element = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

/** The same of SVG. */
export const drawn = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

// Both touch the page only where something changes: an equal text written again is laid out again.
export const place = (node, attributes) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
  }
};

export const say = (node, text) => { if (node.textContent !== text) node.textContent = text; };

// The app may be served below a path of its own: addresses start where its scripts do.
export function address(url) {
  if (!url.startsWith("/")) return url;
  const script = document.querySelector('script[src*="static/js/"]')?.src;
  return script ? script.slice(0, script.indexOf("/static/js/")) + url : url;
}
