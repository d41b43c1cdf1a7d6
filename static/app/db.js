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
const isDeadHandle = (error) =>
  ["InvalidStateError", "UnknownError", "TransactionInactiveError"].includes(nameOf(error));

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

export class Storage {
  /** @type {Promise<Handle> | undefined} */
  #opening;
  #listeners;

  /** @param {string} name @param {Listeners} [listeners] */
  constructor(name, listeners = {}) {
    this.name = name;
    this.#listeners = listeners;
  }

  /** @returns {Promise<Handle>} */
  #handle() {
    this.#opening ??= openDB(this.name, VERSION, {
      upgrade: build,
      blocked: () => this.#listeners.onBlocked?.(),
      blocking: () => {
        this.close();
        this.#listeners.onOutdated?.();
      },
      terminated: () => this.close(),
    });
    this.#opening.catch(() => this.close()); // whoever awaits the handle gets the error; the next one tries anew
    return this.#opening;
  }

  /** Let the handle go; the next transaction opens a new one. */
  close() {
    const old = this.#opening;
    this.#opening = undefined;
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
  async #once(stores, mode, work, durability) {
    const db = await this.#handle();
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
  async #transact(stores, mode, work, durability) {
    try {
      return await this.#once(stores, mode, work, durability);
    } catch (error) {
      if (!isDeadHandle(error)) throw error;
    }
    this.close();
    try {
      return await this.#once(stores, mode, work, durability);
    } catch (error) {
      if (!isDeadHandle(error)) throw error;
      throw new StorageLost("The phone's storage did not answer", { cause: error });
    }
  }

  /** @template T @param {StoreName[]} stores @param {(tx: Tx) => Promise<T>} work @returns {Promise<T>} */
  read(stores, work) {
    return this.#transact(stores, "readonly", work, "relaxed");
  }

  /**
   * @template T
   * @param {StoreName[]} stores
   * @param {(tx: Tx) => Promise<T>} work  must be safe to run twice
   * @param {IDBTransactionDurability} [durability]  "strict" for what a person was told is saved
   * @returns {Promise<T>}
   */
  async write(stores, work, durability = "relaxed") {
    try {
      return await this.#transact(stores, "readwrite", work, durability);
    } catch (error) {
      // The ballast exists for this moment: words must still fit when nothing else does.
      if (!isFull(error) || !(await this.#has("ballast"))) throw error;
    }
    await this.#transact(["meta"], "readwrite", (tx) => tx.objectStore("meta").delete("ballast"), "relaxed");
    return this.#transact(stores, "readwrite", work, durability);
  }

  /** @param {string} key @returns {Promise<any>} */
  get(key) {
    return this.read(["meta"], (tx) => tx.objectStore("meta").get(key));
  }

  /** @param {string} key @param {unknown} value */
  set(key, value) {
    return this.write(["meta"], (tx) => tx.objectStore("meta").put(value, key));
  }

  /** @param {string} key */
  #has(key) {
    return this.read(["meta"], async (tx) => (await tx.objectStore("meta").count(key)) > 0);
  }

  /** Put aside the room that the last words will need. Only the first call writes. */
  async keepBallast() {
    if (!(await this.#has("ballast"))) await this.set("ballast", new Uint8Array(BALLAST_BYTES));
  }
}
