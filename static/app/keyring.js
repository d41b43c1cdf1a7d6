// The key that everything on this phone is sealed under, and what opens it. The key itself lies on the disk only
// wrapped: by a key of the browser's own where the phone opens by itself, else by a passphrase or a passkey, and once
// more by a secret that the gateway keeps for whoever forgets.

/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {{iv: Uint8Array<ArrayBuffer>, wrapped: ArrayBuffer}} Wrapped */
/** @typedef {Wrapped & {key: CryptoKey}} OpenSlot */
/** @typedef {Wrapped & {salt: Uint8Array<ArrayBuffer>, rounds: number}} PassphraseSlot */
/** @typedef {Wrapped & {salt: Uint8Array<ArrayBuffer>, credential: Uint8Array<ArrayBuffer>}} PasskeySlot */
/** @typedef {Wrapped & {id: string, epoch: string}} RecoverySlot  what the gateway of this epoch keeps under the id */
/** @typedef {{open?: OpenSlot, passphrase?: PassphraseSlot, passkey?: PasskeySlot, recovery?: RecoverySlot, chosen: boolean, tries: number, next_at: number}} Ring
 *   chosen: a person has said how this phone opens; tries: wrong ones since it opened last; next_at: no try before, Unix ms */

const CIPHER = "AES-GCM";
const IV_BYTES = 12;

/** @param {number} count */
export const randomBytes = (count) => crypto.getRandomValues(new Uint8Array(count));

/** @param {CryptoKey} key  the data key, extractable @param {CryptoKey} by @returns {Promise<Wrapped>} */
export async function wrap(key, by) {
  const iv = randomBytes(IV_BYTES);
  return { iv, wrapped: await crypto.subtle.wrapKey("raw", key, by, { name: CIPHER, iv }) };
}

/**
 * @param {Wrapped} slot @param {CryptoKey} by
 * @param {boolean} [extractable]  only where it is wrapped anew at once
 * @throws {DOMException} OperationError: this is not what it was wrapped by
 */
export const unwrap = ({ iv, wrapped }, by, extractable = false) =>
  crypto.subtle.unwrapKey("raw", wrapped, by, { name: CIPHER, iv }, CIPHER, extractable, ["encrypt", "decrypt"]);

/** A key that this browser uses and gives to nobody. */
export const ownKey = () => crypto.subtle.generateKey({ name: CIPHER, length: 256 }, false, ["wrapKey", "unwrapKey"]);

/** A new data key on a phone that opens by itself, until somebody chooses. @returns {Promise<Ring>} */
export async function makeRing() {
  const data = await crypto.subtle.generateKey({ name: CIPHER, length: 256 }, true, ["encrypt", "decrypt"]);
  const key = await ownKey();
  return { open: { key, ...(await wrap(data, key)) }, chosen: false, tries: 0, next_at: 0 };
}

/** @param {Ring} ring  one that opens by itself @param {boolean} [extractable] */
export const openSlot = ({ open }, extractable) =>
  unwrap(/** @type {OpenSlot} */ (open), /** @type {OpenSlot} */ (open).key, extractable);

/** This account's ring; a new one where there is none. @param {Storage} db @returns {Promise<Ring>} */
export async function ringOf(db) {
  const known = await db.get("ring");
  if (known) return known;
  const made = await makeRing();
  return db.write(
    ["meta"],
    async (tx) => {
      const meta = tx.objectStore("meta");
      const first = await meta.get("ring"); // another tab may have been faster
      if (!first) await meta.put(made, "ring");
      return first ?? made;
    },
    "strict",
  );
}
