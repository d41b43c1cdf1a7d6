// The names of a country's divisions, offered while an address is typed: province, then town, then district. Anything
// else can be typed as well; the table only saves letters.
import { signal } from "@preact/signals";
import { valueAt } from "./values.js";

/** @typedef {import("../types.js").Values} Values */
/** @typedef {Record<string, Record<string, string[]>>} Tree  province, town, districts; "-" holds what a province governs directly */

const TABLES = /** @type {Record<string, string>} */ ({ CN: "/static/data/china.json" });
const DIRECT = "-";

/** @type {import("@preact/signals").Signal<Record<string, Tree>>} */
const trees = signal({});
/** @type {Set<string>} */
const asked = new Set();

/** @param {string} country */
async function load(country) {
  asked.add(country);
  try {
    const answer = await fetch(TABLES[country] ?? "");
    trees.value = { ...trees.value, [country]: await answer.json() };
  } catch (error) {
    // Not on this phone yet: names are typed out, and asked for again with the next form.
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    asked.delete(country);
  }
}

/** @param {Values} address */
const countryOf = ({ country }) => (typeof country === "string" ? country : "");

/** Is a country's every division known here? Then they are part of the form and not folded away. @param {Values} address */
export const hasTable = (address) => countryOf(address) in TABLES;

/** @param {Tree} tree @param {string} region @returns {string[]} */
function towns(tree, region) {
  const cities = tree[region] ?? {};
  const direct = /** @type {string[]} */ (cities[DIRECT] ?? []);
  return [...Object.keys(cities).filter((name) => name !== DIRECT), ...direct];
}

/**
 * The names that fit here, given what stands above in the same address.
 * @param {string | undefined} part  region, city or district
 * @param {Values} address
 * @returns {string[]}
 */
export function namesFor(part, address) {
  const country = countryOf(address);
  if (!part || !(country in TABLES)) return [];
  const tree = trees.value[country];
  if (!tree) {
    if (!asked.has(country)) void load(country);
    return [];
  }
  const region = String(valueAt(address, ["region"]) ?? "");
  if (part === "region") return Object.keys(tree);
  if (part === "city") return region ? towns(tree, region) : Object.keys(tree).flatMap((name) => towns(tree, name));
  return tree[region]?.[String(valueAt(address, ["city"]) ?? "")] ?? [];
}
