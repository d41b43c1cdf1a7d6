// Which records on this phone may be the one that is being entered: those that share a number or most of a name's
// letters, compared trait by trait. It goes through tens of thousands in slices, so that no key waits for it.
import { asMap, titleOf } from "../summary.js";
import { compare, profileOf } from "./likeness.js";
import { codeForm, emailForm, folded, phoneTail, taxForm } from "./measures.js";
import { parseName } from "./names.js";
import { textsAt } from "./values.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Entry} Entry */
/** @typedef {import("../types.js").Candidate} Candidate */
/** @typedef {import("../types.js").Matching} Matching */
/** @typedef {{exact: string[], names: string[][]}} Needles  names: the pieces of each name, in each spelling of it */

const SLICE = 1_000;
const COMPARED_MAX = 30;
const GRAMS_MAX = 18;
const FOUND_MAX = 5;
const EXACT_HITS = 100;
/** The part of a name's pieces that a likely record has. */
const SHARE = 0.5;
const HAN = /\p{Script=Han}/u;
const UMLAUTS = /([aou])e/g;

/** Pairs of Chinese characters, threes of letters. @param {string} text */
function grams(text) {
  return text.split(" ").flatMap((word) => {
    const width = HAN.test(word) ? 2 : 3;
    const signs = [...word];
    if (signs.length < width) return signs.length > 1 ? [word] : [];
    return signs.slice(width - 1).map((_, at) => signs.slice(at, at + width).join(""));
  });
}

const EXACT = /** @type {Record<string, (text: string) => string | null>} */ ({
  phone: phoneTail,
  email: emailForm,
  tax: (text) => taxForm(text)?.toLowerCase() ?? null,
  code: (text) => codeForm(text) && folded(text),
});

/** Of very many pieces every second or third. @param {string[]} pieces */
const some = (pieces) => pieces.filter((_, at) => at % (1 + Math.floor(pieces.length / GRAMS_MAX)) === 0);

/** What a record that may be the same has in its line of the list. @param {Matching} matching @param {Data} data @returns {Needles} */
export function needlesOf({ traits }, data) {
  const texts = (/** @type {import("../types.js").Trait} */ trait) =>
    trait.fields.flatMap((field) => textsAt(data, field));
  const exact = traits.flatMap((trait) => texts(trait).flatMap((text) => EXACT[trait.measure]?.(text) ?? []));
  const names = traits.filter(({ measure }) => measure === "name").flatMap(texts);
  const spellings = names
    .map((name) => parseName(name)?.plain ?? "")
    .flatMap((name) => [name, name.replace(UMLAUTS, "$1")]);
  const pieces = [...new Set(spellings)].map((name) => some(grams(name))).filter((each) => each.length);
  return { exact: exact.filter((text) => text.length > 3), names: pieces };
}

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
 * @param {readonly Entry[]} entries  the list @param {Needles} needles @param {string} own  the id of the record itself
 * @param {() => Promise<boolean>} goOn  between two slices; false when nobody waits for the answer any more
 * @returns {Promise<Entry[] | null>} the likeliest first
 */
export async function likeliest(entries, needles, own, goOn) {
  if (!needles.exact.length && !needles.names.length) return [];
  /** @type {{entry: Entry, score: number}[]} */
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

/**
 * @param {Matching} matching @param {Data} data  as it stands in the form
 * @param {readonly {entry: Entry, data: Data}[]} known
 * @returns {Candidate[]} the likeliest first
 */
export function candidates(matching, data, known) {
  const ours = profileOf(matching, data);
  const found = known.flatMap(({ entry, data: theirs }) => {
    const { score, grade, reasons } = compare(matching, ours, profileOf(matching, theirs));
    if (!grade) return [];
    const title = titleOf(asMap(theirs)) || entry.title;
    return [{ id: entry.id, grade, score, in_scope: true, number: entry.number, title, ask: null, reasons }];
  });
  const first = (/** @type {Candidate} */ one) => (one.grade === "same" ? 2 : one.score);
  return found.sort((left, right) => first(right) - first(left)).slice(0, FOUND_MAX);
}
