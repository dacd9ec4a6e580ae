// Where the names of lines stand in their chart: each beside its own line, on no line and on no other name.
// y grows downwards.

const GAP = 3; // between a name and its line
const CLEAR = GAP - 0.5; // at least, from every line
const STEPS = [0, 0.5, 1, 1.5, 2, 3]; // heights that it may stand farther away
const CLOSER_TO_ANOTHER = 1000; // what it costs to stand nearer to another line; being away costs what it is
const MOST_TRIED = 24; // points of a line

/**
 * The left upper corner of each name's box; null where there is no room.
 *
 * @param {{ line: number, width: number, height: number, at: number }[]} names their line's index, their size, and
 *   how far along the chart they would stand best, in [0, 1]
 * @param {[number, number][][]} lines points of each line, from left to right
 * @param {{ left: number, right: number, top: number, bottom: number }} area of the chart
 */
export function placed(names, lines, area) {
  const taken = [];
  return names.map(({ line, width, height, at }) => {
    const wish = area.left + at * (area.right - area.left);
    const free = boxes(lines[line], width, height).flatMap(box => {
      if (!isInside(box, area) || taken.some(one => touch(box, one))) return [];
      const distances = lines.map(one => distance(box, one)),
        nearest = Math.min(...distances);
      if (nearest < CLEAR) return [];
      const away = Math.hypot((box.left + box.right) / 2 - wish, distances[line] - GAP);
      return [{ box, cost: away + (nearest < distances[line] ? CLOSER_TO_ANOTHER : 0) }];
    });
    if (!free.length) return null;
    const { box } = free.reduce((one, other) => (other.cost < one.cost ? other : one));
    taken.push(box);
    return { x: box.left, y: box.top };
  });
}

/** Above and below a line, and behind its end. */
function boxes(line, width, height) {
  const box = (left, top) => ({ left, right: left + width, top, bottom: top + height });
  const every = Math.ceil(line.length / MOST_TRIED);
  const beside = line
    .filter((_, index) => index % every === 0)
    .flatMap(([x]) => {
      const left = x - width / 2,
        heights = within(line, left, left + width).map(([, y]) => y),
        [above, below] = [Math.min(...heights) - GAP - height, Math.max(...heights) + GAP];
      return STEPS.flatMap(step => [box(left, above - step * height), box(left, below + step * height)]);
    });
  const [x, y] = line[line.length - 1];
  const behind = STEPS.flatMap(step => [step, -step]).map(step => box(x + 2 * GAP, y - height / 2 + step * height));
  return [...behind, ...beside];
}

/** The points of a line between two places, with those at which it enters and leaves. */
function within(line, left, right) {
  const inside = line.filter(([x]) => x >= left && x <= right);
  const crossed = line.slice(1).flatMap(([x, y], index) => {
    const [before, from] = line[index];
    return [left, right]
      .filter(edge => before < edge && edge < x)
      .map(edge => [edge, from + ((y - from) * (edge - before)) / (x - before)]);
  });
  return [...inside, ...crossed];
}

/** How far a line passes above or below a box; infinite where it does not. */
function distance(box, line) {
  const heights = within(line, box.left - GAP, box.right + GAP).map(([, y]) => y);
  if (!heights.length) return Number.POSITIVE_INFINITY;
  return Math.max(0, box.top - Math.max(...heights), Math.min(...heights) - box.bottom);
}

function touch(one, other) {
  return (
    one.left < other.right + GAP && other.left < one.right + GAP && one.top < other.bottom && other.top < one.bottom
  );
}

function isInside(box, area) {
  return box.left >= area.left && box.right <= area.right && box.top >= area.top && box.bottom <= area.bottom;
}
