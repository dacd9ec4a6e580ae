// What Streamlit sends with every run is this small loader; the component itself is fetched once by
// its address (`data.module`) and then called as Streamlit would call it. No cleanup is returned:
// Streamlit calls it also when two updates overlap, and what a component keeps would be lost.

const modules = new Map();

function absolute(url) { // the app may live below a path; its own scripts know which
  if (!url.startsWith("/")) return url;
  const script = document.querySelector('script[src*="/static/js/"]')?.src || "";
  const base = script ? script.slice(0, script.indexOf("/static/js/")) : window.location.origin;
  return base + url;
}

function dress(host, css) {
  const style = document.createElement("style");
  style.textContent = css;
  host.getRootNode() instanceof ShadowRoot ? host.getRootNode().prepend(style) : host.prepend(style);
}

function call(host, module) {
  if (!host.__dressed) {
    host.__dressed = true;
    dress(host, module.css);
  }
  module.default(host.__args);
}

export default function (args) {
  const host = args.parentElement;
  const url = args.data.module;
  host.__args = args;
  if (modules.has(url)) call(host, modules.get(url));
  else import(absolute(url)).then(
    module => { modules.set(url, module); call(host, module); },
    () => { if (!host.textContent) host.textContent = "This part of the page did not load. Reload the page to see it."; });
}
