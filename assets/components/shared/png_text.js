// Words within a PNG: what it shows, its scale, the address of the view (PNG specification, 11.3.3: tEXt and iTXt).

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const AFTER_HEADER = 8 + 25; // the signature, and IHDR, which comes first

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** @param {Uint8Array} bytes */
function crcOf(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = CRC[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** @param {string} type @param {Uint8Array} data */
function chunk(type, data) {
  const made = new Uint8Array(12 + data.length),
    view = new DataView(made.buffer);
  view.setUint32(0, data.length);
  made.set(new TextEncoder().encode(type), 4);
  made.set(data, 8);
  view.setUint32(8 + data.length, crcOf(made.subarray(4, 8 + data.length)));
  return made;
}

/** @param {string} text */
const isLatin = text => [...text].every(letter => letter.charCodeAt(0) < 256 && letter.charCodeAt(0) > 31);

/** @param {string} keyword @param {string} text */
function textChunk(keyword, text) {
  if (isLatin(text))
    return chunk(
      "tEXt",
      Uint8Array.from(`${keyword}\0${text}`, letter => letter.charCodeAt(0)),
    );
  return chunk("iTXt", new TextEncoder().encode(`${keyword}\0\0\0\0\0${text}`)); // not compressed, no language
}

/** @param {Uint8Array} bytes */
export const isPng = bytes => SIGNATURE.every((byte, i) => bytes[i] === byte);

/**
 * A PNG with words in it; those that are empty are left out.
 *
 * @param {Uint8Array} png
 * @param {Record<string, string>} words by keyword: Latin letters, at most 79
 */
export function withText(png, words) {
  if (!isPng(png)) throw new Error("not a PNG");
  const said = Object.entries(words).filter(([, text]) => text);
  const parts = [
    png.subarray(0, AFTER_HEADER),
    ...said.map(([keyword, text]) => textChunk(keyword, text)),
    png.subarray(AFTER_HEADER),
  ];
  const made = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}
