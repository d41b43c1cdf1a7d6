// The phone's own storage. One database an account, so that two people on one phone never see each other's work.
// Every transaction survives one dead handle: browsers drop connections after sleep, and reopening is enough.
import { openDB } from "idb";

const VERSION = 1;
const BALLAST_BYTES = 5 * 1024 * 1024;

/** @typedef {"records" | "own" | "outbox" | "drafts" | "meta"} StoreName */
/** @typedef {import("idb").IDBPDatabase<any>} Handle */
/** @typedef {import("idb").IDBPTransaction<any, StoreName[], "readwrite">} Tx */
/** @typedef {{onBlocked?: () => void, onOutdated?: () => void}} Listeners  blocked: another tab holds the old version;
 *   outdated: a newer version of the app wants the storage */

/** The storage did not come back after reopening it. Nothing on disk is lost by that. */
export class StorageLost extends Error {}

/** @param {Handle} db */
function build(db) {
  db.createObjectStore("records", { keyPath: ["kind", "id"] });
  db.createObjectStore("own", { keyPath: ["kind", "id"] });
  const outbox = db.createObjectStore("outbox", { keyPath: "id" });
  outbox.createIndex("record", "record");
  outbox.createIndex("state", "state");
  db.createObjectStore("drafts", { keyPath: "id" });
  db.createObjectStore("meta");
}

/** @param {unknown} error */
const nameOf = (error) => (error instanceof Error || error instanceof DOMException ? error.name : "");

/** @param {unknown} error */
const isDeadHandle = (error) => ["InvalidStateError", "UnknownError", "TransactionInactiveError"].includes(nameOf(error));

/** @param {Tx} tx */
function giveUp(tx) {
  try {
    tx.abort();
  } catch (error) {
    // A failed request has aborted it already; anything else is a fault of ours.
    if (nameOf(error) !== "InvalidStateError") throw error;
  }
}

/** @param {unknown} error  true when the phone has no room left */
export const isFull = (error) => nameOf(error) === "QuotaExceededError";

/**
 * @param {string} name
 * @param {Listeners} [listeners]
 */
export function openStorage(name, listeners = {}) {
  /** @type {Promise<Handle> | undefined} */
  let opening;

  /** @returns {Promise<Handle>} */
  function handle() {
    opening ??= openDB(name, VERSION, {
      upgrade: build,
      blocked: () => listeners.onBlocked?.(),
      blocking: () => {
        drop();
        listeners.onOutdated?.();
      },
      terminated: () => drop(),
    });
    opening.catch(() => drop()); // whoever awaits the handle gets the error; the next one tries anew
    return opening;
  }

  function drop() {
    const old = opening;
    opening = undefined;
    old?.then(
      (db) => db.close(),
      () => undefined, // it never opened, so there is nothing to close
    );
  }

  /**
   * @template T
   * @param {StoreName[]} stores @param {IDBTransactionMode} mode @param {(tx: Tx) => Promise<T>} work
   * @param {IDBTransactionDurability} durability
   */
  async function once(stores, mode, work, durability) {
    const db = await handle();
    const tx = /** @type {Tx} */ (/** @type {unknown} */ (db.transaction(stores, mode, { durability })));
    const ended = tx.done.then(
      () => null,
      (error) => error,
    );
    let result;
    try {
      result = await work(tx);
    } catch (error) {
      giveUp(tx);
      const reason = await ended;
      throw nameOf(error) === "AbortError" ? (reason ?? error) : error;
    }
    const failure = await ended;
    if (failure) throw failure;
    return result;
  }

  /**
   * @template T
   * @param {StoreName[]} stores @param {IDBTransactionMode} mode @param {(tx: Tx) => Promise<T>} work
   * @param {IDBTransactionDurability} durability
   */
  async function transact(stores, mode, work, durability) {
    try {
      return await once(stores, mode, work, durability);
    } catch (error) {
      if (!isDeadHandle(error)) throw error;
    }
    drop();
    try {
      return await once(stores, mode, work, durability);
    } catch (error) {
      if (isDeadHandle(error)) throw new StorageLost("The phone's storage did not answer", { cause: error });
      throw error;
    }
  }

  /**
   * @template T
   * @param {StoreName[]} stores
   * @param {(tx: Tx) => Promise<T>} work  must be safe to run twice
   * @param {IDBTransactionDurability} [durability]  "strict" for what a person was told is saved
   * @returns {Promise<T>}
   */
  async function write(stores, work, durability = "relaxed") {
    try {
      return await transact(stores, "readwrite", work, durability);
    } catch (error) {
      // The ballast exists for this moment: words must still fit when pictures no longer do.
      if (!isFull(error) || !(await has("ballast"))) throw error;
    }
    await transact(["meta"], "readwrite", (tx) => tx.objectStore("meta").delete("ballast"), "relaxed");
    return transact(stores, "readwrite", work, durability);
  }

  /** @param {string} key @returns {Promise<any>} */
  const get = (key) => transact(["meta"], "readonly", (tx) => tx.objectStore("meta").get(key), "relaxed");

  /** @param {string} key */
  const has = (key) => transact(["meta"], "readonly", async (tx) => (await tx.objectStore("meta").count(key)) > 0, "relaxed");

  return {
    name,
    write,
    get,
    /** @template T @param {StoreName[]} stores @param {(tx: Tx) => Promise<T>} work @returns {Promise<T>} */
    read: (stores, work) => transact(stores, "readonly", work, "relaxed"),
    /** @param {string} key @param {unknown} value */
    set: (key, value) => write(["meta"], (tx) => tx.objectStore("meta").put(value, key)),
    /** Put aside the room that the last words will need. Only the first call writes. */
    async keepBallast() {
      if (await has("ballast")) return;
      await write(["meta"], (tx) => tx.objectStore("meta").put(new Uint8Array(BALLAST_BYTES), "ballast"));
    },
    close: drop,
  };
}

/** @typedef {ReturnType<typeof openStorage>} Storage */
