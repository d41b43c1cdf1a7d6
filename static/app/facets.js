// What a list can be narrowed by, and how many would stay. The data worker reads it when a list first asks.
import { ATTENTION } from "./narrowing.js";

/** @typedef {import("./types.js").Line} Line */
/** @typedef {import("./types.js").Facets} Facets */

const TAGS_MAX = 12;

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
