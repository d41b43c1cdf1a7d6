// Between a record's data and what stands in the controls: everything is text while it is typed, and no float ever
// takes part in money.
import { asMap } from "../summary.js";
import { isBlank, MASK } from "./tidy.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Json} Json */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Value} Value */
/** @typedef {import("../types.js").Values} Values */
/** @typedef {{exponent: number}} Money  digits after the point of the gateway's currency */

/** @param {Value | undefined} value @returns {{[element: string]: Values}} */
export const elementsOf = (value) =>
  typeof value === "object" && !Array.isArray(value) ? /** @type {{[element: string]: Values}} */ (value) : {};

/**
 * Does a field exist with what is chosen beside it, or else at the top of the record?
 * @param {FieldSchema} field @param {Values} beside @param {Values} record
 */
export function applies(field, beside, record) {
  const [name, ...values] = field.rules?.when ?? [];
  if (!name) return true;
  const chosen = beside[name] ?? record[name];
  return typeof chosen === "string" && values.includes(chosen);
}

/** Integer minor units as text: 1850 is "18.50". @param {number} minor @param {number} exponent */
export function minorToText(minor, exponent) {
  const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  const sign = minor < 0 ? "-" : "";
  return exponent ? `${sign}${whole}.${digits.slice(-exponent)}` : `${sign}${whole}`;
}

/**
 * Typed money as integer minor units. A comma or a point may stand before the last digits; groups may be spaced.
 * @param {string} typed
 * @param {number} exponent
 * @returns {number | null} null when it is no amount
 */
export function textToMinor(typed, exponent) {
  const text = plainNumber(typed);
  const parts = text.match(/^(-?)(\d{1,13})(?:\.(\d*))?$/);
  if (!parts) return null;
  const [, sign, whole = "", fraction = ""] = parts;
  if (fraction.length > exponent) return null;
  const minor = Number(whole + fraction.padEnd(exponent, "0"));
  return Number.isSafeInteger(minor) ? (sign ? -minor : minor) : null;
}

/**
 * "1.234,50", "1 234.50" and "1'234.50" as "1234.50": of two different signs the last one is the decimal point, and a
 * single sign is one too.
 * @param {string} typed
 */
export function plainNumber(typed) {
  const text = typed.normalize("NFKC").replace(/[\s'’_]/g, "");
  const last = Math.max(text.lastIndexOf(","), text.lastIndexOf("."));
  if (last < 0) return text;
  const whole = text.slice(0, last);
  const grouped = /^-?\d{1,3}([.,]\d{3})*$/.test(whole) && !whole.includes(text.charAt(last));
  return `${grouped ? whole.replace(/[.,]/g, "") : whole}.${text.slice(last + 1)}`;
}

/** @param {FieldSchema} field @param {Json | undefined} value @param {Money} money @returns {Value} */
export function toValue(field, value, money) {
  if (field.type === "boolean") return value === true;
  if (field.type === "tags") return Array.isArray(value) ? value.map(String) : [];
  if (field.type === "group") {
    return Object.fromEntries(
      Object.entries(asMap(value)).map(([id, element]) => [id, toValues(field.fields ?? [], asMap(element), money)]),
    );
  }
  if (field.type === "money" && typeof value === "number") return minorToText(value, money.exponent);
  return value === undefined || value === null ? "" : String(value);
}

/**
 * @param {readonly FieldSchema[]} fields
 * @param {Data} data
 * @param {Money} money
 * @returns {Values}
 */
export function toValues(fields, data, money) {
  return Object.fromEntries(
    fields.filter(({ name }) => name in data).map((field) => [field.name, toValue(field, data[field.name], money)]),
  );
}

/** Nothing was entered here. A ticked box is something; an unticked one is not. @param {Value | undefined} value @returns {boolean} */
export function isEmpty(value) {
  if (value === undefined || value === false) return true;
  if (typeof value === "string") return isBlank(value);
  if (Array.isArray(value)) return value.length === 0;
  return (
    typeof value === "object" &&
    Object.values(value).every((element) => Object.values(/** @type {Values} */ (element)).every(isEmpty))
  );
}

/** @param {FieldSchema} field @param {Value} value @param {Money} money @param {Values} record @returns {Json} */
function toJson(field, value, money, record) {
  if (typeof value === "boolean") return value;
  if (Array.isArray(value)) return value;
  if (typeof value === "object") {
    const kept = Object.entries(elementsOf(value)).filter(([, element]) => !Object.values(element).every(isEmpty));
    return Object.fromEntries(
      kept.map(([id, element]) => [id, toData(field.fields ?? [], element, {}, money, record)]),
    );
  }
  const text = field.type === "multiline" ? value.trimEnd() : value.trim();
  if (field.type === "money") return textToMinor(text, money.exponent) ?? text;
  if (field.type === "integer") return /^-?\d+$/.test(text) ? Number(text) : text;
  if (field.type === "decimal") return plainNumber(text);
  return text;
}

/**
 * The whole record as the form leaves it. Fields that the form does not show stay as they are in `base`; those that
 * do not go with what is chosen are gone.
 * @param {readonly FieldSchema[]} fields
 * @param {Values} values
 * @param {Data} base
 * @param {Money} money
 * @param {Values} [record]  the whole record, where `values` are those of an element
 * @returns {Data}
 */
export function toData(fields, values, base, money, record = { .../** @type {Values} */ (base), ...values }) {
  const data = { ...base };
  for (const field of fields) {
    const value = values[field.name];
    if (!applies(field, values, record)) delete data[field.name];
    if (value === undefined || !applies(field, values, record)) continue;
    if (field.type === "group") keepHidden(data, field, toJson(field, value, money, record), base);
    else if (value === (base[field.name] ?? false))
      continue; // an unticked box that nobody touched says nothing
    else if (isEmpty(value) && value !== false) delete data[field.name];
    else data[field.name] = toJson(field, value, money, record);
  }
  return data;
}

/** An element keeps the members that this form does not show. @param {Data} data @param {FieldSchema} field @param {Json} shown @param {Data} base */
function keepHidden(data, field, shown, base) {
  const names = new Set((field.fields ?? []).map(({ name }) => name));
  const before = asMap(base[field.name]);
  const elements = Object.entries(asMap(shown)).map(([id, element]) => {
    const hidden = Object.entries(asMap(before[id])).filter(([name]) => !names.has(name));
    return [id, { ...Object.fromEntries(hidden), ...asMap(element) }];
  });
  if (elements.length || (field.name in base && Object.keys(before).length === 0))
    data[field.name] = Object.fromEntries(elements);
  else delete data[field.name];
}

/** @param {Values} values @param {string[]} path @returns {Value | undefined} */
export function valueAt(values, path) {
  /** @type {any} */
  let here = values;
  for (const name of path) here = here?.[name];
  return here;
}

/** @param {Values} values @param {string[]} path @param {Value | undefined} value  undefined removes @returns {Values} */
export function withValue(values, path, value) {
  const [name = "", ...rest] = path;
  if (rest.length)
    return {
      ...values,
      [name]: /** @type {Value} */ (withValue(/** @type {Values} */ (values[name] ?? {}), rest, value)),
    };
  const { [name]: _old, ...others } = values;
  return value === undefined ? others : { ...values, [name]: value };
}

/** The texts under "phone" or "contacts.phone"; hidden ones say nothing. @param {Data} data @param {string} field @returns {string[]} */
export function textsAt(data, field) {
  const [name = "", member] = field.split(".");
  const values = member ? Object.values(asMap(data[name])).map((element) => asMap(element)[member]) : [data[name]];
  return values.filter((value) => typeof value === "string" && value && !value.includes(MASK)).map(String);
}
