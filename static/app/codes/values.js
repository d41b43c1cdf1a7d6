// What the value behind a GS1 application identifier means: its name, its type, what is wrong with it (pure). Dates are
// YYYY-MM-DD, counts are numbers, measures are decimal text with a unit, and money is an integer of minor units.
import { checkDigit, isChecked } from "./articles.js";
import { currencyOf, exponent } from "./currencies.js";

/** @typedef {{reason: string, field: string, expected: string, got: string}} Fault */
/** @typedef {{value: string, unit: string}} Measure */
/** @typedef {{minor: number, currency: string} | {value: string, currency: string}} Amount */
/** @typedef {string | number | Measure | Amount} Part */
/** @typedef {{today: string, moneyDecimals?: number}} Terms  today: YYYY-MM-DD; moneyDecimals: of the shop's currency */

/** @type {Record<string, string>} */
const NAMES = {
  "00": "sscc",
  "01": "gtin",
  "02": "content_gtin",
  10: "lot",
  11: "production_date",
  12: "due_date",
  13: "packaging_date",
  15: "best_before",
  16: "sell_by",
  17: "expiry",
  20: "variant",
  21: "serial",
  22: "consumer_variant",
  30: "variable_count",
  37: "count",
  240: "additional_id",
  241: "customer_part",
  400: "customer_order",
  410: "ship_to",
  414: "location",
};
/** The first three digits of an identifier of a measure; the fourth says how many decimals. */
const MEASURES = new Map(
  `310 weight kg,311 length m,312 width m,313 height m,314 area m2,315 volume l,316 volume m3,320 weight lb,321 length in,
  322 length ft,323 length yd,324 width in,325 width ft,326 width yd,327 height in,328 height ft,329 height yd,
  330 gross_weight kg,335 gross_volume l,336 gross_volume m3,337 density kg/m2,340 gross_weight lb,350 area in2,
  351 area ft2,352 area yd2,356 weight ozt,357 weight oz,360 volume qt,361 volume gal,394 discount %`
    .split(/,\s*/)
    .map((line) => line.split(" "))
    .map(([start = "", name = "", unit = ""]) => [start, { name, unit }]),
);
/** Money of the shop's own currency, and money that names its currency. @type {Record<string, string>} */
const AMOUNTS = { 390: "amount", 392: "price", 395: "unit_price" };
/** @type {Record<string, string>} */
const NAMED_AMOUNTS = { 391: "amount", 393: "price" };
const COUNTS = new Set(["30", "37"]);
const DATES = new Set(["11", "12", "13", "15", "16", "17"]);
const CHECKED = new Set(["00", "01", "02", "03", "410", "411", "412", "413", "414", "415", "416", "417"]);
/** A date that lies behind us, and what is to be said of it. @type {Record<string, string>} */
const OVER = { 17: "expired", 15: "best_before_over", 16: "sell_by_over" };

/** @param {string} reason @param {Partial<Fault>} [more] @returns {Fault} */
export const fault = (reason, more = {}) => ({ reason, field: "", expected: "", got: "", ...more });

/** @param {string} identifier */
export const named = (identifier) => NAMES[identifier] ?? identifier;

/** @param {string} identifier */
export const isDate = (identifier) => DATES.has(identifier);

/**
 * A date of two-digit parts as YYYY-MM-DD, "" when there is no such day; day 00 is the last of its month, and the year
 * lies between 49 years ago and 50 years to come (GS1 General Specifications, section 7.12).
 * @param {string} digits @param {Terms} terms
 */
function dateOf(digits, { today }) {
  const year = Number(today.slice(0, 4));
  const [short, month, day] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
  const away = Number(short) - (year % 100);
  const century = year - (year % 100) + (away >= 51 ? -100 : away <= -50 ? 100 : 0);
  const whole = century + Number(short);
  const last = new Date(Date.UTC(whole, Number(month), 0)).getUTCDate();
  if (!month || month > 12 || Number(day) > last) return "";
  return `${whole}-${digits.slice(2, 4)}-${String(day || last).padStart(2, "0")}`;
}

/** What is wrong with a value of the right form. @param {string} identifier @param {string} value @param {Terms} terms @returns {Fault | null} */
export function faultOf(identifier, value, terms) {
  const field = named(identifier);
  if (CHECKED.has(identifier) && !isChecked(value))
    return fault("check_digit", { field, expected: checkDigit(value.slice(0, -1)), got: value.slice(-1) });
  if (DATES.has(identifier) && !dateOf(value, terms)) return fault("date", { field, got: value });
  return COUNTS.has(identifier) && !value ? fault("gs1", { field }) : null;
}

/** @param {string} digits @param {number} decimals */
function decimal(digits, decimals) {
  const whole = digits.length - decimals;
  const units = digits.slice(0, Math.max(whole, 0)).replace(/^0+(?=\d)/, "") || "0";
  const rest = decimals ? digits.slice(Math.max(whole, 0)).padStart(decimals, "0") : "";
  return [units, rest].filter(Boolean).join(".");
}

/** Minor units, null for what is finer than those. @param {string} digits @param {number} decimals @param {number} kept */
function minor(digits, decimals, kept) {
  const finer = Math.max(decimals - kept, 0);
  if (/[1-9]/.test(finer ? digits.slice(-finer) : "")) return null;
  return Number((finer ? digits.slice(0, -finer) : digits) + "0".repeat(Math.max(kept - decimals, 0)));
}

/** @param {string} name @param {string} digits @param {number} decimals @returns {[string, Part]} */
function namedAmount(name, digits, decimals) {
  const [number, value] = [digits.slice(0, 3), digits.slice(3)];
  const currency = currencyOf(number);
  const exact = currency ? minor(value, decimals, exponent(currency)) : null;
  if (exact === null) return [name, { value: decimal(value, decimals), currency: currency || number }];
  return [name, { minor: exact, currency }];
}

/** The element with its value as what it is. @param {string} identifier @param {string} value @param {Terms} terms @returns {[string, Part]} */
export function typed(identifier, value, terms) {
  if (DATES.has(identifier)) return [named(identifier), dateOf(value, terms)];
  if (COUNTS.has(identifier)) return [named(identifier), Number(value)];
  const [family, decimals] = identifier.length === 4 ? [identifier.slice(0, 3), Number(identifier[3])] : ["", 0];
  const measure = MEASURES.get(family);
  if (measure) return [measure.name, { value: decimal(value, decimals), unit: measure.unit }];
  if (NAMED_AMOUNTS[family]) return namedAmount(NAMED_AMOUNTS[family], value, decimals);
  const amount = AMOUNTS[family];
  if (!amount) return [named(identifier), value];
  const exact = minor(value, decimals, terms.moneyDecimals ?? 2);
  return exact === null ? [amount, decimal(value, decimals)] : [`${amount}_minor`, exact];
}

/** The warning that a date lies behind us, or nothing. @param {string} identifier @param {string} value @param {Terms} terms */
export function over(identifier, value, terms) {
  const warning = OVER[identifier];
  return warning && dateOf(value, terms) < terms.today ? warning : "";
}
