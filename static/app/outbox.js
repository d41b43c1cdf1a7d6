// The outbox on disk. An entry, its operation and the end of its draft are one strict transaction, and nothing here
// ever expires: not by a sign-out, not by an expired session, not by a new version of the app.
import { provisionalNumber, randomEpoch } from "./ids.js";
import { inOrder, isOpen, nextBatch, project, settle } from "./operations.js";
import { change, rowAt } from "./packs.js";
import { diff } from "./patch.js";

/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Data} Data */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").PushResult} PushResult */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./db.js").Tx} Tx */

/** @param {Storage} db @returns {Promise<Operation[]>} in the order they were made */
export const allOperations = async (db) => (await db.all("outbox")).sort(inOrder);

/** What can be said of them while the phone is locked: enough to count them. @param {Storage} db @returns {Promise<Operation[]>} */
export const outsides = (db) => db.rows("outbox");

/** @param {Storage} db @param {string} record @returns {Promise<Operation[]>} */
export const operationsOf = async (db, record) =>
  (await db.all("outbox", { where: (op) => op.record === record })).sort(inOrder);

/** @param {Tx} tx @param {string} record @returns {Promise<Operation[]>} */
export const within = async (tx, record) =>
  (await tx.objectStore("outbox").index("record").getAll(record)).sort(inOrder);

/**
 * Lay this phone's open operations over what the gateway said, or drop the row when there are none left. A fact is no
 * edit of anything and has no row.
 * @param {Tx} tx @param {string} kind @param {string} record @param {Operation[]} ops  of this record
 */
export async function refreshOwn(tx, kind, record, ops) {
  const open = ops.filter(isOpen);
  const own = tx.objectStore("own");
  const last = open.at(-1);
  if (!last || last.event) {
    await own.delete([kind, record]);
    return;
  }
  const replica = await rowAt(tx, kind, record);
  await own.put({ id: record, kind, data: project(replica?.data, open), reference: last.reference, at: last.saved_at });
}

/** The next number of this life of the storage, taken inside the transaction that uses it. @param {Tx} tx */
export async function nextSeq(tx) {
  const meta = tx.objectStore("meta");
  const seq = ((await meta.get("origin_seq")) ?? 0) + 1;
  if (!(await meta.get("origin_epoch"))) await meta.put(randomEpoch(), "origin_epoch");
  await meta.put(seq, "origin_seq");
  return seq;
}

/**
 * @typedef {{draft: Draft, data: Data, title: string, id: string, device: string, now: number}} Entry
 *   data: the whole record as the form left it; id: of the operation, made before, so that a second try is the same one
 */

/** What a person has said beside the values. @param {Draft} draft @returns {Pick<Operation, "reason" | "not_duplicate_of">} */
const besides = ({ reason, not_duplicate_of }) => ({
  ...(reason ? { reason } : {}),
  ...(not_duplicate_of?.length ? { not_duplicate_of } : {}),
});

/** @param {Entry} entry @param {number} seq @param {Operation[]} ops @returns {Operation} */
export function operationFrom({ draft, data, title, id, device, now }, seq, ops) {
  const parent = ops.findLast(isOpen);
  /** @type {Operation} */
  const op = {
    id,
    origin_seq: seq,
    type: draft.mode === "create" ? "record.create" : "record.edit",
    kind: draft.kind,
    record: draft.record,
    title,
    reference: parent?.reference ?? (draft.mode === "create" ? provisionalNumber(device, seq) : ""),
    at: new Date(now).toISOString(),
    saved_at: now,
    revision: 0,
    depends_on: parent ? [parent.id] : [],
    state: "waiting",
    answered: false,
    tries: 0,
    ...besides(draft),
  };
  if (draft.mode === "create") return { ...op, data };
  const before = draft.base?.data ?? {};
  const base = { base_version: draft.base?.version ?? 0, ...(parent ? { base_op: parent.id } : {}) };
  return { ...op, ...base, before, patch: diff(before, data) };
}

/**
 * The refused operation with what the person made of it: the same id, the next revision, first in line again.
 * It names other records now perhaps, and waits for no more than its own.
 * @param {Operation} op @param {Entry} entry @param {Operation[]} ops  of the record @returns {Operation}
 */
function corrected(op, { draft, data, title, now }, ops) {
  const { problem, next_at, blocked_by, ...kept } = op;
  const body = op.type === "record.create" ? { data } : { patch: diff(op.before ?? {}, data) };
  return {
    ...kept,
    ...body,
    ...besides(draft),
    depends_on: op.depends_on.filter((id) => ops.some((other) => other.id === id)),
    title,
    saved_at: now,
    revision: op.revision + 1,
    state: "waiting",
    answered: false,
    tries: 0,
  };
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The operation, after the creations of all records that it names: a task goes when its customer has gone.
 * @param {Tx} tx @param {Operation} op @returns {Promise<Operation>}
 */
export async function afterNamed(tx, op) {
  const named = Object.values(op.data ?? op.patch ?? {}).filter((value) => typeof value === "string" && ID.test(value));
  const ops = (await Promise.all(named.map((id) => within(tx, String(id))))).flat();
  const creations = ops.filter((other) => other.type === "record.create" && isOpen(other) && other.id !== op.id);
  return { ...op, depends_on: [...new Set([...op.depends_on, ...creations.map(({ id }) => id)])] };
}

/**
 * Save an entry: own row, operation and draft removal together, on disk before this returns.
 * @param {Storage} db
 * @param {Entry} entry
 * @returns {Promise<"saved" | "already" | "gone">} already: this very operation is on disk; gone: another tab saved
 *   or discarded the draft
 */
export function commit(db, entry) {
  const { draft } = entry;
  return db.write(
    ["packs", "own", "outbox", "drafts", "meta"],
    async (tx) => {
      const outbox = tx.objectStore("outbox");
      if (draft.mode !== "fix" && (await outbox.get(entry.id))) return "already";
      if (!(await tx.objectStore("drafts").get(draft.id))) return "gone";
      const ops = await within(tx, draft.record);
      const refused = draft.mode === "fix" ? ops.find((op) => op.id === draft.operation) : undefined;
      if (draft.mode === "fix" && !(refused && isOpen(refused))) return "gone";
      const made = refused ? corrected(refused, entry, ops) : operationFrom(entry, await nextSeq(tx), ops);
      const op = await afterNamed(tx, made);
      await outbox.put(op);
      await refreshOwn(tx, draft.kind, draft.record, [...ops.filter((other) => other.id !== op.id), op].sort(inOrder));
      await tx.objectStore("drafts").delete(draft.id);
      return "saved";
    },
    "strict",
  );
}

/** How many operations the gateway has not taken for good. @param {Storage} db @returns {Promise<number>} */
export const countUnsent = (db) =>
  db.read(["outbox"], async (tx) => {
    const states = tx.objectStore("outbox").index("state");
    const counts = await Promise.all(["waiting", "sending", "needs_you"].map((state) => states.count(state)));
    return counts.reduce((sum, count) => sum + count, 0);
  });

/** How many photos the gateway has not got. @param {Storage} db @returns {Promise<number>} */
export const countUnsentFiles = (db) =>
  db.read(["attached"], async (tx) => {
    const states = tx.objectStore("attached").index("state");
    return (await states.count("waiting")) + (await states.count("refused"));
  });

/** What a crash left in "sending" was never answered: it waits again. @param {Storage} db */
export const recover = (db) =>
  db.write(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    const stuck = await outbox.index("state").getAll("sending");
    await Promise.all(stuck.map((/** @type {Operation} */ op) => outbox.put({ ...op, state: "waiting" })));
  });

/**
 * Take the next operations for one request and mark them as being sent.
 * @param {Storage} db @param {number} now @param {number} count
 * @returns {Promise<Operation[]>}
 */
export const take = (db, now, count) =>
  db.write(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    const states = ["waiting", "sending", "needs_you", "conflict"];
    const known = (await Promise.all(states.map((state) => outbox.index("state").getAll(state)))).flat();
    const batch = nextBatch(known, { now, count });
    /** @type {Operation[]} */
    const sending = batch.map((op) => ({ ...op, state: "sending", tries: op.tries + 1, tried_at: now }));
    await Promise.all(sending.map((op) => outbox.put(op)));
    return sending;
  });

/**
 * The request failed as a whole: its operations wait again, with `change` for what was learnt.
 * @param {Storage} db @param {Operation[]} batch @param {Partial<Operation>} change
 */
export const giveBack = (db, batch, change) =>
  db.write(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    for (const { id } of batch) {
      const op = await outbox.get(id);
      if (op?.state === "sending") await outbox.put({ ...op, state: "waiting", ...change });
    }
  });

/**
 * Write down the gateway's answers together with the records they carry.
 * @param {Storage} db
 * @param {Operation[]} batch
 * @param {PushResult[]} results
 * @param {{now: number, random: () => number, generation: number, lineOf: import("./packs.js").LineOf}} world
 * @returns {Promise<number>} how many arrived for good
 */
export const settleAll = (db, batch, results, { now, random, generation, lineOf }) =>
  db.write(
    ["packs", "lines", "own", "outbox"],
    async (tx) => {
      const answers = new Map(results.map((result) => [result.id, result]));
      let arrived = 0;
      for (const { id, revision } of batch) {
        const op = /** @type {Operation | undefined} */ (await tx.objectStore("outbox").get(id));
        if (op?.revision !== revision) continue; // corrected meanwhile in another tab: this answer is history
        const result = answers.get(id) ?? { id, status: "retry" };
        const row = result.record && { ...result.record, generation };
        if (row && (await isNews(tx, row, result.status !== "duplicate"))) await change(tx, [row], [], lineOf);
        const next = settle(op, result, now, random());
        await putSettled(tx, next);
        if (!isOpen(next)) arrived += 1;
      }
      return arrived;
    },
    "strict",
  );

/** @param {Tx} tx @param {Operation} op */
export async function putSettled(tx, op) {
  await tx.objectStore("outbox").put(op);
  if (!isOpen(op)) await release(tx, op.id);
  await refreshOwn(tx, op.kind, op.record, await within(tx, op.record));
}

/** What waited for this operation may go at once. @param {Tx} tx @param {string} id */
async function release(tx, id) {
  const outbox = tx.objectStore("outbox");
  for (const op of await outbox.index("state").getAll("waiting")) {
    if (!op.depends_on.includes(id)) continue;
    const { blocked_by, next_at, ...free } = op;
    await outbox.put(free);
  }
}

/**
 * A record from a push answer never replaces a newer one that a pull brought; a repeated answer may be an old one.
 * @param {Tx} tx @param {import("./types.js").ReplicaRow} row @param {boolean} fresh
 */
async function isNews(tx, row, fresh) {
  const old = await rowAt(tx, row.kind, row.id);
  return !old || old.version < row.version || (fresh && old.version === row.version);
}

/**
 * What waits may be tried at once: a person has asked for it.
 * @param {Storage} db @param {string} [only]  the id of one operation; without it everything
 */
export const hurry = (db, only) =>
  db.write(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    for (const op of await outbox.index("state").getAll("waiting")) {
      if (op.next_at && (!only || op.id === only)) await outbox.put({ ...op, next_at: 0 });
    }
  });
