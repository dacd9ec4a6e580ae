import assert from "node:assert/strict";
import { test } from "node:test";

import { placed } from "../../assets/components/linked_charts/names.js";

const AREA = { left: 44, right: 392, top: 0, bottom: 244 };
const NAMES = [0, 1].map(line => ({ line, width: 70, height: 16, at: line ? 0.5 : 0.33 }));

const line = (count, height) => Array.from({ length: count }, (_, index) => [44 + (index * 348) / 59, height(index)]);

/** Whether a line, walked in steps of a twentieth, comes into a box. */
function crosses(points, { x, y }, { width, height }) {
  return points.slice(1).some(([toX, toY], index) => {
    const [fromX, fromY] = points[index];
    return Array.from({ length: 21 }, (_, step) => step / 20).some(share => {
      const [atX, atY] = [fromX + share * (toX - fromX), fromY + share * (toY - fromY)];
      return atX > x && atX < x + width && atY > y && atY < y + height;
    });
  });
}

function check(lines) {
  const corners = placed(NAMES, lines, AREA);
  corners.forEach((corner, index) => {
    assert.ok(corner, "there is room");
    for (const one of lines) assert.ok(!crosses(one, corner, NAMES[index]));
    assert.ok(corner.x >= AREA.left && corner.x + 70 <= AREA.right);
    assert.ok(corner.y >= AREA.top && corner.y + 16 <= AREA.bottom);
  });
  const [one, other] = corners;
  assert.ok(Math.abs(one.x - other.x) >= 70 || Math.abs(one.y - other.y) >= 16, "on each other");
  return corners;
}

for (const count of [1, 2, 3, 5, 10, 20, 40, 60])
  test(`names stand on no line of ${count} points`, () => {
    check([
      line(count, index => 20 + 200 * (1 - 0.9 ** index)),
      line(count, index => 10 + 2 * index + 5 * (index % 2)),
    ]);
    check([line(count, index => 30 + index), line(count, index => 31 + index)]);
    check([line(count, index => 240 - (index % 3)), line(count, index => 238 - (index % 2))]);
  });

test("a name stands nearest to its own line, and where it is wanted if it can", () => {
  const [upper, lower] = check([line(60, () => 60), line(60, () => 180)]);
  assert.ok(Math.abs(upper.y + 8 - 60) < 25 && Math.abs(lower.y + 8 - 180) < 25);
  assert.ok(Math.abs(upper.x + 35 - (44 + 0.33 * 348)) < 10);
});

test("short curves are named behind their ends", () => {
  const [first, second] = check([line(4, index => 20 + index * 4), line(4, index => 26 + index * 4)]);
  assert.ok(first.x > 44 + (3 * 348) / 59 && second.x > 44 + (3 * 348) / 59);
});

test("where lines are everywhere there is no name", () => {
  const zigzag = Array.from({ length: 200 }, (_, index) => [44 + (index * 348) / 199, index % 2 ? 0 : 244]);
  assert.deepEqual(placed([NAMES[0]], [zigzag], AREA), [null]);
});
