// Bytes as text that stands in JSON (RFC 4648, section 4), and back.

/** @param {ArrayBuffer | Uint8Array} bytes */
export function base64(bytes) {
  const all = new Uint8Array(bytes);
  let text = "";
  for (let at = 0; at < all.length; at += 32_768) text += String.fromCharCode(...all.subarray(at, at + 32_768));
  return btoa(text);
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} @throws {DOMException} InvalidCharacterError for other text */
export const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
