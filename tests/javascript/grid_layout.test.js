import assert from "node:assert";
import { test } from "node:test";
import { factorFont, factorStyle, layoutFor } from "../../assets/components/grid/layout.js";

const ONE = { channels: 1, allChannels: 1, outChannels: 1 };
const SIZES = { input: [8, 8], kernel: [3, 3], output: [6, 6] };
const SIGNS = 52; // px of the two signs between
const [KERNEL, INPUT, OUTPUT] = [150, 120, 96]; // px that each takes at least

const taken = layout =>
  Math.max(SIZES.kernel[1] * layout.kernelCell, KERNEL) +
  Math.max(SIZES.input[1] * layout.inputCell, INPUT) +
  Math.max(SIZES.output[1] * layout.outputCell, OUTPUT) +
  SIGNS;

for (const width of [570, 640, 760, 900, 1300])
  for (const tall of [720, 900, 1180])
    test(`on ${width} px of a window ${tall} px high all three fit, and the kernel is not what grows`, () => {
      const layout = layoutFor(width, SIZES, ONE, tall);
      assert.equal(layout.mode, "line");
      assert.ok(taken(layout) <= width);
      assert.ok(layout.kernelCell <= Math.max(34, layout.inputCell * 1.5));
    });

test("a kernel below the input is as large as its output leaves room for", () => {
  const sizes = { input: [8, 8], kernel: [5, 5], output: [4, 4] };
  assert.equal(layoutFor(376, sizes, ONE).kernelCell, 34);
  assert.equal(layoutFor(300, sizes, ONE).kernelCell, 27);
  assert.equal(layoutFor(300, { ...sizes, output: [8, 8] }, ONE).kernelCell, 25);
});

test("a factor that is wider than its cell loses its sign, or is not written", () => {
  assert.equal(factorStyle(32, 2), "signed"); // ×−1
  assert.equal(factorStyle(32, 3.5), "signed"); // ×0.75, a point is half a digit
  assert.equal(factorStyle(32, 4.5), "bare"); // −0.06
  assert.equal(factorStyle(32, 6), "");
  assert.equal(factorStyle(26, 1), "");
  assert.equal(factorStyle(82, 4.5), "bare"); // 30 px on a wall
});

test("short factors are as large as their cell allows", () => {
  assert.ok(factorFont(69, 2) >= 30); // ×−1 on a wall
  assert.equal(factorFont(82, 4.5), 0.37 * 82);
  assert.equal(factorFont(28, 3.5), 12);
  for (const cell of [30, 48, 69, 82])
    for (const digits of [1, 2, 3.5])
      if (factorStyle(cell, digits) === "signed")
        assert.ok((digits + 1) * 0.53 * factorFont(cell, digits) <= cell - 3 + 1e-9);
});
