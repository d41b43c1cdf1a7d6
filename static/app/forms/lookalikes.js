// Which records on this phone may be the one that is being entered: those that share a number or most of a name's
// letters, compared trait by trait. The data worker says which of tens of thousands are worth a comparison.
import { asMap, titleOf } from "../summary.js";
import { compare, profileOf } from "./likeness.js";
import { codeForm, emailForm, folded, phoneTail, taxForm } from "./measures.js";
import { parseName } from "./names.js";
import { textsAt } from "./values.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Entry} Entry */
/** @typedef {import("../types.js").Candidate} Candidate */
/** @typedef {import("../types.js").Matching} Matching */
/** @typedef {import("./nearby.js").Needles} Needles */

const GRAMS_MAX = 18;
const FOUND_MAX = 5;
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
