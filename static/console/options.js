// What a driver can be told, between its declaration and the texts of a form. Control characters are written as in
// JSON, because nobody can type an ACK.

/** @typedef {{type?: string, enum?: (string | number)[], default?: string | number | boolean, minimum?: number, maximum?: number, writeOnly?: boolean, format?: string}} Option */
/** @typedef {Record<string, string | number | boolean>} Config */

/** The text of a secret that the device is to forget: nobody can type it. */
export const FORGOTTEN = "\u0000";

/** @param {unknown} value @returns {string} */
export function written(value) {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? JSON.stringify(value).slice(1, -1) : String(value);
}

/** @param {Option} option @param {string} text @returns {string | number | boolean} as it is where it does not fit: the gateway says why */
function meant(option, text) {
  if (option.format === "lines") return text;
  if (option.writeOnly) return text === FORGOTTEN ? "" : text;
  if (option.enum) return option.enum.find((one) => String(one) === text) ?? text;
  if (option.type === "boolean") return text === "true";
  if (option.type === "integer") return /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text;
  try {
    return JSON.parse(`"${text.replaceAll('\\"', '"').replaceAll('"', '\\"')}"`);
  } catch {
    return text;
  }
}

/** @param {Option} option @param {unknown} value */
function textOf({ writeOnly, format }, value) {
  if (writeOnly) return "";
  return format === "lines" ? String(value ?? "") : written(value);
}

/**
 * The texts of a form; an option the device has not been told is empty, and so is every secret: left empty, it stays.
 * @param {Record<string, Option>} options @param {Config} config @returns {Record<string, string>}
 */
export function textsOf(options, config) {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, textOf(option, config[name])]));
}

/**
 * What the device is told: everything that somebody filled in or that it had been told and is not on the form.
 * @param {Record<string, Option>} options @param {Record<string, string>} texts @param {Config} before @returns {Config}
 */
export function configOf(options, texts, before) {
  const kept = Object.entries(before).filter(([name]) => !(name in options));
  const told = Object.entries(options)
    .filter(([name]) => texts[name])
    .map(([name, option]) => [name, meant(option, texts[name] ?? "")]);
  return Object.fromEntries([...kept, ...told]);
}
