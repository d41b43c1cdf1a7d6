// The gateway's records on the phone, some hundred to a stored pack: one write where a hundred would be needed, and a
// third of the room. A pack holds all ids from its own name up to the name of the next one, so the pack of any record is
// found with one look, in every thread and without an index. Beside each pack stand the lines its records are found by.
import { isSame } from "./sealing.js";

/** @typedef {import("./types.js").ReplicaRow} ReplicaRow */
/** @typedef {import("./types.js").Line} Line */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./db.js").Tx} Tx */
/** @typedef {{kind: string, id: string}} Key */
/** @typedef {(row: ReplicaRow) => Line} LineOf */
/** @typedef {{kind: string, first: string, rows: ReplicaRow[]}} Pack  first: the lowest id that belongs here, "" in the first */
/** @typedef {{puts: Map<string, ReplicaRow>, gone: Set<string>}} Change */

const SIZE = 100;
/** A pack that grows beyond this is cut. */
const FULL = 200;

/** @type {("packs" | "lines")[]} */
const BOTH = ["packs", "lines"];

/** Higher than any id. */
const END = "\uffff";

/** @param {string} kind */
const allOf = (kind) => IDBKeyRange.bound([kind, ""], [kind, END]);

/**
 * One record as the gateway last sent it.
 * @param {Tx} tx  over "packs" at least
 * @param {string} kind @param {string} id
 * @returns {Promise<ReplicaRow | undefined>}
 */
export async function rowAt(tx, kind, id) {
  /** @type {Pack | undefined} */
  const found = await tx.objectStore("packs").last(IDBKeyRange.bound([kind, ""], [kind, id]));
  return found?.rows.find((row) => row.id === id);
}

/**
 * Where an id belongs.
 * @param {readonly string[]} firsts  ascending, the first of them ""
 * @param {string} id
 */
export function packOf(firsts, id) {
  let [low, high] = [0, firsts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (/** @type {string} */ (firsts[middle]) <= id) low = middle;
    else high = middle - 1;
  }
  return firsts[low] ?? "";
}

/**
 * A pack after a change, in as many pieces as it needs; none when nothing is left of it.
 * @param {string} first @param {readonly ReplicaRow[]} rows @param {Change} change
 * @returns {{first: string, rows: ReplicaRow[]}[]}
 */
export function repacked(first, rows, { puts, gone }) {
  const kept = rows.filter(({ id }) => !puts.has(id) && !gone.has(id));
  const all = [...kept, ...puts.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (all.length <= FULL) return all.length ? [{ first, rows: all }] : [];
  const pieces = [];
  for (let at = 0; at < all.length; at += SIZE) {
    const piece = all.slice(at, at + SIZE);
    pieces.push({ first: at ? /** @type {ReplicaRow} */ (piece[0]).id : first, rows: piece });
  }
  return pieces;
}

/** @param {readonly ReplicaRow[]} upserts @param {readonly Key[]} removals @returns {Map<string, Change>} by kind */
function byKind(upserts, removals) {
  /** @type {Map<string, Change>} */
  const kinds = new Map();
  const of = (/** @type {string} */ kind) => {
    const known = kinds.get(kind) ?? { puts: new Map(), gone: new Set() };
    kinds.set(kind, known);
    return known;
  };
  for (const row of upserts) of(row.kind).puts.set(row.id, row);
  for (const { kind, id } of removals) {
    of(kind).gone.add(id);
    of(kind).puts.delete(id);
  }
  return kinds;
}

/** @param {Change} change @param {readonly string[]} firsts @returns {Map<string, Change>} by pack */
function byPack({ puts, gone }, firsts) {
  /** @type {Map<string, Change>} */
  const packs = new Map();
  const of = (/** @type {string} */ id) => {
    const first = packOf(firsts, id);
    const known = packs.get(first) ?? { puts: new Map(), gone: new Set() };
    packs.set(first, known);
    return known;
  };
  for (const [id, row] of puts) of(id).puts.set(id, row);
  for (const id of gone) of(id).gone.add(id);
  return packs;
}

/** @typedef {{keys: (kind: string) => Promise<[string, string][]>, get: (store: "packs" | "lines", key: [string, string]) => Promise<any>}} Look */
/** @typedef {{store: "packs" | "lines", key: [string, string], value?: any}} Step  without a value it goes */

/** A record without its spellings: they are in its line, and nowhere else. @param {ReplicaRow} row @returns {ReplicaRow} */
export function bare(row) {
  const { spellings, ...kept } = row;
  return kept;
}

/**
 * One pack after a change. Lines of records that stay as they were are kept: their spellings are nowhere else.
 * @param {string} kind @param {string} first @param {Change} part @param {any[]} old  the pack and its lines @param {LineOf} lineOf
 * @returns {Step[]}
 */
function piecesOf(kind, first, part, [pack, beside], lineOf) {
  const lines = new Map(beside?.lines.map((/** @type {Line} */ line) => [line.id, line]));
  for (const id of part.puts.keys()) lines.delete(id);
  const pieces = repacked(first, pack?.rows ?? [], part);
  if (pieces.length === 0) {
    if (first) return BOTH.map((store) => ({ store, key: [kind, first] }));
    pieces.push({ first, rows: [] }); // the first pack stays even when it is empty: every id belongs somewhere
  }
  return pieces.flatMap((piece) => {
    const key = /** @type {[string, string]} */ ([kind, piece.first]);
    const found = piece.rows.map((row) => lines.get(row.id) ?? lineOf(row));
    return [
      { store: "packs", key, value: { kind, first: piece.first, rows: piece.rows.map(bare) } },
      { store: "lines", key, value: { kind, first: piece.first, lines: found } },
    ];
  });
}

/**
 * What has to be written for a change; only the packs it belongs to are touched.
 * @param {Look} look @param {readonly ReplicaRow[]} upserts @param {readonly Key[]} removals @param {LineOf} lineOf
 * @returns {Promise<Step[]>}
 */
async function stepsFor(look, upserts, removals, lineOf) {
  /** @type {Step[]} */
  const steps = [];
  for (const [kind, wanted] of byKind(upserts, removals)) {
    const keys = await look.keys(kind);
    const firsts = keys.length ? keys.map(([, first]) => first) : [""];
    const parts = [...byPack(wanted, firsts)];
    const olds = await Promise.all(
      parts.map(([first]) => Promise.all([look.get("packs", [kind, first]), look.get("lines", [kind, first])])),
    );
    parts.forEach(([first, part], at) => {
      steps.push(...piecesOf(kind, first, part, /** @type {any} */ (olds[at]), lineOf));
    });
  }
  return steps;
}

/**
 * Write records and take others out.
 * @param {Tx} tx  over "packs" and "lines", to be written
 * @param {readonly ReplicaRow[]} upserts @param {readonly Key[]} removals  a record in both goes
 * @param {LineOf} lineOf
 */
export async function change(tx, upserts, removals, lineOf) {
  /** @type {Look} */
  const look = {
    keys: (kind) => tx.raw("packs").getAllKeys(allOf(kind)),
    get: (store, key) => tx.objectStore(store).get(key),
  };
  const steps = await stepsFor(look, upserts, removals, lineOf);
  await Promise.all(
    steps.map(({ store, key, value }) =>
      value ? tx.objectStore(store).put(value) : tx.objectStore(store).delete(key),
    ),
  );
}

/**
 * The same in two parts, so that packing and sealing a whole page of the feed holds up nobody who saves.
 * @param {Storage} db @param {readonly ReplicaRow[]} upserts @param {readonly Key[]} removals @param {LineOf} lineOf
 * @returns {Promise<(tx: Tx) => Promise<void>>} to be called inside the transaction that writes
 */
export async function prepared(db, upserts, removals, lineOf) {
  const seal = /** @type {import("./sealing.js").Seal} */ (db.seal);
  /** @type {{store: "packs" | "lines", key: [string, string], row: any}[]} */
  const seen = [];
  const [all, kinds] = [db.read(["packs"], (tx) => tx.raw("packs").getAllKeys()), new Map()];
  for (const [kind, first] of await all) kinds.set(kind, [...(kinds.get(kind) ?? []), [kind, first]]);
  /** @type {Look} */
  const look = {
    keys: async (kind) => kinds.get(kind) ?? [],
    async get(store, key) {
      const row = await db.read([store], (tx) => tx.raw(store).get(key));
      seen.push({ store, key, row });
      return row && seal.open(store, row);
    },
  };
  const steps = await stepsFor(look, upserts, removals, lineOf);
  const rows = await Promise.all(steps.map(({ store, value }) => value && seal.close(store, value)));
  return async (tx) => {
    const now = await Promise.all(seen.map(({ store, key }) => tx.raw(store).get(key)));
    // Another tab has written in between: then once more, in here.
    if (!seen.every(({ row }, at) => isSame(row, now[at]))) return change(tx, upserts, removals, lineOf);
    await Promise.all(
      steps.map(({ store, key }, at) => (rows[at] ? tx.raw(store).put(rows[at]) : tx.raw(store).delete(key))),
    );
  };
}

/** All lines as they are stored. @param {Storage} db @returns {Promise<Line[]>} */
export const allLines = async (db) => (await db.all("lines")).flatMap(({ lines }) => lines);

/** How a record sounds, from its line. @param {Line | undefined} line */
export const spellingsOf = (line) => (line?.own === undefined ? undefined : line.line.slice(line.own));
