// What proves to the gateway that it is this phone: a key that was made here and cannot leave. The page and its data
// worker sign in with it alike. Nothing of it depends on this phone's clock.
import { base64 } from "./base64.js";

/** @typedef {import("./api.js").Call} Call */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {Record<string, string>} Orders  by order, the SHA-256 of the word that proves it */
/** @typedef {{id: string, keys: CryptoKeyPair, name: string, at: number, orders?: Orders}} Pairing  at: when, Unix ms */
/** @typedef {{epoch: string, nonce: string, orders?: Orders}} Challenge */

const HASHED = { name: "ECDSA", hash: "SHA-256" };

/** Two people on one phone have a key each. @param {string} user */
export const placeOf = (user) => `pairing ${user}`;

/** The key of whoever is here; undefined where they sign in with a password. @param {Storage} device @returns {Promise<Pairing | undefined>} */
export async function keyOf(device) {
  const account = await device.get("account");
  return account ? device.get(placeOf(account.user.id)) : undefined;
}

/**
 * Sign in with a key.
 * @param {Call} call @param {{id: string, keys: CryptoKeyPair}} own @param {Challenge} challenge
 */
export async function prove(call, { id, keys }, { epoch, nonce }) {
  const text = ["waystation phone 1", "session", epoch, id, nonce].join("\n");
  const signed = await crypto.subtle.sign(HASHED, keys.privateKey, new TextEncoder().encode(text));
  const body = { nonce, signature: base64(signed) };
  return call(`/api/v1/phones/${id}/session`, { method: "POST", body, last: true });
}

/** @type {Promise<boolean> | null} */
let renewing = null;

/**
 * Sign in again, once for all who ask on this thread; false where there is no key.
 * @param {Storage} device  what belongs to the phone @param {Call} call
 * @throws {import("./api.js").Failure}
 */
export function renew(device, call) {
  renewing ??= signAgain(device, call).finally(() => {
    renewing = null;
  });
  return renewing;
}

/** @param {Storage} device @param {Call} call */
async function signAgain(device, call) {
  const own = await keyOf(device);
  if (!own) return false;
  const challenge = await call(`/api/v1/phones/${own.id}/challenge`, { method: "POST", last: true });
  const { user } = await prove(call, own, challenge);
  // Of a phone that was paired before there were any: the first ones are kept for good.
  if (!own.orders && challenge.orders) await device.set(placeOf(user.id), { ...own, orders: challenge.orders });
  return true;
}

/** A phone that knows no orders yet asks for them. @param {Storage} device @param {Call} call */
export async function learnOrders(device, call) {
  const own = await keyOf(device);
  if (own && !own.orders) await renew(device, call);
}
