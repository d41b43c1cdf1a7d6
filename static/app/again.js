// A gateway that was restored from a backup does not know what came after the backup: it is offered once more what this
// phone still has of it. The gateway knows every operation by its id, so what did survive has no second effect.
import { refreshOwn, within } from "./outbox.js";

/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./db.js").Storage} Storage */

/** @param {Operation} op @returns {Operation} */
function offered({ done_at, kept_from, next_at, blocked_by, problem, ...op }) {
  return { ...op, state: "waiting", answered: false, tries: 0 };
}

/**
 * Remember which life of the gateway this phone speaks to; in another one than before, everything that arrived waits again.
 * @param {Storage} db @param {string} epoch
 * @returns {Promise<number>} how many operations wait again
 */
export const meet = (db, epoch) =>
  db.write(
    ["packs", "own", "outbox", "meta"],
    async (tx) => {
      const meta = tx.objectStore("meta");
      const outbox = tx.objectStore("outbox");
      const before = await meta.get("gateway_epoch");
      await meta.put(epoch, "gateway_epoch");
      if (!before || before === epoch) return 0;
      const states = ["done", "conflict"].map((state) => outbox.index("state").getAll(state));
      const arrived = /** @type {Operation[]} */ ((await Promise.all(states)).flat());
      const whole = arrived.filter((op) => op.data || op.patch || op.event);
      for (const op of whole) await outbox.put(offered(op));
      for (const { kind, record } of whole) await refreshOwn(tx, kind, record, await within(tx, record));
      return whole.length;
    },
    "strict",
  );
