// Numbers, money and instants as people of the chosen language write them.
import { language } from "../app/i18n.js";

/** @param {number} value */
export const count = (value) => new Intl.NumberFormat(language.value).format(value);

/** @param {string} currency @returns {number} digits after the point */
export function exponent(currency) {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * @param {number} minor  integer minor units
 * @param {string} currency
 */
export function money(minor, currency) {
  const value = minor / 10 ** exponent(currency);
  return new Intl.NumberFormat(language.value, { style: "currency", currency }).format(value);
}

/**
 * Minor units as a person types them, without currency or grouping: 1850 becomes "18.50".
 * @param {number} minor
 * @param {string} currency
 */
export function plainMoney(minor, currency) {
  return (minor / 10 ** exponent(currency)).toFixed(exponent(currency));
}

/**
 * What a person typed as integer minor units, or null when it is no amount. No float takes part.
 * @param {string} text
 * @param {string} currency
 */
export function toMinor(text, currency) {
  const digits = exponent(currency);
  const parts = text
    .trim()
    .replace(",", ".")
    .match(/^(-?)(\d{1,12})(?:\.(\d+))?$/);
  if (!parts || (parts[3] ?? "").length > digits) return null;
  const amount = Number(`${parts[2]}${(parts[3] ?? "").padEnd(digits, "0")}`);
  return parts[1] ? -amount : amount;
}

/** @param {string} instant */
export function clock(instant) {
  return new Intl.DateTimeFormat(language.value, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(new Date(instant));
}

/** @param {string} instant */
export function dateTime(instant) {
  return new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));
}

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/**
 * "3 minutes ago"; under five seconds simply now.
 * @param {string} instant
 * @param {number} now  Unix ms
 */
export function ago(instant, now) {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const format = new Intl.RelativeTimeFormat(language.value, { numeric: "auto" });
  if (Math.abs(seconds) < 5) return format.format(0, "second");
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return format.format(Math.trunc(seconds / size), unit);
}

/** A region, currency or language by its name. @param {"region" | "currency" | "language"} type @param {string} code */
export function named(type, code) {
  return new Intl.DisplayNames(language.value, { type, fallback: "code" }).of(code) ?? code;
}
