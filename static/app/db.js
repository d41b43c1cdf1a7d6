// The phone's own storage. One database an account, so that two people on one phone never see each other's work.
// Every transaction survives one dead handle: browsers drop connections after sleep, and reopening is enough.
import { openDB } from "../vendor/idb.js";
import { Holding, isSealed, Locked, SealedStore } from "./sealing.js";

const VERSION = 4;
export const BALLAST = "/ballast";

/** @typedef {import("./sealing.js").Seal} Seal */
/** @typedef {"packs" | "lines" | "own" | "outbox" | "drafts" | "files" | "attached" | "meta"} StoreName */
/** @typedef {import("idb").IDBPDatabase<any>} Handle */
/** @typedef {{objectStore: (name: StoreName) => any, raw: (name: StoreName) => any}} Tx  raw: a store as it lies on the disk, sealed */
/** @typedef {import("idb").IDBPTransaction<any, StoreName[], "readwrite">} RawTx */
/** @typedef {import("idb").IDBPTransaction<any, string[], "versionchange">} Upgrade */
/** @typedef {{onBlocked?: () => void, onOutdated?: () => void}} Listeners  blocked: another tab holds the old version;
 *   outdated: a newer version of the app wants the storage */

/** The storage did not come back after reopening it. Nothing on disk is lost by that. */
export class StorageLost extends Error {
  name = "StorageLost";
}

/** On a full disk a database cannot even forget, which it would have to write down. So the ballast lies beside it. */
export const ballast = async () => globalThis.caches?.open("waystation ballast");

/** Was there any to give? Where even that cannot be told, what went wrong before is what counts. */
const giveBallast = () =>
  ballast()
    .then((cache) => cache?.delete(BALLAST))
    .catch(() => false);

/** The second copy of what a person enters; null where the browser keeps nothing apart. */
export const spare = async () => (globalThis.navigator && "storageBuckets" in navigator ? import("./spare.js") : null);

/** @param {Handle} db */
function layout(db) {
  for (const name of ["packs", "lines"]) db.createObjectStore(name, { keyPath: ["kind", "first"] });
  db.createObjectStore("own", { keyPath: ["kind", "id"] });
  const outbox = db.createObjectStore("outbox", { keyPath: "id" });
  outbox.createIndex("record", "record");
  outbox.createIndex("state", "state");
  db.createObjectStore("drafts", { keyPath: "id" });
  db.createObjectStore("meta");
}

/** What photos weigh lies apart from what is known of them, so that a list of photos reads no photo. @param {Handle} db */
function filesLayout(db) {
  db.createObjectStore("files", { keyPath: "id" });
  const attached = db.createObjectStore("attached", { keyPath: ["file", "record"] });
  for (const name of ["record", "customer", "state"]) attached.createIndex(name, name);
}

/**
 * A new storage may be one that the browser has dropped. Where that cannot be told, nothing is made.
 * @param {string} name @param {Upgrade} tx @param {Holding} holding
 */
async function refill(name, tx, holding) {
  const copy = await holding.until(spare());
  for (const [store, rows] of copy ? await holding.until(copy.kept(name)) : [])
    for (const { key, value } of rows) await tx.objectStore(store).put(value, key);
}

/**
 * Bring a database to today's layout inside the one transaction that opens it: a kill in its middle leaves the old one.
 * @param {Handle} db @param {number} before  its version, 0 for a new one @param {Upgrade} tx
 * @returns {Promise<unknown>} why it failed, null if it did not
 */
async function build(db, before, tx) {
  if (before < 3) filesLayout(db);
  tx.done.catch(() => undefined); // whoever waits for the handle is told
  try {
    if (before) tx.objectStore("meta").delete("ballast"); // it was zeros once, which weigh nothing; the next one is noise
    if (before < 1) layout(db);
    const holding = new Holding(tx.objectStore("meta"));
    if (before < 1) await refill(db.name, tx, holding);
    else {
      const { migrate } = await holding.until(import("./migrating.js"));
      await migrate(db, before, tx, holding);
    }
    return null;
  } catch (error) {
    giveUp(tx); // opening fails, and everything is as it was
    return error;
  }
}

/** @param {unknown} error */
const nameOf = (error) => (error instanceof Error || error instanceof DOMException ? error.name : "");

/** A bare AbortError is the browser's. @param {unknown} error */
const isDeadHandle = (error) =>
  ["AbortError", "InvalidStateError", "UnknownError", "TransactionInactiveError"].includes(nameOf(error));

/** @param {RawTx | Upgrade} tx */
function giveUp(tx) {
  try {
    tx.abort();
  } catch (error) {
    // A failed request has aborted it already; anything else is a fault of ours.
    if (nameOf(error) !== "InvalidStateError") throw error;
  }
}

/**
 * Has the phone no room left? A disk that is full, with room left in the browser's own reckoning, is told of otherwise: by
 * Chromium with the file that it could not write.
 * @param {unknown} error
 */
export const isFull = (error) =>
  nameOf(error) === "QuotaExceededError" || (error instanceof DOMException && /IOError/.test(error.message));

/** @param {RawTx} tx @param {StoreName[]} stores @param {{seal: Seal | null, resting: number}} how @returns {Tx} */
function sealing(tx, stores, { seal, resting }) {
  const raw = (/** @type {StoreName} */ name) => /** @type {any} */ (tx.objectStore(name));
  const holding = new Holding(raw(/** @type {StoreName} */ (stores[0])));
  return {
    raw,
    objectStore: (name) => (isSealed(name) ? new SealedStore(raw(name), seal, holding, resting > 0) : raw(name)),
  };
}

export class Storage {
  /** @type {Promise<Handle> | undefined} */
  #opening;
  #listeners;
  /** What opens the sealed stores; without it the others are open all the same. @type {Seal | null} */
  seal = null;
  /** When the gateway was heard last, where that is too long ago: then this page reads nothing of the copy. Unix ms */
  resting = 0;

  /** @param {string} name @param {Listeners} [listeners] */
  constructor(name, listeners = {}) {
    this.name = name;
    this.#listeners = listeners;
  }

  /** @returns {Promise<Handle>} */
  #handle() {
    this.#opening ??= this.#open();
    this.#opening.catch(() => this.close()); // whoever awaits the handle gets the error; the next one tries anew
    return this.#opening;
  }

  /** @returns {Promise<Handle>} */
  async #open() {
    /** @type {Promise<unknown> | undefined} */
    let building;
    const opening = openDB(this.name, VERSION, {
      upgrade: (db, before, _after, tx) => {
        building = build(db, before, /** @type {any} */ (tx));
      },
      blocked: () => this.#listeners.onBlocked?.(),
      blocking: () => {
        this.close();
        this.#listeners.onOutdated?.();
      },
      terminated: () => this.close(),
    });
    const ended = await opening.then(
      () => null,
      (error) => error,
    );
    if (ended) throw (await building) ?? ended;
    return opening;
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
    const tx = /** @type {RawTx} */ (/** @type {unknown} */ (db.transaction(stores, mode, { durability })));
    const ended = tx.done.then(
      () => null,
      (error) => error,
    );
    let result;
    try {
      result = await work(sealing(tx, stores, this));
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
   * @param {string} [note]  the one thing that it is about: a note of "meta", or how far a photo has come
   * @returns {Promise<T>}
   */
  async write(stores, work, durability = "relaxed", note = "") {
    const result = await this.#written(stores, work, durability);
    const copied = (await spare())?.keep(this, stores, note, giveBallast);
    if (durability === "strict") await copied; // the next letter of a draft waits for one disk, not for two copies
    return result;
  }

  /** @template T @param {StoreName[]} stores @param {(tx: Tx) => Promise<T>} work @param {IDBTransactionDurability} durability */
  async #written(stores, work, durability) {
    try {
      return await this.#transact(stores, "readwrite", work, durability);
    } catch (error) {
      // The ballast exists for this moment: words must still fit when nothing else does. A photo has no claim on it.
      // A handle that died may have died of a full disk.
      if (!(isFull(error) || error instanceof StorageLost) || stores.includes("files") || !(await giveBallast()))
        throw error;
    }
    return this.#transact(stores, "readwrite", work, durability);
  }

  /**
   * Rows of a sealed store. They are read in one transaction and opened after it, so that nobody waits for that.
   * @param {StoreName} store
   * @param {{range?: IDBKeyRange | undefined, count?: number, where?: (row: any) => boolean}} [which]  where: by what stays readable
   * @returns {Promise<any[]>}
   */
  async all(store, { range, count, where } = {}) {
    /** @type {any[]} */
    const rows = await this.rows(store, range, count);
    const { seal } = this;
    if (!seal) throw new Locked("The phone is locked");
    return Promise.all((where ? rows.filter(where) : rows).map((row) => seal.open(store, row)));
  }

  /** What stays readable of a store's rows while the phone is locked. @param {StoreName} store @param {IDBKeyRange} [range] @param {number} [count] @returns {Promise<any[]>} */
  rows(store, range, count) {
    return this.read([store], (tx) => tx.raw(store).getAll(range, count));
  }

  /** @param {string} key @returns {Promise<any>} */
  get(key) {
    return this.read(["meta"], (tx) => tx.objectStore("meta").get(key));
  }

  /** @param {string} key @param {unknown} value */
  set(key, value) {
    return this.write(["meta"], (tx) => tx.objectStore("meta").put(value, key), "relaxed", key);
  }
}
