// How values of one sort are compared: their normal form, and how alike two of them are. Named as the gateway names them.
import { fold } from "../search.js";
import { tables } from "./companies.js";
import { likeness, oneSlip, winkler } from "./letters.js";
import { namesAlike, parseName } from "./names.js";
import { tidyName } from "./tidy.js";

/** @typedef {{form: (text: string) => any, alike: (one: any, other: any) => number}} Measure  form: null where a text says nothing */

const NOT_CODE = /[^\p{L}\p{N}]+/gu;
const EXTENSION = /(?:;?\s*(?:ext|x|转|分机|#)\.?\s*=?\s*\d+)$/i;
const COUNTRY =
  /^(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI)(?=[0-9A-Z]{8})/;

/** @param {string} text */
export const folded = (text) => fold(tidyName(text));
/** @param {unknown} one @param {unknown} other */
const equal = (one, other) => (one === other ? 1 : 0);

/** The last eight digits, which are the same however the number is dialled; no extension. @param {string} text */
export function phoneTail(text) {
  const digits = tidyName(text).replace(EXTENSION, "").replace(/\D/g, "");
  return digits.length >= 5 ? digits.slice(-8) : null;
}

/** Without case, and without what stands behind a plus. @param {string} text */
export function emailForm(text) {
  const plain = folded(text);
  const at = plain.lastIndexOf("@");
  const local = plain.slice(0, Math.max(at, 0)).split("+")[0];
  return local && at < plain.length - 1 ? `${local}@${plain.slice(at + 1)}` : null;
}

/** @param {string} one @param {string} other */
function emailsAlike(one, other) {
  if (one === other) return 1;
  const [local = "", domain = ""] = one.split("@");
  const [otherLocal = "", otherDomain = ""] = other.split("@");
  if (domain !== otherDomain) return 0;
  if (local.length > 4 && oneSlip(local, otherLocal)) return 0.9;
  return tables.value?.freemail.includes(domain) ? 0 : 0.6;
}

/** Letters and digits alone, in capitals. @param {string} text */
export const codeForm = (text) => folded(text).replace(NOT_CODE, "").toUpperCase() || null;
/** @param {string} text */
export const taxForm = (text) => codeForm(text)?.replace(COUNTRY, "") ?? null;
/** @param {string} one @param {string} other */
const codesAlike = (one, other) =>
  one === other ? 1 : Math.min(one.length, other.length) > 4 && oneSlip(one, other) ? 0.9 : 0;

/** @param {string} text */
const word = (text) => folded(text).replace(NOT_CODE, " ").trim() || null;
/** @param {string} text */
const place = (text) => word(text)?.replace(/(?<=.)市$/u, "") ?? null;

/** @param {string} text */
function street(text) {
  const plain = word(folded(text).replace(/(?:stra(?:ss|ß)e|strasse|str)(?![\p{L}\p{N}_])\.?/gu, "str "));
  return plain && (plain.match(/\d+|[^\d\s]+/g) ?? []).sort().join(" ");
}

/** House numbers must be the same; the words may be spelled a little differently. @param {string} one @param {string} other */
function streetsAlike(one, other) {
  if (one === other) return 1;
  const numbers = (/** @type {string} */ text) => (text.match(/\d+/g) ?? []).join(" ");
  return (numbers(one) === numbers(other) ? 1 : 0.7) * likeness(one, other);
}

/** @param {string} text */
function site(text) {
  const plain = folded(text);
  const [host = ""] = (plain.split("://")[1] ?? plain).split("/");
  return host.replace(/^www\./, "") || null;
}

/** @type {Record<string, Measure>} */
export const MEASURES = {
  name: { form: parseName, alike: namesAlike },
  phone: { form: phoneTail, alike: equal },
  email: { form: emailForm, alike: emailsAlike },
  tax: { form: taxForm, alike: codesAlike },
  code: { form: codeForm, alike: codesAlike },
  place: { form: place, alike: winkler },
  street: { form: street, alike: streetsAlike },
  site: { form: site, alike: equal },
};
