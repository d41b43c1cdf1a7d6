// Taking unsent work along in a file, and bringing it in on another phone, or on this one after it was set up anew. Every
// operation keeps its id and its place in the count it was made in: the gateway takes each once, whoever sends it.
import { allDrafts } from "./drafts.js";
import { packedPhotos, putPacked } from "./files.js";
import { isOpen } from "./operations.js";
import { allOperations, countUnsentFiles, putSettled } from "./outbox.js";
import { NotOpened, opened, sealed } from "./rescue_file.js";

/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").User} User */
/**
 * @typedef {{saved_at: string, device: string, user: Pick<User, "id" | "name">, gateway: string, origin_epoch: string, operations: Operation[], drafts: Draft[],
 *   photos?: import("./files.js").Packed[]}} Work
 *   photos: none in a file of an older build
 */

/** @param {Operation} operation */
const isUnsent = ({ state }) => state !== "done" && state !== "conflict";

/**
 * How much is on this phone and nowhere else: entries, drafts and photos.
 * @param {Storage} db
 */
export async function countUnsaved(db) {
  const operations = (await allOperations(db)).filter(isUnsent);
  return operations.length + (await allDrafts(db)).length + (await countUnsentFiles(db));
}

/**
 * What the file holds.
 * @param {{db: Storage, device: string}} desk @param {import("./types.js").Account} account @param {number} now  Unix ms
 * @returns {Promise<Work>}
 */
export async function unsentWork({ db, device }, { user, gateway }, now) {
  const origin_epoch = (await db.get("origin_epoch")) ?? "";
  const operations = (await allOperations(db))
    .filter(isUnsent)
    .map((op) => ({ ...op, epoch: op.epoch ?? origin_epoch }));
  const saved_at = new Date(now).toISOString();
  const whose = { id: user.id, name: user.name };
  const drafts = await allDrafts(db);
  const photos = await packedPhotos(db);
  return { saved_at, device, user: whose, gateway: gateway.epoch, origin_epoch, operations, drafts, photos };
}

/**
 * Hand the sealed file to the browser's downloads.
 * @param {{db: Storage, device: string}} desk @param {import("./types.js").Account} account @param {string} passphrase
 * @returns {Promise<string>} its name
 * @throws {NotOpened} insecure
 */
export async function saveUnsent(desk, account, passphrase) {
  const now = Date.now();
  const text = await sealed(await unsentWork(desk, account, now), passphrase, now);
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.href = url;
  link.download = `waystation-unsent-${new Date(now).toISOString().slice(0, 16).replace(":", "")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return link.download;
}

/**
 * Open a file.
 * @param {string} text @param {string} passphrase
 * @returns {Promise<Work>}
 * @throws {NotOpened}
 */
export async function readWork(text, passphrase) {
  const work = await opened(text, passphrase);
  if (!Array.isArray(work?.operations) || !Array.isArray(work?.drafts) || !work.user?.name)
    throw new NotOpened("not_ours");
  return work;
}

/** People bring in their own work; a manager may hand over somebody else's. @param {Work} work @param {User} user */
export const mayBringIn = ({ user: author }, user) =>
  author.id === user.id || user.role === "manager" || user.role === "admin";

/** @param {Operation} op  from the file @param {Operation | undefined} known  here under the same id */
const isNews = (op, known) => !known || (isOpen(known) && known.revision < op.revision);

/** An operation as it begins on this phone. @param {Operation} op @param {string} epoch  of this storage @returns {Operation} */
function fresh(op, epoch) {
  const { next_at, tried_at, epoch: made, ...kept } = op;
  const state = op.state === "needs_you" || op.state === "aside" ? op.state : "waiting";
  const foreign = made && made !== epoch ? { epoch: made } : {};
  return { ...kept, ...foreign, state, tries: 0, answered: state === "waiting" ? false : op.answered };
}

/**
 * Bring in what is not here yet; again, it changes nothing.
 * @param {Storage} db @param {Work} work
 * @returns {Promise<{operations: Operation[], drafts: number}>} what was new
 */
export const bringIn = (db, { operations, drafts, photos = [] }) =>
  db.write(
    ["packs", "own", "outbox", "drafts", "files", "attached", "meta"],
    async (tx) => {
      const outbox = tx.objectStore("outbox");
      const epoch = await tx.objectStore("meta").get("origin_epoch");
      const brought = [];
      for (const op of operations) {
        if (!isNews(op, await outbox.get(op.id))) continue;
        const begun = fresh(op, epoch);
        await putSettled(tx, begun);
        brought.push(begun);
      }
      let typed = 0;
      for (const draft of drafts) {
        if (await tx.objectStore("drafts").get(draft.id)) continue;
        await tx.objectStore("drafts").put(draft);
        typed += 1;
      }
      for (const photo of photos) await putPacked(tx, photo);
      return { operations: brought, drafts: typed };
    },
    "strict",
  );
