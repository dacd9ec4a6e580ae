import assert from "node:assert";
import { test } from "node:test";
import { apart } from "../../assets/components/shared/readable.js";

/** @param {...number} middles of words 30 px wide, in one line */
const words = (...middles) => middles.map(middle => ({ x: middle - 15, y: 0, width: 30, height: 15 }));
const ends = boxes => [0, boxes.length - 1].filter(at => at in boxes);

test("words that have room are all written", () => {
  assert.deepEqual(apart(words(0, 40, 80), []), [0, 1, 2]);
  assert.deepEqual(apart([], []), []);
  const below = words(0, 0).map((box, line) => ({ ...box, y: 15 * line }));
  assert.deepEqual(apart(below, []), [0, 1]);
});

test("where words would meet those stay that matter most, and no two that are written touch", () => {
  for (let step = 1; step < 60; step++) {
    const boxes = words(...Array.from({ length: 9 }, (_, at) => at * step));
    const written = apart(boxes, ends(boxes));
    assert.ok(written.includes(0));
    if (8 * step > 33) assert.ok(written.includes(8));
    for (const [order, at] of written.slice(1).entries()) assert.ok(boxes[at].x - boxes[written[order]].x >= 33);
  }
  assert.deepEqual(apart(words(0, 20, 40), [1]), [1]);
});
