// Which lines of a list stay when somebody narrows it down. Everything is read from marks that were
// made with the line, so that fifty thousand are gone through between two keys.

/** @typedef {import("./types.js").Line} Line */
/** @typedef {import("./types.js").Narrowing} Narrowing */

export const ATTENTION = new Set(["needs_you", "conflict"]);
/** Later than any day: what has no day comes last. */
const NEVER = "9999";
/** @type {Record<string, number>} */
const RANKS = { high: 0, low: 2 };

/** @param {Narrowing} how @returns {(line: Line) => boolean} */
export function keeps({ mine, orNobody, status, tag, attention, until, customer }) {
  return ({ marks = {}, state }) =>
    (!mine || marks.owner === mine || (orNobody === true && !marks.owner)) &&
    (!attention || ATTENTION.has(state)) &&
    (!status || (marks.status ?? "") === (status === "usual" ? "" : status)) &&
    (!tag || marks.tags?.includes(tag) === true) &&
    (!until || (marks.due !== undefined && marks.due <= until)) &&
    (!customer || marks.customer === customer);
}

/** What is due first comes first, then what presses; without a day it comes last. @param {Line} a @param {Line} b */
export function byDue({ marks: a = {}, line: x }, { marks: b = {}, line: y }) {
  const [left, right] = [a.due ?? NEVER, b.due ?? NEVER];
  if (left !== right) return left < right ? -1 : 1;
  const rank = (RANKS[a.priority ?? ""] ?? 1) - (RANKS[b.priority ?? ""] ?? 1);
  return rank || (x < y ? -1 : x > y ? 1 : 0);
}
