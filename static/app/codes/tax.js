// What somebody pays at the till, from the price without tax; whole minor units, no floats.

/**
 * @param {number} minor  minor units without tax @param {string} rate  a decimal such as "0.19"
 * @returns {number} with tax, half a unit rounded up
 */
export function withTax(minor, rate) {
  const [whole = "0", part = ""] = rate.split(".");
  const unit = 10n ** BigInt(part.length);
  const share = BigInt(whole + part);
  return Number((BigInt(minor) * (unit + share) * 2n + unit) / (unit * 2n));
}
