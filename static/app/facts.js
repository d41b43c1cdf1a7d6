// Facts on their way to the gateway: a visit goes through the outbox like an edit. The visit, the task that follows from
// it, its photos' leave to go and the end of its draft are one strict transaction.
import { inOrder, isOpen } from "./operations.js";
import { nextSeq, operationFrom, refreshOwn, within } from "./outbox.js";

/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Attached} Attached */
/** @typedef {import("./types.js").VisitEvent} VisitEvent */
/** @typedef {import("./types.js").Data} Data */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./db.js").Tx} Tx */
/**
 * @typedef {{draft: Draft, event: VisitEvent, title: string, now: number, device: string,
 *   task: {id: string, record: string, data: Data} | null}} Visit
 *   title: the customer's name; task: the ids were made before, so that a second try makes the same one
 */

/** The creation of a record that the gateway has not taken yet. @param {Tx} tx @param {string} record */
const creationOf = async (tx, record) =>
  (await within(tx, record)).find((op) => op.type === "record.create" && isOpen(op));

/**
 * The operation that brings a visit. It waits for the customer where that one is not at the gateway yet.
 * @param {Visit} visit @param {number} seq @param {Operation | undefined} creation
 * @returns {Operation}
 */
function visitOperation({ draft, event, title, now }, seq, creation) {
  return {
    id: draft.record,
    origin_seq: seq,
    type: "fact",
    kind: "visit",
    record: draft.record,
    ...(draft.about ? { about: draft.about } : {}),
    title,
    reference: "",
    event,
    at: new Date(now).toISOString(),
    saved_at: now,
    revision: 0,
    depends_on: creation ? [creation.id] : [],
    state: "waiting",
    answered: false,
    tries: 0,
  };
}

/**
 * The refused visit as it was mended: the same id, the next revision, first in line again.
 * @param {Operation} op @param {Visit} visit @returns {Operation}
 */
function mended({ problem, next_at, blocked_by, ...kept }, { event, now }) {
  const revision = kept.revision + 1;
  return { ...kept, event, saved_at: now, revision, state: "waiting", answered: false, tries: 0 };
}

/**
 * The task of a visit follows its customer, not the visit: a visit that is refused does not hold it up.
 * @param {Tx} tx @param {Visit} visit @param {Operation | undefined} creation
 */
async function putTask(tx, { task, draft, now, device }, creation) {
  if (!task) return;
  const { id, record, data } = task;
  /** @type {Draft} */
  const form = { ...draft, id: record, kind: "task", record, mode: "create" };
  const made = operationFrom({ draft: form, data, title: String(data.title), id, device, now }, await nextSeq(tx), []);
  /** @type {Operation} */
  const op = {
    ...made,
    ...(draft.about ? { about: draft.about } : {}),
    depends_on: creation ? [creation.id] : [],
  };
  await tx.objectStore("outbox").put(op);
  await refreshOwn(tx, "task", record, [op]);
}

/** Photos of a form may go once what they belong to is in the outbox. @param {Tx} tx @param {string} record @param {string[]} needs */
async function release(tx, record, needs) {
  const attached = tx.objectStore("attached");
  /** @type {Attached[]} */
  const rows = await attached.index("record").getAll(record);
  for (const row of rows) if (row.state === "draft") await attached.put({ ...row, needs, state: "waiting" });
}

/**
 * Save a visit: on disk, with everything that belongs to it, before this returns.
 * @param {Storage} db @param {Visit} visit
 * @returns {Promise<"saved" | "already" | "gone">} already: this very visit is on disk; gone: another tab saved or
 *   discarded it
 */
export function commitVisit(db, visit) {
  const { draft } = visit;
  return db.write(
    ["packs", "own", "outbox", "drafts", "attached", "meta"],
    async (tx) => {
      const outbox = tx.objectStore("outbox");
      /** @type {Operation | undefined} */
      const known = await outbox.get(draft.record);
      if (known && !draft.operation) return "already";
      if (!(await tx.objectStore("drafts").get(draft.id))) return "gone";
      if (draft.operation && !(known && isOpen(known))) return "gone";
      const creation = await creationOf(tx, draft.about ?? "");
      await outbox.put(known ? mended(known, visit) : visitOperation(visit, await nextSeq(tx), creation));
      await putTask(tx, visit, creation);
      await release(tx, draft.record, [draft.record]);
      await tx.objectStore("drafts").delete(draft.id);
      return "saved";
    },
    "strict",
  );
}

/** @param {Operation} op  something new, not a later edit of it */
const isDealing = ({ type, kind, state }) =>
  state !== "aside" && (type === "fact" || (kind === "task" && type === "record.create"));

/**
 * This phone's own visits to a customer and the tasks it made of them, whatever became of them, newest first.
 * @param {Storage} db @param {string} customer @returns {Promise<Operation[]>}
 */
export async function dealingsWith(db, customer) {
  /** @type {Operation[]} */
  const all = await db.read(["outbox"], (tx) => tx.objectStore("outbox").getAll());
  return all.filter((op) => op.about === customer && isDealing(op)).sort((a, b) => inOrder(b, a));
}
