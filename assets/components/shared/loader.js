// What Streamlit sends with every run is this small loader; the component itself is fetched once by
// its address (`data.module`) and then called as Streamlit would call it. No cleanup is returned:
// Streamlit calls it also when two updates overlap, and what a component keeps would be lost.
// What Python has computed ahead (cnnviz/ui/sliders.py) comes as an event: data by component name.

const modules = new Map(); // by address
const hosts = new Map();   // by the component's name on the page

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

function call(host, module, work = "default", ahead = {}) {
  if (!host.__dressed) {
    host.__dressed = true;
    dress(host, module.css);
  }
  const args = host.__args;
  module[work]?.({ ...args, data: { ...args.data.told, ...ahead } });
}

window.addEventListener("cnnviz:ahead", ({ detail }) => { // detail: step, views (by name), shown (names)
  const works = { prepare: "prepare", show: "default" };
  for (const [name, data] of Object.entries(detail.views)) {
    const host = hosts.get(name), module = modules.get(host?.__args.data.module);
    if (!host?.isConnected || !module) continue;
    if (works[detail.step]) call(host, module, works[detail.step], data);
    detail.shown.add(name);
  }
});

export default function (args) {
  const host = args.parentElement;
  const { module: url, name } = args.data;
  host.__args = args;
  hosts.set(name, host);
  if (modules.has(url)) call(host, modules.get(url));
  else import(absolute(url)).then(
    module => { modules.set(url, module); call(host, module); },
    () => { if (!host.textContent) host.textContent = "This part of the page did not load. Reload the page to see it."; });
}
