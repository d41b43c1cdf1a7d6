// An address as its country writes it: from the large to the small in East Asia, from the small to the large elsewhere,
// the postal code where the post looks for it.

/** @typedef {import("../types.js").Data} Data */

const LARGE_FIRST = new Set(["CN", "TW", "HK", "MO", "JP", "KR"]);
const CODE_LAST = new Set(["US", "CA", "AU", "IN", "MX", "NZ"]);
const CODE_BELOW = new Set(["GB", "IE", "GG", "JE", "IM"]);

/** @param {(string | false | undefined)[]} parts @param {string} sign */
const joined = (parts, sign) => parts.filter(Boolean).join(sign);

/**
 * @param {Data} address  its parts by name, as far as they are known @param {string} country  by its name; empty for one's own
 * @returns {string[]} line by line
 */
export function addressLines(address, country) {
  const part = (/** @type {string} */ name) => (typeof address[name] === "string" ? String(address[name]) : "");
  const [street, city, district, region, code] = ["street", "city", "district", "region", "postal_code"].map(part);
  const land = part("country");
  const below = CODE_BELOW.has(land);
  const place = CODE_LAST.has(land)
    ? [joined([joined([city, region], ", "), code], " ")]
    : [joined([!below && code, city], " "), below ? joined([region], "") : region, below && code];
  const large = [region !== city && region, city, district, street];
  const sign = land === "KR" ? " " : "";
  const lines = LARGE_FIRST.has(land) ? [joined(large, sign), code] : [street, district, ...place];
  return [part("recipient"), ...lines, country].filter((line) => typeof line === "string" && line !== "").map(String);
}
