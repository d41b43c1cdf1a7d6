// How a phone becomes known to the gateway, by an invitation from the console, and how it leaves.

import { deleteDB } from "../vendor/idb.js";
import { Failure } from "./api.js";
import { base64 } from "./base64.js";
import { stopTalking } from "./data.js";
import { spare } from "./db.js";
import { uuid7 } from "./ids.js";
import { keyOf, placeOf, prove } from "./phone_key.js";
import { account, call, device, deviceId, here } from "./runtime.js";
import { enter } from "./session.js";

/** @typedef {import("./phone_key.js").Pairing} Pairing */

const PENDING = "pairing pending";

/** The key of whoever is here; undefined where they sign in with a password. */
export const ownPairing = () => keyOf(device);

/** Whether this browser can pair at all: outside HTTPS it makes no keys. */
export const canPair = () => isSecureContext && Boolean(crypto.subtle);

/** On an iPhone the data of a tab does not follow into the installed app. */
export const installFirst = () => "standalone" in navigator && navigator.standalone === false;

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

/** @param {string} link  what stands behind "#pair=" */
export function partsOf(link) {
  const [token = "", root = ""] = link.split(".");
  return { token, root };
}

/**
 * Whether the gateway that answers here is another one than the link is of: told before anything is sent to it.
 * No proof, because a page sees no certificate and an impostor says what it likes; it keeps apart what is mixed up.
 * @param {string} link  what stands behind "#pair=": the token, and the beginning of the authority's fingerprint
 * @throws {Failure}
 */
export async function leadsElsewhere(link) {
  const { root } = partsOf(link);
  if (!root) return false;
  const { fingerprint } = await call("/api/v1/trust");
  return !fingerprint.replaceAll(":", "").toLowerCase().startsWith(root);
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
    const found = await prove(call, own, challenge);
    await device.set(placeOf(found.user.id), { ...own, name, at: Date.now(), orders: challenge.orders });
    await device.set(PENDING, null);
    await enter(found);
  } catch (error) {
    // Whoever was clearly refused begins anew; an answer that never came may still be had.
    if (error instanceof Failure && (error.kind === "refused" || error.kind === "sign_in"))
      await device.set(PENDING, null);
    throw error;
  }
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
  const { db } = here();
  await stopTalking();
  await device.set(placeOf(account.value?.user.id ?? ""), null);
  await device.set("account", null);
  db.close();
  await (await spare())?.forget(db.name);
  await deleteDB(db.name);
  location.assign("/");
  location.reload();
}
