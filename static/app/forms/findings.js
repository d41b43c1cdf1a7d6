// What has to be mended in a form before it is saved, by the app's own rules and in the order of the form.
import { same } from "../patch.js";
import { unmet } from "./constraints.js";
import { check } from "./rules.js";
import { valueAt } from "./values.js";

/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Finding} Finding */
/** @typedef {import("../types.js").Json} Json */
/** @typedef {import("../types.js").Values} Values */
/**
 * @typedef {{rules: import("../types.js").KindSchema["rules"], fields: FieldSchema[], initial: Values, edits: boolean,
 *   context: import("./rules.js").Context}} Form
 *   initial: what stood there when the form was opened
 */

/** Are two values, or none, the same to the person who typed? @param {unknown} left @param {unknown} right */
export const sameValue = (left, right) =>
  same({ x: /** @type {Json} */ (left ?? "") }, { x: /** @type {Json} */ (right ?? "") });

/**
 * Is a finding about something this person wrote? What was let in under older rules, or is hidden, holds nobody up.
 * @param {Form} form @param {Values} values @param {Finding} finding
 */
function isOwn({ fields, initial, edits }, values, { code, path }) {
  if (code === "value_masked") return valueAt(initial, path) !== valueAt(values, path);
  if (!edits || code === "field_needed" || code === "one_of_required") return true;
  const group = fields.find(({ name }) => name === path[0]);
  const between = group?.rules?.single?.some((one) => one.code === code);
  const place = path.slice(0, between ? 1 : 2);
  return !sameValue(valueAt(initial, place), valueAt(values, place));
}

/** Everything that has to be mended before saving. @param {Form} form @param {Values} values @returns {Finding[]} */
export function findingsIn(form, values) {
  const { fields } = form;
  const found = [...check(fields, values, form.context), ...unmet(form.rules, fields, values, [])];
  return found.filter((finding) => isOwn(form, values, finding));
}
