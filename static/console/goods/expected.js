// What suppliers are expected to bring, and what has come of it: the ERP's deliveries beside what facts told of them.
import { expectedIn, progressOf } from "../../app/goods/progress.js";
import { t } from "../../app/i18n.js";
import { call, read } from "../api.js";
import { wordFor } from "../words.js";

/**
 * @typedef {import("../types.js").Row} Record_
 * @typedef {{id: string, number: string, supplier: string, location: string, on: string, note: string, status: string,
 *   rows: import("../../app/goods/progress.js").Row[], extra: import("../../app/goods/progress.js").Came[],
 *   state: import("../../app/goods/progress.js").State}} Delivery
 */

const PAGE = 50;

/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value : "");

/** What has come of each delivery, by its number. @param {string[]} documents @returns {Promise<Map<string, any[]>>} */
async function came(documents) {
  if (!documents.length) return new Map();
  const { receipts } = await call("POST", "/api/v1/stock/receipts", JSON.stringify({ documents }));
  return new Map(receipts.map((/** @type {any} */ one) => [one.document, one.lines]));
}

/** @param {Record_} record @param {Map<string, any[]>} told @returns {Delivery} */
function deliveryOf({ id, data }, told) {
  const number = text(data.number);
  const words = { supplier: text(data.supplier), location: text(data.location), note: text(data.note) };
  const progress = progressOf(expectedIn(/** @type {any} */ (data)), told.get(number) ?? []);
  return { id, number, ...words, on: text(data.expected_on), status: text(data.status), ...progress };
}

/** @param {Record_[]} records */
async function all(records) {
  const told = await came(records.map(({ data }) => text(data.number)).filter(Boolean));
  return records.map((record) => deliveryOf(record, told));
}

/** @param {string} query @param {string} after @returns {Promise<{rows: Delivery[], next: string | null}>} */
export async function deliveries(query, after) {
  const asked = new URLSearchParams({ q: query, after, limit: String(PAGE) });
  const { records, next } = await read(`/api/v1/records/delivery?${asked}`);
  return { rows: await all(records), next };
}

/** @param {string} id @returns {Promise<Delivery>} */
export async function delivery(id) {
  const [found] = await all([await read(`/api/v1/records/delivery/${encodeURIComponent(id)}`)]);
  return /** @type {Delivery} */ (found);
}

/** How a delivery stands, in a word: what the ERP has ended counts before what has come. @param {Delivery} delivery */
export function standing({ status, state }) {
  if (status !== "expected") return { tone: "calm", word: wordFor("deliveries.status", status) };
  const tone = state === "complete" ? "good" : state === "partly" ? "warn" : "calm";
  return { tone, word: t(`deliveries.state.${state}`) };
}

/** @param {{id: string}} delivery */
export const addressOf = ({ id }) => `#/deliveries/${encodeURIComponent(id)}`;
