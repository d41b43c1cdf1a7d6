// How a phone follows the gateway's order to leave. Retired, it hands over what was entered on it and empties itself when
// nothing is left; lost, it empties itself at once. What is to go is noted before anything goes: a kill in the middle is made
// up for at the next start, and the gateway is told when it is true.
import { deleteDB } from "../vendor/idb.js";
import { Failure } from "./api.js";
import { stopTalking } from "./data.js";
import { spare } from "./db.js";
import { orderIn } from "./orders.js";
import { countUnsent, countUnsentFiles } from "./outbox.js";
import { placeOf } from "./phone_key.js";
import { account, call, choosing, device, here } from "./runtime.js";

/** @typedef {import("./orders.js").Order} Order */
/** @typedef {import("./phone_key.js").Pairing} Pairing */
/** @typedef {Order & {names: string[], unsent: number, told?: boolean}} Emptied  names: of the storages that go */

const NOTE = "emptied";
const AGAIN_MS = 30_000;

/** @returns {Promise<Pairing[]>} */
const pairings = async () =>
  (await device.read(["meta"], (tx) => tx.objectStore("meta").getAll())).filter(
    (/** @type {any} */ one) => one?.keys && one.at,
  );

/** Every storage of a person on this phone; where the browser does not list them, of the one who is here. */
async function storages() {
  const all = (await indexedDB.databases?.()) ?? [];
  const names = all.map(({ name }) => name ?? "").filter((name) => name.startsWith(`${device.name} `));
  return names.length || !account.value ? names : [here().db.name];
}

/** What goes is noted, and what opens it and who was here goes with the same stroke. @param {Emptied} note @param {string} [user]  whose; everybody's without */
const begin = (note, user) =>
  device.write(
    ["meta"],
    async (tx) => {
      const meta = tx.objectStore("meta");
      if (!user) await meta.clear();
      else for (const key of [placeOf(user), "account"]) await meta.delete(key);
      await meta.put(note, NOTE);
    },
    "strict",
  );

/** @param {Emptied} note @param {string} [user] */
async function leave(note, user) {
  await stopTalking();
  await begin(note, user);
  await finish();
  location.assign("/#/emptied");
  location.reload();
}

/** The phone is lost: everything of everybody goes. @param {Order} order */
async function loseAll(order) {
  const { db } = account.value ? here() : { db: null };
  const unsent = db ? (await countUnsent(db)) + (await countUnsentFiles(db)) : 0;
  await leave({ ...order, names: await storages(), unsent });
}

/** Nothing is left, or what is left was let go of. @param {number} unsent  how much goes that is nowhere else */
export async function emptyOwn(unsent) {
  const { user, leaving } = /** @type {import("./types.js").Account} */ (account.value);
  if (leaving) await leave({ ...leaving, names: [here().db.name], unsent }, user.id);
}

/** The gateway refused a call with an order. Nobody else's is followed. @param {import("./types.js").Problem | undefined} problem */
export async function obey(problem) {
  if (!problem) return;
  const order = await orderIn(await pairings(), problem);
  if (order?.order === "lose") return loseAll(order);
  if (!order || !account.value || choosing.value === "leaving") return;
  account.value = { ...account.value, leaving: order };
  await device.set("account", account.value);
  choosing.value = "leaving";
}

/** @param {Emptied} note */
async function tellGateway({ id, word, unsent }) {
  try {
    await call(`/api/v1/phones/${id}/wiped`, { method: "POST", body: { word, unsent }, last: true });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // A gateway that does not know of it, restored from before, has nothing to be told.
    return error.kind === "sign_in" || error.kind === "refused";
  }
  return true;
}

/** Remove what is noted, and tell the gateway. @returns {Promise<Emptied | undefined>} the note, told or not */
export async function finish() {
  /** @type {Emptied | undefined} */
  const note = await device.get(NOTE);
  if (!note || note.told) return note;
  const copies = await spare();
  for (const name of note.names) {
    await copies?.forget(name);
    await deleteDB(name);
  }
  const told = await tellGateway(note);
  const after = { ...note, told };
  if (told) await device.set(NOTE, after);
  else setTimeout(() => void finish(), AGAIN_MS);
  return after;
}

/** Nobody is at work on this phone, so nothing talks to the gateway: is it one that is to leave? */
export async function attend() {
  await finish();
  for (const { id } of await pairings())
    try {
      await call(`/api/v1/phones/${id}/challenge`, { method: "POST", last: true });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await obey(error.problem);
    }
}
