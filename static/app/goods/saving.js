// Counts and arrivals on their way to the gateway: facts in the outbox, all of them and the end of their draft in one
// strict transaction. What was a mistake is taken back by facts of its own, behind those that they are about.
import { uuid7 } from "../ids.js";
import { inOrder, isOpen } from "../operations.js";
import { allOperations, nextSeq } from "../outbox.js";
import { reversalOf, STOCK } from "./events.js";

/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../types.js").StockEvent} StockEvent */
/** @typedef {import("../types.js").Draft} Draft */
/** @typedef {import("../db.js").Storage} Storage */
/** @typedef {{ops: Operation[], event: StockEvent, title: string, at: number, undone: boolean, lines: number, settled: boolean}} Sent
 *   one count or arrival, in one or several facts; undone: taken back on this phone */

/** @param {StockEvent} event @param {{seq: number, title: string, now: number, after?: string[]}} how @returns {Operation} */
const operation = (event, { seq, title, now, after = [] }) => ({
  ...{ id: event.id, origin_seq: seq, type: "fact", kind: STOCK, record: event.id, title, reference: "", event },
  ...{ at: new Date(now).toISOString(), saved_at: now, revision: 0, depends_on: after },
  ...{ state: "waiting", answered: false, tries: 0 },
});

/** The refused fact as it was mended. @param {Operation} op @param {StockEvent} event @param {number} now @returns {Operation} */
function mended({ problem, next_at, blocked_by, ...kept }, event, now) {
  const revision = kept.revision + 1;
  return { ...kept, event, saved_at: now, revision, state: "waiting", answered: false, tries: 0 };
}

/**
 * Save a count or an arrival: on disk before this returns.
 * @param {Storage} db @param {{draft: Draft, events: StockEvent[], title: string, now: number}} goods
 * @returns {Promise<"saved" | "already" | "gone">} already: it is on disk; gone: another tab saved or discarded it
 */
export const commitGoods = (db, { draft, events, title, now }) =>
  db.write(
    ["outbox", "drafts", "meta"],
    async (tx) => {
      const outbox = tx.objectStore("outbox");
      /** @type {Operation | undefined} */
      const known = await outbox.get(draft.record);
      if (known && !draft.operation) return "already";
      if (!(await tx.objectStore("drafts").get(draft.id)) || (draft.operation && !(known && isOpen(known))))
        return "gone";
      for (const event of events) {
        const first = known && event.id === known.id ? mended(known, event, now) : null;
        await outbox.put(first ?? operation(event, { seq: await nextSeq(tx), title, now }));
      }
      await tx.objectStore("drafts").delete(draft.id);
      return "saved";
    },
    "strict",
  );

/** @param {Operation} op */
const eventOf = (op) => /** @type {StockEvent} */ (op.event);

/**
 * What was counted and taken in on this phone, the newest first.
 * @param {readonly Operation[]} ops @returns {Sent[]}
 */
export function sentIn(ops) {
  const goods = ops.filter(({ kind, state }) => kind === STOCK && state !== "aside");
  const back = new Set(goods.map((op) => eventOf(op).data.corrects));
  /** @type {Map<string, Operation[]>} */
  const sessions = new Map();
  for (const op of goods.filter((each) => !eventOf(each).data.corrects).sort(inOrder)) {
    const session = eventOf(op).data.session ?? op.id;
    sessions.set(session, [...(sessions.get(session) ?? []), op]);
  }
  return [...sessions.values()].reverse().map((group) => {
    const [op] = /** @type {[Operation]} */ (group);
    const lines = group.reduce((count, each) => count + eventOf(each).data.lines.length, 0);
    const settled = group.every(({ state }) => state === "done");
    return {
      ops: group,
      event: eventOf(op),
      title: op.title,
      at: op.saved_at,
      undone: back.has(op.id),
      lines,
      settled,
    };
  });
}

/** @param {Storage} db @returns {Promise<Sent[]>} */
export const sentGoods = async (db) => sentIn(await allOperations(db));

/**
 * Take a count or an arrival back, with one fact for each of its own; once.
 * @param {Storage} db @param {Sent} sent @param {string} reason @param {number} now
 * @returns {Promise<boolean>} false: that was done already
 */
export const takeBack = (db, { ops, title }, reason, now) =>
  db.write(
    ["outbox", "meta"],
    async (tx) => {
      const outbox = tx.objectStore("outbox");
      /** @type {Operation[]} */
      const all = await outbox.getAll();
      const ids = new Set(ops.map(({ id }) => id));
      const isBack = (/** @type {Operation} */ op) => op.kind === STOCK && ids.has(eventOf(op).data.corrects ?? "");
      if (all.some((op) => op.state !== "aside" && isBack(op))) return false;
      for (const op of ops) {
        const event = reversalOf(eventOf(op), reason, { id: uuid7(now), now });
        await outbox.put(operation(event, { seq: await nextSeq(tx), title, now, after: [op.id] }));
      }
      return true;
    },
    "strict",
  );
