// Edits that nobody has answered, as an address says them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { editsText } from "../../assets/components/network/unheard.js";

const DATA = {
  net: "2nNO6G43bYRu3AA",
  undone: ["2first", "2second"],
  redone: [],
  done: "",
  rows: [{ path: "" }, { path: "1" }, { path: "2" }, { path: "2.1" }],
  identities: ["", 7, 3, 9],
};

/** @param {import("../../assets/components/network/types").Word[]} words */
const said = words => {
  const text = editsText(words, DATA);
  assert.equal(text.slice(0, 5), "2nNO6");
  return JSON.parse(text.slice(5));
};

test("layers are said by their number in the network that was told, not by this session's own", () => {
  assert.deepEqual(said([{ do: "move", layer: 9, where: "before", of_layer: "" }]), [
    { do: "move", layer: "no. 2.1", where: "before", of_layer: "" },
  ]);
  assert.equal(said([{ do: "remove", layer: 12 }])[0].layer, "gone");
});

test("what an edit before has selected is meant where that edit is said as well", () => {
  const first = { do: "shift", layer: 7, by: 1, mark: 4 },
    then = { do: "remove", layer: "outcome 4", mark: 5 };
  assert.equal(said([first, then])[1].layer, "outcome 4");
  assert.equal(said([then])[0].layer, "selected");
});

test("Undo says which network it leads to, for a session that does not remember it", () => {
  const undo = { do: "undo" };
  assert.deepEqual(
    said([undo, undo, undo]).map(({ net }) => net),
    ["2first", "2second", undefined],
  );
  assert.equal(said([{ do: "remove", layer: 7 }, undo])[1].net, undefined);
});

test("an address holds the first of very many", () => {
  const many = Array.from({ length: 90 }, () => ({ do: "add", kind: "Conv2d", layer: "selected", side: "behind" }));
  const kept = said(many);
  assert.ok(kept.length > 20 && kept.length < 90);
  assert.ok(editsText(many, DATA).length <= 2005);
  assert.equal(editsText([], DATA), "");
});
