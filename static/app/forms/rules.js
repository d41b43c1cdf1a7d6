// The gateway's field rules on the phone: every finding at once, under the gateway's own codes. What only the gateway
// can judge (whole number plans, tax authorities) passes here and is judged there; nothing it would take is refused.
import { doubled, unmet, wanting } from "./constraints.js";
import { isoDate } from "./dates.js";
import { MASK, tidyLines, tidyName } from "./tidy.js";
import { applies, elementsOf, isEmpty, plainNumber, textToMinor } from "./values.js";

/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Finding} Finding */
/** @typedef {import("../types.js").Values} Values */
/** @typedef {{exponent: number, currency: string, country?: string, today?: string}} Context  country: of the shop, or of what is judged */
/** @typedef {{code: string, params?: Record<string, string | number>} | null} Verdict */

const LENGTHS = /** @type {Record<string, number>} */ ({
  text: 200,
  multiline: 5_000,
  tags: 60,
  url: 500,
  code: 60,
  postal_code: 20,
});
const LENGTH_OTHERWISE = 200;
const ELEMENTS_MAX = 100;

const EMAIL = /^(?!\.|.*\.\.|.*\.@)[^\s@<>()[\],;:\\]+@[^\s@.]+(\.[^\s@.]+)*\.[^\s@.\d]{2,}$/u;
const HOST = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}]{2,63}$/u;
const PHONE_SIGNS =
  /^[\p{Nd}\s()+\-./·~*#,;=:]*(?:\s*;?(?:ext|extension|x|转接|转|轉|分机|分機|内线|內線|durchwahl|dw)[.:=：\s]*\p{Nd}+)?#?$/iu;

/** @param {string} text @returns {Verdict} */
function email(text) {
  return EMAIL.test(text) ? null : { code: "email_invalid" };
}

/** @param {string} text @returns {Verdict} */
function url(text) {
  const whole = text.includes("://") ? text : `https://${text}`;
  const parts = whole.match(/^https?:\/\/([^/?#:@\s]+)(:\d{1,5})?([/?#]\S*)?$/iu);
  return parts && HOST.test(parts[1] ?? "") ? null : { code: "url_invalid" };
}

/** @param {string} text @returns {Verdict} */
function phone(text) {
  const plain = text.replace(/^(?:tel|phone|电话|手机)\s*[.:：]?\s*/i, "");
  const digits = [...plain.matchAll(/\p{Nd}/gu)].length;
  return PHONE_SIGNS.test(plain) && digits >= 2 && digits <= 25 ? null : { code: "phone_impossible" };
}

/** @param {string} text @returns {Verdict} */
function wechat(text) {
  const plain = text.replace(/^@/, "").replace(/ /g, "");
  return /^([a-z][a-z0-9_-]{5,19}|\+?\d{5,15})$/i.test(plain) ? null : { code: "wechat_invalid" };
}

/** @param {string} text @returns {Verdict} */
function bic(text) {
  const plain = text.replace(/[\s-]/g, "").toUpperCase();
  return /^[A-Z]{6}[0-9A-Z]{2}([0-9A-Z]{3})?$/.test(plain) ? null : { code: "bic_invalid" };
}

/** @param {string} text @param {FieldSchema} _ @param {Context} context @returns {Verdict} */
function accountNumber(text, _, { country = "" }) {
  const plain = text.replace(/[\s./-]/g, "");
  const shape = country === "CN" ? /^\d{8,30}$/ : /^[0-9a-z]{4,34}$/i;
  return shape.test(plain) ? null : { code: "account_number_invalid", params: { country } };
}

/** @param {string} text @param {FieldSchema} field @param {Context} context @returns {Verdict} */
function postalCode(text, field, { country = "" }) {
  const pattern = field.rules?.patterns?.[country];
  const plain = text
    .toUpperCase()
    .replace(/^〒\s*/, "")
    .replace(/\s+/g, " ");
  const fits = !pattern || new RegExp(`^(?:${pattern})$`).test(plain);
  return fits ? null : { code: "postal_code_invalid", params: { country } };
}

/** @param {string} text @param {FieldSchema} field @param {Context} context @returns {Verdict} */
function date(text, field, context) {
  const { iso, code } = isoDate(text);
  if (code) return { code };
  return field.rules?.past && context.today && iso > context.today ? { code: "date_future" } : null;
}

/** @param {number} value @param {FieldSchema} field @returns {Verdict} */
function range(value, { rules = {} }) {
  const low = rules.min === undefined ? -Number.MAX_SAFE_INTEGER : Number(rules.min);
  const high = rules.max === undefined ? Number.MAX_SAFE_INTEGER : Number(rules.max);
  return value < low || value > high ? { code: "number_range", params: { low, high } } : null;
}

/** @param {string} text @param {FieldSchema} field @param {Context} context @returns {Verdict} */
function money(text, field, { exponent, currency }) {
  const minor = textToMinor(text, exponent);
  if (minor === null) return { code: "money_invalid", params: { currency, places: exponent } };
  const found = range(minor, field);
  const shown = (/** @type {unknown} */ bound) => Number(bound) / 10 ** exponent;
  return found?.params
    ? { code: found.code, params: { low: shown(found.params.low), high: shown(found.params.high) } }
    : null;
}

/** @param {string} text @param {FieldSchema} field @returns {Verdict} */
function integer(text, field) {
  return /^[+-]?\d{1,16}$/.test(text) ? range(Number(text), field) : { code: "integer_invalid" };
}

/** @param {string} text @param {FieldSchema} field @returns {Verdict} */
function decimal(text, field) {
  const plain = plainNumber(text);
  return /^[+-]?\d{1,12}(\.\d{1,8})?$/.test(plain) ? range(Number(plain), field) : { code: "decimal_invalid" };
}

/** ISO 13616: letters become numbers, and the whole is 1 modulo 97. @param {string} text @returns {Verdict} */
function iban(text) {
  const plain = text
    .normalize("NFKC")
    .replace(/[\s.-]/g, "")
    .toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(plain)) return { code: "iban_invalid" };
  let rest = 0;
  for (const sign of plain.slice(4) + plain.slice(0, 4)) rest = Number(`${rest}${Number.parseInt(sign, 36)}`) % 97;
  return rest === 1 ? null : { code: "iban_invalid" };
}

/** GS1 modulo 10 over 8, 12, 13 or 14 digits. @param {string} text @returns {Verdict} */
function gtin(text) {
  const digits = text.normalize("NFKC").replace(/[\s-]/g, "");
  if (!/^(\d{8}|\d{12,14})$/.test(digits)) return { code: "gtin_invalid" };
  const sum = [...digits.padStart(14, "0")].reduce((total, digit, at) => total + Number(digit) * (at % 2 ? 1 : 3), 0);
  return sum % 10 === 0 ? null : { code: "gtin_invalid" };
}

/** @param {string} text @param {FieldSchema} field @returns {Verdict} */
function choice(text, { rules }) {
  return (rules?.choices ?? []).some(({ value }) => value === text) ? null : { code: "choice_unknown" };
}

/** @type {Record<string, (text: string, field: FieldSchema, context: Context) => Verdict>} */
const CHECKS = {
  email,
  url,
  phone,
  date,
  money,
  integer,
  decimal,
  iban,
  gtin,
  choice,
  wechat,
  bic,
  account_number: accountNumber,
  postal_code: postalCode,
};

/** How a text is tidied before it is judged, where that is not as a name is. @type {Record<string, (text: string) => string>} */
const TIDY = { multiline: tidyLines, url: (text) => text.normalize("NFKC").trim() };

/** The verdict on one typed text. @param {FieldSchema} field @param {string} typed @param {Context} context @returns {Verdict} */
export function checkText(field, typed, context) {
  const text = (TIDY[field.type] ?? tidyName)(typed);
  if (text.includes(MASK)) return { code: "value_masked" };
  const longest = field.rules?.max_length ?? LENGTHS[field.type] ?? LENGTH_OTHERWISE;
  // The gateway counts characters, not the halves of a surrogate pair.
  const length = [...text].length;
  if (length > longest) return { code: "value_too_long", params: { length, length_max: longest } };
  return CHECKS[field.type]?.(text, field, context) ?? null;
}

/** @param {FieldSchema} field @param {string[]} items @param {Context} context @returns {Verdict} */
function checkTags(field, items, context) {
  if (items.length > ELEMENTS_MAX) return { code: "elements_too_many", params: { count_max: ELEMENTS_MAX } };
  return items.map((item) => checkText(field, item, context)).find(Boolean) ?? null;
}

/** Where a value is judged: the fields beside it, the whole record, and the way to it. @typedef {{values: Values, record: Values, path: string[]}} Place */

/** The country that a number belongs to: chosen beside it, else at the top, else the shop's. @param {FieldSchema} field @param {Place} place @param {Context} context @returns {Context} */
export function inCountry(field, { values, record }, context) {
  const name = field.rules?.country_field;
  const chosen = name ? values[name] || record[name] : "";
  return typeof chosen === "string" && chosen ? { ...context, country: chosen.trim().toUpperCase() } : context;
}

/** @param {FieldSchema} field @param {Place} place @param {Context} context @returns {Finding[]} */
function checkGroup(field, { values, record, path }, context) {
  const filled = Object.entries(elementsOf(values[field.name])).filter(
    ([, element]) => !Object.values(element).every(isEmpty),
  );
  if (filled.length > ELEMENTS_MAX) return [{ path, code: "elements_too_many", params: { count_max: ELEMENTS_MAX } }];
  const members = field.fields ?? [];
  const inside = filled.flatMap(([id, element]) => [
    ...check(members, element, context, [...path, id], record),
    ...unmet(field.rules, members, element, [...path, id]),
  ]);
  return [...inside, ...doubled(field, values, path)];
}

/** @param {FieldSchema} field @param {Place} place @param {Context} context @returns {Finding[]} */
function checkField(field, place, context) {
  const { values, path } = place;
  const value = values[field.name];
  if (isEmpty(value)) return field.required && value !== false ? [{ path, code: "field_required", params: {} }] : [];
  if (field.type === "group") return checkGroup(field, place, context);
  const verdict = Array.isArray(value)
    ? checkTags(field, value, context)
    : typeof value === "string"
      ? checkText(field, value, inCountry(field, place, context))
      : null;
  return verdict ? [{ path, code: verdict.code, params: verdict.params ?? {} }] : [];
}

/**
 * Everything that is wrong, in the order of the form. Fields that do not go with what is chosen are not asked for.
 * @param {readonly FieldSchema[]} fields
 * @param {Values} values
 * @param {Context} context
 * @param {string[]} [path]
 * @param {Values} [record]  the whole record, where `values` are those of an element
 * @returns {Finding[]}
 */
export function check(fields, values, context, path = [], record = values) {
  const asked = fields.filter((field) => applies(field, values, record));
  const own = asked.flatMap((field) => checkField(field, { values, record, path: [...path, field.name] }, context));
  return [...own, ...wanting(asked, values, path)];
}
