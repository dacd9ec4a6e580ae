// The editor: every argument of the selected layer, undo and redo, and what to do with the layer.

import { element, focusedIn, place, say } from "../shared/dom.js";
import { helpMark } from "../shared/help.js";
import { act, button, identityOf, SELECTED } from "./base.js";
import { makeOutcome, showOutcome } from "./outcome.js";

const FIT = "After each change, in_channels and in_features of the other layers are set to what arrives there.";

const APART = "Its layers, its sum and its activation become layers of the network: then places in it can be joined";
const TOOLS = `↑ ↓: Its place among the others (Alt+↑ ↓)
Duplicate: One more of the same behind it (Ctrl+D)
Take apart, of a block: What is in it becomes layers of the network, whose places can be joined
Remove: Without it (Delete); Undo brings it back`;

export function makeEditor(view) {
  view.undo = button("↶ Undo", "Undo (Ctrl+Z)", () => act(view, "undo"));
  view.redo = button("↷ Redo", "Redo (Ctrl+Y)", () => act(view, "redo"));
  view.fit = element("input", { type: "checkbox", id: "fit-rest" });
  const says = "Fit the rest to each change",
    fit = element("label", { class: "fit" }, view.fit, says);
  view.fields = element("div", { class: "fields" });
  view.title = element("h2");
  view.help = element("p", { class: "about" });
  view.fields.addEventListener("pointerleave", () => say(view.help, view.data.editor.about));
  view.apart = tool(view, "Take apart", APART, "apart");
  view.copy = tool(view, "Duplicate", "One more of the same behind it (Ctrl+D)", "duplicate");
  view.tools = element(
    "div",
    { class: "tools", role: "toolbar", "aria-label": "The selected layer" },
    tool(view, "↑", "Move up (Alt+↑)", "shift", { by: -1 }),
    tool(view, "↓", "Move down (Alt+↓)", "shift", { by: 1 }),
    view.copy,
    view.apart,
    tool(view, "Remove", "Remove the layer (Delete)", "remove"),
    helpMark("What these do", TOOLS),
  );
  makeOutcome(view);
  view.message = element("p", { class: "message", role: "status" });
  view.form = element("div", { class: "card form" }, view.title, view.fields, view.help, view.tools);
  return element(
    "section",
    { class: "panel", "aria-label": "The selected layer" },
    element("div", { class: "steps" }, view.undo, view.redo, fit, helpMark(says, FIT)),
    view.message,
    view.form,
  );
}

const tool = (view, label, help, what, details = {}) =>
  button(label, help, () => act(view, what, { layer: SELECTED, ...details }), { class: "tool" });

export function showEditor(view, data) {
  const { editor } = data;
  say(view.message, data.message);
  view.message.hidden = !data.message;
  if (!view.words.isAhead()) {
    view.undo.disabled = !data.can_undo;
    view.redo.disabled = !data.can_redo;
  }
  say(view.title, editor.title);
  if (view.drawnAbout !== editor.title) say(view.help, editor.about);
  view.drawnAbout = editor.title;
  view.tools.hidden = !editor.is_layer;
  view.apart.hidden = !editor.is_block;
  say(view.copy, data.sides.some(({ side }) => side === "inside") ? "One more block" : "Duplicate");
  showFields(view, editor);
  showOutcome(view, data);
  if (view.wantsField) focusField(view);
}

export function focusField(view) {
  if (!view.data.editor || identityOf(view, view.data.editor.path) !== view.wanted) return;
  view.wantsField = false;
  view.fields.querySelector("input, select")?.focus();
}

// The same fields stay while their layer stays, so that a hand on the arrow keys is not interrupted.
function showFields(view, editor) {
  const layer = identityOf(view, editor.path),
    kinds = JSON.stringify([layer, editor.fields.map(({ value, ...rest }) => rest)]);
  if (view.drawnFields !== kinds) {
    view.drawnFields = kinds;
    const goOn = handOver(view.fields, editor.fields);
    view.fields.replaceChildren(...editor.fields.map(field => makeField(view, layer, field)));
    editor.fields.forEach((field, index) => setFieldAt(view, field, index));
    goOn();
  } else editor.fields.forEach((field, index) => setFieldAt(view, field, index));
  showEntered(view, view.data);
}

function setFieldAt(view, field, index) {
  if (field.kind === "places") return;
  const input = view.fields.children[index].querySelector("input, select");
  if (!(Number(input.dataset.told) > view.data.heard)) setField(input, field); // else the hand's value is newer
}

// Who chooses a layer and goes on to a field before its fields are there means its field of that name, and so does what is
// typed: the field of the layer before must not send it as it goes.
function handOver(fields, next) {
  const at = focusedIn(fields);
  if (!(at instanceof HTMLInputElement && fields.contains(at))) return () => {};
  if (!next.some(({ name }) => at.id === `field-${name}`)) return () => {};
  const { said, sent } = at.dataset,
    isTyped = at.type === "text" && ![said, sent].includes(at.value) && at.ariaInvalid !== "true",
    typed = isTyped ? at.value : null;
  if (typed !== null) at.value = said ?? "";
  return () => {
    const now = fields.querySelector(`#${at.id}`);
    now.focus({ preventScroll: true });
    if (typed !== null) now.value = typed;
  };
}

// What was refused stays, marked, as long as the hand is in its field; what was taken is written as Python writes it, also
// where that is what it said before ("16*5*5" over 400).
function showEntered({ entered }, data) {
  if (!entered || data.heard < Number(entered.dataset.told)) return;
  if (!data.message && entered.value === entered.dataset.sent) write(entered, entered.dataset.said);
  delete entered.dataset.sent;
  const isRefused = Boolean(data.message) && entered.value !== entered.dataset.said,
    isHeld = focusedIn(entered) === entered;
  if (isRefused && !isHeld) write(entered, entered.dataset.said);
  place(entered, { "aria-invalid": isRefused && isHeld });
}

function setField(input, field) {
  if (input.type === "checkbox") input.checked = field.value;
  else if (input.dataset.said !== field.value) write(input, field.value);
  input.dataset.said = field.value;
}

// A field that says it already is left alone: to write moves the hand's place in it.
function write(input, text) {
  if (input.value !== text) input.value = text;
}

// The places that a join reads: each can be taken away, and one more chosen.
function makePlaces(view, layer, field) {
  const read = field.read.map(({ name }) => name),
    tell = names => act(view, "set", { layer, name: field.name, value: names.join(", ") });
  const chips = field.read.map(({ name, shape }, at) =>
    button(`${name} ${shape} ×`, `Read ${name} no longer`, () => tell([...read.slice(0, at), ...read.slice(at + 1)]), {
      class: "chip read",
      disabled: read.length < 2 ? "" : null,
    }),
  );
  const more = element(
    "select",
    { class: "chip", "aria-label": "One more place to read" },
    element("option", { value: "" }, "+ place"),
    ...field.more.map(({ name, label }) => element("option", { value: name }, label)),
  );
  more.addEventListener("change", () => more.value && tell([...read, more.value]));
  const row = element(
    "div",
    { class: "field places", role: "group", "aria-label": `${field.label}: ${field.help}` },
    element("span", {}, field.label),
    ...chips,
    more,
  );
  row.addEventListener("pointerenter", () => say(view.help, `${field.label}: ${field.help}`));
  return row;
}

function makeField(view, layer, field) {
  if (field.kind === "places") return makePlaces(view, layer, field);
  const id = `field-${field.name}`;
  const input =
    field.kind === "switch"
      ? element("input", { type: "checkbox", id })
      : field.kind === "choice"
        ? element("select", { id }, ...field.choices.map(choice => element("option", {}, choice)))
        : element("input", {
            type: "text",
            id,
            inputmode: field.kind === "text" ? "text" : "decimal",
            autocomplete: "off",
            spellcheck: "false",
            maxlength: field.kind === "text" ? 200 : 40,
          });
  input.setAttribute("aria-describedby", `${id}-help`);
  const send = value => {
    input.dataset.told = String(act(view, "set", { layer, name: field.name, value }));
    if (input.type !== "text") return;
    input.dataset.sent = value;
    view.entered = input;
  };
  input.addEventListener("change", () => send(input.type === "checkbox" ? input.checked : input.value));
  if (!["text", "switch", "choice"].includes(field.kind))
    input.addEventListener("keydown", event => stepField(event, input, field, send));
  const explain = () => say(view.help, `${field.label}: ${field.help}`);
  input.addEventListener("focus", explain);
  if (input.type === "text") selectAtFirst(input);
  const row = element(
    "div",
    { class: `field ${field.kind}` },
    element("label", { for: id }, field.label),
    input,
    element("span", { class: "unseen", id: `${id}-help` }, field.help),
  );
  row.addEventListener("pointerenter", explain);
  return row;
}

// Typing replaces what is there, whether the field was reached by Tab or by a click.
function selectAtFirst(input) {
  let isNew = false;
  input.addEventListener("focus", () => {
    isNew = true;
    input.select();
  });
  input.addEventListener("click", () => {
    if (isNew) input.select();
    isNew = false;
  });
}

// Arrow keys step a number, sent at once; what is typed is sent with Enter or when the field is left.
function stepField(event, input, field, send) {
  if (event.key === "Enter") {
    send(input.value);
    event.preventDefault();
    return;
  }
  if (event.key === "Escape") {
    input.value = input.dataset.said;
    return;
  }
  const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
  if (!step || !/^\d+$/.test(input.value)) return;
  event.preventDefault();
  const next = Math.min(field.high, Math.max(field.low, Number(input.value) + step * (event.shiftKey ? 10 : 1)));
  if (String(next) === input.value) return;
  input.value = next;
  send(String(next));
}
