// What is on hand as this phone last heard it: asked of the gateway when somebody looks, and kept with its age. Whoever
// counts asks for all of it, whoever looks at a product for that one.
import { Failure } from "../api.js";
import { compare } from "./amounts.js";
import { articleOf } from "./lines.js";

/** @typedef {import("../db.js").Storage} Storage */
/** @typedef {import("../sealing.js").Seal} Seal */
/** @typedef {{location: string, gtin: string, sku: string, quantity: string}} Level */
/** @typedef {{at: number, levels: Level[]}} Stock */
/** @typedef {{db: Storage, call: import("../api.js").Call, now: () => number}} World */

const FRESH_MS = 300_000;
const FRESH_ONE_MS = 15_000;
/** So many articles that somebody looked at stay on the phone. */
const SEEN_MAX = 300;
const PAGE = 200;
/** A shop with more articles than this is asked about in vain: the copy would be too large for a phone. */
const PAGES_MAX = 500;
const ROW = { kind: "stock", first: "levels" };
const SEEN = { kind: "stock", first: "seen" };

/** What is kept is sealed, as everything that is the shop's. @param {Storage} db @returns {Promise<Stock | null>} null: nothing was ever heard */
export async function keptStock(db) {
  const row = await db.get("stock");
  return row ? (await /** @type {Seal} */ (db.seal).open("lines", row)).stock : null;
}

/** @param {World} world @returns {Promise<Level[]>} */
async function fetched({ call }) {
  /** @type {Level[]} */
  const found = [];
  let after = "";
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { levels, next } = await call(`/api/v1/stock?limit=${PAGE}&after=${encodeURIComponent(after)}`);
    if (!Array.isArray(levels)) throw new Failure("not_the_gateway");
    for (const { location, gtin, sku, quantity } of levels) found.push({ location, gtin, sku, quantity });
    if (!next) break;
    after = next;
  }
  return found;
}

/** One asks at a time. @type {Promise<boolean> | null} */
let asking = null;

/** @param {World} world @returns {Promise<boolean>} */
async function ask(world) {
  const { db, now } = world;
  const known = await keptStock(db);
  if (known && now() - known.at < FRESH_MS && known.at <= now()) return false;
  try {
    const stock = { at: now(), levels: await fetched(world) };
    await db.set("stock", await /** @type {Seal} */ (db.seal).close("lines", { ...ROW, stock }));
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return false; // without the gateway what is known stays, with its age
  }
}

/** Hear what is on hand, unless that was a moment ago. @param {World} world @returns {Promise<boolean>} whether there is something new */
export function refreshStock(world) {
  asking ??= ask(world).finally(() => {
    asking = null;
  });
  return asking;
}

/** What was heard of single articles, the one looked at last first. @param {Storage} db @returns {Promise<[string, Stock][]>} */
async function seenBefore(db) {
  const row = await db.get("stock_seen");
  return row ? (await /** @type {Seal} */ (db.seal).open("lines", row)).seen : [];
}

/** @typedef {{gtins: readonly string[], sku: string}} Article  all its numbers; the first GTIN is the one to ask for */

/** @param {Article} article */
const nameOf = ({ gtins: [gtin = ""], sku }) => articleOf({ gtin, sku });

/** Where an article is, as it was heard last, one way or the other. @param {Storage} db @param {Article} article @returns {Promise<Stock | null>} */
export async function stockOf(db, article) {
  const [all, seen] = await Promise.all([keptStock(db), seenBefore(db)]);
  const one = new Map(seen).get(nameOf(article));
  if (one && one.at >= (all?.at ?? 0)) return one;
  return all && { at: all.at, levels: levelsOf(all, article.gtins, article.sku) };
}

/** Hear where an article is, unless that was a moment ago. @param {World} world @param {Article} article @returns {Promise<boolean>} whether there is something new */
export async function refreshOne({ db, call, now }, article) {
  const known = await stockOf(db, article);
  if (known && now() - known.at < FRESH_ONE_MS && known.at <= now()) return false;
  const [gtin] = article.gtins;
  const asked = gtin ? `gtin=${gtin}` : `sku=${encodeURIComponent(article.sku)}`;
  try {
    const { levels } = await call(`/api/v1/stock?${asked}`);
    if (!Array.isArray(levels)) throw new Failure("not_the_gateway");
    const others = (await seenBefore(db)).filter(([name]) => name !== nameOf(article));
    const seen = [[nameOf(article), { at: now(), levels }], ...others].slice(0, SEEN_MAX);
    await db.set("stock_seen", await /** @type {Seal} */ (db.seal).close("lines", { ...SEEN, seen }));
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return false; // without the gateway what is known stays, with its age
  }
}

/** How much is at a place, by article. @param {Stock | null} stock @param {string} location @returns {Map<string, string> | null} null: nothing is known */
export const levelsAt = (stock, location) =>
  stock &&
  new Map(
    stock.levels.filter((level) => level.location === location).map((level) => [articleOf(level), level.quantity]),
  );

/** Where goods are, as far as anybody has said. @param {Stock | null} stock @returns {string[]} */
export const placesIn = (stock) => [...new Set((stock?.levels ?? []).map(({ location }) => location))];

/** Where an article is, by any of its numbers, the most first. @param {Stock} stock @param {readonly string[]} gtins @param {string} sku @returns {Level[]} */
export const levelsOf = (stock, gtins, sku) =>
  stock.levels
    .filter((level) => (level.gtin ? gtins.includes(level.gtin) : sku !== "" && level.sku === sku))
    .sort((left, right) => compare(right.quantity, left.quantity));
