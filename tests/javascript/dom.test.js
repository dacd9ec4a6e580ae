// Texts of components: a percent sign stays in the line of its number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { say, tied } from "../../assets/components/shared/dom.js";

test("no line ends between a number and its percent sign, and all else stays", () => {
  assert.equal(tied("25 % gone; “cat”: 59 %"), "25\u00a0% gone; “cat”: 59\u00a0%");
  assert.equal(tied("a % b, 3 ÷ 4"), "a % b, 3 ÷ 4");
  assert.equal(tied(undefined), undefined);
});

test("a text that is said again is not written again", () => {
  const writes = [];
  const node = {
    text: "",
    get textContent() {
      return this.text;
    },
    set textContent(text) {
      this.text = text;
      writes.push(text);
    },
  };
  say(node, "90 %");
  say(node, "90 %");
  assert.deepEqual(writes, ["90\u00a0%"]);
});
