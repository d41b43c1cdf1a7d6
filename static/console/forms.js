// From a kind's declaration to what a form needs: pure values in, values out.
import { minorToText, textToMinor } from "../app/forms/values.js";
import { exponent } from "./format.js";

/** @typedef {import("./types.js").Field} Field */
/** @typedef {Record<string, any>} Data */

/**
 * What stands in the input for a stored value.
 * @param {Field} field @param {any} value @param {string} currency
 */
export function toText(field, value, currency) {
  if (value === undefined || value === null) return "";
  if (field.type === "money" && typeof value === "number") return minorToText(value, exponent(currency));
  if (field.type === "tags" && Array.isArray(value)) return value.join(", ");
  return String(value);
}

/**
 * What a typed text means on the wire. A text that means nothing goes as it is: the gateway names what is wrong with it.
 * @param {Field} field @param {string} text @param {string} currency
 */
export function fromText(field, text, currency) {
  const plain = text.trim();
  if (plain === "") return null;
  if (field.type === "money") return textToMinor(plain, exponent(currency)) ?? plain;
  if (field.type === "integer") return /^-?\d{1,15}$/.test(plain) ? Number(plain) : plain;
  if (field.type === "tags")
    return plain
      .split(/[,，]/)
      .map((tag) => tag.trim())
      .filter(Boolean);
  return field.type === "multiline" ? text : plain;
}

/** @param {any} value */
const isPlain = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A record's data without empty values, as a creation wants it. @param {Data} data @returns {Data} */
export function filled(data) {
  const kept = Object.entries(data)
    .map(([name, value]) => [name, isPlain(value) ? filled(value) : value])
    .filter(([, value]) => value !== null && value !== undefined && !(isPlain(value) && !Object.keys(value).length));
  return Object.fromEntries(kept);
}

/** The fields that hold values of one type, alone or as a list of them. @param {readonly Field[]} fields @param {string} type */
export const fieldsOf = (fields, type) => fields.filter((field) => field.type === type || field.rules?.items === type);

/** What a new record starts from. @param {readonly Field[]} fields @returns {Data} */
export function defaultsOf(fields) {
  const given = fields.filter((field) => field.default !== undefined && field.writable !== false);
  return Object.fromEntries(given.map((field) => [field.name, field.default]));
}

/** Every value of one type, groups included: all barcodes of a product, for example.
 * @param {readonly Field[]} fields @param {Data} data @param {string} type @returns {any[]} */
export function valuesOf(fields, data, type) {
  return fields.flatMap((field) => {
    const value = data[field.name];
    if (value === undefined || value === null) return [];
    if (field.type === "group")
      return Object.values(value).flatMap((part) => valuesOf(field.fields ?? [], part ?? {}, type));
    if (field.rules?.items === type && Array.isArray(value)) return value;
    return field.type === type ? [value] : [];
  });
}
