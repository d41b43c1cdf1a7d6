// Quantities as decimal text with at most six decimals, added up exactly (pure).

const DECIMALS = 6;
const WRITTEN = /^\d{1,12}([.,]\d{1,6})?$/;

/** Millionths. @param {string} text @returns {bigint} */
function parsed(text) {
  const [, sign = "", whole = "0", rest = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const number = BigInt(whole + rest.padEnd(DECIMALS, "0"));
  return sign ? -number : number;
}

/** @param {bigint} number  millionths @returns {string} without zeros at its end */
function written(number) {
  const digits = String(number < 0n ? -number : number).padStart(DECIMALS + 1, "0");
  const rest = digits.slice(-DECIMALS).replace(/0+$/, "");
  return `${number < 0n ? "-" : ""}${digits.slice(0, -DECIMALS)}${rest && `.${rest}`}`;
}

/** @param {string} left @param {string} right */
export const plus = (left, right) => written(parsed(left) + parsed(right));

/** @param {string} left @param {string} right */
export const minus = (left, right) => written(parsed(left) - parsed(right));

/** @param {readonly string[]} all */
export const sum = (all) => written(all.reduce((total, each) => total + parsed(each), 0n));

/** Below 0 where the left one is less. @param {string} left @param {string} right */
export function compare(left, right) {
  const difference = parsed(left) - parsed(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** @param {string} left @param {string} right */
export const least = (left, right) => (compare(left, right) < 0 ? left : right);

/** What somebody typed as a quantity; "" for what is none. @param {string} typed  with a comma or a point */
export function quantityIn(typed) {
  const text = typed.trim();
  return WRITTEN.test(text) ? written(parsed(text.replace(",", "."))) : "";
}
