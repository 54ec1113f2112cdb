/** Blocks of data as `simulation/page/container.py` packs them: a header and named arrays. */

import { SourceError } from "./source.js";

const KINDS = { uint8: Uint8Array, int8: Int8Array, uint16: Uint16Array, uint32: Uint32Array, float32: Float32Array };

/**
 * Unpack a compressed block.
 * @param {Uint8Array} block
 * @returns {Promise<{header: any, arrays: Record<string, any>}>}
 */
export async function unpacked(block) {
  if (typeof DecompressionStream === "undefined") throw new SourceError("error.old_browser");
  const stream = new Blob([block]).stream().pipeThrough(new DecompressionStream("deflate"));
  const raw = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(raw.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(raw.subarray(4, 4 + length)));
  const arrays = {};
  for (const [name, entry] of Object.entries(header.arrays)) {
    arrays[name] = arrayOf(raw, 4 + length + entry.first, entry);
  }
  return { header, arrays };
}

/** Bytes of a base64 text. @param {string} text */
export function bytesOf(text) {
  const letters = atob(text.trim());
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

/** Read one array: planes of bytes, lowest first; differences along the first axis where it says so. */
function arrayOf(raw, first, { kind, shape, is_slow: isSlow }) {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const array = new KINDS[kind](size);
  const width = array.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(array.buffer);
  for (let plane = 0; plane < width; plane++) {
    const start = first + plane * size;
    for (let at = 0; at < size; at++) bytes[at * width + plane] = raw[start + at];
  }
  if (isSlow) {
    const row = size / Math.max(shape[0], 1);
    for (let at = row; at < size; at++) array[at] += array[at - row];
  }
  return array;
}
