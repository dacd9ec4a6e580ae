// How large cells are, and what stands beside what, for the room there is.

const LARGEST = 34; // px from cell to cell
const SMALLEST = 8; // below this a grid scrolls in its own box
const READABLE = 19; // channels stand side by side only where their numbers can be read
const STAGE_HEIGHT = 272; // px of cells, so that a projector shows the card whole
const STEPPER_HEIGHT = 30;
const HINT_HEIGHT = 36; // two lines about editing weights
const PHONE = 560; // px of card; narrower cards put the input above the kernel and the output
const SIGN = 26; // px for ∗, = and their room
const KERNEL_TITLE = 150; // px that titles and steppers need at least
const OUTPUT_TITLE = 96;
const STEPPER = 148;
const MOST_COLUMNS = 4;

const kernelPitch = (kernel, largest, room) =>
  Math.max(12, Math.min(largest, Math.floor(room / Math.max(...kernel))));

function largestPitch(isFitting) {
  for (let pitch = LARGEST; pitch > SMALLEST; pitch--) if (isFitting(pitch)) return pitch;
  return SMALLEST;
}

/** Outputs have longer numbers than inputs: their cells take what room is left. */
const largerPitch = (pitch, room, cells) =>
  Math.max(pitch, Math.min(LARGEST, Math.floor(room / cells)));

/** Input, kernel and output in one line, one channel in view. */
function inOneLine(width, { input, kernel, output }, { channels, outChannels }) {
  const kernelCell = kernelPitch(kernel, LARGEST, 160);
  const rest = width - Math.max(kernel[1] * kernelCell, KERNEL_TITLE) - 2 * SIGN;
  const outputTitle = outChannels > 1 ? STEPPER : OUTPUT_TITLE;
  const columns = (p) => Math.max(input[1] * p, 120) + Math.max(output[1] * p, outputTitle);
  const inputHeight = STAGE_HEIGHT - (channels > 1 ? STEPPER_HEIGHT : 0);
  const outputHeight = STAGE_HEIGHT - (outChannels > 1 ? STEPPER_HEIGHT : 0);
  const pitch = largestPitch(
    (p) => columns(p) <= rest && input[0] * p <= inputHeight && output[0] * p <= outputHeight,
  );
  const outputCell = Math.min(
    largerPitch(pitch, rest - Math.max(input[1] * pitch, 120), output[1]),
    largerPitch(pitch, outputHeight, output[0]),
  );
  const share = columns(pitch) > rest ? input[1] / (input[1] + output[1]) : 1;
  const rooms = share < 1 ? [rest * share, rest * (1 - share)] : [rest, rest];
  return { mode: "line", pitch, outputCell, kernelCell, visible: 1, rooms };
}

/** Every channel's input above its kernel, the output to the right. */
function inColumns(width, { input, kernel, output }, { channels, outChannels }) {
  const kernelCell = kernelPitch(kernel, 24, 84);
  const outputTitle = outChannels > 1 ? STEPPER : OUTPUT_TITLE;
  const outputHeight = STAGE_HEIGHT - HINT_HEIGHT - (outChannels > 1 ? STEPPER_HEIGHT : 0);
  const rest = width - SIGN - (channels - 1) * 18;
  const columnWidth = (p) => Math.max(input[1] * p, kernel[1] * kernelCell + SIGN + 60);
  const isFitting = (p) =>
    channels * columnWidth(p) + Math.max(output[1] * p, outputTitle) <= rest &&
    input[0] * p + 8 + kernel[0] * kernelCell <= STAGE_HEIGHT &&
    output[0] * p <= outputHeight;
  const pitch = largestPitch(isFitting);
  const outputCell = Math.min(
    largerPitch(pitch, rest - channels * columnWidth(pitch), output[1]),
    largerPitch(pitch, outputHeight, output[0]),
  );
  const rooms = [width, width];
  return { mode: "columns", pitch, outputCell, kernelCell, visible: channels, rooms };
}

/** Input first, below it kernel and output, beside each other where numbers stay readable. */
function onPhone(width, { input, kernel, output }, { outChannels }) {
  const kernelCell = kernelPitch(kernel, LARGEST, 104);
  const beside = width - Math.max(kernel[1] * kernelCell, 104) - SIGN;
  const below = width - SIGN;
  const fitting = (room, cols) => largestPitch((p) => cols * p <= room);
  const isBeside = beside >= (outChannels > 1 ? STEPPER : OUTPUT_TITLE) && fitting(beside, output[1]) >= 16;
  const outputCell = fitting(isBeside ? beside : below, output[1]);
  const pitch = fitting(width, input[1]);
  return { mode: "phone", pitch, outputCell, kernelCell, visible: 1, rooms: [width, below] };
}

/**
 * The layout for a card of `width` px: mode, pitch (of the input), outputCell and kernelCell
 * in px, the number of input channels visible at once, and the most px input and output may take.
 */
function layoutFor(width, sizes, counts) {
  if (width < PHONE) return onPhone(width, sizes, counts);
  if (counts.channels > 1 && counts.channels <= MOST_COLUMNS) {
    const columns = inColumns(width, sizes, counts);
    if (columns.pitch >= READABLE) return columns;
  }
  return inOneLine(width, sizes, counts);
}
