// What is typed finds what is meant, the best first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isOneSlip, prepare, ranked } from "../../assets/components/find/rank.js";

const ALL = prepare([
  [
    "page",
    "Convolution",
    "What do kernel size, stride, padding and dilation do?",
    "Building blocks",
    "convolution",
    "",
  ],
  ["page", "Pooling", "How does a network come to see the whole picture?", "Building blocks", "pooling", ""],
  ["preset", "Stride 2", "three of four rows go", "From neurons", "mlp?stride=2", ""],
  ["term", "Stride", "How many cells the kernel moves", "Glossary", "?term=stride", "step"],
  ["network", "ResNet-18", "2015, 11.7 M parameters", "Model zoo", "zoo?pick=resnet18", ""],
  ["network", "ResNet-152", "2015, 60.2 M parameters", "Model zoo", "zoo?pick=resnet152", ""],
  ["preset", "Two 3 × 3 (one of them)", "2 · 36,928", "Convolution", "convolution?x=1", ""],
  ["try", "He’s start", "without norm", "Residual networks", "residual?i=he", ""],
]);
const titles = query => ranked(ALL, query).map(([, title]) => title);

test("a term's own name comes before what only mentions it", () => {
  assert.deepEqual(titles("stride"), ["Stride", "Stride 2", "Convolution"]);
  assert.equal(titles("STRIDE 2")[0], "Stride 2");
});

test("the beginning of a word, another word for it, and all words in any order find it", () => {
  assert.equal(titles("convol")[0], "Convolution");
  assert.deepEqual(titles("step"), ["Stride"]);
  assert.deepEqual(titles("start he"), ["He’s start"]);
});

test("signs do not matter: resnet18, 3x3, an apostrophe", () => {
  assert.deepEqual(titles("resnet18"), ["ResNet-18"]);
  assert.deepEqual(titles("3x3"), ["Two 3 × 3 (one of them)"]);
  assert.deepEqual(titles("hes start"), ["He’s start"]);
});

test("one slip is forgiven where nothing else fits, and nonsense finds nothing", () => {
  assert.deepEqual(titles("poolign"), ["Pooling"]);
  assert.deepEqual(titles("xyzzy"), []);
  assert.deepEqual(titles("stride xyzzy"), []);
});

test("nothing typed shows the pages in their order", () => {
  assert.deepEqual(titles("  "), ["Convolution", "Pooling"]);
});

test("a slip is one letter more, less, other, or two that changed places", () => {
  for (const word of ["strid", "strride", "stripe", "srtide"]) assert.ok(isOneSlip("stride", word), word);
  for (const word of ["stri", "strdie2", "esride", "astridex"]) assert.ok(!isOneSlip("stride", word), word);
});
