// Counts and arrivals as the facts that they become, and what takes one back (pure).
import { byArticle, keyOf } from "./lines.js";

/** @typedef {import("../types.js").GoodsLine} GoodsLine */
/** @typedef {import("../types.js").Goods} Goods */
/** @typedef {import("../types.js").StockEvent} StockEvent */
/** @typedef {import("../types.js").StockLine} StockLine */
/** @typedef {import("./progress.js").Row} Row */

/** A fact holds so many lines. */
export const LINES_MAX = 1_000;
/** Who counts and takes in goods; the gateway refuses it of anybody else. */
const COUNTING = new Set(["clerk", "manager"]);
export const SHOP = "shop";
/** What operations that bring such facts are of. */
export const STOCK = "stock";

/** @param {string | undefined} role */
export const mayCount = (role) => COUNTING.has(role ?? "");

/** A manager may see while counting what is expected. @param {string | undefined} role */
export const mayCountOpen = (role) => role === "manager";

/** @param {GoodsLine} line @returns {StockLine} */
function told({ gtin, sku, lot, expiry, unit, quantity, code, mark }) {
  const some = Object.entries({ gtin, sku, lot, expiry, unit, code }).filter(([, value]) => value);
  const marked = mark || (code ? "unknown" : "");
  return { quantity, ...Object.fromEntries(some), ...(marked && { mark: /** @type {StockLine["mark"]} */ (marked) }) };
}

/**
 * The lines in parts that one fact can hold. The lots of an article stay together, because a later count of it replaces
 * an earlier one; an article with more lots than that is told as a whole.
 * @param {readonly GoodsLine[]} lines @param {number} [most] @returns {GoodsLine[][]}
 */
export function parts(lines, most = LINES_MAX) {
  /** @type {GoodsLine[][]} */
  const found = [[]];
  for (const { line, lines: all, quantity } of byArticle(lines).values()) {
    const group = all.length > most ? [{ ...line, quantity, lot: "", expiry: "" }] : all;
    const last = /** @type {GoodsLine[]} */ (found.at(-1));
    if (last.length + group.length > most) found.push(group);
    else last.push(...group);
  }
  return found.filter((part) => part.length);
}

/**
 * @param {Goods} goods @param {string} id  of the first fact; several of them are known by it together
 * @param {{ids: () => string, now: number}} world @returns {StockEvent[]}
 */
export function eventsOf({ what, location, blind, lines, delivery, told: before }, id, { ids, now }) {
  const { session = id, time = new Date(now).toISOString() } = before ?? {};
  const kept = what === "count" ? lines : lines.filter(({ quantity }) => quantity !== "0");
  const more =
    what === "count"
      ? { blind }
      : {
          ...(delivery && { document: delivery.number }),
          ...(delivery?.supplier && { supplier: delivery.supplier }),
        };
  return parts(kept).map((part, at) => ({
    ...{ specversion: "1.0", source: "goods", type: what === "count" ? "stock.counted" : "stock.received" },
    id: at === 0 ? id : ids(),
    time,
    data: { location, session, ...more, lines: part.map(told) },
  }));
}

/** The fact that takes another one back. @param {StockEvent} event @param {string} reason @param {{id: string, now: number}} world @returns {StockEvent} */
export function reversalOf({ id: corrects, data }, reason, { id, now }) {
  const { location, session, document, lines } = data;
  const same = { location, ...(session && { session }), ...(document && { document }), lines };
  return {
    ...{ specversion: "1.0", id, source: "goods", type: "stock.reversed", time: new Date(now).toISOString() },
    data: { corrects, reason, ...same },
  };
}

/**
 * What a refused fact held, for whoever mends it. It keeps its time: so much was there then.
 * @param {StockEvent} event  a count or an arrival @returns {Goods}
 */
export function goodsOf({ id, type, time, data }) {
  const { location, blind = true, document, supplier = "", session = id, lines } = data;
  return {
    ...{ what: type === "stock.counted" ? "count" : "receive", location, blind },
    ...(document && { delivery: { id: "", number: document, supplier } }),
    told: { session, time },
    lines: lines.map((line) => {
      const { gtin = "", sku = "", lot = "", expiry = "", unit = "", quantity, code, mark } = line;
      const kept = { ...(code && { code }), ...(mark && mark !== "unknown" && { mark }) };
      const which = { gtin, sku, lot, expiry, unit };
      return { ...which, ...{ key: keyOf(which), quantity, name: "", serials: [], warnings: [], at: 0 }, ...kept };
    }),
  };
}
