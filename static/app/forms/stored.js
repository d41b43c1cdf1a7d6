// What was typed, as the gateway will store it: the same normal forms, made on the phone, so that the last look before
// saving shows what will be kept. Nothing of it is sent: the gateway keeps what was typed beside what it made of it.
import { asMap } from "../summary.js";
import * as codes from "./codes.js";
import { isoDate } from "./dates.js";
import { phoneNumber } from "./phones.js";
import { respelled } from "./respell.js";
import { checkText, inCountry } from "./rules.js";
import { tidyLines, tidyName } from "./tidy.js";
import { plainNumber } from "./values.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Json} Json */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").KindSchema} KindSchema */
/** @typedef {import("./rules.js").Context} Context */

/** @param {string} text */
function decimal(text) {
  const [, sign = "", whole = "", fraction = ""] = plainNumber(text).match(/^([+-]?)0*(\d*)\.?(\d*?)0*$/) ?? [];
  const plain = `${whole || "0"}${fraction ? `.${fraction}` : ""}`;
  return sign === "-" && plain !== "0" ? `-${plain}` : plain;
}

/** @type {Record<string, (text: string, field: FieldSchema, context: Context) => Json>} */
const FORMS = {
  multiline: tidyLines,
  choice: (text) => text,
  country: codes.code,
  currency: codes.code,
  language: codes.language,
  code: codes.code,
  phone: (text, _, { country = "" }) => phoneNumber(text, country),
  email: codes.email,
  url: codes.url,
  date: (text) => isoDate(text).iso ?? tidyName(text),
  integer: (text) => Number(tidyName(text)),
  decimal,
  tax_id: (text, _, { country = "" }) => codes.taxId(text, country),
  iban: codes.iban,
  bic: codes.bic,
  account_number: codes.accountNumber,
  postal_code: (text, field, { country = "" }) => codes.postalCode(text, country, field.rules?.patterns?.[country]),
  gtin: codes.gtin,
  wechat: codes.wechat,
};

/** The stored form of one text; one that is refused stays as it is, but for what nobody sees. @param {FieldSchema} field @param {string} text @param {Context} context @returns {Json} */
function storedText(field, text, context) {
  const tidied = field.type === "multiline" ? tidyLines : tidyName;
  const form = checkText(field, text, context) ? tidied : (FORMS[field.type] ?? tidyName);
  return form(text, field, context);
}

/** @param {FieldSchema} field @param {Json[]} items @param {Context} context */
function storedTags(field, items, context) {
  const made = items.map((item) => storedText({ ...field, type: field.rules?.items ?? "text" }, String(item), context));
  return [...new Set(made.filter(Boolean).map(String))].sort();
}

/** @param {FieldSchema} field @param {Json} value @param {{beside: Data, record: Data, context: Context}} place @returns {Json} */
function storedValue(field, value, { beside, record, context }) {
  if (Array.isArray(value)) return storedTags(field, value, context);
  if (field.type === "group") {
    const elements = Object.entries(asMap(value)).map(([id, element]) => [
      id,
      storedFields(field.fields ?? [], asMap(element), record, context),
    ]);
    return Object.fromEntries(elements);
  }
  if (typeof value !== "string") return value;
  const home = inCountry(field, /** @type {any} */ ({ values: beside, record }), context);
  return storedText(field, value, home);
}

/**
 * @param {readonly FieldSchema[]} fields @param {Data} data  as the form leaves it @param {Data} record  the whole of it @param {Context} context
 * @returns {Data} what the fields do not name stays as it is
 */
export function storedFields(fields, data, record, context) {
  const result = { ...data };
  for (const field of fields) {
    const value = data[field.name];
    if (value === undefined || value === null) continue;
    const stored = storedValue(field, value, { beside: data, record, context });
    if (stored === "" || (Array.isArray(stored) && stored.length === 0)) delete result[field.name];
    else result[field.name] = stored;
  }
  return result;
}

/** The shapes of postal codes, wherever in the form they are declared. @param {readonly FieldSchema[]} fields @returns {Record<string, string>} */
const patternsIn = (fields) =>
  Object.assign(
    {},
    ...fields.map((field) => ({ ...field.rules?.patterns, ...(field.fields ? patternsIn(field.fields) : {}) })),
  );

/**
 * The whole record as it will be stored.
 * @param {KindSchema} kind @param {readonly FieldSchema[]} fields  of the form @param {Data} data  as the form leaves it
 * @param {Data} before  as it was opened: what has not changed since is left alone
 * @param {Context} context
 * @returns {Data}
 */
export function storedData(kind, fields, data, before, context) {
  const known = JSON.stringify;
  const touched = fields.filter(({ name }) => known(data[name]) !== known(before[name]));
  const made = storedFields(touched, data, data, context);
  return respelled(kind.tidy ?? [], made, before, patternsIn(fields));
}
