// One tap that changes a record: its edit is on the disk when the screen says so. What is taken back is a later edit, so
// that nothing depends on whether the first one has left already.
import { uuid7 } from "./ids.js";
import { project } from "./operations.js";
import { afterNamed, nextSeq, operationFrom, refreshOwn, within } from "./outbox.js";
import { rowAt } from "./packs.js";
import { applyPatch, same } from "./patch.js";
import { titleOf } from "./summary.js";

/** @typedef {import("./types.js").Data} Data */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {{kind: string, record: string, patch: Data, device: string, now: number, id?: string}} Change  id: of the operation */

/**
 * Lay a change over a record as this phone shows it.
 * @param {Storage} db @param {Change} change
 * @returns {Promise<"saved" | "unchanged" | "gone">} gone: the record is not on this phone any more
 */
export function edit(db, { kind, record, patch, device, now, id = uuid7(now) }) {
  return db.write(
    ["packs", "own", "outbox", "meta"],
    async (tx) => {
      const outbox = tx.objectStore("outbox");
      if (await outbox.get(id)) return "saved"; // this very one is on the disk
      const [row, ops] = await Promise.all([rowAt(tx, kind, record), within(tx, record)]);
      const before = project(row?.data, ops);
      if (!before) return "gone";
      const data = applyPatch(before, patch);
      if (same(before, data)) return "unchanged";
      /** @type {import("./types.js").Draft} */
      const draft = {
        ...{ id, kind, record, mode: "edit", edits: true, values: {}, step: 0, started_at: now, at: now },
        base: { version: row?.version ?? 0, data: before },
      };
      const entry = { draft, data, title: titleOf(data), id, device, now };
      const op = await afterNamed(tx, operationFrom(entry, await nextSeq(tx), ops));
      await outbox.put(op);
      await refreshOwn(tx, kind, record, [...ops, op]);
      return "saved";
    },
    "strict",
  );
}
