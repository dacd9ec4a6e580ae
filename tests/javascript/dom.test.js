// Texts of components: a unit stays in the line of its number.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { keepChildren, say, sharpness, tied, tiedHtml } from "../../assets/components/shared/dom.js";

test("no line ends between a number and its unit, and all else stays", () => {
  assert.equal(tied("25 % gone; “cat”: 59 %"), "25\u00a0% gone; “cat”: 59\u00a0%");
  assert.equal(tied("a % b, 3 ÷ 4"), "a % b, 3 ÷ 4");
  assert.equal(tied("7 MB in 2 s, 12 steps, 3 Maps"), "7\u00a0MB in 2\u00a0s, 12 steps, 3 Maps");
  assert.equal(
    tied("a (1 + 2) × 3 × 4, 6.5 × as many, × of"),
    "a (1 + 2)\u00a0×\u00a03\u00a0×\u00a04, 6.5\u00a0× as many, × of",
  );
  assert.equal(tied(undefined), undefined);
});

test("in HTML drawings stay as they are", () => {
  const path = '<path d="M 3 4 M 5 6"/>';
  assert.equal(tiedHtml(`${path}<b>4</b> % of 5 % M 3 M 5`), `${path}<b>4</b> % of 5\u00a0% M 3\u00a0M 5`);
});

test("a canvas has as many pixels as a zoomed page shows, and only one place knows it", () => {
  Object.assign(globalThis, { devicePixelRatio: 2 });
  assert.equal(sharpness(/** @type {any} */ ({ currentCSSZoom: 1.5 })), 3);
  assert.equal(sharpness(/** @type {any} */ ({})), 2);
  const folder = new URL("../../assets/components/", import.meta.url);
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(name => name.endsWith(".js"));
  const know = names.filter(name => readFileSync(new URL(name, folder), "utf8").includes("devicePixelRatio"));
  assert.deepEqual(know, ["shared/dom.js"]);
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

test("children that stay are not put in again", () => {
  const moved = [];
  const parent = {
    childNodes: [],
    get firstChild() {
      return this.childNodes[0] ?? null;
    },
    removeChild(node) {
      this.childNodes = this.childNodes.filter(other => other !== node);
    },
    insertBefore(node, next) {
      moved.push(node.name);
      this.removeChild(node);
      this.childNodes.splice(next ? this.childNodes.indexOf(next) : this.childNodes.length, 0, node);
    },
  };
  const [a, b, c, d, e] = [..."abcde"].map(name => ({
    name,
    get nextSibling() {
      return parent.childNodes[parent.childNodes.indexOf(this) + 1] ?? null;
    },
  }));
  for (const [nodes, put] of [
    [[a, b, c], "abc"],
    [[a, c, d], "d"],
    [[b, a, e, c, d], "be"],
    [[d, c], "d"],
    [[], ""],
  ]) {
    moved.length = 0;
    keepChildren(/** @type {any} */ (parent), /** @type {any} */ (nodes));
    assert.deepEqual(parent.childNodes, nodes);
    assert.equal(moved.join(""), put);
  }
});
