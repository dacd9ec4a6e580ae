import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.window = globalThis;
const { isThere } = await import("../../assets/components/shared/visit.js");

const saying = text => ({ ok: true, text: async () => text });
const atOnce = again => again();

test("a session that the server knows is there, another is not", async () => {
  assert.equal(await isThere("a", async () => saying("yes"), atOnce), true);
  assert.equal(await isThere("a", async () => saying("no"), atOnce), false);
});

test("a server that is not back yet is asked again", async () => {
  const answers = [Promise.reject(new Error("refused")), { ok: false }, saying("no")];
  assert.equal(await isThere("a", async () => answers.shift(), atOnce), false);
  assert.equal(answers.length, 0);
});

test("a server that never answers gives nothing to load", async () => {
  let asked = 0;
  const silent = async () => {
    asked += 1;
    throw new Error("refused");
  };
  assert.equal(await isThere("a", silent, atOnce, 3), true);
  assert.equal(asked, 3);
});
