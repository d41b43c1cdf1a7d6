// The app of one signed-in person: their storage, the data worker that talks and finds, and what the whole screen
// watches. Everything shown about progress is read back from the storage after each change, in every tab.
import { batch, signal } from "@preact/signals";
import { createApi } from "./api.js";
import { openData, tellChanged, wake } from "./data.js";
import { Storage } from "./db.js";
import { language } from "./i18n.js";
import { uuid7 } from "./ids.js";
import { loadKinds } from "./kinds.js";
import { countUnsentFiles, outsides } from "./outbox.js";
import { position } from "./replica.js";
import { Seal } from "./sealing.js";
import { tally } from "./stages.js";

/** @typedef {import("./types.js").Account} Account */
/** @typedef {import("./types.js").Link} Link */
/** @typedef {import("./types.js").News} News */
/** @typedef {import("./types.js").Exchange} Exchange */
const LAST_WORDS_MS = 2_000;

/** @typedef {{db: import("./db.js").Storage, device: string, currency: string, exponent: number}} Desk */
/** @typedef {{link: Link, problem: string, current: boolean, tried: number, next?: number}} Status */

export const account = signal(/** @type {Account | null} */ (null));
export const counts = signal(tally([]));
export const talking = signal(false);
/** How many entries and rows the conversation that goes on has moved so far. */
export const progress = signal({ sent: 0, received: 0 });
/** Rises when anything in the storage changed, in this tab or another. */
export const revision = signal(0);
/** The list is read from the storage: only from then on an empty one means that there is nobody. */
export const listReady = signal(false);
export const status = signal(/** @type {Status} */ ({ link: "unknown", problem: "", current: false, tried: 0 }));
export const sent = signal(/** @type {Exchange | null} */ (null));
export const received = signal(/** @type {Exchange | null} */ (null));
/** What other phones of this person said that they still hold; asked once, with the first copy. */
export const left = signal(/** @type {import("./types.js").Left[]} */ ([]));
/** The gateway's clock less the phone's, ms. */
export const skew = signal(0);
/** Whose phone is locked; only what opens it is on the screen then. */
export const locked = signal(/** @type {Account | null} */ (null));
/** A screen that the person does not get past: "opening" asks how this phone is to open. */
export const choosing = signal("");
/** What is wrong with the storage: "" | "blocked" | "outdated" | "lost", or "lease": the copy is too old to be shown. */
export const trouble = signal("");

const listeners = {
  onBlocked: () => {
    trouble.value = "blocked";
  },
  onOutdated: () => {
    trouble.value = "outdated";
  },
};

/** What belongs to the phone and to nobody: its id, its language, who is here. */
export const device = new Storage("waystation", listeners);

/** @returns {Promise<boolean>} */
const renew = async () => (await import("./phone_key.js")).renew(device, call);
export const call = createApi({ language: () => language.value, now: Date.now, renew });

/** @type {Desk | null} */
let desk = null;

/** The open account's desk; only screens that need a signed-in person ask for it. @returns {Desk} */
export function here() {
  if (!desk) throw new Error("No account is open");
  return desk;
}

/** This phone's id, made at the first start. @returns {Promise<string>} */
export async function deviceId() {
  const known = await device.get("device");
  if (known) return known;
  const made = uuid7(Date.now());
  await device.set("device", made);
  return made;
}

/** @param {string} currency */
const digitsOf = (currency) =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

async function recount() {
  const { db } = here();
  const before = status.value;
  const [ops, photos, lastSent, lastReceived, elsewhere, { complete }] = await Promise.all([
    outsides(db),
    countUnsentFiles(db),
    db.get("sent"),
    db.get("received"),
    db.get("left"),
    position(db),
  ]);
  batch(() => {
    counts.value = { ...tally(ops), photos };
    sent.value = lastSent ?? null;
    received.value = lastReceived ?? null;
    left.value = elsewhere ?? [];
    // What was read before the round ended says nothing about its end.
    if (!complete && status.value === before) status.value = { ...before, current: false };
    if (db.resting && lastReceived.at !== db.resting) {
      db.resting = 0;
      trouble.value = "";
    }
    revision.value += 1;
  });
}

/** @type {BroadcastChannel | null} */
let channel = null;

/**
 * The storage was changed by this page: draw again, here and in the other tabs.
 * @param {import("./packs.js").Key[]} rows
 */
export async function changed(rows) {
  await tellChanged(rows);
  await recount();
}

/** A page that begins anew has no key. What was typed reaches the disk before, unless the disk does not answer. */
export async function forgetKey() {
  try {
    const { settled } = await import("./drafts.js");
    await Promise.race([settled(), new Promise((late) => setTimeout(late, LAST_WORDS_MS))]);
  } finally {
    location.reload();
  }
}

/** Forget the key, here and in the other tabs. */
export function lockNow() {
  channel?.postMessage({ lock: true });
  void forgetKey();
}

/** @param {MessageEvent} event  from another tab's page */
function onMessage({ data }) {
  if (data.lock) void forgetKey();
  if (!data.status) return;
  status.value = data.status;
  void recount();
}

/** @param {News} news */
function onNews(news) {
  if (news.ready) listReady.value = true;
  if (news.talking !== undefined) talking.value = news.talking;
  if (news.progress) progress.value = news.progress;
  if (news.status) show(news.status);
  if (news.link) status.value = { ...status.value, link: news.link };
  if (news.skew !== undefined) skew.value = news.skew;
  if (news.account) void remember(news.account);
  if (news.kinds) void loadKinds(here().db);
  if (news.trouble) trouble.value = news.trouble;
  if (news.changed || news.status) void recount();
  if (news.order) void import("./leaving.js").then(({ obey }) => obey(news.order));
  if (news.fault) reportError(new Error(news.fault));
}

/** @param {Status} next */
export function show(next) {
  status.value = next;
  channel?.postMessage({ status: next });
}

/** @param {Account} found */
export async function remember(found) {
  await device.set("account", found);
  if (account.value) account.value = found;
}

/** A sign-in name is the account; its letter case is not. @param {string} name */
const storageName = (name) => `waystation ${name.normalize("NFKC").trim().toLowerCase()}`;

/**
 * Open an account's storage and start talking to the gateway; on a locked phone that waits for `unlock`.
 * @param {Account} found @param {{fresh?: boolean}} [how]  fresh: somebody has just signed in here
 */
export async function openAccount(found, { fresh = false } = {}) {
  const name = storageName(found.user.name);
  const id = await deviceId();
  const db = new Storage(name, listeners);
  const { currency } = found.gateway;
  desk = { db, device: id, currency, exponent: digitsOf(currency) };
  const { openSlot, ringOf } = await import("./keyring.js");
  const ring = await ringOf(db);
  const { unlock: policy = "off" } = found.gateway.phone ?? {};
  if (!ring.open) {
    counts.value = { ...tally(await outsides(db)), photos: await countUnsentFiles(db) };
    locked.value = found;
    return;
  }
  const ask = !ring.chosen && (policy === "required" || (policy === "offered" && fresh));
  await begin(found, await openSlot(ring), ask);
}

/** Here is the key of what lies on this phone. @param {CryptoKey} key */
export async function unlock(key) {
  const found = /** @type {Account} */ (locked.value);
  await begin(found, key);
  const { watchIdle } = await import("./idle.js");
  watchIdle(found.gateway.phone?.lock_after_min ?? 0, forgetKey);
}

/** @param {Account} found @param {CryptoKey} key @param {boolean} [ask]  the person is to choose how the phone opens */
async function begin(found, key, ask = false) {
  const { db, device: id } = here();
  db.seal = new Seal(key);
  const { lease } = await import("./idle.js");
  db.resting = await lease(db, found.gateway.phone?.lease_days ?? 0, Date.now());
  if (db.resting) trouble.value = "lease";
  channel = new BroadcastChannel(db.name);
  channel.onmessage = onMessage;
  await openData(db.name, id, key, db.resting, onNews); // an older layout of the storage is brought up to date before
  await loadKinds(db);
  await recount();
  batch(() => {
    account.value = found; // the screen may be drawn from here on; the list fills a moment later
    locked.value = null;
    choosing.value = found.leaving ? "leaving" : ask ? "opening" : "";
  });
  addEventListener("online", () => void wake("online"));
  addEventListener("offline", () => show({ ...status.value, link: "offline", current: false }));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void wake("visible");
  });
}
