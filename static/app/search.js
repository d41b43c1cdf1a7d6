// Finding a record among tens of thousands: one folded line each, and every word of the query somewhere in it. Word
// order does not matter, accents and width do not matter, and the last digits of a phone number are enough.

/** @typedef {import("./types.js").Line} Line */

/** @type {Record<string, string>} */
const LETTERS = { ß: "ss", ø: "o", ł: "l", æ: "ae", œ: "oe", đ: "d", ı: "i" };

/** @param {string} text */
export function fold(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[ßøłæœđı]/g, (letter) => LETTERS[letter] ?? letter);
}

/** @param {string} text */
const digitsOf = (text) => text.replace(/\D/g, "");

/**
 * @param {string[]} texts  names, numbers, cities
 * @param {string[]} phones
 */
export function lineOf(texts, phones) {
  const parts = [...texts.map(fold), ...phones.map(digitsOf)];
  return [...new Set(parts.filter(Boolean))].join("\n");
}

/** @param {string} query @returns {(line: string) => boolean} */
export function matcher(query) {
  const words = fold(query).trim().split(/\s+/).filter(Boolean);
  // A number is typed as it is read, "030 12 34-5"; it is stored in one piece and with a country code. A name may
  // stand beside it.
  const others = words.filter((word) => !/^[\d+()./-]+$/.test(word));
  const number = digitsOf(words.filter((word) => !others.includes(word)).join("")).replace(/^0+/, "");
  const pieces = number.length > 2 ? [...others, number] : null;
  return (line) =>
    words.every((word) => line.includes(word)) || pieces?.every((piece) => line.includes(piece)) === true;
}

/**
 * @param {Iterable<Line>} lines
 * @param {string} query
 * @param {number} limit
 * @returns {{found: Line[], more: boolean}} whose name begins with the query comes first
 */
export function search(lines, query, limit) {
  const fits = matcher(query);
  const start = fold(query).trim();
  /** @type {Line[]} */
  const first = [];
  /** @type {Line[]} */
  const rest = [];
  for (const each of lines) {
    if (fits(each.line)) (each.line.startsWith(start) ? first : rest).push(each);
  }
  const found = [...first, ...rest];
  return { found: found.slice(0, limit), more: found.length > limit };
}
