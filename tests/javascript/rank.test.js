// What is typed finds what is meant, the best first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { prepare, ranked, rankedBySome, slips } from "../../assets/components/find/rank.js";

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

test("a question finds what it asks about, and many of a thing the thing", () => {
  assert.equal(titles("what is a stride?")[0], "Stride");
  assert.equal(titles("how does pooling")[0], "Pooling");
  assert.equal(titles("strides")[0], "Stride");
  assert.deepEqual(titles("steps"), ["Stride"]);
  assert.deepEqual(titles("one of them"), ["Two 3 × 3 (one of them)"]);
  assert.deepEqual(titles("what is the xyzzy"), []);
});

test("signs do not matter: resnet18, 3x3, an apostrophe", () => {
  assert.deepEqual(titles("resnet18"), ["ResNet-18"]);
  assert.deepEqual(titles("3x3"), ["Two 3 × 3 (one of them)"]);
  assert.deepEqual(titles("hes start"), ["He’s start"]);
});

test("slips are forgiven in titles and in what is told beside them, and nonsense finds nothing", () => {
  for (const typed of ["poolign", "pooling", "pooilng", "poling"]) assert.equal(titles(typed)[0], "Pooling", typed);
  assert.equal(titles("convlution")[0], "Convolution");
  assert.deepEqual(titles("resent"), ["ResNet-18", "ResNet-152"]);
  assert.deepEqual(titles("resent 152"), ["ResNet-152"]);
  assert.deepEqual(titles("paddng"), ["Convolution"]);
  assert.deepEqual(titles("xyzzy"), []);
  assert.deepEqual(titles("stride xyzzy"), []);
});

test("a long word may have two slips, a short one none", () => {
  assert.equal(titles("convolusoin")[0], "Convolution");
  assert.deepEqual(titles("strdei"), []);
  assert.deepEqual(titles("hes strat"), ["He’s start"]);
  assert.deepEqual(titles("stpe"), []);
});

test("what is meant letter by letter comes before what is meant with a slip", () => {
  const all = prepare([
    ["network", "ResNet-18", "", "Model zoo", "zoo", ""],
    ["term", "Weight", "it is resented", "Glossary", "?term=weight", ""],
    ["term", "Resent", "the word itself", "Glossary", "?term=resent", ""],
  ]);
  const found = query => ranked(all, query).map(([, title]) => title);
  assert.deepEqual(found("resent"), ["Resent", "Weight"]);
  assert.deepEqual(found("resen"), ["Resent", "Weight"]);
});

test("another word for a term or for what one can do is as good as its beginning, a page's own name better", () => {
  const all = prepare([
    ["page", "Residual networks", "", "Networks", "residual", "upload photo"],
    ["term", "Skip connection", "", "Glossary", "?term=shortcut", "shortcut identity residual"],
    ["do", "A picture of your own", "behind a line", "", "heatmaps", "upload photo own", "summary"],
    ["preset", "A photo", "", "Pooling", "pooling?view=picture"],
    ["preset", "A shortcut", "", "Residual networks", "residual?x=1"],
  ]);
  const found = query => ranked(all, query).map(([, title]) => title);
  assert.deepEqual(found("photo"), ["A picture of your own", "A photo", "Residual networks"]);
  assert.deepEqual(found("my own photo").slice(0, 1), ["A picture of your own"]);
  assert.deepEqual(found("residual").slice(0, 2), ["Residual networks", "Skip connection"]);
  assert.equal(found("shortcuts")[0], "Skip connection");
});

test("torch's own names are read without the module they come from", () => {
  const all = prepare([["term", "Max pooling", "", "Glossary", "?term=max_pooling", "maxpool2d"]]);
  for (const typed of ["nn.MaxPool2d", "torch.nn.MaxPool2d", "MaxPool2d"])
    assert.equal(ranked(all, typed).length, 1, typed);
});

test("where nothing has all words, what has most of the letters is found, and of one word nothing", () => {
  assert.deepEqual(
    rankedBySome(ALL, "stride xyzzy").map(([, title]) => title),
    ["Stride", "Stride 2"],
  );
  assert.deepEqual(
    rankedBySome(ALL, "pooling of stride").map(([, title]) => title),
    ["Pooling"],
  );
  assert.deepEqual(rankedBySome(ALL, "xyzzy"), []);
});

test("nothing typed shows the pages in their order", () => {
  assert.deepEqual(titles("  "), ["Convolution", "Pooling"]);
});

test("a slip is one letter more, less, other, or two that changed places, up to where one has typed", () => {
  for (const typed of ["strid", "strde", "strride", "stripe", "srtide"]) assert.ok(slips(typed, "stride") <= 1, typed);
  assert.equal(slips("strid", "stride"), 0);
  for (const [typed, count] of [
    ["esride", 2],
    ["strdie", 1],
    ["astridex", 2],
  ])
    assert.equal(slips(typed, "stride"), count, typed);
});
