// What a record is called, what stands under its name and what it is found by, read from the kind's declaration.
import { fold, lineOf } from "./search.js";

/** @typedef {import("./types.js").Data} Data */
/** @typedef {import("./types.js").Json} Json */
/** @typedef {import("./types.js").FieldSchema} FieldSchema */
/** @typedef {import("./types.js").KindSchema} KindSchema */

/** What people call somebody comes before what the register does. */
const NAMES = ["trade_name", "name", "legal_name", "title"];
const WORDS = new Set(["text", "email", "tax_id", "gtin", "code", "wechat", "tags"]);

/** @param {Json | undefined} value */
const text = (value) => (typeof value === "string" ? value : "");

/** @param {Json | undefined} value @returns {Data} */
export const asMap = (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {});

/** @param {Data} data */
export function titleOf(data) {
  return NAMES.map((name) => text(data[name])).find(Boolean) ?? "";
}

/** @param {Json | undefined} value @returns {string[]} */
const texts = (value) => (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string");

/** @param {readonly FieldSchema[]} fields @param {Data} data @param {(field: FieldSchema, value: string) => void} see */
function eachText(fields, data, see) {
  for (const field of fields) {
    const value = data[field.name];
    if (field.type !== "group") {
      for (const each of texts(value)) see(field, each);
      continue;
    }
    for (const element of Object.values(asMap(value))) eachText(field.fields ?? [], asMap(element), see);
  }
}

/**
 * "Ada Fontaine · Lyon": the first contact and the first town, whatever the kind calls them.
 * @param {KindSchema | undefined} kind @param {Data} data
 */
export function subtitleOf(kind, data) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const field of kind?.fields ?? []) {
    if (field.type !== "group") continue;
    const [element] = Object.values(asMap(data[field.name])).map(asMap);
    for (const name of ["name", "city"]) found[name] ||= text(element?.[name]);
  }
  return [found.name, found.city || text(data.city)].filter(Boolean).join(" · ");
}

/**
 * What a list is narrowed by. The usual status is not marked: most records have it.
 * @param {KindSchema | undefined} kind @param {Data} data @returns {import("./types.js").Marks | undefined}
 */
export function marksOf(kind, data) {
  const usual = kind?.fields.find(({ name }) => name === "status")?.default;
  const owner = fold(text(data.owner) || text(data.account_manager)).trim();
  const tags = texts(data.tags);
  const marks = {
    ...(owner && { owner }),
    ...(tags.length > 0 && { tags: tags.map(String) }),
    ...(data.status !== usual && text(data.status) && { status: text(data.status) }),
    ...Object.fromEntries(
      ["due", "customer", "priority"].flatMap((name) => (text(data[name]) ? [[name, data[name]]] : [])),
    ),
  };
  return Object.keys(marks).length ? marks : undefined;
}

/**
 * The folded name first, then everything else a record is found by.
 * @param {KindSchema | undefined} kind
 * @param {Data} data
 * @param {string[]} numbers  official and provisional
 */
export function searchLine(kind, data, numbers) {
  /** @type {string[]} */
  const words = [titleOf(data), ...numbers];
  /** @type {string[]} */
  const phones = [];
  eachText(kind?.fields ?? [], data, (field, value) => {
    if (field.type === "phone") phones.push(value);
    else if (WORDS.has(field.type)) words.push(value);
  });
  return lineOf(words, phones);
}

/** One or two signs for the round mark beside a name: initials, or the first character of a Chinese name. @param {string} title */
export function monogram(title) {
  const [first = "", second = ""] = title
    .split(/\s+/)
    .flatMap((word) => [...word].find((sign) => /[\p{L}\p{N}]/u.test(sign)) ?? []);
  return /\p{Script=Han}/u.test(first) ? first : `${first}${second}`.toUpperCase();
}
