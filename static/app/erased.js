// Records that were erased at the shop for good: whatever this phone still has of them goes, also what was never sent. The
// gateway would not take it, and a person has asked for it to be gone.

/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").Attached} Attached */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./db.js").Tx} Tx */

/** The stores that hold something of a record beside the copy itself. */
export const HELD = /** @type {const} */ (["outbox", "drafts", "files", "attached", "meta"]);

/** @param {Operation} op @param {Set<string>} ids  is it about one of these? */
const isAbout = ({ record, event, data, before }, ids) =>
  [record, /** @type {any} */ (event?.data)?.customer, data?.customer, before?.customer].some((id) =>
    ids.has(String(id)),
  );

/** @param {Tx} tx @param {Set<string>} ids */
async function dropPhotos(tx, ids) {
  const attached = tx.objectStore("attached");
  /** @type {Attached[]} */
  const rows = await attached.getAll();
  const isGone = (/** @type {Attached} */ row) => ids.has(row.record) || ids.has(row.customer);
  const kept = new Set(rows.filter((row) => !isGone(row)).map(({ file }) => file));
  for (const { file, record } of rows.filter(isGone)) {
    await attached.delete([file, record]);
    if (!kept.has(file)) await tx.objectStore("files").delete(file);
  }
}

/** Forget everything about these records but the copy of them. @param {Tx} tx over the stores HELD @param {string[]} gone */
export async function forget(tx, gone) {
  const ids = new Set(gone);
  for (const op of /** @type {Operation[]} */ (await tx.objectStore("outbox").getAll()))
    if (isAbout(op, ids)) await tx.objectStore("outbox").delete(op.id);
  for (const draft of /** @type {Draft[]} */ (await tx.objectStore("drafts").getAll()))
    if (ids.has(draft.record)) await tx.objectStore("drafts").delete(draft.id);
  await dropPhotos(tx, ids);
  const meta = tx.objectStore("meta");
  /** @type {string[]} */
  const stories = (await meta.get("stories")) ?? [];
  for (const id of ids) await meta.delete(`story ${id}`);
  if (stories.some((id) => ids.has(id)))
    await meta.put(
      stories.filter((id) => !ids.has(id)),
      "stories",
    );
}
