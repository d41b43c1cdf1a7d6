// Opening a locked phone, and choosing how it opens. Nothing here needs the gateway but telling it the secret that it
// keeps for whoever forgets, and asking for that.
import { useEffect, useState } from "preact/hooks";
import { base64, bytesOf as fromBase64 } from "./base64.js";
import { uuid7 } from "./ids.js";
import { openSlot, ownKey, randomBytes, ringOf, unwrap, wrap } from "./keyring.js";
import { counted, ROUNDS, waitMs } from "./lock_rules.js";

/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./keyring.js").Ring} Ring */
/** @typedef {import("./api.js").Call} Call */
/** @typedef {{call: Call, device: string, epoch: string}} Desk  epoch: the gateway's */
/** @typedef {"open" | "passphrase" | "passkey"} Way */

const SALT_BYTES = 32;
const CIPHER = { name: "AES-GCM", length: 256 };
const bytesOf = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** The passphrase or the passkey was not the right one, or it is too early. */
export class NotOpened extends Error {
  name = "NotOpened";
  /** @param {{waitMs?: number, wiped?: boolean, left?: number}} about  left: tries before the copy is removed */
  constructor({ waitMs = 0, wiped = false, left = 0 }) {
    super("The phone stays locked");
    this.waitMs = waitMs;
    this.wiped = wiped;
    this.left = left;
  }
}

/** Is that what a cipher says to the wrong key? @param {unknown} error */
const isWrong = (error) => error instanceof DOMException && error.name === "OperationError";

/** @param {Storage} db @param {Ring} ring */
const saveRing = (db, ring) => db.write(["meta"], (tx) => tx.objectStore("meta").put(ring, "ring"), "strict");

/** @param {string} passphrase @param {Uint8Array<ArrayBuffer>} salt @param {number} rounds  PBKDF2-SHA-256 (RFC 8018) */
async function passphraseKey(passphrase, salt, rounds) {
  const text = bytesOf(passphrase.normalize("NFKC"));
  const raw = await crypto.subtle.importKey("raw", text, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, raw, CIPHER, false, ["wrapKey", "unwrapKey"]);
}

/** A key from 32 secret bytes (HKDF, RFC 5869). @param {BufferSource} secret @param {string} purpose */
async function secretKey(secret, purpose) {
  const raw = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytesOf(`waystation phone 1 ${purpose}`) };
  return crypto.subtle.deriveKey(how, raw, CIPHER, false, ["wrapKey", "unwrapKey"]);
}

/** The copy of the gateway's records goes; what was entered here stays, sealed. @param {Storage} db */
const wipeCopy = (db) =>
  db.write(["packs", "lines", "meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    await Promise.all([tx.raw("packs").clear(), tx.raw("lines").clear()]);
    const known = ["position", "lines_made_by", "verified", "recents", "glimpse", "stock", "stock_seen", "receipts"];
    await Promise.all(known.map((key) => meta.delete(key)));
  });

/**
 * @param {Storage} db @param {string} passphrase @param {number} now  Unix ms @param {boolean} [extractable]
 * @returns {Promise<CryptoKey>} the data key
 * @throws {NotOpened}
 */
export async function byPassphrase(db, passphrase, now, extractable = false) {
  const ring = await ringOf(db);
  const early = waitMs(ring, now);
  if (early) throw new NotOpened({ waitMs: early });
  const { wipe, ...count } = counted(ring, now);
  await saveRing(db, { ...ring, ...count });
  const slot = /** @type {import("./keyring.js").PassphraseSlot} */ (ring.passphrase);
  try {
    const key = await unwrap(slot, await passphraseKey(passphrase, slot.salt, slot.rounds), extractable);
    await saveRing(db, { ...ring, tries: 0, next_at: 0 });
    return key;
  } catch (error) {
    if (!isWrong(error)) throw error;
    if (wipe) await wipeCopy(db);
    throw new NotOpened({ waitMs: waitMs(count, now), wiped: wipe, left: Math.max(0, 5 - count.tries) });
  }
}

/** @param {Uint8Array<ArrayBuffer>} salt */
const prf = (salt) => /** @type {any} */ ({ prf: { eval: { first: salt } } });

/** @param {any} credential @returns {ArrayBuffer | undefined} */
const prfOf = (credential) => credential?.getClientExtensionResults().prf?.results?.first;

/** @param {Uint8Array<ArrayBuffer>} credential @param {Uint8Array<ArrayBuffer>} salt @throws {NotOpened} */
async function askPasskey(credential, salt) {
  const publicKey = {
    challenge: randomBytes(SALT_BYTES), // nobody checks it: what counts is the secret
    allowCredentials: [{ type: /** @type {const} */ ("public-key"), id: credential }],
    userVerification: /** @type {const} */ ("required"),
    extensions: prf(salt),
  };
  const found = await navigator.credentials.get({ publicKey }).catch(refused);
  const secret = prfOf(found);
  if (!secret) throw new NotOpened({});
  return secretKey(secret, "passkey");
}

/** A person who says no, or a phone that does. @param {unknown} error @returns {null} */
function refused(error) {
  if (error instanceof DOMException) return null;
  throw error;
}

/** Can a passkey open this phone? Whether it gives a secret is seen when it is made. */
export const canPasskey = async () =>
  Boolean(globalThis.PublicKeyCredential) &&
  (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false));

/** @param {Storage} db @param {boolean} [extractable] @throws {NotOpened} */
export async function byPasskey(db, extractable = false) {
  const ring = await ringOf(db);
  const slot = /** @type {import("./keyring.js").PasskeySlot} */ (ring.passkey);
  return unwrap(slot, await askPasskey(slot.credential, slot.salt), extractable);
}

/** A new passkey of this phone. @param {CryptoKey} data @param {string} name  of the person @throws {NotOpened} it gives no secret, or nobody wanted it */
async function passkeySlot(data, name) {
  const salt = randomBytes(SALT_BYTES);
  const publicKey = {
    rp: { name: "Waystation" },
    user: { id: randomBytes(16), name, displayName: name },
    challenge: randomBytes(SALT_BYTES),
    pubKeyCredParams: [-7, -257].map((alg) => ({ type: /** @type {const} */ ("public-key"), alg })),
    authenticatorSelection: {
      authenticatorAttachment: /** @type {const} */ ("platform"),
      residentKey: /** @type {const} */ ("preferred"),
      userVerification: /** @type {const} */ ("required"),
    },
    extensions: prf(salt),
  };
  const made = /** @type {any} */ (await navigator.credentials.create({ publicKey }).catch(refused));
  if (!made?.getClientExtensionResults().prf?.enabled) throw new NotOpened({});
  const credential = new Uint8Array(made.rawId);
  const secret = prfOf(made);
  const key = secret ? await secretKey(secret, "passkey") : await askPasskey(credential, salt);
  return { credential, salt, ...(await wrap(data, key)) };
}

/**
 * The secret that the gateway keeps: told before it is used, so that there is never a phone that nobody can open.
 * @param {CryptoKey} data @param {Desk} desk @throws {import("./api.js").Failure}
 */
async function recoverySlot(data, { call, device, epoch }) {
  const secret = randomBytes(SALT_BYTES);
  const id = uuid7(Date.now());
  await call("/api/v1/recoveries", { method: "POST", body: { id, device, secret: base64(secret.buffer) } });
  return { id, epoch, ...(await wrap(data, await secretKey(secret, "recovery"))) };
}

/**
 * From now on the phone opens this way.
 * @param {Storage} db @param {CryptoKey} data  the data key, extractable @param {Desk} desk
 * @param {{way: Way, passphrase?: string, name?: string}} choice
 * @throws {NotOpened} the passkey cannot do it @throws {import("./api.js").Failure} the gateway has to be told
 */
export async function choose(db, data, desk, { way, passphrase = "", name = "" }) {
  const { recovery, ...before } = await ringOf(db);
  const ring = { chosen: true, tries: 0, next_at: 0 };
  if (way === "open") {
    const key = await ownKey();
    return saveRing(db, { ...ring, open: { key, ...(await wrap(data, key)) } });
  }
  const salt = randomBytes(SALT_BYTES);
  const slot =
    way === "passkey"
      ? { passkey: await passkeySlot(data, name) }
      : {
          passphrase: {
            salt,
            rounds: ROUNDS,
            ...(await wrap(data, await passphraseKey(passphrase, salt, ROUNDS))),
          },
        };
  // A gateway that was restored may have lost it; one that is the same has it still.
  const kept = recovery && recovery.epoch === desk.epoch && !before.open ? recovery : await recoverySlot(data, desk);
  return saveRing(db, { ...ring, ...slot, recovery: kept });
}

/** The data key of a phone that opens by itself, to be wrapped otherwise. @param {Storage} db */
export const byItself = async (db) => openSlot(await ringOf(db), true);

/**
 * What the gateway keeps opens the phone for whoever has just signed in with the password.
 * @param {Storage} db @param {Call} call
 * @returns {Promise<CryptoKey>} extractable
 * @throws {import("./api.js").Failure} it does not have it, or the password was not entered
 */
export async function byGateway(db, call) {
  const { recovery } = await ringOf(db);
  if (!recovery) throw new NotOpened({});
  const { secret } = await call(`/api/v1/recoveries/${recovery.id}`, { method: "POST" });
  return unwrap(recovery, await secretKey(fromBase64(secret), "recovery"), true);
}

/** The ring of the open account, for a screen; undefined until it is read. @param {Storage} db @returns {Ring | undefined} */
export function useRing(db) {
  const [ring, setRing] = useState(/** @type {Ring | undefined} */ (undefined));
  useEffect(() => {
    void ringOf(db).then(setRing);
  }, [db]);
  return ring;
}
