// GS1 codes with several parts: element strings, their printed form, and GS1 Digital Links (pure). The same answers as
// the gateway gives; tests/cases/codes.json holds both to it.
import { checkDigit, isChecked } from "./articles.js";
import { identifierOf } from "./identifiers.js";

/** @typedef {{reason: string, field: string, expected: string, got: string}} Fault */
/** @typedef {string | {value: string, unit: string}} Part */
/** @typedef {{values: Record<string, Part>, gtin: string, warnings: string[], fault: Fault | null}} Elements */
/** @typedef {{name: string, value: string}} Element */

export const SEPARATOR = "\x1d";
const BLANKS = "\\s\u001c-\u001f";
const AROUND = new RegExp(`^[${BLANKS}]+|[${BLANKS}]+$`, "g");
const WITHIN = new RegExp(`[${BLANKS}]`, "g");

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
/** @type {Record<string, [string, string]>} */
const MEASURES = {
  310: ["weight", "kg"],
  320: ["weight", "lb"],
  330: ["gross_weight", "kg"],
  340: ["gross_weight", "lb"],
  311: ["length", "m"],
  314: ["area", "m2"],
  315: ["volume", "l"],
  316: ["volume", "m3"],
};
const DATES = new Set(["11", "12", "13", "15", "16", "17"]);
const CHECKED = new Set(["00", "01", "02", "03", "410", "411", "412", "413", "414", "415", "416", "417"]);
/** What a lot or serial number looks like that has swallowed the element behind it, for want of a separator. */
const SWALLOWED = /^.{2,}(1[1235679]\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])|37\d{1,8}|21[0-9A-Za-z]{3,})$/;
const ARTICLE_LINK = /\/01\/(\d{8}|\d{12,14})([/?]|$)/;
/** What a link may be about, and what may qualify it, in this order. @type {Record<string, string[]>} */
const LINKED = {
  "01": ["22", "10", "21", "235"],
  8006: ["22", "10", "21"],
  8013: [],
  8010: ["8011"],
  414: ["254", "7040"],
  415: ["8020"],
  417: ["7040"],
  8017: ["8019"],
  8018: ["8019"],
  255: [],
  "00": [],
  253: [],
  401: [],
  402: [],
  8003: [],
  8004: ["7040"],
};

/** @param {string} reason @param {Partial<Fault>} [more] @returns {Fault} */
export const fault = (reason, more = {}) => ({ reason, field: "", expected: "", got: "", ...more });

/** @param {Partial<Elements>} [more] @returns {Elements} */
export const elements = (more = {}) => ({ values: {}, gtin: "", warnings: [], fault: null, ...more });

/** @param {string} text @returns {string} */
export const behindSeparators = (text) => (text.startsWith(SEPARATOR) ? behindSeparators(text.slice(1)) : text);

/** @param {string} name  of an identifier */
const named = (name) => NAMES[name] ?? name;

/**
 * A date of two-digit parts as YYYY-MM-DD, "" when there is no such day; day 00 is the last of its month, and the year
 * lies between 49 years ago and 50 years to come (GS1 General Specifications, section 7.12).
 * @param {string} digits @param {number} year  this year
 */
function dateOf(digits, year) {
  const [short, month, day] = [0, 2, 4].map((at) => Number(digits.slice(at, at + 2)));
  const away = Number(short) - (year % 100);
  const century = year - (year % 100) + (away >= 51 ? -100 : away <= -50 ? 100 : 0);
  const whole = century + Number(short);
  const last = new Date(Date.UTC(whole, Number(month), 0)).getUTCDate();
  if (!month || month > 12 || Number(day) > last) return "";
  return `${whole}-${digits.slice(2, 4)}-${String(day || last).padStart(2, "0")}`;
}

/** @param {Element} element @param {number} year @returns {Fault | null} */
function faultOf({ name, value }, year) {
  if (CHECKED.has(name) && !isChecked(value))
    return fault("check_digit", { field: named(name), expected: checkDigit(value.slice(0, -1)), got: value.slice(-1) });
  return DATES.has(name) && !dateOf(value, year) ? fault("date", { field: named(name), got: value }) : null;
}

/** @param {Element} element @param {number} year @returns {[string, Part]} */
function partOf({ name, value }, year) {
  const measure = name.length === 4 && MEASURES[name.slice(0, 3)];
  if (measure) {
    const whole = value.length - Number(name[3]);
    const units = value.slice(0, whole).replace(/^0+(?=\d)/, "") || "0";
    return [measure[0], { value: [units, value.slice(whole)].filter(Boolean).join("."), unit: measure[1] }];
  }
  return [named(name), DATES.has(name) ? dateOf(value, year) : value];
}

/** @param {Element[]} found @param {number} year @returns {Elements} */
function collect(found, year) {
  /** @type {Record<string, Part>} */
  const values = {};
  /** @type {Set<string>} */
  const warnings = new Set();
  for (const element of found) {
    const wrong = faultOf(element, year);
    if (wrong) return elements({ values, fault: wrong });
    const [name, part] = partOf(element, year);
    values[name] ??= part;
    if (JSON.stringify(values[name]) !== JSON.stringify(part)) warnings.add("repeated");
    if (["10", "21"].includes(element.name) && SWALLOWED.test(element.value)) warnings.add("gs_suspect");
  }
  const gtin = typeof values.gtin === "string" ? values.gtin : "";
  return elements({ values, gtin, warnings: [...warnings] });
}

/** The fault of a text that begins with no element. @param {string} text  up to its separator @returns {Fault} */
function stumbled(text) {
  const name = identifierOf(text)?.name;
  if (!name || text.includes("'")) return fault("gs1");
  if (!DATES.has(name)) return fault("gs1", { field: named(name) });
  return fault("date", { field: named(name), got: text.slice(name.length, name.length + 6) });
}

/**
 * Element strings as GS1-128 and its relatives carry them, with 0x1D between them.
 * @param {string} text @param {number} year  this year
 * @returns {Elements}
 */
export function readMessage(text, year) {
  /** @type {Element[]} */
  const found = [];
  let rest = text.replace(AROUND, "");
  while (rest) {
    const [next = ""] = rest.split(SEPARATOR, 1);
    const known = identifierOf(next);
    const value = known?.value.exec(next.slice(known.name.length))?.[0];
    if (!known || value === undefined) return elements({ fault: stumbled(next) });
    found.push({ name: known.name, value });
    rest = rest.slice(known.name.length + value.length);
    rest = behindSeparators(rest);
  }
  return collect(found, year);
}

/** One element, if the value is of its form as a whole. @param {string} name @param {string} value @returns {Element | null} */
function whole(name, value) {
  const known = identifierOf(name);
  const fits = known?.name === name && known.value.exec(value)?.[0] === value;
  return fits ? { name, value } : null;
}

/** @param {(Element | null)[]} found @returns {found is Element[]} */
const areAll = (found) => found.every(Boolean);

/**
 * The human-readable form `(01)...(17)...`; null when it is just a text in parentheses.
 * @param {string} text @param {number} year
 */
export function readPrinted(text, year) {
  const found = [...text.replace(WITHIN, "").matchAll(/\((\d+)\)([^(]+)/g)].map(([, name = "", value = ""]) =>
    whole(name, value),
  );
  return found.length && areAll(found) ? collect(found, year) : null;
}

/** @param {string} text  with %-signs */
const decoded = (text) =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (coded) => {
    try {
      return decodeURIComponent(coded);
    } catch {
      return "\ufffd"; // no text in any case, so it fits no element
    }
  });

/** @param {string} query @returns {(Element | null)[]} the last of those with the same name */
function asked(query) {
  /** @type {Map<string, string>} */
  const pairs = new Map();
  for (const pair of query.split("&")) {
    const [key = "", value = ""] = pair.split(/=(.*)/s).map((each) => decoded(each.replaceAll("+", " ")));
    if (value && identifierOf(key)?.name === key) pairs.set(key, value);
  }
  return [...pairs].map(([key, value]) => whole(key, value));
}

/** @param {string} text @returns {(Element | null)[]} */
function linked(text) {
  const [, path = "", query = ""] = /^https?:\/\/[^/?#]*([^?#]*)\??([^#]*)/i.exec(text) ?? [];
  const parts = path.split("/");
  const at = parts.findIndex((part) => part in LINKED);
  const [about = "", ...rest] = at < 0 ? [] : parts.slice(at).map(decoded);
  if (rest.length % 2 === 0) return [null];
  const first = rest[0] ?? "";
  const found = [whole(about, about === "01" ? first.padStart(14, "0") : first)];
  let allowed = LINKED[about] ?? [];
  for (let each = 1; each < rest.length; each += 2) {
    const place = allowed.indexOf(rest[each] ?? "");
    found.push(place < 0 ? null : whole(rest[each] ?? "", rest[each + 1] ?? ""));
    allowed = allowed.slice(place + 1);
  }
  return [...found, ...asked(query)];
}

/**
 * A GS1 Digital Link; null for any other web address.
 * @param {string} text @param {number} year
 * @returns {Elements | null}
 */
export function readLink(text, year) {
  const found = linked(text);
  if (areAll(found)) return collect(found, year);
  return ARTICLE_LINK.test(text) ? elements({ fault: fault("digital_link") }) : null;
}
