// What a phone does that was put out at the gateway. One that is retired goes when everything of it is handed over; one
// that is lost empties itself at once, of everybody's work.
import { deleteDB } from "../vendor/idb.js";
import { stopTalking } from "./data.js";
import { spare } from "./db.js";
import { t } from "./i18n.js";
import "./later_words.js";
import { ownPairing, tellGateway, wipe } from "./pairing.js";
import { countUnsaved } from "./rescue.js";
import { device, here } from "./runtime.js";

/** @typedef {import("./types.js").Problem} Problem */

/** The screen that comes next says why. @param {string} sentence */
const say = (sentence) => {
  sessionStorage.said = sentence;
};

/** Is it this phone that was lost? Only the gateway knows the ids of its pairings. @param {unknown} id */
async function isMeant(id) {
  const found = await device.read(["meta"], (tx) => tx.objectStore("meta").getAll());
  return found.some((/** @type {any} */ one) => one?.keys && one.id === id);
}

async function wipeAll() {
  await stopTalking();
  const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
  // The phone's own store, with its keys, goes last: what ended half-way is begun anew at the next start.
  for (const name of names
    .filter((one) => one.startsWith("waystation"))
    .sort()
    .reverse()) {
    await (await spare())?.forget(name);
    await deleteDB(name);
  }
  location.assign("/");
  location.reload();
}

async function leaveRetired() {
  const own = await ownPairing();
  // Drafts and what was refused wait for their person, who reads under Sync why.
  if (!own || (await countUnsaved(here().db)) || !(await tellGateway(own))) return;
  say(t("emptied"));
  await wipe();
}

/** @param {Problem} problem  phone_leaving or phone_lost */
export async function leave({ code, params, detail = "" }) {
  if (code === "phone_leaving") return leaveRetired();
  if (!(await isMeant(params?.phone))) return;
  say(detail);
  await wipeAll();
}
