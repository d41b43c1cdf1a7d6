// A text from a scanner, a camera or a keyboard: what kind of code it is, and what it says (pure). The rules are the
// gateway's; the labels of a shop's scales are known to the gateway alone. A code that only looks like GS1 stays plain text; one
// that says it is GS1, by its AIM prefix, and is not, is invalid.
import { checkDigit, gtin14, isChecked, isDigits, isRestricted, LENGTHS, upcA } from "./articles.js";
import { readHex, readUri } from "./epc.js";
import { behindSeparators, elements, readLink, readMessage, readPrinted, SEPARATOR } from "./gs1.js";
import { readCode } from "./site_codes.js";
import { fault } from "./values.js";

/** @typedef {import("./gs1.js").Elements} Elements */
/** @typedef {Elements & {text: string, aim: string, symbology: string}} Reading */
/** @typedef {import("./values.js").Terms & {upcE?: boolean, bareSscc?: boolean, codes?: readonly string[]}} Rules  codes: the site's own, a name and a pattern each */

const GS1_CHARACTERS_MAX = 512;
/** @type {Record<string, string>} */
const GS1 = {
  "]C1": "gs1-128",
  "]e0": "gs1-databar",
  "]e1": "gs1-composite",
  "]e2": "gs1-composite",
  "]e3": "gs1-composite",
  "]d2": "gs1-datamatrix",
  "]d5": "gs1-datamatrix",
  "]Q3": "gs1-qr",
  "]Q4": "gs1-qr",
  "]J1": "gs1-dotcode",
};
/** @type {Record<string, string>} */
const RETAIL = { "]E0": "ean13", "]E3": "ean13", "]E4": "ean8", "]I1": "itf14" };
/** By the code character alone, whatever the modifier says. @type {Record<string, string>} */
const OTHERS = {
  A: "code39",
  B: "telepen",
  C: "code128",
  D: "code-one",
  E: "ean-addon",
  F: "codabar",
  G: "code93",
  H: "code11",
  I: "itf",
  J: "dotcode",
  K: "code16k",
  L: "pdf417",
  M: "msi",
  N: "anker",
  O: "codablock",
  P: "plessey",
  Q: "qr",
  R: "2of5",
  S: "2of5",
  T: "code49",
  U: "maxicode",
  Z: "typed",
  c: "channel-code",
  d: "datamatrix",
  e: "gs1-databar",
  h: "han-xin",
  o: "ocr",
  p: "posicode",
  s: "supercode",
  z: "aztec",
};
/** @type {Record<number, string>} */
const BY_LENGTH = { 8: "ean8", 12: "upca", 13: "ean13", 14: "itf14" };

/** @param {Reading} reading @param {Partial<Reading>} more @returns {Reading} */
const but = (reading, more) => ({ ...reading, ...more });

/** @param {Reading} reading @param {Rules} rules */
function article(reading, rules) {
  const { text, aim } = reading;
  const seen = but(reading, { symbology: reading.symbology || (BY_LENGTH[text.length] ?? "") });
  // An EAN-8 has a prefix of its own: eight digits behind the other one can only be a UPC-E.
  const short = text.length === 8 && aim !== "]E4" && (rules.upcE || aim === "]E0");
  const spread = short ? upcA(text) : "";
  if (spread) return but(seen, { symbology: "upce", values: { upc_a: spread }, gtin: spread.padStart(14, "0") });
  const gtin = gtin14(text);
  if (!gtin) {
    const expected = checkDigit(text.slice(0, -1));
    return but(seen, { fault: fault("check_digit", { field: "gtin", expected, got: text.slice(-1) }) });
  }
  const warnings = isRestricted(text) ? ["restricted"] : [];
  const american = text.length === 12 || (text.length === 13 && ["]E0", "]E3"].includes(aim) && text[0] === "0");
  if (!american) return but(seen, { gtin, warnings });
  return but(seen, { symbology: "upca", values: { upc_a: text.slice(-12) }, gtin, warnings });
}

/** A retail code and the add-on beside it, however the scanner joins them. @param {Reading} reading @returns {[string, string]} */
function added({ text, aim }) {
  if (aim === "]E3" && /^(\d{15}|\d{18})$/.test(text)) return [text.slice(0, 13), text.slice(13)];
  const [, code = "", two = "", five = ""] = /^(\d{8,13})\](?:E1(\d\d)|E2(\d{5}))$/.exec(text) ?? [];
  return ["]E0", "]E4"].includes(aim) && LENGTHS.includes(code.length) ? [code, two || five] : [text, ""];
}

/** @param {Reading} reading @param {string} code @param {string} addOn @param {Rules} rules @returns {Reading} */
function withAddOn(reading, code, addOn, rules) {
  const read = article(but(reading, { text: code }), rules);
  return but(read, { text: reading.text, values: { ...read.values, add_on: addOn } });
}

/** @param {Reading} reading @param {Rules} rules @returns {Reading} */
function digitsOnly(reading, rules) {
  const { text, aim } = reading;
  if (LENGTHS.includes(text.length) && (aim in RETAIL || !aim || gtin14(text))) return article(reading, rules);
  if (text.length !== 18) return structured(reading, rules);
  return rules.bareSscc && isChecked(text) ? but(reading, { values: { sscc: text } }) : reading;
}

/** `01` and a valid GTIN, or `00` and a valid SSCC. @param {string} text */
function beginsWithValidKey(text) {
  if (text.startsWith("01")) return Boolean(text.length >= 16 && gtin14(text.slice(2, 16)));
  const sscc = text.slice(2, 20);
  return text.startsWith("00") && /^\d{18}$/.test(sscc) && isChecked(sscc);
}

/** Text without an AIM prefix for GS1 that may carry elements all the same. @param {Reading} reading @param {Rules} terms @returns {Reading} */
function structured(reading, terms) {
  const { text } = reading;
  // Digits alone are a bar code's more often than a tag's.
  const tag = readUri(text) ?? (/[A-F]/i.test(text) ? readHex(text) : null);
  if (tag) return but(reading, { symbology: reading.symbology || "epc", ...tag });
  const symbology = reading.symbology || "gs1";
  if (text.startsWith("(")) {
    const printed = readPrinted(text, terms);
    return printed ? but(reading, { symbology, ...printed }) : reading;
  }
  const sure = text.startsWith(SEPARATOR) || beginsWithValidKey(text);
  if (!sure && !text.includes(SEPARATOR)) return reading;
  const found = readMessage(behindSeparators(text), terms);
  if (!sure && (found.fault || found.warnings.includes("unknown_ai")))
    return but(reading, { warnings: ["gs1_unread"] });
  return but(reading, { symbology, ...found });
}

/** What kind of code it is by its prefix, and the rest. @param {string} scanned @returns {Reading} */
function begun(scanned) {
  const aim = scanned.length > 3 && /^\][A-Za-z][0-9A-Za-z]/.test(scanned) ? scanned.slice(0, 3) : "";
  const symbology = GS1[aim] ?? RETAIL[aim] ?? OTHERS[aim[1] ?? ""] ?? "";
  return { ...elements(), text: scanned.slice(aim.length), aim, symbology };
}

/** A code of the shop's own; one that says it is GS1 is none. @param {Reading} reading @param {Rules} rules @returns {Reading | null} */
function own(reading, { codes = [] }) {
  const { text, aim, symbology } = reading;
  const found = aim in GS1 ? null : readCode(text, codes);
  return found && but(reading, { symbology: symbology || (BY_LENGTH[text.length] ?? ""), ...found });
}

/**
 * The reading of one code. Never throws.
 * @param {string} scanned  with or without an AIM prefix such as "]C1" @param {Rules} rules
 * @returns {Reading}
 */
export function read(scanned, rules) {
  const reading = begun(scanned);
  const { text, aim } = reading;
  if (text.length > GS1_CHARACTERS_MAX || /\P{ASCII}/u.test(text)) return reading;
  const found = own(reading, rules);
  if (found) return found;
  if (/^https?:\/\//i.test(text)) {
    const link = readLink(text, rules);
    return link ? but(reading, link) : reading;
  }
  if (aim in GS1) return but(reading, readMessage(text, rules));
  const [code, addOn] = added(reading);
  if (addOn) return withAddOn(reading, code, addOn, rules);
  return isDigits(text) ? digitsOnly(reading, rules) : structured(reading, rules);
}
