// Which lines of a list stay when somebody narrows it down, and what it can be narrowed by. Everything is read from marks
// that were made with the line, so that fifty thousand are gone through between two keys.

/** @typedef {import("./types.js").Line} Line */
/** @typedef {import("./types.js").Narrowing} Narrowing */
/** @typedef {import("./types.js").Facets} Facets */

const ATTENTION = new Set(["needs_you", "conflict"]);
const TAGS_MAX = 12;
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

/** @param {Map<string, number>} counts @param {string} name */
const add = (counts, name) => counts.set(name, (counts.get(name) ?? 0) + 1);

/** @param {Map<string, number>} counts @returns {[string, number][]} the most frequent first */
const ranked = (counts) => [...counts].sort(([x, a], [y, b]) => b - a || (x < y ? -1 : 1));

/**
 * What a list can be narrowed by, and how many would stay.
 * @param {readonly Line[]} lines @param {string} me  folded @returns {Facets} status "" is the usual one
 */
export function facetsOf(lines, me) {
  const [tags, states] = [new Map(), new Map()];
  let mine = 0;
  let attention = 0;
  for (const { marks = {}, state } of lines) {
    if (marks.owner && marks.owner === me) mine += 1;
    if (ATTENTION.has(state)) attention += 1;
    for (const tag of marks.tags ?? []) add(tags, tag);
    add(states, marks.status ?? "");
  }
  return { mine, attention, tags: ranked(tags).slice(0, TAGS_MAX), status: ranked(states) };
}
