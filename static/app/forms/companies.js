// Names of companies: their legal form, their trade, the place they begin with. The tables are the gateway's, read from
// the phone when a form first needs them.
import { signal } from "@preact/signals";
import { rows, takeChina } from "./china.js";

/**
 * east: legal forms behind (or, in Japan, before) a name, longest first; west: usual spelling by letters; shy: forms
 * that in small letters may well be words of the name; trades: Chinese ones longest first; spelled: Latin words by spelling.
 * @typedef {{east: string[], before: string[], branches: string[], west: Record<string, string>, shy: string[], trades: string[], spelled: Record<string, string>,
 *   elsewhere: string[], shyPlaces: string[], freemail: string[]}} Tables
 */
/** @typedef {import("./china.js").Tree} Tree */

const FILES = ["/static/data/names.json", "/static/data/china.json"];
const EDGES = /^[ ,、，-]+|[ ,、，-]+$/g;
const END_EDGES = /[ ,、，-]+$/;
const PEOPLES = "朝鲜|土家|苗|藏|羌|彝|布依|侗|哈尼|壮|傣|白|景颇|傈僳|回|蒙古|柯尔克孜|哈萨克|维吾尔";
const AUTONOMOUS = new RegExp(`^(.{2,}?)(?:(?:${PEOPLES})族?)+自治[州区]$`, "u");
const SUFFIX = /(?:特别行政区|自治区|地区|省|市|盟)$/u;
const LETTERS_MAX = 11;

/** What is known of companies' names; empty until the tables have been read. */
export const tables = signal(/** @type {Tables | null} */ (null));
/** @type {Map<string, string>} */
let places = new Map();
/** @type {Promise<void> | null} */
let reading = null;

/** @param {Tables} names @param {Tree} china */
export function take(names, china) {
  takeChina(china);
  places = placesOf(names, china);
  tables.value = names;
}

/** Read the tables, once. @param {(url: string) => Promise<any>} [fetchJson] */
export function readTables(fetchJson = async (url) => (await fetch(url)).json()) {
  reading ??= Promise.all(FILES.map(fetchJson)).then(
    ([names, china]) => take(names, china),
    () => {
      reading = null; // not on this phone yet: names stay as they were typed, and it is asked for again
    },
  );
  return reading;
}

/** @param {string} full */
const short = (full) => full.match(AUTONOMOUS)?.[1] ?? full.replace(SUFFIX, "");

/** Every place, in full and short, by its short form. @param {Tables} names @param {Tree} china */
function placesOf(names, china) {
  const known = new Map(names.elsewhere.map((place) => [place, place]));
  const shy = new Set(names.shyPlaces);
  for (const { province, city, districts } of rows(china)) {
    for (const name of districts.filter(({ length }) => length > 2)) known.set(name, name);
    for (const full of [province, city, ...districts.filter((name) => name.endsWith("市"))]) {
      const brief = short(full);
      known.set(full, brief);
      if (brief.length > 1 && !shy.has(brief)) known.set(brief, brief);
    }
  }
  return known;
}

/**
 * The places at the head of a Chinese name and those in brackets; at least two characters are left.
 * @param {string} text @returns {{rest: string, found: Set<string>}}
 */
export function withoutPlaces(text) {
  const found = new Set(/** @type {string[]} */ ([]));
  let rest = text.replace(/\(([^()]*)\)/g, (_, inner) => {
    const place = places.get(inner);
    if (place) found.add(place);
    return place ? "" : inner;
  });
  for (;;) {
    const head = headOf(rest);
    if (!head) return { rest, found };
    found.add(places.get(head) ?? head);
    rest = rest.slice(head.length);
  }
}

/** @param {string} name */
function headOf(name) {
  for (let length = Math.min(LETTERS_MAX, name.length - 2); length > 1; length -= 1)
    if (places.has(name.slice(0, length))) return name.slice(0, length);
  return "";
}

/** @param {string} text */
const lettersOf = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}_&]/gu, "");

/** @param {string} name @param {Tables} known @returns {[string, string]} */
function splitEast(name, known) {
  if (known.branches.some((end) => name.endsWith(end))) return [name, ""];
  for (const form of [...known.east, ...known.before])
    if (name.endsWith(form)) return [name.slice(0, -form.length).replace(END_EDGES, ""), form];
  const form = known.before.find((start) => name.startsWith(start));
  return form ? [name.slice(form.length).replace(EDGES, ""), form] : [name, ""];
}

/** @param {string} name @param {Tables} known @returns {[string, string]} */
function splitWest(name, known) {
  const words = name.split(" ");
  for (let count = Math.min(6, words.length - 1); count > 0; count -= 1) {
    const form = words.slice(-count).join(" ");
    const letters = lettersOf(form);
    const shy = known.shy.includes(letters) && form === form.toLowerCase();
    if (letters in known.west && !shy) return [words.slice(0, -count).join(" ").replace(END_EDGES, ""), form];
  }
  return [name, ""];
}

/**
 * The name without its legal form, and the form: "Acme Trading Co., Ltd." is ["Acme Trading", "Co., Ltd."].
 * @param {string} name  in stored form @returns {[string, string]}
 */
export function splitForm(name) {
  const known = tables.value;
  if (!known) return [name, ""];
  return [splitEast(name, known), splitWest(name, known)].find(([core, form]) => core && form) ?? [name, ""];
}

/** A legal form in its usual letter case: gmbh is GmbH, CO., LTD. is Co., Ltd. Only letters change. @param {string} form */
export function spelledForm(form) {
  const usual = tables.value?.west[lettersOf(form)];
  if (!usual || (form !== form.toLowerCase() && form !== form.toUpperCase())) return form;
  const letters = [...usual].filter((sign) => /\p{L}/u.test(sign));
  return [...form].map((sign) => (/\p{L}/u.test(sign) ? (letters.shift() ?? sign) : sign)).join("");
}
