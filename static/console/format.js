// Instants and names as people of the chosen language write them; numbers and money as the app does.
import { language } from "../app/i18n.js";

export { count, exponent, money } from "../app/format.js";

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
