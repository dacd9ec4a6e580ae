// The exact numbers behind the pictures: float32s as torch computed them, fetched once the browser idles.

import { address } from "../shared/dom.js";
import { source } from "./reads.js";

export const VALUES_AFTER = 350; // ms after the picture: numbers must not compete with the next one
const HEADER = 32; // bytes of digest before the numbers
const CODES = 256; // numbers of the table before coded values

const addresses = view => [view.data.response.values, view.data.input.values].filter(Boolean); // none of one shown ahead
export const idle = work => ("requestIdleCallback" in window ? requestIdleCallback(work) : setTimeout(work));

export function fetchValues(view) {
  const wanted = addresses(view);
  for (const url of view.numbers.keys()) if (!wanted.includes(url)) view.numbers.delete(url);
  wanted.filter(url => !view.numbers.has(url)).forEach(url => fetchOne(view, url));
}

async function fetchOne(view, url) {
  view.numbers.set(url, null); // under way; stays so if another response took its place on the server
  const answer = await fetch(address(url), { headers: { Range: "bytes=0-" } }) // ranges are not compressed
    .catch(() => null);
  if (!answer?.ok) return;
  const bytes = await answer.arrayBuffer();
  if (!addresses(view).includes(url)) return;
  view.numbers.set(url, url === view.data.input.values && view.data.input.is_coded ? coded(bytes) : plain(bytes));
  view.draw();
}

// Both give the number at an index (see cnnviz/figures/values.py).
function plain(bytes) {
  const numbers = new Float32Array(bytes, HEADER);
  return index => numbers[index];
}

function coded(bytes) {
  const table = new Float32Array(bytes, HEADER, CODES),
    codes = new Uint8Array(bytes, HEADER + 4 * CODES);
  return index => table[codes[index]];
}

export function responseValue(view) {
  const numbers = view.numbers.get(view.data.response.values);
  return numbers?.(view.cell[0] * view.data.axes[1].outputs + view.cell[1]);
}

export function inputValue(view, row, column) {
  const { axes, input } = view.data;
  const from = [source(axes[0], row), source(axes[1], column)];
  if (from.includes(null)) return 0; // zero padding
  const plane = input.first + view.channel;
  return view.numbers.get(input.values)?.((plane * axes[0].size + from[0]) * axes[1].size + from[1]);
}
