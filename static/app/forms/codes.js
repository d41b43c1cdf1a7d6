// The one written form of codes that follow a rule: postal codes, tax numbers, bank accounts, languages.
import { tidyName } from "./tidy.js";

/** Where the separator of a postal code stands, counted from the start or (negative) from the end, and what it is. */
const GROUPED = /** @type {Record<string, [number, string]>} */ ({
  ...Object.fromEntries(["GB", "GG", "JE", "IM"].map((country) => [country, [-3, " "]])),
  ...Object.fromEntries(["CZ", "GR", "SE", "SK", "CA", "IE"].map((country) => [country, [3, " "]])),
  NL: [4, " "],
  BR: [5, "-"],
  JP: [3, "-"],
  PL: [2, "-"],
  PT: [4, "-"],
});
/** Codes that begin with letters of their own, which are no country letters typed before them. */
const LETTERED = new Set("AD AI AZ BB BM BN KY LV MD MT SO VC VG WS".split(" "));

/** Capitals, without blanks at the ends or doubled. @param {string} text */
export const code = (text) => tidyName(tidyName(text).toUpperCase());

/** @param {string} text @param {string} country @param {string | undefined} pattern  of the country, if it is known */
export function postalCode(text, country, pattern) {
  const capitals = code(text).replace(/^〒/, "").trimStart();
  if (!pattern || !new RegExp(`^(?:${pattern})$`).test(capitals)) return capitals;
  const plain = LETTERED.has(country) ? capitals : capitals.replace(/^[A-Z]{1,3}[ -](?=\d)/, "");
  const [place, sign] = GROUPED[country] ?? [0, ""];
  if (!place) return plain;
  const bare = plain.replace(/[ -]/g, "");
  return `${bare.slice(0, place)}${sign}${bare.slice(place)}`;
}

/** What tax offices put between the digits, and the country before them, which is not stored. */
const TAX_SIGNS = /** @type {Record<string, RegExp>} */ ({
  AT: /[ \-./]/g,
  BE: /[ \-./]/g,
  BR: /[ \-./]/g,
  CZ: /[ /]/g,
  DE: /[ \-./,]/g,
  DK: /[ \-.,/:]/g,
  EE: / /g,
  GR: /[ \-./:]/g,
  IT: /[ \-:]/g,
  LU: /[ :.-]/g,
  NO: / /g,
});
const TAX_DOTTED = new Set("BG CH FR GB NL PT SE".split(" "));
const TAX_PREFIXED = new Set(
  "AT BE BG CY CZ DE DK EE ES FI FR HR HU IE IT LT LU LV MT NL NO PL PT SE SI SK".split(" "),
);
const TAX_KNOWN = new Set([...Object.keys(TAX_SIGNS), ...TAX_DOTTED, ...TAX_PREFIXED, "CN", "IN", "RO", "US"]);

/** @param {string} bare @param {string} country */
function withoutCountry(bare, country) {
  if (country === "GR") return bare.replace(/^(EL|GR)/, "");
  if (country === "GB") return bare.replace(/^(GB|XI)/, "");
  return TAX_PREFIXED.has(country) && bare.startsWith(country) ? bare.slice(2) : bare;
}

/**
 * A tax number in the compact form of its country; a country with a form that is not known here keeps its signs.
 * @param {string} text @param {string} country
 */
export function taxId(text, country) {
  const plain = tidyName(text).toUpperCase();
  if (!TAX_KNOWN.has(country)) return plain;
  if (country === "US") return plain.replaceAll("-", "");
  const signs = TAX_SIGNS[country] ?? (TAX_DOTTED.has(country) ? /[ \-.]/g : /[ -]/g);
  const bare = withoutCountry(plain.replace(/[\u2010-\u2015]/g, "-").replace(signs, ""), country);
  if (country === "NL") return bare.slice(0, -3).padStart(9, "0") + bare.slice(-3);
  const old = (country === "BE" && bare.length === 9) || (country === "GR" && bare.length === 8);
  return old ? `0${bare}` : bare;
}

/** @param {string} text */
export const iban = (text) =>
  tidyName(text)
    .replace(/[\s.-]/g, "")
    .toUpperCase();

/** @param {string} text */
export const bic = (text) => tidyName(text).replace(/[\s-]/g, "").toUpperCase();

/** @param {string} text */
export const accountNumber = (text) =>
  tidyName(text)
    .replace(/[\s./-]/g, "")
    .toUpperCase();

/** @param {string} text */
export const gtin = (text) => tidyName(text).replace(/[\s-]/g, "").padStart(14, "0");

/** @param {string} text */
export const wechat = (text) => tidyName(text).replace(/^@/, "").replaceAll(" ", "");

/** "zh-CN", "zh-Hant-TW". @param {string} text */
export function language(text) {
  const plain = tidyName(text);
  const found = plain.match(/^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}))?$/i);
  if (!found) return plain;
  const [, base = "", script = "", region = ""] = found;
  const title = script && script.charAt(0).toUpperCase() + script.slice(1).toLowerCase();
  return [base.toLowerCase(), title, region.toUpperCase()].filter(Boolean).join("-");
}

/** The domain in small letters; of what stands before it the case may matter. @param {string} text */
export function email(text) {
  const plain = tidyName(text);
  const at = plain.lastIndexOf("@");
  return at < 0 ? plain : plain.slice(0, at + 1) + plain.slice(at + 1).toLowerCase();
}

/** With its scheme, both it and the host in small letters. @param {string} text */
export function url(text) {
  const plain = text.normalize("NFKC").trim();
  const whole = plain.includes("://") ? plain : `https://${plain}`;
  const found = whole.match(/^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is);
  return found ? `${found[1]?.toLowerCase()}://${found[2]?.toLowerCase()}${found[3]?.replace(/[?#]$/, "")}` : whole;
}
