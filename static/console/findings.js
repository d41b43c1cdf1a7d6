// What is to be mended in a record, by where it stands: the place that is worth most comes first.
import { label } from "../app/i18n.js";
import { fieldAt } from "./parts/value.js";

/** @typedef {import("./types.js").Finding} Finding */
/** @typedef {import("./types.js").Kind} Kind */
/** @typedef {{finding: Finding, name: string}} Told  name: of its field, within the place */
/** @typedef {{place: string, name: string, points: number, doubtful: Told[], missing: Told[]}} Place */

const MISSING = "quality_missing";

/** The group of a field, or the part of the form that it stands in. @param {Kind | undefined} kind @param {string} path */
function placeOf(kind, path) {
  const [top = ""] = path.split(".");
  const field = kind?.fields.find(({ name }) => name === top);
  if (field?.fields) return { place: top, name: label(field.labels) };
  const step = kind?.steps?.find(({ fields }) => fields.includes(top));
  return { place: step ? `step ${step.name}` : "", name: step ? label(step.labels) : "" };
}

/** @param {readonly Finding[]} findings @param {Kind | undefined} kind @returns {Place[]} */
export function byPlace(findings, kind) {
  /** @type {Map<string, Place>} */
  const places = new Map();
  for (const finding of findings) {
    const { place, name } = placeOf(kind, finding.field);
    const known = places.get(place) ?? { place, name, points: 0, doubtful: [], missing: [] };
    known.points += finding.points;
    const told = { finding, name: fieldAt(kind, finding.field).name.replace(`${name} · `, "") };
    (finding.code === MISSING ? known.missing : known.doubtful).push(told);
    places.set(place, known);
  }
  return [...places.values()].sort((a, b) => b.points - a.points);
}
