// The gateway's records on the phone, some fifty to a stored pack: one write where fifty would be needed, and half the
// room. A pack holds all ids from its own name up to the name of the next one, so the pack of any record is found with
// one look, in every thread and without an index. Beside each pack stand the lines its records are found by.

/** @typedef {import("./types.js").ReplicaRow} ReplicaRow */
/** @typedef {import("./types.js").Line} Line */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./db.js").Tx} Tx */
/** @typedef {{kind: string, id: string}} Key */
/** @typedef {(row: ReplicaRow) => Line} LineOf */
/** @typedef {{kind: string, first: string, rows: ReplicaRow[]}} Pack  first: the lowest id that belongs here, "" in the first */
/** @typedef {{puts: Map<string, ReplicaRow>, gone: Set<string>}} Change */

const SIZE = 50;
/** A pack that grows beyond this is cut. */
const FULL = 100;
/** So many packs are read at once. */
const SLICE = 40;

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
  const range = IDBKeyRange.bound([kind, ""], [kind, id]);
  const found = await tx.objectStore("packs").openCursor(range, "prev");
  return /** @type {Pack | undefined} */ (found?.value)?.rows.find((row) => row.id === id);
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

/**
 * Write records and take others out; only the packs they belong to are touched.
 * @param {Tx} tx  over "packs" and "lines", to be written
 * @param {readonly ReplicaRow[]} upserts @param {readonly Key[]} removals  a record in both goes
 * @param {LineOf} lineOf
 */
export async function change(tx, upserts, removals, lineOf) {
  const [packs, lines] = [tx.objectStore("packs"), tx.objectStore("lines")];
  for (const [kind, wanted] of byKind(upserts, removals)) {
    const keys = /** @type {[string, string][]} */ (await packs.getAllKeys(allOf(kind)));
    const firsts = keys.length ? keys.map(([, first]) => first) : [""];
    /** @type {Promise<unknown>[]} */
    const writing = [];
    const parts = [...byPack(wanted, firsts)];
    const olds = await Promise.all(parts.map(([first]) => packs.get([kind, first])));
    parts.forEach(([first, part], at) => {
      const pieces = repacked(first, olds[at]?.rows ?? [], part);
      // The first pack stays even when it is empty: every id belongs somewhere.
      if (pieces.length === 0 && first !== "") writing.push(packs.delete([kind, first]), lines.delete([kind, first]));
      else if (pieces.length === 0) pieces.push({ first, rows: [] });
      for (const piece of pieces) {
        writing.push(packs.put({ kind, ...piece }));
        writing.push(lines.put({ kind, first: piece.first, lines: piece.rows.map(lineOf) }));
      }
    });
    await Promise.all(writing);
  }
}

/** @param {Storage} db @param {(packs: Pack[]) => void | Promise<void>} look  at all packs, some at a time, so that nobody else waits long */
async function eachSlice(db, look) {
  /** @type {IDBKeyRange | undefined} */
  let range;
  for (;;) {
    /** @type {Pack[]} */
    const packs = await db.read(["packs"], (tx) => tx.objectStore("packs").getAll(range, SLICE));
    await look(packs);
    const last = packs.at(-1);
    if (!last || packs.length < SLICE) return;
    range = IDBKeyRange.lowerBound([last.kind, last.first], true);
  }
}

/** @param {Storage} db @param {(row: ReplicaRow) => void} look */
export const eachRecord = (db, look) =>
  eachSlice(db, (packs) => {
    for (const { rows } of packs) for (const row of rows) look(row);
  });

/** All lines as they are stored. @param {Storage} db @returns {Promise<Line[]>} */
export const allLines = async (db) =>
  (await db.read(["lines"], (tx) => tx.objectStore("lines").getAll())).flatMap(({ lines }) => lines);

/** Make every line anew, because what stands in a line has changed. @param {Storage} db @param {LineOf} lineOf */
export const rewriteLines = (db, lineOf) =>
  eachSlice(db, (seen) =>
    db.write(["packs", "lines"], async (tx) => {
      // Read again: somebody may have written in between.
      const packs = await Promise.all(seen.map(({ kind, first }) => tx.objectStore("packs").get([kind, first])));
      for (const pack of packs) {
        if (!pack) continue;
        const { kind, first, rows } = /** @type {Pack} */ (pack);
        await tx.objectStore("lines").put({ kind, first, lines: rows.map(lineOf) });
      }
    }),
  );
