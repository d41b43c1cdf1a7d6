// Words for screens. A bundle is a folder of JSON files, one a language, each a flat map from key to text; the field
// app and the console load their own. Texts name their values in braces; a text that counts is a map by plural form.
import { signal } from "@preact/signals";

/** @typedef {string | Record<string, string>} Text  a map is keyed by Intl.PluralRules category */

export const LANGUAGES = [
  { value: "en", label: "English" },
  { value: "zh-CN", label: "简体中文" },
  { value: "zh-Hant", label: "繁體中文" },
];

// Taiwan, Hong Kong and Macao write traditional characters; a script in the tag goes first.
const TRADITIONAL = /^zh-(?!hans\b).*?\b(hant|tw|hk|mo)\b/;

/** The language on screen; a component that reads it is drawn again when it changes. */
export const language = signal("en");

/** @type {Record<string, Text>} */
let words = {};

/** The language of ours that a tag asks for, as the gateway finds it. @param {string} wish */
function nearest(wish) {
  const tag = wish.toLowerCase();
  if (tag.split("-")[0] === "zh") return TRADITIONAL.test(tag) ? "zh-Hant" : "zh-CN";
  return tag.split("-")[0] === "en" ? "en" : "";
}

/**
 * The best supported language for a list of wishes, first wish first; English when none fits.
 * @param {readonly string[]} wishes  BCP 47 tags
 */
export const match = (wishes) => wishes.map(nearest).find(Boolean) ?? "en";

/**
 * Load the bundles of one language, and no other, then switch to it at once.
 * @param {string} wanted
 * @param {readonly string[]} folders  for example ["/static/locales"]
 */
export async function speak(wanted, folders) {
  const parts = await Promise.all(
    folders.map((folder) => fetch(`${folder}/${wanted}.json`).then((answer) => answer.json())),
  );
  words = Object.assign({}, ...parts);
  language.value = wanted;
  document.documentElement.lang = wanted;
}

/** One more bundle of the language on screen. @param {string} folder */
export async function learn(folder) {
  const shown = language.value;
  const more = await fetch(`${folder}/${shown}.json`).then((answer) => answer.json());
  if (shown === language.value) words = { ...words, ...more }; // another language has brought its own meanwhile
}

/**
 * The text of a key with its values filled in. `count` also chooses the plural form.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const text = words[key] ?? key;
  const shown = language.value;
  const pattern =
    typeof text === "string"
      ? text
      : (text[new Intl.PluralRules(shown).select(Number(values.count))] ?? text.other ?? key);
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? new Intl.NumberFormat(shown).format(value) : value;
  });
}

/**
 * A label set as the gateway sends it ({"en": …, "zh-CN": …}) in the language on screen, else in the nearest one.
 * @param {Record<string, string> | undefined} labels
 */
export function label(labels) {
  const shown = language.value;
  return labels?.[shown] ?? labels?.[shown === "en" ? "en" : "zh-CN"] ?? labels?.en ?? "";
}
