// Numbers, money and instants as people of the chosen language write them.
import { signal } from "@preact/signals";
import { language } from "./i18n.js";

/** A stored phone number as people read it. Better words come with the number plans, once a form has read them. */
export const readable = signal((/** @type {string} */ stored) => stored.replace(";ext=", " ext. "));

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

/** @param {number} at  Unix ms @param {Intl.DateTimeFormatOptions} options */
const written = (at, options) => new Intl.DateTimeFormat(language.value, options).format(at);

/** "10:42" today, otherwise with its date. @param {number} at  Unix ms @param {number} [now] */
export function timeOrDate(at, now = Date.now()) {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  if (sameDay) return written(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return written(at, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** @param {number} at  Unix ms */
export const dateTime = (at) => written(at, { dateStyle: "medium", timeStyle: "short" });

/** Today where this phone is, YYYY-MM-DD. @param {Date} [now] */
export function today(now = new Date()) {
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** A calendar date without a time. @param {string} iso  YYYY-MM-DD */
export function day(iso) {
  const at = Date.parse(`${iso}T00:00:00Z`);
  return Number.isNaN(at) ? iso : written(at, { dateStyle: "medium", timeZone: "UTC" });
}

/** The same without its year, where that is this one. @param {string} iso  YYYY-MM-DD @param {string} [now]  today */
export function dayNear(iso, now = today()) {
  const at = Date.parse(`${iso}T00:00:00Z`);
  if (Number.isNaN(at) || iso.slice(0, 4) !== now.slice(0, 4)) return day(iso);
  return written(at, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
}

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/**
 * "3 minutes ago"; under `soon` seconds simply now.
 * @param {number} at  Unix ms @param {number} now  Unix ms @param {number} [soon]
 */
export function ago(at, now, soon = 60) {
  const seconds = Math.round((at - now) / 1000);
  const format = new Intl.RelativeTimeFormat(language.value, { numeric: "auto" });
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= Math.max(size, soon)) ?? ["second", Infinity];
  return format.format(Math.trunc(seconds / size), unit);
}

/** A region, currency or language by its name. @param {"region" | "currency" | "language"} type @param {string} code */
export function named(type, code) {
  try {
    return new Intl.DisplayNames(language.value, { type, fallback: "code" }).of(code) ?? code;
  } catch {
    return code; // not a code at all: shown as it came
  }
}
