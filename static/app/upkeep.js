// What goes through everything, and seldom: is the copy what the gateway says it should be, what of it is stale, lines
// made anew, and stories that are old. Read by the worker when it comes to that.
import { bare, spellingsOf } from "./packs.js";

/** @typedef {import("./types.js").GatewayRecord} GatewayRecord */
/** @typedef {import("./types.js").ReplicaRow} ReplicaRow */
/** @typedef {import("./types.js").Line} Line */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./db.js").Tx} Tx */
/** @typedef {import("./packs.js").Key} Key */
/** @typedef {import("./packs.js").Pack} Pack */
/** @typedef {import("./packs.js").LineOf} LineOf */
/** @typedef {import("./types.js").Operation} Operation */

/** So many packs are read at once. */
const SLICE = 40;
const KEPT_MS = 30 * 24 * 3_600_000;

/** @param {Storage} db @param {(packs: Pack[]) => void | Promise<void>} look  at all packs, some at a time, so that nobody else waits long */
async function eachSlice(db, look) {
  /** @type {IDBKeyRange | undefined} */
  let range;
  for (;;) {
    /** @type {Pack[]} */
    const packs = await db.all("packs", { range, count: SLICE });
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

/** @param {Storage} db @param {number} generation @param {GatewayRecord[]} arriving  the page that ends the snapshot */
export async function unseen(db, generation, arriving) {
  const seen = new Set(arriving.map(({ kind, id }) => `${kind} ${id}`));
  /** @type {Key[]} */
  const stale = [];
  await eachRecord(db, (row) => {
    if (row.generation !== generation && !seen.has(`${row.kind} ${row.id}`)) stale.push({ kind: row.kind, id: row.id });
  });
  return stale;
}

/**
 * Does the phone hold exactly what the gateway says it should?
 * @param {Storage} db
 * @param {Record<string, {count: number, hash: string}>} checksum  by kind
 */
export async function matches(db, checksum) {
  /** @type {Map<string, string[]>} */
  const lines = new Map(Object.keys(checksum).map((kind) => [kind, []]));
  await eachRecord(db, (row) => lines.get(row.kind)?.push(`${row.id}:${row.version}\n`));
  for (const [kind, { count, hash }] of Object.entries(checksum)) {
    const own = lines.get(kind) ?? [];
    if (own.length !== count || (await sha256(own.sort().join(""))) !== hash) return false;
  }
  return true;
}

/** @param {string} text */
async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Tx} tx @param {Pack} pack @param {LineOf} lineOf */
async function rewrite(tx, { kind, first, rows }, lineOf) {
  const beside = await tx.objectStore("lines").get([kind, first]);
  /** @type {Map<string, Line>} */
  const old = new Map(beside?.lines.map((/** @type {Line} */ line) => [line.id, line]));
  const lines = rows.map((row) => lineOf({ spellings: spellingsOf(old.get(row.id)), ...row }));
  await tx.objectStore("lines").put({ kind, first, lines });
  if (rows.some(({ spellings }) => spellings)) await tx.objectStore("packs").put({ kind, first, rows: rows.map(bare) });
}

/** Make every line anew, because what stands in a line has changed. @param {Storage} db @param {LineOf} lineOf */
export const rewriteLines = (db, lineOf) =>
  eachSlice(db, (seen) =>
    db.write(["packs", "lines"], async (tx) => {
      // Read again: somebody may have written in between.
      const packs = await Promise.all(seen.map(({ kind, first }) => tx.objectStore("packs").get([kind, first])));
      await Promise.all(packs.map((pack) => pack && rewrite(tx, pack, lineOf)));
    }),
  );

/**
 * The story of what arrived, and what was withdrawn, is kept for 30 days, by the gateway's clock: a phone's may be years
 * off, so what is new to this count begins its 30 days now.
 * @param {Storage} db @param {number} now  Unix ms at the gateway
 */
export const forgetOld = (db, now) =>
  db.write(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    const states = ["done", "aside"].map((state) => outbox.index("state").getAll(state));
    const settled = /** @type {Operation[]} */ ((await Promise.all(states)).flat());
    for (const op of settled) {
      if (op.kept_from === undefined) await outbox.put({ ...op, kept_from: now });
      else if (op.kept_from < now - KEPT_MS) await outbox.delete(op.id);
    }
  });
