// Codes a site has made up itself, such as shelves and badges (pure). The gateway has checked its rules when it started,
// with their samples and what they cost; a phone reads by the same patterns. tests/cases/codes.json holds both to it.
import { checkDigit, gtin14, isDigits, LENGTHS } from "./articles.js";
import { elements } from "./gs1.js";
import { fault } from "./values.js";

/** @typedef {import("./gs1.js").Elements} Elements */
/** @typedef {{name: string, pattern: RegExp}} CodeRule */

const TEXT_MAX = 128;

/** What is read already, by its lines. @type {Map<string, CodeRule[]>} */
const known = new Map();

/** The one difference in how both write a pattern is the name of a group. @param {string} line @returns {CodeRule[]} none for what this browser cannot read */
function ruleOf(line) {
  const [head = ""] = line.split(" ; ");
  const [, name = "", pattern = ""] = /^\s*(\S+)\s+(.*?)\s*$/.exec(head) ?? [];
  try {
    return [{ name, pattern: new RegExp(`^(?:${pattern.replaceAll("(?P<", "(?<")})$`) }];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return [];
  }
}

/** The rules of a site. @param {readonly string[]} lines  a name and a pattern each @returns {CodeRule[]} */
export function siteRules(lines) {
  const key = lines.join("\n");
  const rules = known.get(key) ?? lines.flatMap(ruleOf);
  known.set(key, rules);
  return rules;
}

/** @param {CodeRule} rule @param {Record<string, string | undefined>} groups @returns {Elements} */
function elementsOf({ name }, groups) {
  const { gtin: number, ...rest } = groups;
  const parts = Object.entries(rest).filter((part) => part[1] !== undefined);
  const values = /** @type {Record<string, string>} */ ({ code: name, ...Object.fromEntries(parts) });
  if (number === undefined) return elements({ values });
  const gtin = gtin14(number);
  if (gtin) return elements({ values: { ...values, gtin }, gtin });
  if (!LENGTHS.includes(number.length) || !isDigits(number))
    return elements({ values, fault: fault("length", { field: "gtin", got: number }) });
  const expected = checkDigit(number.slice(0, -1));
  return elements({ values, fault: fault("check_digit", { field: "gtin", expected, got: number.slice(-1) }) });
}

/** The parts of a code of the site, or null when no rule knows it. @param {string} text @param {readonly string[]} lines @returns {Elements | null} */
export function readCode(text, lines) {
  if (text.length > TEXT_MAX) return null;
  for (const rule of siteRules(lines)) {
    const match = rule.pattern.exec(text);
    if (match) return elementsOf(rule, match.groups ?? {});
  }
  return null;
}
