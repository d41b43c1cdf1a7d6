// Finding a record among tens of thousands: one folded line each, and every word of the query somewhere in it. Word
// order does not matter, accents and width do not matter, and the last digits of a phone number are enough.

/** @typedef {import("./types.js").Line} Line */

/** @type {Record<string, string>} */
const LETTERS = { ß: "ss", ø: "o", ł: "l", æ: "ae", œ: "oe", đ: "d", ı: "i" };

/** What folding changes nothing in but capitals: most names there are. */
const PLAIN = /^[ -~\u4e00-\u9fff]*$/;

/** @param {string} text */
export function fold(text) {
  if (PLAIN.test(text)) return text.toLowerCase();
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
  /** @type {string[]} */
  const parts = [];
  const add = (/** @type {string} */ part) => {
    if (part && !parts.includes(part)) parts.push(part);
  };
  for (const text of texts) add(fold(text));
  for (const phone of phones) add(digitsOf(phone));
  return parts.join("\n");
}

/**
 * What a line has to have. A number is typed as it is read, "030 12 34-5"; it is stored in one piece and with a country
 * code. A name may stand beside it.
 * @param {string} query @returns {{words: string[], pieces: string[] | null}} either all words, or all pieces
 */
function asked(query) {
  const words = fold(query).trim().split(/\s+/).filter(Boolean);
  const others = words.filter((word) => !/^[\d+()./-]+$/.test(word));
  const number = digitsOf(words.filter((word) => !others.includes(word)).join("")).replace(/^0+/, "");
  return { words, pieces: number.length > 2 ? [...others, number] : null };
}

/** @param {string} query @returns {(line: string) => boolean} */
export function matcher(query) {
  const { words, pieces } = asked(query);
  const [word = ""] = words;
  if (words.length === 1 && (!pieces || pieces[0] === word)) return (line) => line.includes(word);
  return (line) =>
    words.every((each) => line.includes(each)) || pieces?.every((piece) => line.includes(piece)) === true;
}

/** Is all that `after` finds among what `before` found? @param {string} before @param {string} after */
export function narrows(before, after) {
  if (!fold(after).trim().startsWith(fold(before).trim())) return false;
  const [old, now] = [asked(before).pieces, asked(after).pieces];
  return !now || old?.every((piece) => now.some((each) => each.includes(piece))) === true;
}

/** Those of a list by name who begin with a text, one more than the limit at the most. @param {readonly Line[]} lines @param {string} start @param {number} limit */
function beginning(lines, start, limit) {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {Line} */ (lines[middle]).line < start) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end - low <= limit && lines[end]?.line.startsWith(start)) end += 1;
  return lines.slice(low, end);
}

/**
 * @param {readonly Line[]} lines @param {string} query @param {number} limit @param {boolean} [byName]  how the lines stand
 * @returns {{found: Line[], more: boolean, all: Line[] | null}} whose name begins with the query comes first; all:
 *   everybody who fits, in the order of the lines, unless it ended as soon as there was enough
 */
export function search(lines, query, limit, byName = true) {
  const fits = matcher(query);
  const start = fold(query).trim();
  const found = byName ? beginning(lines, start, limit) : lines.filter(({ line }) => line.startsWith(start));
  /** @type {Line[]} */
  const all = [];
  for (const each of lines) {
    if (found.length > limit) return { found: found.slice(0, limit), more: true, all: null };
    if (!fits(each.line)) continue;
    all.push(each);
    if (!each.line.startsWith(start)) found.push(each);
  }
  return { found: found.slice(0, limit), more: found.length > limit, all };
}
