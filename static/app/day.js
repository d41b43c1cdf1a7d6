// What somebody did in a day, read from this phone's own story.

/** @typedef {import("./types.js").Operation} Operation */

/** When the day began where this phone is, Unix ms. @param {number} now */
export function midnight(now) {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

const ARRIVED = new Set(["done", "conflict"]);

/**
 * How many records were entered or changed, how many of them have arrived, and how many visits were made. What was let
 * go of is not counted, and two edits of one record are one.
 * @param {readonly Operation[]} ops @param {number} since  Unix ms
 */
export function numbersOf(ops, since) {
  const kept = ops.filter(({ state }) => state !== "aside");
  const made = kept.filter(({ saved_at }) => saved_at >= since);
  const arrived = kept.filter(({ state, done_at = 0 }) => ARRIVED.has(state) && done_at >= since);
  const records = (/** @type {readonly Operation[]} */ some) => new Set(some.map(({ record }) => record)).size;
  const isVisit = (/** @type {Operation} */ { kind }) => kind === "visit";
  return {
    entered: records(made.filter((op) => !isVisit(op))),
    sent: records(arrived),
    visits: records(made.filter(isVisit)),
  };
}
