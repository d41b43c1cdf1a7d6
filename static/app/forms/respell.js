// What the gateway puts in order when a record is stored, beyond each field on its own. A kind names what of it holds.
import { asMap } from "../summary.js";
import { readPlace } from "./china.js";
import { postalCode } from "./codes.js";
import { spelledForm, splitForm } from "./companies.js";
import { tidyName } from "./tidy.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Json} Json */
/** @typedef {{street: string, city: string, region?: string, district?: string, postal_code?: string}} Parts */

const HAN_GAP = /(?<=[\u3400-\u9fff\u{20000}-\u{3ffff}]) (?=[\u3400-\u9fff\u{20000}-\u{3ffff}])/gu;
const PARTS = ["city", "region", "district", "postal_code"];
/** Where the postal code stands before the town, as in 10115 Berlin. */
const CODE_FIRST = new Set(
  "AT BE BG CH CZ DE DK EE ES FI FR GR HR HU IS IT LI LT LU LV NL NO PL PT RO RS SE SI SK".split(" "),
);
const AMERICAN = /^(?<street>\d[^,]*), (?<city>[^\d,]+), (?<region>[A-Z]{2}) (?<code>\d{5}(?:-\d{4})?)$/;
const BRITISH = /^(?<street>\d[^,]*), (?<city>[^\d,]+?),? (?<code>[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2})$/;
const CHINESE_CODE = /(?:邮编|邮政编码)?:{0,2}\s*(?<!\d)(\d{6})(?!\d)/g;

/** No blanks inside Chinese names; a company's legal form in its usual letter case. @param {Data} data @param {Data} before */
function names(data, before) {
  const result = { ...data };
  for (const field of ["legal_name", "trade_name"]) {
    const name = data[field];
    if (typeof name !== "string" || name === before[field]) continue;
    const close = name.replace(HAN_GAP, "");
    const [core, form] = data.type === "company" ? splitForm(close) : [close, ""];
    result[field] = form && core && close.endsWith(form) ? close.slice(0, -form.length) + spelledForm(form) : close;
  }
  return result;
}

/** An address typed in one line is taken apart where there is only one way to read it. @param {Data} data @param {Data} before @param {Record<string, string>} patterns */
function addressLines(data, before, patterns) {
  const old = asMap(before.addresses);
  const taken = Object.entries(asMap(data.addresses)).map(([id, element]) => {
    const address = asMap(element);
    const same = JSON.stringify(old[id]) === JSON.stringify(address);
    return [id, same ? address : apart(address, patterns)];
  });
  return taken.length ? { ...data, addresses: Object.fromEntries(taken) } : data;
}

/** @param {Data} address @param {Record<string, string>} patterns @returns {Data} */
function apart(address, patterns) {
  const { street, country } = address;
  if (typeof street !== "string" || PARTS.some((part) => address[part])) return address;
  const parts = splitAddress(street, String(country ?? ""), patterns);
  return parts ? { ...address, ...Object.fromEntries(Object.entries(parts).filter(([, value]) => value)) } : address;
}

/**
 * The parts of a line such as "10115 Berlin, Invalidenstr. 44"; null where it could be read in another way.
 * @param {string} line  in stored form @param {string} country @param {Record<string, string>} patterns  of postal codes
 * @returns {Parts | null}
 */
function splitAddress(line, country, patterns) {
  if (country === "CN") return chinese(line);
  const found = formsOf(country, patterns).flatMap((form) =>
    [line.match(form)?.groups ?? null].filter((one) => one !== null),
  );
  const [one, other] = found;
  if (!one || other) return null;
  const { street = "", city = "", region = "", code = "" } = one;
  return {
    street: street.trim(),
    city: city.trim(),
    region,
    postal_code: postalCode(code, country, patterns[country]),
  };
}

/** @param {string} country @param {Record<string, string>} patterns */
function formsOf(country, patterns) {
  if (country === "US") return [AMERICAN];
  if (country === "GB") return [BRITISH];
  if (!CODE_FIRST.has(country) || !patterns[country]) return [];
  const town = `(?<code>${patterns[country]}) (?<city>[^\\d,]+)`;
  const street = "(?<street>[^,]*\\d[^,]*)";
  return [new RegExp(`^${town}, ${street}$`), new RegExp(`^${street}, ${town}$`)];
}

/** @param {string} typed @returns {Parts | null} */
function chinese(typed) {
  let line = typed.replace(/^(?:中国|中华人民共和国)/, "").replace(/^[ ,]+/, "");
  const codes = [...line.matchAll(CHINESE_CODE)].map(([, code]) => code ?? "");
  if (codes.length === 1) line = tidyName(line.replace(CHINESE_CODE, " ")).replace(/^[ ,]+|[ ,]+$/g, "");
  const found = readPlace(line);
  if (!found?.rest || codes.length > 1) return null;
  const { rest: street, province: region, city, district } = found;
  return { street, city, region, district, postal_code: codes[0] ?? "" };
}

const RULES = /** @type {Record<string, (data: Data, before: Data, patterns: Record<string, string>) => Data>} */ ({
  names,
  address_lines: addressLines,
});

/**
 * @param {readonly string[]} rules  named by the kind; an unknown one is the gateway's alone
 * @param {Data} data @param {Data} before  only what has changed since is touched @param {Record<string, string>} patterns  of postal codes
 */
export const respelled = (rules, data, before, patterns) =>
  rules.reduce((now, rule) => RULES[rule]?.(now, before, patterns) ?? now, data);
