// Which lines of the list may be about the record that is being entered: those that share a number or most of a name's
// pieces. It runs in the data worker, and goes through tens of thousands in slices, so that no search waits for it.

/** @typedef {import("../types.js").Line} Line */
/** @typedef {{exact: string[], names: string[][]}} Needles  names: the pieces of each name, in each spelling of it */

const SLICE = 1_000;
const COMPARED_MAX = 30;
const EXACT_HITS = 100;
/** The part of a name's pieces that a likely record has. */
const SHARE = 0.5;

/** @param {string} line @param {Needles} needles @returns {number} 0 for a record that is not worth a comparison */
export function hits(line, { exact, names }) {
  let found = 0;
  for (const text of exact) if (line.includes(text)) found += EXACT_HITS;
  for (const grams of names) {
    let pieces = 0;
    for (const gram of grams) if (line.includes(gram)) pieces += 1;
    if (pieces && pieces >= grams.length * SHARE) found += pieces;
  }
  return found;
}

/**
 * @param {readonly Line[]} entries  the list @param {Needles} needles @param {string} own  the id of the record itself
 * @param {() => Promise<boolean>} goOn  between two slices; false when nobody waits for the answer any more
 * @returns {Promise<Line[] | null>} the likeliest first
 */
export async function likeliest(entries, needles, own, goOn) {
  if (!needles.exact.length && !needles.names.length) return [];
  /** @type {{entry: Line, score: number}[]} */
  const found = [];
  for (let start = 0; start < entries.length; start += SLICE) {
    if (start && !(await goOn())) return null;
    for (const entry of entries.slice(start, start + SLICE)) {
      const score = entry.id === own ? 0 : hits(entry.line, needles);
      if (score) found.push({ entry, score });
    }
  }
  return found
    .sort((left, right) => right.score - left.score)
    .slice(0, COMPARED_MAX)
    .map(({ entry }) => entry);
}
