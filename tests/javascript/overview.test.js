import assert from "node:assert";
import { test } from "node:test";
import { layOut } from "../../assets/components/overview/layout.js";

const column = (count, isVector = false) => ({
  channels: Array.from({ length: count }, (_, index) => index),
  isVector,
  size: isVector ? [1, 1] : [10, 10],
});
const every = target => ({ source: target - 1, target, isSame: false });
const DATA = {
  columns: [column(6), column(16), column(120, true), column(84, true), column(10, true)],
  links: [1, 2, 3, 4].map(every),
  scores: Array.from({ length: 10 }, (_, index) => ({ name: `${index}`, score: index - 4 })),
  photo: null,
  hasAnswer: true,
};
const ANSWER = 92; // px

for (const room of [760, 920, 1210])
  test(`the network beside the digit fills ${room} px, and nothing lies over anything`, () => {
    const { columns, width, top, bottom } = layOut(DATA, room);
    assert.equal(width, room);
    const last = columns.at(-1);
    assert.ok(Math.abs(last.x + last.width + ANSWER - room) <= 2);
    columns.slice(1).forEach((place, index) => {
      const one = columns[index];
      assert.ok(place.x - one.x - one.width >= 30);
    });
    for (const { tiles } of columns.slice(0, 2))
      tiles.forEach((tile, index) => {
        assert.ok(tile.y >= top && tile.y + tile.height <= bottom);
        for (const other of tiles.slice(index + 1))
          assert.ok(other.x >= tile.x + tile.width || other.y >= tile.y + tile.height);
      });
  });

test("on a phone the maps stand in narrow columns, and are as large as those allow", () => {
  const { columns, width } = layOut(DATA, 335);
  assert.equal(new Set(columns[0].tiles.map(tile => tile.x)).size, 1);
  for (const { tiles } of columns.slice(0, 2)) assert.ok(tiles[0].width >= 36); // a finger meets one
  assert.equal(width, 335);
});
