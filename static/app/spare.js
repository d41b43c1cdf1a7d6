// A second copy of what a person has entered, where the browser keeps it apart. A disk that is full to the last byte tears
// Chromium's log of a storage in the middle of a write. Chromium then finds the log damaged when it opens it the next time,
// and begins the storage anew, empty. What lies in a bucket of its own is not touched by that, and comes back from there
// when the storage is made again. A copy that broke off is torn itself: then one more bucket is begun beside it, and the old
// one goes when the new one is whole.
import { unwrap, wrap } from "../vendor/idb.js";

/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./db.js").StoreName} StoreName */
/** @typedef {{key: IDBValidKey | undefined, value: any}[]} Rows  key: where the row does not say it itself */
/** @typedef {[StoreName, ...string[]]} Place  a store, or one note of it */
/** @typedef {{held: unknown, db: import("idb").IDBPDatabase<any>}} Held  held: the bucket. Once that is collected, Chromium leaves
 *   every question to its databases unanswered, without an error. */
/** @typedef {{bucket: string, opening: Promise<Held>}} Opened */

/** Stores of what nobody else has. Photos are too heavy to lie here twice: words go before pictures. */
const OWN = new Set(["own", "outbox", "drafts", "attached", "meta"]);
/** Of an account's notes these belong to what was entered; the rest speaks of the copy, which comes anew. */
const NOTES = new Set(["ring", "origin_epoch", "origin_seq"]);
/** What a form is made of, so that it opens before the gateway is heard again. Each lies by itself: it is large and rare. */
const FORMS = ["kinds", "outcomes"];
const ALL = /** @type {Place[]} */ ([...[...OWN].map((store) => [store]), ...FORMS.map((note) => ["meta", note])]);
/** The storage of the phone itself, of which every note counts. */
const PHONE = "waystation";
const WHOLE = "whole";
/** A save does not wait longer for its second copy. */
const PATIENCE_MS = 1_500;

/** @returns {any} */
const buckets = () => /** @type {any} */ (navigator).storageBuckets;

/** By the name of a storage: what this thread has open of its copy. @type {Map<string, Opened>} */
const open = new Map();

/** What is to be copied after a write. @param {string} name  of the storage @param {StoreName[]} stores @param {string} note @returns {Place[]} */
function placesAfter(name, stores, note) {
  if (FORMS.includes(note)) return [["meta", note]];
  if (note && name !== PHONE && !NOTES.has(note)) return [];
  return stores.filter((store) => OWN.has(store)).map((store) => [store]);
}

/**
 * Nobody waits for ever for what a disk or a browser does not answer.
 * @template T @param {Promise<T>} work @returns {Promise<T>}
 */
const inTime = (work) =>
  new Promise((resolve, reject) => {
    const late = () => reject(new DOMException("The second copy did not answer", "TimeoutError"));
    const timer = setTimeout(late, PATIENCE_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });

/** Names of buckets are short and plain; those of storages need not be. @param {string} name @returns {Promise<string>} */
async function stemOf(name) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name)));
  return `spare-${[...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}-`;
}

/** @param {string} stem @returns {Promise<number[]>} its buckets, the newest first */
async function generations(stem) {
  /** @type {string[]} */
  const names = await buckets().keys();
  const mine = names.filter((name) => name.startsWith(stem)).map((name) => Number(name.slice(stem.length)));
  return mine.sort((a, b) => b - a);
}

/** @param {string} bucket @returns {Promise<Held>} */
async function openBucket(bucket) {
  const held = await buckets().open(bucket, { persisted: true, durability: "strict" });
  /** @type {IDBOpenDBRequest} */
  const request = held.indexedDB.open("spare", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("rows");
  return { held, db: await /** @type {any} */ (wrap(request)) };
}

/** @param {string} name */
function letGo(name) {
  const old = open.get(name);
  open.delete(name);
  old?.opening.then(
    ({ db }) => db.close(),
    () => undefined, // it never opened
  );
}

/** The copy that is written to. @param {string} name @param {string} [broken]  the bucket that did not take a copy */
async function current(name, broken) {
  const known = open.get(name);
  if (known) return known;
  const stem = await stemOf(name);
  const [newest = 1] = await generations(stem);
  const bucket = stem + newest === broken ? stem + (newest + 1) : stem + newest;
  const opened = { bucket, opening: openBucket(bucket) };
  open.set(name, opened);
  unwrap((await opened.opening).db).addEventListener("close", () => letGo(name));
  return opened;
}

/** @param {Storage} db @param {Place} place @returns {Promise<Rows>} as they lie on the disk: sealed */
const rowsOf = (db, [store, note]) =>
  db.read([store], async (tx) => {
    const raw = tx.raw(store);
    if (note) return [{ key: note, value: await raw.get(note) }];
    const [keys, values] = await Promise.all([raw.getAllKeys(), raw.getAll()]);
    /** @type {Rows} */
    const rows = values.map((/** @type {any} */ value, /** @type {number} */ at) => ({
      key: raw.keyPath ? undefined : keys[at],
      value,
    }));
    if (store === "meta") return rows.filter(({ key }) => db.name === PHONE || NOTES.has(String(key)));
    return store === "outbox" ? rows.filter(({ value }) => value.state !== "done") : rows;
  });

/** @param {string} name @param {string} bucket  the one that is whole */
async function removeOthers(name, bucket) {
  const stem = await stemOf(name);
  const others = (await generations(stem)).map((number) => stem + number).filter((other) => other !== bucket);
  await Promise.all(others.map((other) => buckets().delete(other)));
}

/**
 * Copy these places; all of them where nothing of this storage lies here yet.
 * @param {Storage} db @param {Place[]} places @param {string} [broken]
 */
async function copyNow(db, places, broken) {
  const { bucket, opening } = await current(db.name, broken);
  const { db: spare } = await opening;
  const known = await spare.getKey("rows", WHOLE);
  const wanted = known ? places : ALL;
  const found = await Promise.all(wanted.map((place) => rowsOf(db, place)));
  const tx = spare.transaction("rows", "readwrite");
  const puts = wanted.map((place, at) => tx.store.put(found[at], place));
  await Promise.all([...puts, tx.store.put(true, WHOLE), tx.done]);
  if (!known) await removeOthers(db.name, bucket);
}

/**
 * What was entered is on the disk by now; that it lies here as well is tried twice, the second time in the room that was
 * kept aside.
 * @param {Storage} db @param {Place[]} places @param {() => Promise<unknown>} giveRoom
 */
async function copyTwice(db, places, giveRoom) {
  try {
    await inTime(copyNow(db, places));
  } catch (error) {
    const broken = open.get(db.name)?.bucket;
    letGo(db.name);
    // What the browser allows is used up: that tears nothing, and what is left belongs to the first copy.
    if (error instanceof DOMException && error.name === "QuotaExceededError") return;
    await giveRoom();
    await inTime(copyNow(db, places, broken)).catch(() => letGo(db.name)); // no room for a second one; the first one stands
  }
}

/** By the name of a storage: places whose copy has not begun. @type {Map<string, {places: Map<string, Place>, done: Promise<void>}>} */
const waiting = new Map();

/** One at a time, in whatever tab or thread: each reads what stands when its turn has come. @param {Storage} db @param {() => Promise<unknown>} giveRoom */
function queue(db, giveRoom) {
  /** @type {Map<string, Place>} */
  const places = new Map();
  const turn = () => {
    waiting.delete(db.name);
    return copyTwice(db, [...places.values()], giveRoom);
  };
  const next = { places, done: Promise.resolve() };
  waiting.set(db.name, next);
  next.done = navigator.locks.request(`waystation-spare ${db.name}`, turn);
  return next;
}

/**
 * Something was written to these stores. Whatever is written while a copy is being made goes into the next one together.
 * @param {Storage} db @param {StoreName[]} stores @param {string} note  "" where it was more than one
 * @param {() => Promise<unknown>} giveRoom
 */
export async function keep(db, stores, note, giveRoom) {
  const places = placesAfter(db.name, stores, note);
  if (!places.length) return;
  const next = waiting.get(db.name) ?? queue(db, giveRoom);
  for (const place of places) next.places.set(place.join(), place);
  await next.done;
}

/** @param {string} bucket @returns {Promise<[StoreName, Rows][] | null>} null where it has never become whole */
async function rowsIn(bucket) {
  const opened = await openBucket(bucket);
  const tx = opened.db.transaction("rows");
  const [keys, values] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()]);
  opened.db.close();
  if (!keys.includes(WHOLE)) return null;
  return keys.flatMap((key, at) =>
    Array.isArray(key) ? [/** @type {[StoreName, Rows]} */ ([key[0], values[at]])] : [],
  );
}

/** @param {string} name */
async function newestWhole(name) {
  const stem = await stemOf(name);
  for (const number of await generations(stem)) {
    const rows = await rowsIn(stem + number);
    if (rows) return rows;
  }
  return [];
}

/**
 * What was kept of a storage that is made anew, store by store.
 * @param {string} name
 * @throws {DOMException} it cannot be read now: then nothing may be made anew over it
 */
export const kept = (name) => inTime(newestWhole(name));

/** Whoever leaves this phone leaves nothing. @param {string} name */
export async function forget(name) {
  letGo(name);
  await removeOthers(name, "");
}
