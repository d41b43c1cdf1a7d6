// The phone's copy of the gateway's records. A page and its cursor are one transaction; a snapshot marks what it saw,
// and only a snapshot that reached its end removes what it did not see.
import { isOpen } from "./operations.js";
import { refreshOwn, within } from "./outbox.js";
import { prepared } from "./packs.js";

/** @typedef {import("./types.js").PullPage} PullPage */
/** @typedef {import("./types.js").GatewayRecord} GatewayRecord */
/** @typedef {import("./types.js").ReplicaRow} ReplicaRow */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./db.js").Tx} Tx */
/** @typedef {import("./packs.js").Key} Key */
/** @typedef {{cursor: string, generation: number, snapshot: boolean, complete: boolean}} Position
 *   snapshot: a full copy is under way; complete: the last pull reached its end */

/** @type {Position} */
const BEGINNING = { cursor: "", generation: 1, snapshot: true, complete: false };

/** @param {Storage} db @returns {Promise<Position>} */
export const position = async (db) => (await db.get("position")) ?? BEGINNING;

/** Begin a new snapshot; the old copy stays in use until the new one is whole. @param {Storage} db */
export async function restart(db) {
  const { generation } = await position(db);
  await db.set("position", { cursor: "", generation: generation + 1, snapshot: true, complete: false });
}

/**
 * @param {Storage} db
 * @param {PullPage} page
 * @param {import("./packs.js").LineOf} lineOf
 * @returns {Promise<{changed: Key[], rows: ReplicaRow[]}>} what changed, and the rows that arrived of it
 */
export async function applyPage(db, page, lineOf) {
  const before = await position(db);
  const rows = page.upserts.map((record) => ({ ...record, generation: before.generation }));
  // The first copy of all has nothing from before it that could be stale.
  const isLast = !page.more && before.snapshot && before.generation > BEGINNING.generation;
  const stale = isLast ? await (await import("./upkeep.js")).unseen(db, before.generation, page.upserts) : [];
  const gone = [...page.tombstones, ...page.removed, ...stale].map(({ kind, id }) => ({ kind, id }));
  const write = await prepared(db, rows, gone, lineOf);
  const erased = page.tombstones.length ? await import("./erased.js") : null;
  const held = erased?.HELD ?? /** @type {const} */ (["outbox", "meta"]);
  await db.write(["packs", "lines", "own", ...held], async (tx) => {
    await erased?.forget(
      tx,
      page.tombstones.map(({ id }) => id),
    );
    /** @type {Set<string>} */
    const edited = new Set((await tx.raw("outbox").getAll()).map((/** @type {Operation} */ { record }) => record));
    await write(tx);
    for (const row of rows) if (edited.has(row.id)) await follow(tx, row, await within(tx, row.id));
    for (const { kind, id } of gone) await refreshOwn(tx, kind, id, edited.has(id) ? await within(tx, id) : []);
    /** @type {Position} */
    const after = { ...before, cursor: page.cursor, snapshot: before.snapshot && page.more, complete: !page.more };
    await tx.objectStore("meta").put(after, "position");
    if (gone.length) await tx.objectStore("meta").delete("glimpse");
  });
  return { changed: [...rows.map(({ kind, id }) => ({ kind, id })), ...gone], rows };
}

/** @param {Tx} tx @param {ReplicaRow} row @param {Operation[]} ops */
async function follow(tx, row, ops) {
  for (const op of ops) {
    const next = followed(op, row);
    if (next !== op) await tx.objectStore("outbox").put(next);
  }
  await refreshOwn(tx, row.kind, row.id, ops);
}

/**
 * What became of an operation: the conflict was decided, the ERP took or refused it. A refused one is asked about again
 * when its record moves, because somebody at the shop may have mended it.
 * @param {Operation} op @param {GatewayRecord} record @returns {Operation}
 */
function followed(op, record) {
  if (op.state === "needs_you") return { ...op, state: "waiting" };
  if (isOpen(op)) return op;
  const decided = op.state === "conflict" && record.conflicts === 0;
  if (!decided && op.erp_stage === record.stage) return op;
  const { erp_detail, ...story } = op;
  const detail = record.stage_detail ? { erp_detail: record.stage_detail } : {};
  return { ...story, ...detail, state: decided ? "done" : op.state, erp_stage: record.stage };
}
