// Instants as people of the chosen language write them; numbers, money and names as the app does.
import { ago as agoAt, dateTime as dateTimeAt } from "../app/format.js";
import { language } from "../app/i18n.js";

export { count, exponent, money, named } from "../app/format.js";

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
export const dateTime = (instant) => dateTimeAt(Date.parse(instant));

/**
 * "3 minutes ago"; under five seconds simply now.
 * @param {string} instant
 * @param {number} now  Unix ms
 */
export const ago = (instant, now) => agoAt(Date.parse(instant), now, 5);
