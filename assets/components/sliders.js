// Sliders that speak while they are dragged: at most one message every 60 ms, and the last value always.
// One component holds a page's live sliders; each is a labelled range with a number field beside it.

const INTERVAL = 60; // ms; 16 messages a second, about what the eye asks for and the server answers
const REST = 500;    // ms after the hand's last move in which the server does not move the handle

const node = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const text = (slider, position) =>
  slider.options ? slider.options[position].label : String(position);
const valueOf = (slider, position) =>
  slider.options ? slider.options[position].value : position;
const positionOf = (slider, value) =>
  slider.options ? Math.max(0, slider.options.findIndex(option => option.value === value)) : value;
const limits = slider => slider.options ? [0, slider.options.length - 1, 1] : [slider.min, slider.max, slider.step];

function paint(row, slider, position) {
  const [min, max] = limits(slider);
  row.range.style.setProperty("--filled", max > min ? (100 * (position - min)) / (max - min) + "%" : "0%");
  row.range.setAttribute("aria-valuetext", text(slider, position) + (slider.unit ? " " + slider.unit : ""));
  if (row.root.getRootNode().activeElement !== row.number) row.number.value = text(slider, position);
}

function makeRow(slider, moved) {
  const id = "slider-" + slider.name;
  const range = node("input", { type: "range", id, "aria-label": slider.label });
  const number = node("input", { class: "number", type: "text", inputmode: "decimal", "aria-label": slider.label + ", as a number" });
  const help = node("button", { class: "help", type: "button", "aria-label": slider.label + ": " + slider.help },
    node("span", { class: "mark", "aria-hidden": "true" }, "?"), node("span", { class: "tip", role: "tooltip" }, slider.help));
  const label = node("label", { for: id }, slider.label);
  const root = node("div", { class: "row" }, node("div", { class: "head" }, label, help, number), range);
  const row = { root, range, number, label, touched: 0 };
  range.addEventListener("input", () => moved(row, Number(range.value)));
  number.addEventListener("keydown", event => {
    if (event.key === "Enter") number.blur();
    if (event.key === "Escape") { paintNumber(row); number.blur(); }
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (step) { event.preventDefault(); typed(row, Number(range.value) + step * Number(range.step), moved); number.value = text(row.slider, Number(range.value)); }
  });
  number.addEventListener("focus", () => number.select());
  number.addEventListener("blur", () => {
    typed(row, row.slider.options ? NaN : Number(number.value.replace(",", ".")), moved);
    paintNumber(row);
  });
  return row;
}

const paintNumber = row => (row.number.value = text(row.slider, Number(row.range.value)));

function typed(row, wanted, moved) {
  if (!Number.isFinite(wanted)) return;
  const [min, max, step] = limits(row.slider);
  const value = Math.min(max, Math.max(min, min + Math.round((wanted - min) / step) * step));
  if (value === Number(row.range.value)) return;
  row.range.value = value;
  moved(row, value);
}

function update(row, slider) {
  row.slider = slider;
  const [min, max, step] = limits(slider);
  Object.assign(row.range, { min, max, step, disabled: max <= min });
  row.number.readOnly = Boolean(slider.options);
  row.label.textContent = slider.label;
  row.range.setAttribute("aria-label", slider.label);
  const position = positionOf(slider, slider.value);
  if (Date.now() - row.touched > REST && Number(row.range.value) !== position) row.range.value = position;
  paint(row, slider, Number(row.range.value));
}

function sender(state) { // leading and trailing edge, INTERVAL apart
  let timer = null, last = 0;
  const send = () => {
    timer = null;
    last = Date.now();
    const values = {};
    state.rows.forEach(row => (values[row.slider.name] = valueOf(row.slider, Number(row.range.value))));
    state.setStateValue("values", values);
  };
  return () => {
    if (timer === null) timer = setTimeout(send, Math.max(0, INTERVAL - (Date.now() - last)));
  };
}

export default function ({ data, parentElement, setStateValue }) {
  let state = parentElement.__sliders;
  if (!state) {
    const root = node("div", { class: "sliders" });
    parentElement.append(root);
    state = parentElement.__sliders = { root, rows: [], names: "" };
    state.send = sender(state);
  }
  state.setStateValue = setStateValue;
  state.root.classList.toggle("wide", Boolean(data.wide));
  const names = data.sliders.map(slider => slider.name).join();
  if (state.names !== names) {
    state.names = names;
    state.rows = data.sliders.map(slider => makeRow(slider, (row, value) => {
      row.touched = Date.now();
      paint(row, row.slider, value);
      state.send();
    }));
    state.root.replaceChildren(...state.rows.map(row => row.root));
  }
  data.sliders.forEach((slider, index) => update(state.rows[index], slider));
}
