// Numbers and texts to type, of something that is dragged elsewhere too. Only what was typed is told.

import { element } from "../shared/dom.js";
import { refusal, refusing } from "../shared/refused.js";
import { takeTurns } from "../shared/turns.js";
import { kept } from "../shared/view.js";

function build(host) {
  const root = element("div", { class: "fields" });
  host.append(root);
  const view = { root, rows: /** @type {ReturnType<typeof makeRow>[]} */ ([]), names: "", typed: {} };
  view.hand = takeTurns(word => view.setStateValue("typed", word));
  return view;
}

function makeRow(view, field) {
  const isText = typeof field.value === "string";
  const input = element(
    "input",
    isText ? { type: "text", spellcheck: "false" } : { type: "number", step: 1, inputmode: "numeric" },
  );
  const label = element("span"),
    { words, tell: refuse } = refusing(),
    root = element("label", {}, label, input, words),
    row = { root, label, input, field, refuse };
  input.addEventListener("change", () => typed(view, row));
  input.addEventListener("keydown", event => {
    if (event.key === "Escape") input.value = row.field.value;
  });
  return row;
}

function typed(view, row) {
  const { input, field } = row,
    value = typeof field.value === "string" ? input.value : numberIn(row);
  input.value = value;
  if (value === (view.typed[field.name] ?? field.value)) return;
  view.typed[field.name] = value;
  view.hand.say({ ...view.typed });
}

/** What was typed; the number that was there, if this is none of the field's or nothing. */
function numberIn({ field: { label, value, low, high }, input, refuse }) {
  const wrong = refusal({ label, min: low, max: high, isWhole: true }, input.validity.badInput ? null : input.value);
  refuse(wrong);
  return wrong || !input.value.trim() ? value : Number(input.value);
}

function update(view, row, field) {
  const { input, label } = row,
    before = row.field.value;
  row.field = field;
  label.textContent = field.label;
  const attributes = {
    "aria-label": field.label,
    title: field.help,
    placeholder: field.placeholder,
    min: field.low,
    max: field.high,
  };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  const isBeingTyped = input.matches(":focus") && input.value !== String(before);
  if (!view.hand.isAhead() && (!isBeingTyped || before !== field.value)) input.value = field.value;
}

const viewOf = kept(build);

export default function ({ data, parentElement, setStateValue }) {
  const view = viewOf(parentElement);
  view.setStateValue = setStateValue;
  view.hand.heard(data.turn);
  if (!view.hand.isAhead()) view.typed = {};
  view.root.style.setProperty("--columns", data.columns);
  const names = data.fields.map(field => field.name).join();
  if (view.names !== names) {
    view.names = names;
    view.rows = data.fields.map(field => makeRow(view, field));
    view.root.replaceChildren(...view.rows.map(row => row.root));
  }
  data.fields.forEach((field, index) => update(view, view.rows[index], field));
}
