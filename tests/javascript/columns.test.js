import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { createElement: tag => node(tag) };

const { columnNames } = await import("../../assets/components/shared/columns.js");

function node(tag) {
  const made = { tag, attributes: {}, children: [] };
  made.setAttribute = (name, value) => {
    made.attributes[name] = value;
  };
  made.append = (...children) => made.children.push(...children);
  return made;
}

const kinds = classes => columnNames(classes).map(made => made.attributes.class);

test("digits stand under their columns as they are written", () => {
  assert.deepEqual(kinds(["0", "1", "12"]), ["name foot", "name foot", "name foot"]);
});

test("where one name is too long for its column all stand upright", () => {
  assert.deepEqual(kinds(["bag", "ankle boot"]), ["name foot long", "name foot long"]);
});
