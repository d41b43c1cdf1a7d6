// GS1 codes with several parts: element strings, their printed form, and GS1 Digital Links (pure). The same answers as
// the gateway gives; tests/cases/codes.json holds both to it.
import { identifierOf } from "./identifiers.js";
import { fault, faultOf, isDate, named, over, typed } from "./values.js";

/** @typedef {import("./values.js").Fault} Fault */
/** @typedef {import("./values.js").Part} Part */
/** @typedef {import("./values.js").Terms} Terms */
/** @typedef {{values: Record<string, Part>, gtin: string, warnings: string[], fault: Fault | null}} Elements */
/** @typedef {{name: string, value: string, known?: boolean}} Element  known: false for an identifier that is newer than the table */

export const SEPARATOR = "\x1d";
const BLANKS = "\\s\u001c-\u001f";
const AROUND = new RegExp(`^[${BLANKS}]+|[${BLANKS}]+$`, "g");
const WITHIN = new RegExp(`[${BLANKS}]`, "g");

/** What a lot or serial number looks like that has swallowed the element behind it, for want of a separator. */
const SWALLOWED = /^.{2,}(1[1235679]\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])|37\d{1,8}|21[0-9A-Za-z]{3,})$/;
const ARTICLE_LINK = /\/01\/(\d{8}|\d{12,14})([/?]|$)/;
/** Identifiers of no fixed length by their first two digits, and how long they are. @type {Record<string, number>} */
const FREE = {
  ...Object.fromEntries(["23", "24", "25", "40", "42", "71"].map((start) => [start, 3])),
  ...Object.fromEntries(["39", "43", "70", "72", "80", "81", "82"].map((start) => [start, 4])),
};
const WRITTEN = /^[!-?A-Z_a-z]{1,90}$/;
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

/** @param {Partial<Elements>} [more] @returns {Elements} */
export const elements = (more = {}) => ({ values: {}, gtin: "", warnings: [], fault: null, ...more });

/** @param {string} text @returns {string} */
export const behindSeparators = (text) => (text.startsWith(SEPARATOR) ? behindSeparators(text.slice(1)) : text);

/** What is to be said of an element. @param {Element} element @param {Terms} terms @returns {string[]} */
function remarks({ name, value, known = true }, terms) {
  const passed = known ? over(name, value, terms) : "unknown_ai";
  const swallowed = ["10", "21"].includes(name) && SWALLOWED.test(value) ? "gs_suspect" : "";
  return [passed, swallowed].filter(Boolean);
}

/** @param {Element[]} found @param {Terms} terms @returns {Elements} */
function collect(found, terms) {
  /** @type {Record<string, Part>} */
  const values = {};
  /** @type {Set<string>} */
  const warnings = new Set();
  for (const element of found) {
    const { name: identifier, value, known = true } = element;
    const wrong = known ? faultOf(identifier, value, terms) : null;
    if (wrong) return elements({ values, fault: wrong });
    const [name, part] = known ? typed(identifier, value, terms) : [identifier, value];
    values[name] ??= part;
    if (JSON.stringify(values[name]) !== JSON.stringify(part)) warnings.add("repeated");
    for (const each of remarks(element, terms)) warnings.add(each);
  }
  const gtin = typeof values.gtin === "string" ? values.gtin : "";
  return elements({ values, gtin, warnings: [...warnings] });
}

/** An element with an identifier that is newer than the table: it reaches to the separator. @param {string} text @returns {Element | null} */
function unknown(text) {
  const length = FREE[text.slice(0, 2)] ?? 0;
  const [name, value] = [text.slice(0, length), text.slice(length)];
  return length && /^\d+$/.test(name) && WRITTEN.test(value) && !identifierOf(text)
    ? { name, value, known: false }
    : null;
}

/** @param {string} text  up to its separator @returns {Element | null} */
function elementOf(text) {
  const known = identifierOf(text);
  const value = known?.value.exec(text.slice(known.name.length))?.[0];
  return known && value !== undefined ? { name: known.name, value } : unknown(text);
}

/** The fault of a text that begins with no element. @param {string} text  up to its separator @returns {Fault} */
function stumbled(text) {
  const name = identifierOf(text)?.name;
  if (!name || text.includes("'")) return fault("gs1");
  if (!isDate(name)) return fault("gs1", { field: named(name) });
  return fault("date", { field: named(name), got: text.slice(name.length, name.length + 6) });
}

/**
 * Element strings as GS1-128 and its relatives carry them, with 0x1D between them.
 * @param {string} text @param {Terms} terms
 * @returns {Elements}
 */
export function readMessage(text, terms) {
  /** @type {Element[]} */
  const found = [];
  let rest = text.replace(AROUND, "");
  while (rest) {
    const [next = ""] = rest.split(SEPARATOR, 1);
    const element = elementOf(next);
    if (!element) return elements({ fault: stumbled(next) });
    found.push(element);
    rest = behindSeparators(rest.slice(element.name.length + element.value.length));
  }
  return collect(found, terms);
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
 * @param {string} text @param {Terms} terms
 */
export function readPrinted(text, terms) {
  const found = [...text.replace(WITHIN, "").matchAll(/\((\d+)\)([^(]+)/g)].map(([, name = "", value = ""]) =>
    whole(name, value),
  );
  return found.length && areAll(found) ? collect(found, terms) : null;
}

/** @param {string} text  with %-signs */
export const decoded = (text) =>
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
 * @param {string} text @param {Terms} terms
 * @returns {Elements | null}
 */
export function readLink(text, terms) {
  const found = linked(text);
  if (areAll(found)) return collect(found, terms);
  return ARTICLE_LINK.test(text) ? elements({ fault: fault("digital_link") }) : null;
}
