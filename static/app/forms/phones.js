// Phone numbers as they are stored and as people read them. The number plans of all countries are heavy, so they are
// read when a form first needs them; until then a number stands as it was typed.
import { signal } from "@preact/signals";
import { readable } from "../format.js";
import { tidyName } from "./tidy.js";

const LABEL = /^(?:tel|phone|电话|手机)\s*[.:]?\s*/i;
const EXTENSION_WORDS = /\s*(?:转接|转|轉|分机|分機|内线|內線|Durchwahl|DW)\s*[.:：]?\s*(?=\d)/gi;
const CHINESE_DASHES = /^((?:\+?86[\s-]*)?\(?0?\d{2,3}\)?[\s-]*\d{7,8})-(\d{1,6})$/;

/** Digits of a number that is dialled from near by only, such as that of a bank; the gateway takes it. */
const DIALLED_LOCALLY = { 5: true, 6: true };

/** @typedef {typeof import("libphonenumber-js/min").parsePhoneNumberFromString} Parse */

const plans = signal(/** @type {Parse | null} */ (null));
/** @type {Promise<void> | null} */
let reading = null;

/** Read the number plans, once. */
export function readPlans() {
  reading ??= import("../../vendor/libphonenumber.js").then(
    ({ parsePhoneNumberFromString }) => {
      plans.value = parsePhoneNumberFromString;
      readable.value = phoneWords;
    },
    () => {
      reading = null; // not on this phone yet: numbers stand as they were typed, and it is asked for again
    },
  );
  return reading;
}

/** Chinese ways to write an extension, as the plans read them. @param {string} text @param {string} country */
function clean(text, country) {
  const plain = tidyName(text)
    .replace(LABEL, "")
    .replace(EXTENSION_WORDS, " ext. ")
    .replace(/;ext=/, " ext. ")
    .replace(/\p{Nd}/gu, digit);
  // Elsewhere a last group after a dash is direct dialling, a part of the number itself.
  const chinese = plain.startsWith("+86") || (country === "CN" && !plain.startsWith("+"));
  const dashes = chinese ? plain.match(CHINESE_DASHES) : null;
  return dashes ? `${dashes[1]} ext. ${dashes[2]}` : plain;
}

/** A digit of any script as one of ours. Those of a script stand in a row that begins at a zero. @param {string} sign */
function digit(sign) {
  if (sign <= "9") return sign;
  let zero = sign.codePointAt(0) ?? 0;
  const value = zero;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && value - zero < 9) zero -= 1;
  return String(value - zero);
}

/**
 * E.164 with `;ext=801` behind it where there is an extension.
 * @param {string} typed @param {string} country  where a national number is dialled
 * @returns {string} as it was typed, while the plans are not here or do not know it
 */
export function phoneNumber(typed, country) {
  const found = plans.value?.(clean(typed, country), /** @type {any} */ (country));
  if (!found || !(found.isPossible() || found.nationalNumber.length in DIALLED_LOCALLY)) return tidyName(typed);
  return found.ext ? `${found.number};ext=${found.ext}` : found.number;
}

/** "+49 30 1234567 ext. 12". @param {string} stored */
export function phoneWords(stored) {
  const [number = "", extension] = stored.split(";ext=");
  const shown = plans.value?.(number)?.formatInternational() ?? number;
  return extension ? `${shown} ext. ${extension}` : shown;
}
