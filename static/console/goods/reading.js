// What the gateway says of goods, and how it is asked.
import { t } from "../../app/i18n.js";
import { read } from "../api.js";

/**
 * @typedef {{location: string, gtin: string, sku: string, quantity: string, counted_at: string | null, moved_at: string,
 *   product: {id: string, number: string | null, name: string} | null}} Level
 * @typedef {{id: string, type: string, at: string, quantity: string, counted: boolean, reversed: boolean, device_name: string,
 *   entry: Record<string, string>, other: string}} Movement
 */

/** Where goods are that nobody has named a place for. */
export const SHOP = "shop";

/** @param {string} place */
export const placeName = (place) => (place === SHOP ? t("stock.shop") : place);

const PAGE = 50;
/** Of the products that a word finds, the articles of so many are looked up. */
const PRODUCTS_MAX = 10;

/** @param {Record<string, string>} asked */
const ask = (asked) => read(`/api/v1/stock?${new URLSearchParams({ ...asked, limit: String(PAGE) })}`);

/** The articles that a person may mean: a code as it was typed, and those of products with that name. @param {string} query */
async function articles(query) {
  const found = await read(`/api/v1/records/product?${new URLSearchParams({ q: query, limit: String(PRODUCTS_MAX) })}`);
  const digits = query.replaceAll(/[\s-]/g, "");
  const asked = new Set([JSON.stringify(/^\d{8,14}$/.test(digits) ? { gtin: digits } : { sku: query })]);
  for (const { data } of found.records) {
    for (const gtin of data.barcodes ?? []) asked.add(JSON.stringify({ gtin }));
    if (data.sku) asked.add(JSON.stringify({ sku: data.sku }));
  }
  return [...asked].map((one) => JSON.parse(one));
}

/** A mistyped code is no article; what its name finds stands all the same. @param {Record<string, string>} asked */
const found = (asked) =>
  ask(asked).catch((error) => {
    if (error?.code !== "gtin_invalid") throw error;
    return { levels: [] };
  });

/**
 * A page of what is on hand; a search gives all it finds at once.
 * @param {{query: string, place: string}} wanted @param {string} after
 * @returns {Promise<{rows: Level[], next: string | null}>}
 */
export async function levels({ query, place }, after) {
  if (!query) {
    const { levels: rows, next } = await ask({ location: place, after });
    return { rows, next };
  }
  const answers = await Promise.all((await articles(query)).map((asked) => found({ ...asked, location: place })));
  const rows = new Map(answers.flatMap((answer) => answer.levels).map((level) => [addressOf(level), level]));
  return { rows: [...rows.values()], next: null };
}

/** @param {{place: string, scheme: string, item: string}} article @param {string} after */
export async function movements({ place, scheme, item }, after) {
  const asked = new URLSearchParams({ location: place, [scheme]: item, after, limit: String(PAGE) });
  const { movements: rows, next } = await read(`/api/v1/stock/movements?${asked}`);
  return { rows: /** @type {Movement[]} */ (rows), next };
}

/** Where an article at a place is opened. @param {Level} level */
export const addressOf = ({ location, gtin, sku }) =>
  ["#/stock", ...[location, gtin ? "gtin" : "sku", gtin || sku].map(encodeURIComponent)].join("/");
