// What is wrong with a form, by the app's own rules, in the order of the form. Pure values in, values out.
import { unmet } from "../../app/forms/constraints.js";
import { check } from "../../app/forms/rules.js";
import { valueAt } from "../../app/forms/values.js";
import { label, t } from "../../app/i18n.js";
import { formFields } from "../../app/kinds.js";
import { same } from "../../app/patch.js";

/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../../app/types.js").Finding} Finding */
/** @typedef {import("../../app/types.js").Values} Values */
/** @typedef {{kind: Kind, initial: Values, edits: boolean, context: import("../../app/forms/rules.js").Context}} Form
 *   initial: what stood there when the form was opened */

/** @param {readonly string[]} path */
export const keyOf = (path) => path.join(".");

/** @param {any} left @param {any} right */
export const sameValues = (left, right) => same({ x: left ?? "" }, { x: right ?? "" });

/** Is a finding about something this person wrote? What was let in under older rules, or is hidden, holds nobody up.
 * @param {Form} form @param {Values} values @param {Finding} finding */
function isOwn({ kind, initial, edits }, values, { code, path }) {
  if (code === "value_masked") return valueAt(initial, path) !== valueAt(values, path);
  if (!edits || code === "field_needed" || code === "one_of_required") return true;
  const group = kind.fields.find(({ name }) => name === path[0]);
  const place = path.slice(0, group?.rules?.single?.some((one) => one.code === code) ? 1 : 2);
  return !sameValues(valueAt(initial, place), valueAt(values, place));
}

/** Everything that has to be mended before saving. @param {Form} form @param {Values} values @returns {Finding[]} */
export function findingsIn(form, values) {
  const fields = formFields(form.kind);
  const found = [...check(fields, values, form.context), ...unmet(form.kind.rules, fields, values, [])];
  return found.filter((finding) => isOwn(form, values, finding));
}

/** In the language on screen; the gateway's own sentence where it said one. @param {Finding} finding */
export const sentence = ({ code, params, detail }) => detail || t(`rule.${code}`, params);

/** The labels on the way to a place: "Contacts · E-mail". @param {readonly Field[]} fields @param {readonly string[]} path @returns {string} */
export function placeName(fields, path) {
  const field = fields.find(({ name }) => name === path[0]);
  if (!field) return "";
  const key = field.rules?.keys?.find(({ value }) => value === path[1]);
  const inside = key ? label(key.labels) : placeName(field.fields ?? [], path.slice(2));
  return [label(field.labels), inside].filter(Boolean).join(" · ");
}
