// Withdrawing what was not sent: the entry and everything that builds on it leave the queue together, and a copy stays on
// this phone for 30 days, to be brought back.
import { isOpen } from "./operations.js";
import { allOperations, putSettled } from "./outbox.js";

/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./db.js").Storage} Storage */

/**
 * An operation with everything that builds on it, in the order they were made.
 * @param {readonly Operation[]} ops @param {string} id @returns {Operation[]}
 */
export function family(ops, id) {
  const ids = new Set([id]);
  for (const op of ops) if (op.depends_on.some((parent) => ids.has(parent))) ids.add(op.id);
  return ops.filter((op) => ids.has(op.id));
}

/** @param {Storage} db @param {string} root @param {(family: Operation[]) => Operation[] | null} change  null leaves all as it is */
const changeFamily = (db, root, change) =>
  db.write(
    ["packs", "own", "outbox"],
    async (tx) => {
      const all = /** @type {Operation[]} */ (await tx.objectStore("outbox").getAll());
      const changed = change(
        family(
          all.sort((a, b) => a.origin_seq - b.origin_seq),
          root,
        ),
      );
      for (const op of changed ?? []) await putSettled(tx, op);
      return changed ?? [];
    },
    "strict",
  );

/** What goes with an operation when it is withdrawn. @param {readonly Operation[]} ops @param {string} id */
export const dependants = (ops, id) => family(ops, id).filter((op) => op.id !== id && isOpen(op));

/**
 * Withdraw an entry and what builds on it.
 * @param {Storage} db @param {string} id @param {number} now  Unix ms
 * @returns {Promise<Operation[]>} what was withdrawn; nothing while any of it is being sent
 */
export const withdraw = (db, id, now) =>
  changeFamily(db, id, (ops) => {
    const open = ops.filter(isOpen);
    if (open.some(({ state }) => state === "sending")) return null;
    return open.map((op) => {
      const from = op.state === "needs_you" ? "needs_you" : "waiting";
      return { ...op, state: "aside", aside_from: from, done_at: now };
    });
  });

/**
 * What was withdrawn waits again, to be sent or to be mended, and what builds on it with it.
 * @param {Storage} db @param {string} id
 */
export const bringBack = (db, id) =>
  changeFamily(db, id, (ops) =>
    ops
      .filter(({ state }) => state === "aside")
      .map((op) => {
        const { done_at, aside_from, kept_from, next_at, ...kept } = op;
        // Before entries that only wait could be withdrawn, each root was a refused one.
        const before = aside_from ?? (op.id === id ? "needs_you" : "waiting");
        return { ...kept, state: before };
      }),
  );

/** What a person withdrew, without what only followed it. @param {readonly Operation[]} ops */
export function withdrawnRoots(ops) {
  const aside = ops.filter(({ state }) => state === "aside");
  const ids = new Set(aside.map(({ id }) => id));
  return aside.filter(({ depends_on }) => !depends_on.some((parent) => ids.has(parent)));
}

/** @param {Storage} db */
export const withdrawn = async (db) => withdrawnRoots(await allOperations(db));
