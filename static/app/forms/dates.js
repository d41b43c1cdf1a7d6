// Calendar dates from a closed list of written forms, never a guess: the gateway's own reading of them.

/** @typedef {import("./rules.js").Verdict} Verdict */

const HAN = new Map([..."〇一二三四五六七八九"].map((sign, value) => [sign, value]));
HAN.set("零", 0);
const WRITTEN = [
  /^(?<y>\d{4})(?<sign>[-/.])(?<m>\d{1,2})\k<sign>(?<d>\d{1,2})$/,
  /^(?<y>\d{4})年(?<m>\d{1,2})月(?<d>\d{1,2})日?$/,
  /^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$/,
  /^(?<d>\d{1,2})\.\s?(?<m>\d{1,2})\.\s?(?<y>\d{4})$/,
];
const SLASHES = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
const IN_HAN = /^([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日$/u;

/** 1 to 99 in Chinese numerals; 0 for what is not one, which no calendar has. @param {string} text */
function hanNumber(text) {
  const [tens = "", units] = text.includes("十") ? text.split("十", 2) : ["", text];
  const known = (/** @type {string | undefined} */ sign) => !sign || HAN.has(sign);
  if (!known(tens) || !known(units)) return 0;
  const tenfold = text.includes("十") ? (tens ? (HAN.get(tens) ?? 0) : 1) : 0;
  return tenfold * 10 + (HAN.get(units ?? "") ?? 0);
}

/** @param {string} text @returns {string} the same with digits, where it is a date in Chinese numerals */
function fromHan(text) {
  const found = text.match(IN_HAN);
  if (!found) return text;
  const year = [...(found[1] ?? "")].map((sign) => HAN.get(sign)).join("");
  return `${year}年${hanNumber(found[2] ?? "")}月${hanNumber(found[3] ?? "")}日`;
}

/** @param {string} text @returns {[number, number, number] | string} year, month, day; or the code of what is wrong */
function parts(text) {
  for (const form of WRITTEN) {
    const found = text.match(form)?.groups;
    if (found) return [Number(found.y), Number(found.m), Number(found.d)];
  }
  const found = text.match(SLASHES);
  if (!found) return "date_invalid";
  const [first = 0, second = 0, year = 0] = found.slice(1).map(Number);
  if (first <= 12 && second <= 12 && first !== second) return "date_ambiguous";
  return second > 12 ? [year, first, second] : [year, second, first];
}

/**
 * YYYY-MM-DD of a date as people write it; the code of the refusal where day and month could swap, or it is none.
 * @param {string} typed
 * @returns {{iso: string, code?: undefined} | {iso?: undefined, code: "date_invalid" | "date_ambiguous"}}
 */
export function isoDate(typed) {
  const read = parts(fromHan(typed.normalize("NFKC").trim()));
  if (read === "date_ambiguous") return { code: read };
  if (typeof read === "string") return { code: "date_invalid" };
  const [year, month, day] = read;
  const at = new Date(Date.UTC(year, month - 1, day));
  const real = year >= 1900 && year < 2200 && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
  return real ? { iso: at.toISOString().slice(0, 10) } : { code: "date_invalid" };
}
