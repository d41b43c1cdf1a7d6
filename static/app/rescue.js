// Taking unsent work along in a file: everything the gateway has not confirmed, and everything half typed.
import { allDrafts } from "./drafts.js";
import { allOperations } from "./outbox.js";

/** @typedef {import("./db.js").Storage} Storage */

/**
 * How much is on this phone and nowhere else: entries and drafts.
 * @param {import("./db.js").Storage} db
 */
export async function countUnsaved(db) {
  const operations = (await allOperations(db)).filter(isUnsent);
  return operations.length + (await allDrafts(db)).length;
}

/** @param {import("./types.js").Operation} operation */
const isUnsent = ({ state }) => state !== "done" && state !== "conflict";

/**
 * What the file holds.
 * @param {{db: Storage, device: string}} desk
 * @param {number} now  Unix ms
 */
async function unsentWork({ db, device }, now) {
  const operations = (await allOperations(db)).filter(isUnsent);
  const drafts = await allDrafts(db);
  return {
    format: "waystation-unsent-1",
    saved_at: new Date(now).toISOString(),
    device,
    origin_epoch: await db.get("origin_epoch"),
    operations,
    drafts,
  };
}

/**
 * Hand the file to the browser's downloads.
 * @param {{db: Storage, device: string}} desk
 * @returns {Promise<string>} its name
 */
export async function saveUnsent(desk) {
  const now = Date.now();
  const text = JSON.stringify(await unsentWork(desk, now), null, 1);
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.href = url;
  link.download = `waystation-unsent-${new Date(now).toISOString().slice(0, 16).replace(":", "")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return link.download;
}
