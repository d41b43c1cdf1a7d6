// What a camera has seen, as a scanner would send it: with the AIM prefix that says what kind of code it was.
import { isDigits, upcA } from "../codes/articles.js";

/** By the names of the browser's reader and of the one that comes with the app. @type {Record<string, string>} */
const RETAIL = { ean_13: "]E0", ean13: "]E0", upc_a: "]E0", upca: "]E0", ean_8: "]E4", ean8: "]E4" };
const SHORT = new Set(["upc_e", "upce"]);

/**
 * @param {{format: string, text: string, aim?: string}} seen  aim: where the reader tells it
 * @returns {string} UPC of any length as the 13 digits of an EAN
 */
export function codeOf({ format, text, aim = "" }) {
  const name = format.toLowerCase().replace(/-/g, "");
  const whole = SHORT.has(name) && upcA(text);
  if (whole) return `]E0${whole.padStart(13, "0")}`;
  const retail = isDigits(text) ? RETAIL[name] : undefined;
  if (!retail) return /^\][A-Za-z]\w$/.test(aim) ? aim + text : text;
  return retail + (retail === "]E0" ? text.padStart(13, "0") : text);
}
