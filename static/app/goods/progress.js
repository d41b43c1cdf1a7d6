// How far a delivery has come, and what a count says against what was expected (pure).
import { compare, least, minus, plus, sum } from "./amounts.js";
import { STOCK } from "./events.js";
import { articleOf, byArticle } from "./lines.js";

/** @typedef {import("../types.js").GoodsLine} GoodsLine */
/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../types.js").StockEvent} StockEvent */
/** @typedef {{gtin: string, sku: string, quantity: string}} Came */
/** @typedef {{id: string, gtin: string, sku: string, name: string, unit: string, expected: string}} Expected */
/** @typedef {Expected & {received: string, open: string, over: string}} Row */
/** @typedef {{document: string, lines: Came[], facts: string[]}} Receipts  what the gateway has added up, of which facts */
/** @typedef {"open" | "partly" | "complete"} State */

/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value : "");

/** The lines of a delivery in the order of their ids. @param {Data} data @returns {Expected[]} */
export function expectedIn({ lines }) {
  const map = /** @type {Record<string, Data>} */ (
    typeof lines === "object" && lines && !Array.isArray(lines) ? lines : {}
  );
  return Object.keys(map)
    .sort()
    .map((id) => {
      const { gtin, sku, name, quantity, unit } = map[id] ?? {};
      const told = { gtin: text(gtin), sku: text(sku), name: text(name), unit: text(unit) };
      return { id, ...told, expected: text(quantity) || "0" };
    });
}

/** Is it the same article? Whoever names both numbers is believed on either. @param {Pick<Came, "gtin" | "sku">} left @param {Pick<Came, "gtin" | "sku">} right */
export const isSame = (left, right) =>
  Boolean((left.gtin && left.gtin === right.gtin) || (left.sku && left.sku === right.sku));

/** Fill the rows of an article one after the other. @param {Row[]} rows @param {string} quantity @returns {string} what is left */
function filled(rows, quantity) {
  let rest = quantity;
  for (const row of rows) {
    const taken = compare(rest, "0") > 0 ? least(rest, row.open) : "0";
    row.received = plus(row.received, taken);
    row.open = minus(row.open, taken);
    rest = minus(rest, taken);
  }
  return compare(rest, "0") > 0 ? rest : "0";
}

/** @param {readonly Row[]} rows @param {readonly Came[]} extra @returns {State} */
function stateOf(rows, extra) {
  const started = rows.some(({ received }) => compare(received, "0") > 0) || extra.length > 0;
  if (!started) return "open";
  return rows.every(({ open }) => compare(open, "0") <= 0) ? "complete" : "partly";
}

/**
 * A delivery against what has come of it. An article on several lines fills one after the other, and what is too much
 * stands at the last of them.
 * @param {readonly Expected[]} expected @param {readonly Came[]} came  negative for what was taken back
 * @returns {{rows: Row[], extra: Came[], state: State}}
 */
export function progressOf(expected, came) {
  const rows = expected.map((line) => ({ ...line, received: "0", open: line.expected, over: "0" }));
  const extra = [];
  for (const each of totals(expected, came)) {
    const places = rows.filter((row) => isSame(row, each));
    const rest = filled(places, each.quantity);
    const last = places.at(-1);
    if (last) {
      last.received = plus(last.received, rest);
      last.over = plus(last.over, rest);
    } else if (rest !== "0") extra.push({ ...each, quantity: rest });
  }
  return { rows, extra, state: stateOf(rows, extra) };
}

/** What has come of each article, by whichever of its numbers it was told. @param {readonly Expected[]} expected @param {readonly Came[]} came @returns {Came[]} */
function totals(expected, came) {
  /** @type {Map<string, Came>} */
  const found = new Map();
  for (const each of came) {
    const line = expected.find((other) => isSame(other, each));
    const article = articleOf(line ?? each);
    const before = found.get(article);
    const { gtin, sku } = line ?? each;
    found.set(article, { gtin, sku, quantity: plus(before?.quantity ?? "0", each.quantity) });
  }
  return [...found.values()];
}

/** Goods as a fact tells them. @param {StockEvent} event @returns {Came[]} */
const linesOf = ({ data }) => data.lines.map(({ gtin = "", sku = "", quantity }) => ({ gtin, sku, quantity }));

/**
 * What has come of a delivery: what the gateway added up, and what this phone told that the gateway has not looked at.
 * @param {string} number @param {Receipts | undefined} told @param {readonly Operation[]} ops  of this phone
 * @returns {Came[]}
 */
export function cameOf(number, told, ops) {
  const counted = new Set(told?.facts ?? []);
  const own = ops
    .filter(({ kind, record, state }) => kind === STOCK && state !== "aside" && !counted.has(record))
    .map(({ event }) => /** @type {StockEvent} */ (event))
    .filter(({ data }) => data.document === number);
  const came = own.filter(({ type }) => type === "stock.received").flatMap(linesOf);
  const back = own.filter(({ type }) => type === "stock.reversed").flatMap(linesOf);
  return [...(told?.lines ?? []), ...came, ...back.map((line) => ({ ...line, quantity: minus("0", line.quantity) }))];
}

/**
 * What of the lines that are being taken in has to be asked about: an article that is not on the delivery, and what is
 * more than was still to come.
 * @param {readonly GoodsLine[]} lines  the newest first @param {readonly Row[]} rows
 * @returns {Map<string, {mark: "unexpected" | "over", room: string}>} by key; room: how much of it was still to come
 */
export function questionsOf(lines, rows) {
  const found = new Map();
  /** @type {Map<string, string>} */
  const taken = new Map();
  for (const line of [...lines].reverse()) {
    const places = rows.filter((row) => isSame(row, line));
    const [first] = places;
    if (!first) {
      if (compare(line.quantity, "0") > 0) found.set(line.key, { mark: "unexpected", room: "0" });
      continue;
    }
    const open = minus(sum(places.map((row) => row.open)), taken.get(first.id) ?? "0");
    const room = compare(open, "0") > 0 ? open : "0";
    if (compare(line.quantity, room) > 0) found.set(line.key, { mark: "over", room });
    taken.set(first.id, plus(taken.get(first.id) ?? "0", line.quantity));
  }
  return found;
}

/**
 * A count against what the phone knows was there, article by article, those that differ first.
 * @param {readonly GoodsLine[]} lines @param {Map<string, string> | null} levels  by article; null where the phone knows none
 * @returns {{rows: {article: string, line: GoodsLine, counted: string, expected: string | null, difference: string | null}[], uncounted: number}}
 *   expected: null where nothing is known; uncounted: how many articles with goods at the place nobody counted
 */
export function varianceOf(lines, levels) {
  const groups = byArticle(lines);
  const rows = [...groups].map(([article, { line, quantity }]) => {
    const expected = levels && (levels.get(article) ?? "0");
    return {
      article,
      line,
      counted: quantity,
      expected,
      difference: expected === null ? null : minus(quantity, expected),
    };
  });
  const differs = (/** @type {{difference: string | null}} */ { difference }) =>
    difference && difference !== "0" ? 0 : 1;
  rows.sort((left, right) => differs(left) - differs(right));
  const left = [...(levels ?? [])].filter(([article, level]) => level !== "0" && !groups.has(article));
  return { rows, uncounted: left.length };
}
