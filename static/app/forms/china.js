// Provinces, prefectures and districts of mainland China, and the place that an address begins with.

/** @typedef {Record<string, Record<string, string[]>>} Tree  province, town, districts; "-" holds what a province governs directly */
/** @typedef {{province: string, city: string, district: string, rest: string}} Read */
/** @typedef {{name: string, province: string, city: string, district: string}} Town */

const PROVINCE_END = /(?:壮族|回族|维吾尔)?(?:自治区|省|市)$/u;
const DIRECT = "-";

/** @type {Tree} */
let tree = {};
/** @type {Town[]} */
let towns = [];

/** @param {Tree} china */
export function takeChina(china) {
  tree = china;
  towns = unique(rows(china).flatMap(townsOf));
}

/** Every prefecture with its province and districts. @param {Tree} china @returns {{province: string, city: string, districts: string[]}[]} */
export const rows = (china) =>
  Object.entries(china).flatMap(([province, cities]) =>
    Object.entries(cities).map(([city, districts]) => ({ province, city, districts })),
  );

/** Prefectures, and towns among districts: names that may stand without their province. @param {ReturnType<typeof rows>[0]} row @returns {Town[]} */
function townsOf({ province, city, districts }) {
  const direct = city === DIRECT;
  const below = districts
    .filter((name) => name.endsWith("市"))
    // A county that its province governs directly is its own town.
    .map((name) => ({ name, province, city: direct ? name : city, district: direct ? "" : name }));
  return direct || city === province ? below : [{ name: city, province, city, district: "" }, ...below];
}

/** @param {Town[]} all */
function unique(all) {
  const counts = new Map();
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  return all.filter(({ name }) => counts.get(name) === 1);
}

/** @param {string} text @param {string} start */
const after = (text, start) => text.slice(start.length).replace(/^[ ,]+/, "");

/** The place an address begins with, and the rest; null where it is not sure: there are several 朝阳区. @param {string} text @returns {Read | null} */
export function readPlace(text) {
  const town = towns.find(({ name }) => text.startsWith(name));
  if (town?.district) return { ...town, rest: text.slice(town.name.length) };
  if (town) return withDistrict(town.province, town.city, text.slice(town.name.length));
  const province = Object.keys(tree).find((name) => text.startsWith(name.replace(PROVINCE_END, "")));
  return province ? inProvince(province, text) : null;
}

/** @param {string} province @param {string} text @returns {Read | null} */
function inProvince(province, text) {
  const whole = text.startsWith(province);
  const below = after(text, whole ? province : province.replace(PROVINCE_END, ""));
  const cities = Object.keys(tree[province] ?? {});
  // The name of a municipality may be written twice, or once.
  const city = cities.includes(province) ? province : (cities.find((name) => below.startsWith(name)) ?? "");
  const found = withDistrict(province, city, below.startsWith(city) ? after(below, city) : below);
  // 北京路 is a street in many towns: a short name alone says nothing.
  return found.sure || (city && (whole || city !== province)) ? found : null;
}

/** @param {string} province @param {string} city @param {string} text @returns {Read & {sure: boolean}} */
function withDistrict(province, city, text) {
  const known = tree[province]?.[city || DIRECT] ?? [];
  const named = [...known].sort((a, b) => b.length - a.length).find((name) => text.startsWith(name)) ?? "";
  const place = city ? { city, district: named } : { city: named, district: "" };
  return { province, ...place, rest: named ? after(text, named) : text, sure: Boolean(named) };
}
