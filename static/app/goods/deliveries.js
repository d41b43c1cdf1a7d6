// Deliveries on this phone, with what has come of them: what the gateway has added up, kept with its age, and what this
// phone told since.
import { Failure } from "../api.js";
import { find } from "../data.js";
import { allOperations } from "../outbox.js";
import { rowAt } from "../packs.js";
import { cameOf, expectedIn, progressOf } from "./progress.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("./progress.js").Receipts} Receipts */
/** @typedef {import("./progress.js").Row} Row */
/** @typedef {import("./progress.js").Came} Came */
/** @typedef {{id: string, number: string, supplier: string, location: string, on: string, note: string, rows: Row[], extra: Came[],
 *   state: import("./progress.js").State}} Delivery */
/** @typedef {{at: number, receipts: Record<string, Receipts>}} Told */
/** @typedef {import("../db.js").Storage} Storage */
/** @typedef {import("../sealing.js").Seal} Seal */

export const KIND = "delivery";
const MOST = 500;
const AT_ONCE = 100;
const FRESH_MS = 2_000;
const ROW = { kind: "stock", first: "receipts" };

/** @param {Storage} db @returns {Promise<Told | null>} */
async function kept(db) {
  const row = await db.get("receipts");
  return row ? (await /** @type {Seal} */ (db.seal).open("lines", row)).told : null;
}

/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value : "");

/** @param {string} id @param {Data} data @param {Told | null} told @param {import("../types.js").Operation[]} ops @returns {Delivery} */
function deliveryOf(id, data, told, ops) {
  const number = text(data.number);
  const words = {
    supplier: text(data.supplier),
    location: text(data.location),
    on: text(data.expected_on),
    note: text(data.note),
  };
  return { id, number, ...words, ...progressOf(expectedIn(data), cameOf(number, told?.receipts[number], ops)) };
}

/** Those that are expected, as far as this phone knows, the next one first. @param {Storage} db @returns {Promise<{deliveries: Delivery[], at: number | null}>} at: when the gateway was asked what has come */
export async function deliveries(db) {
  const { entries } = await find(KIND, "", MOST, { status: "usual" });
  const [told, ops] = await Promise.all([kept(db), allOperations(db)]);
  const records = await db.read(["packs"], (tx) => Promise.all(entries.map(({ id }) => rowAt(tx, KIND, id))));
  const found = records.flatMap((row) => (row ? [deliveryOf(row.id, row.data, told, ops)] : []));
  found.sort(
    (left, right) => (left.on || "9").localeCompare(right.on || "9") || left.number.localeCompare(right.number),
  );
  return { deliveries: found, at: told?.at ?? null };
}

/** @param {Storage} db @param {string} id @returns {Promise<Delivery | null>} null: this phone does not have it */
export async function deliveryBy(db, id) {
  const [told, ops] = await Promise.all([kept(db), allOperations(db)]);
  const row = await db.read(["packs"], (tx) => rowAt(tx, KIND, id));
  return row ? deliveryOf(id, row.data, told, ops) : null;
}

/**
 * Ask what has come of them.
 * @param {{db: Storage, call: import("../api.js").Call, now: () => number}} world @param {readonly Delivery[]} all
 * @returns {Promise<boolean>} whether there is something new
 */
export async function refreshReceipts({ db, call, now }, all) {
  const known = await kept(db);
  const numbers = all.map(({ number }) => number);
  const isFresh =
    known && now() - known.at < FRESH_MS && known.at <= now() && numbers.every((each) => each in known.receipts);
  if (numbers.length === 0 || isFresh) return false;
  try {
    /** @type {Receipts[]} */
    const found = [];
    for (let at = 0; at < numbers.length; at += AT_ONCE) {
      const body = { documents: numbers.slice(at, at + AT_ONCE) };
      const { receipts } = await call("/api/v1/stock/receipts", { method: "POST", body });
      if (!Array.isArray(receipts)) throw new Failure("not_the_gateway");
      found.push(...receipts);
    }
    const told = { at: now(), receipts: Object.fromEntries(found.map((each) => [each.document, each])) };
    await db.set("receipts", await /** @type {Seal} */ (db.seal).close("lines", { ...ROW, told }));
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return false; // without the gateway what is known stays, with its age
  }
}
