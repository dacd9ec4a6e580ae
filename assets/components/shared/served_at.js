// Where what the server names is found. The loader holds a copy of this module (cnnviz/ui/components.py).

/**
 * The address of `url`: the app may be served below a path of its own, which starts where its scripts do.
 *
 * @param {string} url
 */
export function address(url) {
  if (!url.startsWith("/")) return url;
  const script = document.querySelector('script[src*="static/js/"]');
  const base = script instanceof HTMLScriptElement ? script.src.slice(0, script.src.indexOf("/static/js/")) : "";
  return (base || window.location.origin) + url;
}
