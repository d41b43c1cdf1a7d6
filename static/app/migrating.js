// From older layouts of the phone's storage to today's. It is read only where there is one, and all of it happens
// inside the transaction that opens the database. Everything a person entered comes along.
import { makeRing, openSlot } from "./keyring.js";
import { repacked } from "./packs.js";
import { isSealed, Seal } from "./sealing.js";

/** @typedef {import("./db.js").Handle} Handle */
/** @typedef {import("./db.js").Upgrade} Upgrade */
/** @typedef {import("./db.js").StoreName} StoreName */
/** @typedef {import("./sealing.js").Holding} Holding */

/** So many old rows are read at once. */
const CHUNK = 2_000;
/** So many are sealed at once: packs are large. */
const SLICE = 40;

/**
 * Records lay one by one; now they lie in packs. They are on the phone all the while, and a new copy, which brings how
 * they sound and are written elsewhere, replaces them when it is whole. Everything a person entered stays untouched.
 * @param {Handle} db @param {Upgrade} tx
 */
async function pack(db, tx) {
  for (const name of ["packs", "lines"]) db.createObjectStore(name, { keyPath: ["kind", "first"] });
  /** @type {IDBKeyRange | null} */
  let range = null;
  let kind = "";
  for (;;) {
    /** @type {import("./types.js").ReplicaRow[]} */
    const rows = await tx.objectStore("records").getAll(range, CHUNK);
    for (const name of new Set(rows.map((row) => row.kind))) {
      const puts = new Map(rows.filter((row) => row.kind === name).map((row) => [row.id, row]));
      const [lowest = ""] = name === kind ? puts.keys() : [];
      for (const piece of repacked(lowest, [], { puts, gone: new Set() })) {
        await tx.objectStore("packs").put({ kind: name, ...piece });
      }
      kind = name;
    }
    const last = rows.at(-1);
    if (!last || rows.length < CHUNK) break;
    range = IDBKeyRange.lowerBound([last.kind, last.id], true);
  }
  db.deleteObjectStore("records");
  const meta = tx.objectStore("meta");
  const position = await meta.get("position");
  const anew = { cursor: "", generation: position?.generation + 1, snapshot: true, complete: false };
  if (position) await meta.put(anew, "position");
}

/** The key that a phone gets by itself, until somebody chooses how it opens. @param {Upgrade} tx @param {Holding} holding */
async function firstSeal(tx, holding) {
  const ring = await holding.until(makeRing());
  await tx.objectStore("meta").put(ring, "ring");
  return new Seal(await holding.until(openSlot(ring)));
}

/** Rows lay open; now they are sealed. @param {Upgrade} tx @param {Holding} holding */
async function sealAll(tx, holding) {
  /** @type {Seal | undefined} */
  let seal;
  for (const name of /** @type {StoreName[]} */ ([...tx.objectStoreNames]).filter(isSealed)) {
    const store = tx.objectStore(name);
    for (let keys = await store.getAllKeys(); keys.length; keys = keys.slice(SLICE)) {
      const last = keys[Math.min(SLICE, keys.length) - 1];
      const rows = await store.getAll(IDBKeyRange.bound(keys[0], last));
      seal ??= await firstSeal(tx, holding);
      const by = seal;
      const sealed = await holding.until(Promise.all(rows.map((row) => by.close(name, row))));
      await Promise.all(sealed.map((row) => store.put(row)));
    }
  }
}

/** @param {Handle} db @param {number} before @param {Upgrade} tx @param {Holding} holding */
export async function migrate(db, before, tx, holding) {
  if (before < 2) await pack(db, tx);
  if (before < 4) await sealAll(tx, holding);
}
