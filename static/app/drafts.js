// What is being typed, kept on disk from the first letter. Every change is written through: the newest values wait
// behind the one write in flight, and no timer stands between a key and the disk.

/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./db.js").Storage} Storage */

/** What is on its way to the disk. @type {Set<Promise<void>>} */
const underWay = new Set();

/** Settles when all that was typed on this page is on disk, or could not be written. */
export const settled = () => Promise.allSettled(underWay);

/**
 * @template T
 * @param {(value: T) => Promise<unknown>} save
 */
export function writeThrough(save) {
  /** @type {{value: T} | null} */
  let newest = null;
  /** @type {Promise<void> | null} */
  let writing = null;

  async function drain() {
    try {
      while (newest) {
        const kept = newest;
        newest = null;
        await save(kept.value).catch((error) => {
          newest ??= kept; // no newer one took its place: whoever leaves, or types on, tries once more
          throw error;
        });
      }
    } finally {
      writing = null;
    }
  }

  function begin() {
    const begun = drain();
    const ended = () => underWay.delete(begun);
    begun.then(ended, ended);
    underWay.add(begun);
    writing = begun;
    return begun;
  }

  return {
    /** @param {T} value @returns {Promise<void>} settles when this value, or a newer one, is on disk */
    put(value) {
      newest = { value };
      return writing ?? begin();
    },
    /** Settles when nothing is being written. */
    idle: () => writing ?? Promise.resolve(),

    /** Settles when the newest value is on disk; one that could not be written is tried once more. */
    async last() {
      await writing?.catch(() => undefined);
      if (newest) await (writing ?? begin());
    },
  };
}

/** @param {Storage} db @param {string} id @returns {Promise<Draft | undefined>} */
export const loadDraft = (db, id) => db.read(["drafts"], (tx) => tx.objectStore("drafts").get(id));

/** @param {Storage} db @returns {Promise<Draft[]>} newest first */
export const allDrafts = async (db) => /** @type {Draft[]} */ (await db.all("drafts")).sort((a, b) => b.at - a.at);

/** @param {Storage} db @param {Draft} draft */
export const saveDraft = (db, draft) => db.write(["drafts"], (tx) => tx.objectStore("drafts").put(draft));

/** @param {Storage} db @param {string} id */
export const removeDraft = (db, id) => db.write(["drafts"], (tx) => tx.objectStore("drafts").delete(id));

/** @param {string} id */
const lockName = (id) => `waystation-draft ${id}`;

/**
 * Hold a draft for this tab while its form is open, so that two tabs never type into one.
 * @param {string} id
 * @returns {Promise<(() => void) | null>} lets go; null when another tab has it
 */
export function holdDraft(id) {
  if (!navigator.locks) return Promise.resolve(() => undefined);
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(lockName(id), { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(null);
        return new Promise((release) => resolve(() => release(undefined)));
      })
      .catch(reject);
  });
}

/** The ids of drafts that are open in any tab. @returns {Promise<Set<string>>} */
export async function heldDrafts() {
  const held = navigator.locks ? ((await navigator.locks.query()).held ?? []) : [];
  const names = held.map((lock) => lock.name ?? "").filter((name) => name.startsWith(lockName("")));
  return new Set(names.map((name) => name.slice(lockName("").length)));
}
