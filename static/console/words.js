// Names for things the gateway calls by a code.
import { t } from "../app/i18n.js";

/**
 * A word for a code, or the code itself when it comes from an extension nobody has translated.
 * @param {string} family  for example "type" @param {string} code
 */
export function wordFor(family, code) {
  const key = `${family}.${code}`;
  const found = t(key);
  return found === key ? code : found;
}
