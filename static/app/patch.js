// JSON merge patches (RFC 7396): how a form becomes an edit, and how an edit is laid over a record. Pure values.

/** @typedef {import("./types.js").Json} Json */
/** @typedef {import("./types.js").Data} Data */

/** @param {Json | undefined} value @returns {value is Data} */
const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {Json | undefined} left @param {Json | undefined} right @returns {boolean} */
export function same(left, right) {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, at) => same(item, right[at]));
  }
  if (!isMap(left) || !isMap(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => key in right && same(left[key], right[key]));
}

/**
 * @param {Data} data
 * @param {Data} patch
 * @returns {Data} a new map; neither argument is changed
 */
export function applyPatch(data, patch) {
  const result = { ...data };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (isMap(value)) result[key] = applyPatch(isMap(result[key]) ? result[key] : {}, value);
    else result[key] = value;
  }
  return result;
}

/**
 * The smallest patch that turns `before` into `after`; an element or field that is gone becomes null.
 * @param {Data} before
 * @param {Data} after
 * @returns {Data}
 */
export function diff(before, after) {
  /** @type {Data} */
  const patch = {};
  for (const key of Object.keys(before)) if (!(key in after)) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    if (same(old, value)) continue;
    patch[key] = isMap(old) && isMap(value) ? diff(old, value) : value;
  }
  return patch;
}
