// How large cells are, and what stands beside what, for the room there is.

const LARGEST = 36; // px from cell to cell
const SMALLEST = 9; // below this a grid scrolls in its own box
const READABLE = 19; // channels stand side by side only where their numbers can be read
const STAGE_HEIGHT = 288; // px of cells, so that a projector shows the card whole
const PHONE = 560; // px of card; narrower cards put the input above the kernel and the output
const SIGN = 30; // px for ∗, = and their room
const MOST_COLUMNS = 4;

const kernelPitch = (cols, largest, room) => Math.max(12, Math.min(largest, Math.floor(room / cols)));

function largestPitch(isFitting) {
  for (let pitch = LARGEST; pitch > SMALLEST; pitch--) if (isFitting(pitch)) return pitch;
  return SMALLEST;
}

/** Input, kernel and output in one line, one channel in view. */
function inOneLine(width, { input, kernel, output }) {
  const kernelCell = kernelPitch(Math.max(...kernel), LARGEST, 160);
  const rest = width - Math.max(kernel[1] * kernelCell, 158) - 2 * SIGN;
  const columns = (pitch) => Math.max(input[1] * pitch, 120) + Math.max(output[1] * pitch, 100);
  const pitch = largestPitch(
    (p) => columns(p) <= rest && Math.max(input[0], output[0]) * p <= STAGE_HEIGHT,
  );
  return { mode: "line", pitch, kernelCell, visible: 1 };
}

/** Every channel's input above its kernel, the output to the right. */
function inColumns(width, { input, kernel, output }, channels) {
  const kernelCell = kernelPitch(Math.max(...kernel), 24, 84);
  const rest = width - SIGN - (channels - 1) * 18;
  const pitch = largestPitch(
    (p) =>
      channels * Math.max(input[1] * p, kernel[1] * kernelCell + 78) + Math.max(output[1] * p, 100) <= rest &&
      input[0] * p + kernel[0] * kernelCell <= STAGE_HEIGHT - 24 &&
      output[0] * p <= STAGE_HEIGHT,
  );
  return { mode: "columns", pitch, kernelCell, visible: channels };
}

/** Input first, below it kernel and output, beside each other where there is room. */
function onPhone(width, { input, kernel, output }) {
  const kernelCell = kernelPitch(Math.max(...kernel), LARGEST, 120);
  const beside = width - Math.max(kernel[1] * kernelCell, 108) - SIGN;
  const fitting = (room) => largestPitch((p) => input[1] * p <= width && output[1] * p <= room);
  const together = fitting(beside);
  const pitch = together >= READABLE ? together : fitting(width);
  return { mode: "phone", pitch, kernelCell, visible: 1 };
}

/** The layout for a card of `width` px: mode, pitch, kernelCell, number of visible channels. */
function layoutFor(width, sizes, channels) {
  if (width < PHONE) return onPhone(width, sizes);
  if (channels > 1 && channels <= MOST_COLUMNS) {
    const columns = inColumns(width, sizes, channels);
    if (columns.pitch >= READABLE) return columns;
  }
  return inOneLine(width, sizes);
}
