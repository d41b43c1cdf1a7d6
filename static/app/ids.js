// Identities made on this phone: time-ordered UUIDs (version 7) and the random name of one life of its storage.

/** @param {Uint8Array} bytes */
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * @param {number} now  Unix ms
 * @returns {string} 36 characters, lower case
 */
export function uuid7(now) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(now / 0x10000));
  view.setUint16(4, now % 0x10000);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

/** @returns {string} 16 hexadecimal characters */
export const randomEpoch = () => hex(crypto.getRandomValues(new Uint8Array(8)));

/**
 * The name a record carries until the gateway gives it an official number; both stay searchable.
 * @param {string} device  this phone's id
 * @param {number} seq
 */
export const provisionalNumber = (device, seq) => `P-${device.slice(-4).toUpperCase()}-${String(seq).padStart(4, "0")}`;
