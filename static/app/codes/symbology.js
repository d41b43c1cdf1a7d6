// A text from a scanner, a camera or a keyboard: what kind of code it is, and what it says (pure). The rules are the
// gateway's; a shop's own labels are known to the gateway alone. A code that only looks like GS1 stays plain text; one
// that says it is GS1, by its AIM prefix, and is not, is invalid.
import { checkDigit, gtin14, isChecked, isDigits, isRestricted, LENGTHS, upcA } from "./articles.js";
import { behindSeparators, elements, fault, readLink, readMessage, readPrinted, SEPARATOR } from "./gs1.js";

/** @typedef {import("./gs1.js").Elements} Elements */
/** @typedef {Elements & {text: string, aim: string, symbology: string}} Reading */
/** @typedef {{upcE?: boolean, bareSscc?: boolean, year: number}} Rules  year: this year */

const GS1_CHARACTERS_MAX = 512;
/** @type {Record<string, string>} */
const GS1 = {
  "]C1": "gs1-128",
  "]e0": "gs1-databar",
  "]e1": "gs1-composite",
  "]e2": "gs1-composite",
  "]d2": "gs1-datamatrix",
  "]Q3": "gs1-qr",
  "]J1": "gs1-dotcode",
};
/** @type {Record<string, string>} */
const RETAIL = { "]E0": "ean13", "]E3": "ean13", "]E4": "ean8", "]I1": "itf14" };
/** By the code character alone, whatever the modifier says. @type {Record<string, string>} */
const OTHERS = {
  A: "code39",
  C: "code128",
  E: "ean-addon",
  F: "codabar",
  G: "code93",
  I: "itf",
  L: "pdf417",
  Q: "qr",
  U: "maxicode",
  d: "datamatrix",
  e: "gs1-databar",
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
  const spread = rules.upcE && text.length === 8 ? upcA(text) : "";
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

/** @param {Reading} reading @param {Rules} rules @returns {Reading} */
function digitsOnly(reading, rules) {
  const { text, aim } = reading;
  if (aim === "]E3" && [15, 18].includes(text.length)) {
    const read = article(but(reading, { text: text.slice(0, 13) }), rules);
    return but(read, { text, values: { ...read.values, add_on: text.slice(13) } });
  }
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

/** Text without an AIM prefix for GS1 that may carry elements all the same. @param {Reading} reading @param {Rules} rules @returns {Reading} */
function structured(reading, { year }) {
  const { text } = reading;
  const symbology = reading.symbology || "gs1";
  if (text.startsWith("(")) {
    const printed = readPrinted(text, year);
    return printed ? but(reading, { symbology, ...printed }) : reading;
  }
  const sure = text.startsWith(SEPARATOR) || beginsWithValidKey(text);
  if (!sure && !text.includes(SEPARATOR)) return reading;
  const found = readMessage(behindSeparators(text), year);
  if (found.fault && !sure) return but(reading, { warnings: ["gs1_unread"] });
  return but(reading, { symbology, ...found });
}

/**
 * The reading of one code. Never throws.
 * @param {string} scanned  with or without an AIM prefix such as "]C1" @param {Rules} rules
 * @returns {Reading}
 */
export function read(scanned, rules) {
  const aim = scanned.length > 3 && /^\][A-Za-z][0-9A-Za-z]/.test(scanned) ? scanned.slice(0, 3) : "";
  const text = scanned.slice(aim.length);
  const symbology = GS1[aim] ?? RETAIL[aim] ?? OTHERS[aim[1] ?? ""] ?? "";
  const reading = { ...elements(), text, aim, symbology };
  if (text.length > GS1_CHARACTERS_MAX || /\P{ASCII}/u.test(text)) return reading;
  if (/^https?:\/\//i.test(text)) {
    const link = readLink(text, rules.year);
    return link ? but(reading, link) : reading;
  }
  if (aim in GS1) return but(reading, readMessage(text, rules.year));
  return isDigits(text) ? digitsOnly(reading, rules) : structured(reading, rules);
}
