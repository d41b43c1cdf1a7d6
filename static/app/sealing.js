// What lies on the phone's disk is sealed: AES-256-GCM under a key that this thread can use and nobody can read. What
// the storage needs to find and count rows stays readable beside it, and is bound to what is sealed.

/** @typedef {import("./db.js").StoreName} StoreName */
/** @typedef {import("idb").IDBPObjectStore<any, any, any, any>} Raw */
/** @typedef {Record<string, any>} Row */

/** What stays readable in each store: keys, states and instants, nothing that a person entered. @type {Record<string, string[]>} */
const OPEN = {
  packs: ["kind", "first"],
  lines: ["kind", "first"],
  own: ["kind", "id"],
  outbox: ["id", "record", "state", "origin_seq", "saved_at", "erp_stage"],
  drafts: ["id", "at"],
  files: ["id"],
  attached: ["file", "record", "customer", "state"],
};
/** Packed before they are sealed: afterwards nothing can pack them. */
const PACKED = new Set(["packs", "lines"]);
const NONCE_BYTES = 12;

/** The phone is locked: what is sealed cannot be read here. */
export class Locked extends Error {
  name = "Locked";
}

/** @param {StoreName} store */
export const isSealed = (store) => store in OPEN;

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text);

/** @param {CompressionStream | DecompressionStream} stream @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<Uint8Array<ArrayBuffer>>} */
async function through(stream, bytes) {
  const writer = stream.writable.getWriter();
  const reading = new Response(stream.readable).arrayBuffer();
  const [found] = await Promise.all([reading, writer.write(bytes), writer.close()]);
  return new Uint8Array(found);
}

/** @param {StoreName} store @param {Row} row @returns {Row} */
const openPart = (store, row) =>
  Object.fromEntries((OPEN[store] ?? []).flatMap((name) => (name in row ? [[name, row[name]]] : [])));

/** A row opens in its own place alone. @param {StoreName} store @param {Row} row */
const placeOf = (store, row) => bytesOf(JSON.stringify([store, openPart(store, row)]));

/**
 * Values as bytes: the length of what is JSON, that, and then pictures as they are.
 * @param {Row} row @returns {Uint8Array<ArrayBuffer>}
 */
function flat(row) {
  const names = Object.keys(row).filter((name) => row[name] instanceof ArrayBuffer);
  const rest = Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
  const words = bytesOf(JSON.stringify([rest, names.map((name) => [name, row[name].byteLength])]));
  const parts = [new Uint8Array(Uint32Array.of(words.length).buffer), words];
  for (const name of names) parts.push(new Uint8Array(row[name]));
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @param {Uint8Array<ArrayBuffer>} bytes @returns {Row} */
function unflat(bytes) {
  const [length = 0] = new Uint32Array(bytes.slice(0, 4).buffer);
  const [row, names] = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let at = 4 + length;
  for (const [name, size] of names) {
    row[name] = bytes.slice(at, at + size).buffer;
    at += size;
  }
  return row;
}

/** Rows under one key. */
export class Seal {
  /** @param {CryptoKey} key  AES-GCM, to encrypt and decrypt */
  constructor(key) {
    this.key = key;
  }

  /** @param {StoreName} store @param {Row} value @returns {Promise<Row>} the row as it is stored */
  async close(store, value) {
    const clear = openPart(store, value);
    const hidden = Object.fromEntries(Object.entries(value).filter(([name]) => !(name in clear)));
    const plain = flat(hidden);
    const bytes = PACKED.has(store) ? await through(new CompressionStream("deflate-raw"), plain) : plain;
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const how = { name: "AES-GCM", iv, additionalData: placeOf(store, value) };
    const cipher = new Uint8Array(await crypto.subtle.encrypt(how, this.key, bytes));
    const sealed = new Uint8Array(NONCE_BYTES + cipher.length);
    sealed.set(iv);
    sealed.set(cipher, NONCE_BYTES);
    return { ...clear, sealed };
  }

  /**
   * @param {StoreName} store @param {Row} row @returns {Promise<any>} the value
   * @throws {DOMException} OperationError: it was altered, moved or sealed under another key
   */
  async open(store, row) {
    const { sealed, ...clear } = row;
    const how = { name: "AES-GCM", iv: sealed.subarray(0, NONCE_BYTES), additionalData: placeOf(store, clear) };
    const bytes = new Uint8Array(await crypto.subtle.decrypt(how, this.key, sealed.subarray(NONCE_BYTES)));
    const plain = PACKED.has(store) ? await through(new DecompressionStream("deflate-raw"), bytes) : bytes;
    return { ...clear, ...unflat(plain) };
  }
}

/**
 * Were two reads of a row the same one? Every time it is sealed anew it gets another nonce.
 * @param {Row | undefined} left @param {Row | undefined} right
 */
export const isSame = (left, right) =>
  left && right
    ? indexedDB.cmp(left.sealed.subarray(0, NONCE_BYTES), right.sealed.subarray(0, NONCE_BYTES)) === 0
    : left === right;

/** A transaction ends by itself when nobody asks it anything, and ciphers take a moment: meanwhile it is asked for nothing. */
export class Holding {
  #waiting = 0;
  /** @type {Promise<void> | null} */
  #asking = null;

  /** @param {Raw} store  any store of the transaction */
  constructor(store) {
    this.store = store;
  }

  async #ask() {
    while (this.#waiting) await this.store.getKey(0);
    this.#asking = null;
  }

  /** @template T @param {Promise<T>} work  anything but requests to the database @returns {Promise<T>} with the transaction still open */
  async until(work) {
    this.#waiting += 1;
    const ended = () => {
      this.#waiting -= 1;
    };
    work.then(ended, ended);
    this.#asking ??= this.#ask();
    await this.#asking;
    return work;
  }
}

/** A store inside a transaction that seals what is put and opens what is read. */
export class SealedStore {
  /** @param {Raw} raw @param {Seal | null} seal @param {Holding} holding @param {boolean} resting */
  constructor(raw, seal, holding, resting) {
    this.resting = resting;
    this.raw = raw;
    this.name = /** @type {StoreName} */ (raw.name);
    this.seal = seal;
    this.holding = holding;
  }

  get #seal() {
    if (!this.seal) throw new Locked("The phone is locked");
    return this.seal;
  }

  /** @param {Row[]} rows @returns {Promise<any[]>} */
  #opened(rows) {
    const seal = this.#seal;
    return rows.length
      ? this.holding.until(Promise.all(rows.map((row) => seal.open(this.name, row))))
      : Promise.resolve([]);
  }

  /** @param {any} key */
  async get(key) {
    const row = await this.raw.get(key);
    return (await this.#opened(row ? [row] : []))[0];
  }

  /** The last row of a range; none while the copy rests. @param {IDBKeyRange} range */
  async last(range) {
    if (this.resting) return undefined;
    const found = await this.raw.openCursor(range, "prev");
    return (await this.#opened(found ? [found.value] : []))[0];
  }

  /** @param {any} [range] */
  async getAll(range) {
    return this.#opened(await this.raw.getAll(range));
  }

  /** @param {any} [key] */
  count(key) {
    return this.raw.count(key);
  }

  /** @param {string} name */
  index(name) {
    const index = this.raw.index(name);
    return {
      /** @param {any} key */
      getAll: async (key) => this.#opened(await index.getAll(key)),
      /** @param {any} key */
      count: (key) => index.count(key),
    };
  }

  /** @param {Row} value */
  async put(value) {
    const row = await this.holding.until(this.#seal.close(this.name, value));
    return /** @type {any} */ (this.raw).put(row);
  }

  /** @param {any} key */
  delete(key) {
    return /** @type {any} */ (this.raw).delete(key);
  }
}
