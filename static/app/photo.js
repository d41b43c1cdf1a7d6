// How a photo is made to travel: small enough for a weak line, without what a camera writes beside the picture.

/** Longest edge, px. */
export const EDGE = 1_600;
export const BYTES_MAX = 350_000;
const THUMB_EDGE = 240;
const THUMB_QUALITY = 0.7;
/** The first is the wish; the others are for pictures with more detail than a line of the road can carry. */
const QUALITIES = [0.8, 0.7, 0.6, 0.5];
const SHRINK = 0.8;
const EDGE_MIN = 400;

/** @typedef {{width: number, height: number}} Size  px */
/** @typedef {(size: Size, quality: number) => Promise<ArrayBuffer>} Encode */

/**
 * The size of a picture within a square; small ones stay as they are.
 * @param {Size} size @param {number} edge @returns {Size}
 */
export function within({ width, height }, edge) {
  const scale = Math.min(1, edge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * The picture in at most `BYTES_MAX` bytes: as good as it gets at the wished size, smaller where that is not enough.
 * @param {Size} size @param {Encode} encode @returns {Promise<ArrayBuffer>}
 */
export async function squeezed(size, encode) {
  /** @type {ArrayBuffer} */
  let bytes = new ArrayBuffer(0);
  for (let edge = EDGE; edge >= EDGE_MIN; edge = Math.round(edge * SHRINK)) {
    for (const quality of QUALITIES) {
      bytes = await encode(within(size, edge), quality);
      if (bytes.byteLength <= BYTES_MAX) return bytes;
    }
  }
  return bytes;
}

/** @param {Size} size @param {Encode} encode */
export const thumbOf = (size, encode) => encode(within(size, THUMB_EDGE), THUMB_QUALITY);

/** SHA-256 in hexadecimal: a file's id. @param {ArrayBuffer} bytes */
export async function idOf(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
