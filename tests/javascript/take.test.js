// Files that say what they are: words within a PNG, numbers of a table that programs can read.

import assert from "node:assert/strict";
import { test } from "node:test";
import { csv, fileName, number } from "../../assets/components/links/take.js";
import { isPng, withText } from "../../assets/components/shared/png_text.js";

const DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
const png = new Uint8Array(Buffer.from(DOT, "base64"));
globalThis.window = { location: { pathname: "/feature_maps", href: "http://here/feature_maps?layer=a" } };

function* chunks(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at)) {
    const data = bytes.subarray(at + 8, at + 8 + view.getUint32(at));
    yield [Buffer.from(bytes.subarray(at + 4, at + 8)).toString(), Buffer.from(data)];
  }
}

test("words stand behind the header, Latin ones as tEXt, others as iTXt, and nothing else changes", () => {
  const said = withText(png, { Title: "A map", Comment: "", Source: "−1 … 1" });
  const found = [...chunks(said)];
  assert.deepEqual(
    found.map(([type]) => type),
    ["IHDR", "tEXt", "iTXt", "IDAT", "IEND"],
  );
  assert.equal(found[1][1].toString("latin1"), "Title\0A map");
  assert.equal(found[2][1].toString(), "Source\0\0\0\0\0−1 … 1");
  assert.equal(said.length, png.length + found[1][1].length + found[2][1].length + 24);
  assert.ok(isPng(said));
});

test("what is no PNG is refused", () => {
  assert.throws(() => withText(new Uint8Array([1, 2, 3]), {}), /not a PNG/);
});

test("numbers are written as programs read them, words stay", () => {
  assert.deepEqual(["62,006", "−1.5", "1,234,567.25", "3 × 32 × 32", "1,2", ""].map(number), [
    "62006",
    "-1.5",
    "1234567.25",
    "3 × 32 × 32",
    "1,2",
    "",
  ]);
});

test("a table has its name, scale and address on top, and quotes what needs it", () => {
  const rows = () => [
    ["layer", "size, in cells"],
    ["conv1", "1,024"],
    ['a "b"', "−2"],
  ];
  const text = csv({ kind: "table", title: "The  table", scale: "0 … 1", rows, layers: [] });
  assert.equal(
    text,
    '# The table; scale 0 … 1; http://here/feature_maps?layer=a\nlayer,"size, in cells"\nconv1,1024\n"a ""b""",-2\n',
  );
});

test("a file is called by its page and by what it shows", () => {
  assert.equal(
    fileName("64 feature maps of conv1 for “Cat”, from 0 to 3.4."),
    "feature_maps-64-feature-maps-of-conv1-for-cat-from-0-to-3.4",
  );
  assert.equal(fileName("Input × gradient. Which pixels?"), "feature_maps-input-x-gradient");
  assert.equal(fileName("Grad-CAM++. Which?"), "feature_maps-grad-cam-plus-plus");
});
