// Electronic product codes of RFID tags, as the numbers that bar codes carry (pure): SGTIN-96, SGTIN-198 and SSCC-96, as
// the hexadecimal digits of a tag's memory or as a URI (GS1 EPC Tag Data Standard 1.13, sections 6.3, 12 and 14.5). A tag
// has no check digit: it is worked out here. The same answers as the gateway gives; tests/cases/codes.json holds both to it.
import { checkDigit } from "./articles.js";
import { decoded, elements } from "./gs1.js";
import { fault } from "./values.js";

/** @typedef {import("./gs1.js").Elements} Elements */
/** @typedef {{key: string, bits: number, keyBits: number, serialBits: number}} Scheme  its bits, those of the key, and those of the serial number */

/** By partition value: bits and digits of the company prefix (Data Standard, tables 14-2 and 14-5). @type {[number, number][]} */
const COMPANY = [
  [40, 12],
  [37, 11],
  [34, 10],
  [30, 9],
  [27, 8],
  [24, 7],
  [20, 6],
];
/** @type {Record<string, number>} */
const KEY_DIGITS = { sgtin: 13, sscc: 17 };
/** By the first eight bits. @type {Record<string, Scheme>} */
const SCHEMES = {
  30: { key: "sgtin", bits: 96, keyBits: 44, serialBits: 38 },
  36: { key: "sgtin", bits: 198, keyBits: 44, serialBits: 140 },
  31: { key: "sscc", bits: 96, keyBits: 58, serialBits: 0 },
};
const URI =
  /^urn:epc:(?:id:(sgtin|sscc):|tag:(sgtin-96|sgtin-198|sscc-96):[0-7]\.)(\d{6,12})\.(\d{1,11})(?:\.(.{1,60}))?$/i;
const HEX = /^([0-9A-F]{24}|[0-9A-F]{50}|[0-9A-F]{52})$/i;
const SERIAL = /^[!-?A-Z_a-z]{1,20}$/;

/** The key with its check digit; its first digit stands at the beginning of the item. @param {string} key @param {string} company @param {string} item @param {string} serial */
function elementsOf(key, company, item, serial) {
  const body = item.slice(0, 1) + company + item.slice(1);
  if (body.length !== KEY_DIGITS[key]) return null;
  const number = body + checkDigit(body);
  return key === "sscc"
    ? elements({ values: { sscc: number } })
    : elements({ values: { gtin: number, serial }, gtin: number });
}

/** `urn:epc:id:sgtin:...` and its relatives; null for any other text. @param {string} text @returns {Elements | null} */
export function readUri(text) {
  if (!/^urn:epc:/i.test(text)) return null;
  const [, id, tag = "", company = "", item = "", coded = ""] = URI.exec(text) ?? [];
  if (!company) return elements({ fault: fault("epc") });
  const key = (id ?? tag.split("-")[0] ?? "").toLowerCase();
  const serial = decoded(coded);
  if ((key === "sgtin") !== SERIAL.test(serial))
    return elements({ fault: fault("epc", { field: "serial", got: serial.slice(0, 20) }) });
  return elementsOf(key, company, item, serial) ?? elements({ fault: fault("epc") });
}

/** @param {bigint} number @param {number} bits  of it @param {number} start @param {number} length */
const slice = (number, bits, start, length) =>
  (number >> BigInt(bits - start - length)) & ((1n << BigInt(length)) - 1n);

/** Digits in 38 bits, or up to twenty characters of seven bits that end in zeros; null for what is no such text. @param {bigint} number @param {Scheme} scheme */
function serialIn(number, { bits, serialBits }) {
  if (serialBits === 0) return "";
  const tail = slice(number, bits, bits - serialBits, serialBits);
  if (serialBits === 38) return String(tail);
  const signs = Array.from({ length: 20 }, (_, at) => String.fromCharCode(Number(slice(tail, serialBits, at * 7, 7))));
  const text = signs.join("").replace(/\0+$/, "");
  return SERIAL.test(text) ? text : null;
}

/** The memory of a tag, in hexadecimal digits; null for what is no such tag. @param {string} text @returns {Elements | null} */
export function readHex(text) {
  const scheme = HEX.test(text) ? SCHEMES[text.slice(0, 2)] : undefined;
  if (!scheme || (text.length === 24) !== (scheme.bits === 96)) return null;
  const number = BigInt(`0x${text}`) >> BigInt(text.length * 4 - scheme.bits);
  const part = COMPANY[Number(slice(number, scheme.bits, 11, 3))];
  if (!part) return null;
  const [bits, digits] = part;
  const itemDigits = (KEY_DIGITS[scheme.key] ?? 0) - digits;
  const company = String(slice(number, scheme.bits, 14, bits)).padStart(digits, "0");
  const item = String(slice(number, scheme.bits, 14 + bits, scheme.keyBits - bits)).padStart(itemDigits, "0");
  const serial = serialIn(number, scheme);
  return company.length > digits || serial === null ? null : elementsOf(scheme.key, company, item, serial);
}
