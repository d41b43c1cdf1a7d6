// Photos on the phone: taken in, counted, shown and let go of. Their bytes lie under their hash, once, whatever they
// belong to; a row beside them says what that is and how far each has come.
import { base64, bytesOf } from "./base64.js";
import { isOpen } from "./operations.js";
import { within } from "./outbox.js";

/** @typedef {import("./types.js").Attached} Attached */
/** @typedef {import("./types.js").StoredFile} StoredFile */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./db.js").Tx} Tx */
/** @typedef {{id: string, bytes: ArrayBuffer, thumb: ArrayBuffer, type: string}} Photo */
/** @typedef {{kind: "customer" | "visit", record: string, customer: string, purpose: "photo" | "card"}} Owner */

/** From here on the room that is left is for words. */
const FULL_AT = 0.8;
const KEPT_MS = 30 * 24 * 3_600_000;

/** There is too little room for one more photo; entries still fit. */
export class NoRoom extends Error {
  name = "NoRoom";
}

/**
 * @param {{usage?: number, quota?: number}} estimate  bytes, as the browser tells them
 * @param {number} coming  bytes
 */
export const hasRoom = ({ usage = 0, quota = 0 }, coming) => !quota || usage + coming <= quota * FULL_AT;

/** @param {Tx} tx @param {string} file @returns {Promise<Attached[]>} */
const linksOf = (tx, file) => tx.objectStore("attached").getAll(IDBKeyRange.bound([file], [file, []]));

/**
 * Keep a photo, on disk before this returns. One that belongs to a form waits for the form to be saved.
 * @param {Storage} db @param {Photo} photo @param {Owner} owner
 * @param {{now: number, draft: boolean, estimate: () => Promise<{usage?: number, quota?: number}>}} how
 * @returns {Promise<"kept" | "known">} known: it is there already
 * @throws {NoRoom}
 */
export async function keepPhoto(db, photo, owner, { now, draft, estimate }) {
  const { id, bytes, thumb, type } = photo;
  const size = bytes.byteLength;
  if (!hasRoom(await estimate(), size)) throw new NoRoom("The phone is nearly full");
  return db.write(
    ["files", "attached", "outbox"],
    async (tx) => {
      const attached = tx.objectStore("attached");
      if (await attached.get([id, owner.record])) return "known";
      const creation = draft ? undefined : (await within(tx, owner.customer)).find(isCreation);
      /** @type {Attached} */
      const row = {
        ...{ file: id, ...owner, type, size, thumb, at: now, received: 0, tries: 0 },
        state: draft ? "draft" : "waiting",
        needs: creation ? [creation.id] : [],
      };
      await tx.objectStore("files").put({ id, bytes });
      await attached.put(row);
      return "kept";
    },
    "strict",
  );
}

/** @param {import("./types.js").Operation} op */
const isCreation = (op) => op.type === "record.create" && isOpen(op);

/** @param {Attached[]} rows */
const newestFirst = (rows) => rows.sort((a, b) => b.at - a.at);

/** Photos of one visit, or of a customer itself. @param {Storage} db @param {string} record @returns {Promise<Attached[]>} */
export const photosOf = async (db, record) =>
  newestFirst(await db.read(["attached"], (tx) => tx.objectStore("attached").index("record").getAll(record))).reverse();

/** Photos of a customer and of every visit to it. @param {Storage} db @param {string} customer @returns {Promise<Attached[]>} */
export const photosAbout = async (db, customer) =>
  newestFirst(await db.read(["attached"], (tx) => tx.objectStore("attached").index("customer").getAll(customer)));

/** The whole photo, while it is on this phone. @param {Storage} db @param {string} file @returns {Promise<StoredFile | undefined>} */
export const wholePhoto = (db, file) => db.read(["files"], (tx) => tx.objectStore("files").get(file));

/** Bytes that nobody but this record waits for give their room back. @param {Tx} tx @param {string} file @param {string} record */
async function sweep(tx, file, record) {
  const wanted = (await linksOf(tx, file)).some((other) => other.state !== "done" && other.record !== record);
  if (!wanted) await tx.objectStore("files").delete(file);
}

/** Let go of photos that have not arrived; what the gateway has stays there. @param {Storage} db @param {Attached[]} rows */
export const dropPhotos = (db, rows) =>
  db.write(["files", "attached"], async (tx) => {
    for (const { file, record } of rows) {
      const attached = tx.objectStore("attached");
      const now = /** @type {Attached | undefined} */ (await attached.get([file, record]));
      if (!now || now.state === "done") continue;
      await attached.delete([file, record]);
      await sweep(tx, file, record);
    }
  });

/** A refused photo goes once more. @param {Storage} db @param {Attached} row */
export const retryPhoto = (db, { file, record }) =>
  db.write(["attached"], async (tx) => {
    const attached = tx.objectStore("attached");
    const { problem, next_at, ...row } = /** @type {Attached} */ (await attached.get([file, record]));
    await attached.put({ ...row, tries: 0, state: "waiting" });
  });

/**
 * How far a photo has come.
 * @param {Storage} db @param {Attached} row @param {Partial<Attached>} change
 * @returns {Promise<boolean>} false when somebody let go of it meanwhile
 */
export const movePhoto = (db, { file, record }, change) =>
  db.write(
    ["attached"],
    async (tx) => {
      const attached = tx.objectStore("attached");
      const row = /** @type {Attached | undefined} */ (await attached.get([file, record]));
      if (!row) return false;
      await attached.put({ ...row, ...change });
      return true;
    },
    change.state ? "strict" : "relaxed",
    change.state ? "" : "received",
  );

/**
 * The gateway has all of a photo. Its bytes give their room back first: a phone that is full has none for noting it down.
 * Where it ends in between, the gateway says once more that it has it. The small picture stays.
 * @param {Storage} db @param {Attached} row @param {number} now
 */
export async function photoArrived(db, row, now) {
  await db.write(["files", "attached"], (tx) => sweep(tx, row.file, row.record), "relaxed", "received");
  await movePhoto(db, row, { state: "done", received: row.size, done_at: now });
}

/** Small pictures of what arrived are kept for 30 days; the gateway has the whole ones. @param {Storage} db @param {number} now */
export const forgetPhotos = (db, now) =>
  db.write(
    ["attached"],
    async (tx) => {
      const attached = tx.objectStore("attached");
      /** @type {Attached[]} */
      const done = await attached.index("state").getAll("done");
      for (const { file, record, done_at = now } of done)
        if (done_at < now - KEPT_MS) await attached.delete([file, record]);
    },
    "relaxed",
    "received",
  );

/** @typedef {Omit<Attached, "thumb"> & {thumb: string, bytes: string}} Packed  both in base 64 */

/**
 * Photos that are on this phone and nowhere else, drafts' among them, to be carried away in a file.
 * @param {Storage} db
 * @returns {Promise<Packed[]>}
 */
export const packedPhotos = (db) =>
  db.read(["files", "attached"], async (tx) => {
    /** @type {Attached[]} */
    const rows = await tx.objectStore("attached").getAll();
    const found = [];
    for (const row of rows.filter(({ state }) => state !== "done")) {
      const whole = /** @type {StoredFile | undefined} */ (await tx.objectStore("files").get(row.file));
      if (whole) found.push({ ...row, thumb: base64(row.thumb), bytes: base64(whole.bytes) });
    }
    return found;
  });

/** A photo out of such a file begins its way anew, unless it is here already. @param {Tx} tx @param {Packed} photo */
export async function putPacked(tx, { bytes, thumb, next_at, problem, ...row }) {
  const attached = tx.objectStore("attached");
  if (await attached.get([row.file, row.record])) return;
  const state = row.state === "refused" ? "waiting" : row.state;
  await tx.objectStore("files").put({ id: row.file, bytes: bytesOf(bytes).buffer });
  await attached.put({ ...row, state, received: 0, tries: 0, thumb: bytesOf(thumb).buffer });
}
