// What a place in a record is called, for people: "Contacts, E-mail".
import { label, t } from "../i18n.js";

/** @typedef {import("../types.js").FieldSchema} FieldSchema */

/** The labels on the way to a field: "Contacts, E-mail". @param {readonly FieldSchema[]} fields @param {string[]} path @returns {string} */
export function placeName(fields, path) {
  const field = fields.find(({ name }) => name === path[0]);
  if (!field) return path[0] ?? "";
  const key = field.rules?.keys?.find(({ value }) => value === path[1]);
  const inside = key ? label(key.labels) : placeName(field.fields ?? [], path.slice(2));
  const rest = field.type === "group" && path.length > 2 ? inside : "";
  return rest ? t("form.place", { group: label(field.labels), field: rest }) : label(field.labels);
}
