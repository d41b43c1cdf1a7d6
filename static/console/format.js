// Instants as people of the chosen language write them; numbers, money and names as the app does.
import { ago as agoAt, dateTime as dateTimeAt } from "../app/format.js";
import { language } from "../app/i18n.js";

export { count, exponent, money, named } from "../app/format.js";

/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };

/** One for the language on screen: making it takes longer than writing two hundred instants with it. */
const clocks = { language: "", format: new Intl.DateTimeFormat() };

/** @param {string} instant */
export function clock(instant) {
  if (clocks.language !== language.value) {
    clocks.language = language.value;
    clocks.format = new Intl.DateTimeFormat(clocks.language, CLOCK);
  }
  return clocks.format.format(new Date(instant));
}

/** @param {string} instant */
export const dateTime = (instant) => dateTimeAt(Date.parse(instant));

/**
 * "3 minutes ago"; under five seconds simply now.
 * @param {string} instant
 * @param {number} now  Unix ms
 */
export const ago = (instant, now) => agoAt(Date.parse(instant), now, 5);

/** "14:00" where this browser is. @param {string} instant */
export function hour(instant) {
  const options = /** @type {const} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return new Intl.DateTimeFormat(language.value, options).format(new Date(instant));
}

/** "22 Nov" where this browser is. @param {number} at  Unix ms */
export const day = (at) => new Intl.DateTimeFormat(language.value, { day: "numeric", month: "short" }).format(at);

/** @type {[string, number][]} */
const SPANS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** How long: "3 hr", "12 min"; under a second "0 sec". @param {number} ms */
export function span(ms) {
  const [unit, size] = SPANS.find(([, size]) => ms >= size) ?? ["second", 1_000];
  return new Intl.NumberFormat(language.value, { style: "unit", unit, unitDisplay: "short" }).format(
    Math.floor(ms / size),
  );
}

/** @type {[string, number][]} */
const SIZES = [
  ["gigabyte", 1e9],
  ["megabyte", 1e6],
  ["kilobyte", 1e3],
];

/** "12 MB". @param {number} size  bytes */
export function bytes(size) {
  const [unit, one] = SIZES.find(([, one]) => size >= one) ?? ["kilobyte", 1e3];
  const options = { style: "unit", unit, maximumFractionDigits: size / one < 10 ? 1 : 0 };
  return new Intl.NumberFormat(language.value, /** @type {Intl.NumberFormatOptions} */ (options)).format(size / one);
}
