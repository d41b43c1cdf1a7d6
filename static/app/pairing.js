// What makes this phone known to the gateway: a key that is made here and cannot leave, an invitation from the
// console, and a signature whenever a session has ended. Nothing of it depends on this phone's clock.
import { deleteDB } from "idb";
import { Failure } from "./api.js";
import { uuid7 } from "./ids.js";
import { account, call, device, deviceId, here } from "./runtime.js";
import { enter } from "./session.js";

/** @typedef {{id: string, keys: CryptoKeyPair, name: string, at: number}} Pairing  at: when, Unix ms */
/** @typedef {{epoch: string, nonce: string}} Challenge */

const PENDING = "pairing pending";
const HASHED = { name: "ECDSA", hash: "SHA-256" };

/** Two people on one phone have a key each. @param {string} user */
const place = (user) => `pairing ${user}`;

/** The key of whoever is here; undefined where they sign in with a password. @returns {Promise<Pairing | undefined>} */
export const ownPairing = async () => account.value && (await device.get(place(account.value.user.id)));

/** Whether this browser can pair at all: outside HTTPS it makes no keys. */
export const canPair = () => isSecureContext && Boolean(crypto.subtle);

/** On an iPhone the data of a tab does not follow into the installed app. */
export const installFirst = () => "standalone" in navigator && navigator.standalone === false;

/** @param {ArrayBuffer} bytes */
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

/** The key of a pairing under way: an answer that was lost is asked for again with the same one. */
async function pending() {
  const begun = await device.get(PENDING);
  if (begun) return begun;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const keys = await crypto.subtle.generateKey(curve, false, ["sign", "verify"]);
  const made = { id: uuid7(Date.now()), keys };
  await device.set(PENDING, made);
  return made;
}

/** @param {{id: string, keys: CryptoKeyPair}} own @param {Challenge} challenge */
async function prove({ id, keys }, { epoch, nonce }) {
  const text = ["waystation phone 1", "session", epoch, id, nonce].join("\n");
  const signed = await crypto.subtle.sign(HASHED, keys.privateKey, new TextEncoder().encode(text));
  const body = { nonce, signature: base64(signed) };
  return call(`/api/v1/phones/${id}/session`, { method: "POST", body, last: true });
}

/**
 * Pair this phone and go in.
 * @param {{token: string} | {code: string}} invitation @param {string} name  what the phone is called at the gateway
 * @throws {Failure}
 */
export async function pair(invitation, name) {
  const own = await pending();
  try {
    const key = base64(await crypto.subtle.exportKey("raw", own.keys.publicKey));
    const body = { ...invitation, name, phone: own.id, device: await deviceId(), public_key: key };
    const { challenge } = await call("/api/v1/phones", { method: "POST", body, last: true });
    const found = await prove(own, challenge);
    await device.set(place(found.user.id), { ...own, name, at: Date.now() });
    await device.set(PENDING, null);
    await enter(found);
  } catch (error) {
    // Whoever was clearly refused begins anew; an answer that never came may still be had.
    if (error instanceof Failure && (error.kind === "refused" || error.kind === "sign_in"))
      await device.set(PENDING, null);
    throw error;
  }
}

/** @type {Promise<boolean> | null} */
let renewing = null;

/** Sign in again with the key, once for all who ask; false where there is none. @returns {Promise<boolean>} @throws {Failure} */
export function renew() {
  renewing ??= signAgain().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function signAgain() {
  const own = await ownPairing();
  if (!own) return false;
  await prove(own, await call(`/api/v1/phones/${own.id}/challenge`, { method: "POST", last: true }));
  return true;
}

/** Tell the gateway that this phone leaves; false when nobody could be told. @param {Pairing} own */
export async function tellGateway({ id }) {
  try {
    await call(`/api/v1/phones/${id}`, { method: "DELETE" });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // A gateway that refuses this phone, or does not know it, has nothing left to be told.
    return error.kind === "refused" || error.kind === "sign_in";
  }
  return true;
}

/** Take everything of this person off the phone; what belongs to others on it stays. */
export async function wipe() {
  const { db, sync } = here();
  sync.stop();
  await device.set(place(account.value?.user.id ?? ""), null);
  await device.set("account", null);
  db.close();
  await deleteDB(db.name);
  location.assign("/");
  location.reload();
}
