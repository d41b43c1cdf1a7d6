// A setting as it is written into the site's file, and which settings a search means. Pure values.

/** @typedef {import("../types.js").Setting} Setting */

/** A value of the site's file: TOML writes texts, numbers and lists of these as JSON does. @param {import("../types.js").Json} value */
export const literal = (value) =>
  Array.isArray(value) ? `[${value.map((one) => JSON.stringify(one)).join(", ")}]` : JSON.stringify(value);

/** The lines to write. A secret is better kept in a file of its own. @param {Setting} setting */
export function lines({ section, key, value, secret }) {
  const line = secret ? `${key}_file = ${JSON.stringify(`${section}.${key}`)}` : `${key} = ${literal(value)}`;
  return `[${section}]\n${line}`;
}

/** What a value reads like beside its name. @param {import("../types.js").Json} value @param {string} nothing */
export function plain(value, nothing) {
  if (Array.isArray(value)) return value.length ? value.join(", ") : nothing;
  return value === "" || value === null ? nothing : String(value);
}

/** Whether somebody said otherwise than the defaults do. @param {Setting} setting */
export const changed = ({ source }) => source.layer !== "default";

/**
 * @param {Setting} setting @param {{text: string, changed: boolean}} wanted
 */
export function matches(setting, wanted) {
  if (wanted.changed && !changed(setting)) return false;
  const words = [`${setting.section}.${setting.key}`, setting.meaning, setting.variable].join(" ").toLowerCase();
  return wanted.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word));
}
