// Whether two records are about one thing, and why: the gateway's comparison by the gateway's weights, which come with
// the kind. Every trait counts so many bits for or against; their sum is a probability, and that has a grade.
import { MEASURES } from "./measures.js";
import { textsAt } from "./values.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Matching} Matching */
/** @typedef {import("../types.js").Trait} Trait */
/** @typedef {import("../types.js").Reason} Reason */
/** @typedef {{field: string, form: any}[]} Forms */
/** @typedef {Map<string, Forms>} Profile  the values of each trait, in normal form, each with the field it stands in */

const SAME = 0.96;

/** @param {Trait} trait @param {Data} data @returns {Forms} */
function formsOf(trait, data) {
  const measure = MEASURES[trait.measure];
  if (!measure) return [];
  return trait.fields.flatMap((field) =>
    textsAt(data, field).flatMap((text) => {
      const form = measure.form(text);
      return form === null ? [] : [{ field, form }];
    }),
  );
}

/** @param {Matching} matching @param {Data} data @returns {Profile} */
export const profileOf = ({ traits }, data) =>
  new Map(traits.map((trait) => /** @type {const} */ ([trait.code, formsOf(trait, data)])).filter(([, f]) => f.length));

/** The best of all pairs of values. @param {Trait} trait @param {Forms} ours @param {Forms} theirs @returns {Reason} */
function weigh(trait, ours, theirs) {
  const alike = MEASURES[trait.measure]?.alike ?? (() => 0);
  let [best, field] = [-1, ours[0]?.field ?? ""];
  for (const mine of ours) {
    for (const other of theirs) {
      const found = alike(mine.form, other.form);
      if (found > best) [best, field] = [found, mine.field];
    }
  }
  const level = trait.levels.find(([least]) => best >= least);
  if (!level) return { code: "different", field, weight: trait.differs };
  return { code: level[1] > 0 ? (best >= SAME ? "same" : "alike") : "different", field, weight: level[1] };
}

/**
 * @param {Matching} matching @param {Profile} ours @param {Profile} theirs
 * @returns {{score: number, grade: "same" | "strong" | "weak" | null, reasons: Reason[]}} the fields are those of `ours`
 */
export function compare(matching, ours, theirs) {
  let [bits, decided] = [matching.prior, false];
  /** @type {Reason[]} */
  const reasons = [];
  for (const trait of matching.traits) {
    const [mine, other] = [ours.get(trait.code), theirs.get(trait.code)];
    if (!mine || !other) continue;
    const reason = weigh(trait, mine, other);
    bits += reason.weight;
    decided ||= Boolean(trait.decides) && reason.code === "same";
    reasons.push(reason);
  }
  const score = 1 / (1 + 2 ** -Math.max(-60, Math.min(60, bits)));
  const likely = score >= matching.strong ? "strong" : score >= matching.weak ? "weak" : null;
  return { score, grade: decided ? "same" : likely, reasons };
}
