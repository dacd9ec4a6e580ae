import assert from "node:assert/strict";
import { test } from "node:test";
import { meaningOf } from "../../assets/components/shared/pulse.js";

const all = answers => answers.map(meaningOf());

test("a server that does not answer is silent until it does", () => {
  assert.deepEqual(all(["yes", undefined, undefined, "yes"]), ["there", "silent", "silent", "there"]);
});

test("a session that does not come back after a cut is lost, and one that does is not", () => {
  assert.deepEqual(all([undefined, "no", "no", "no"]), ["silent", "there", "there", "lost"]);
  assert.deepEqual(all([undefined, "no", "no", "yes", "no"]), ["silent", "there", "there", "there", "there"]);
});

test("without a cut nothing is loaded anew, however often a server says that it does not know the session", () => {
  assert.ok(!all(["yes", ...Array(20).fill("no")]).includes("lost"));
});
