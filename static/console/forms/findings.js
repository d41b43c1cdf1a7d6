// What is wrong with a form, in words.
import { label, t } from "../../app/i18n.js";
import { named } from "../format.js";

/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../../app/types.js").Finding} Finding */

/** @param {readonly string[]} path */
export const keyOf = (path) => path.join(".");

/** In the language on screen; the gateway's own sentence where it said one. @param {Finding} finding */
export const sentence = ({ code, params, detail }) =>
  detail || t(`rule.${code}`, { ...params, country: named("region", String(params?.country ?? "")) });

/** The labels on the way to a place: "Contacts · E-mail". @param {readonly Field[]} fields @param {readonly string[]} path @returns {string} */
export function placeName(fields, path) {
  const field = fields.find(({ name }) => name === path[0]);
  if (!field) return "";
  const key = field.rules?.keys?.find(({ value }) => value === path[1]);
  const inside = key ? label(key.labels) : placeName(field.fields ?? [], path.slice(2));
  return [label(field.labels), inside].filter(Boolean).join(" · ");
}
