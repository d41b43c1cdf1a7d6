// The app of one signed-in person: their storage, the sync engine, and what the whole screen watches. Everything shown
// about progress is read back from the storage after each change, in every tab.
import { batch, signal } from "@preact/signals";
import { createApi } from "./api.js";
import { loadCatalog, refreshCatalog } from "./catalog.js";
import { Storage } from "./db.js";
import { language } from "./i18n.js";
import { uuid7 } from "./ids.js";
import { fetchKinds, kinds, loadKinds } from "./kinds.js";
import { allOperations, forgetOld } from "./outbox.js";
import { position } from "./replica.js";
import { tally } from "./stages.js";
import { linkAfter, Sync, tabLock } from "./sync.js";
import { runningBuild } from "./updates.js";

/** @typedef {import("./types.js").Account} Account */
/** @typedef {import("./types.js").GatewayRecord} GatewayRecord */
/** @typedef {import("./types.js").Link} Link */
/** @typedef {import("./types.js").Exchange} Exchange */
/** @typedef {{kind: string, id: string}[]} Changed */
/** @typedef {{db: import("./db.js").Storage, sync: import("./sync.js").Sync, device: string, currency: string, exponent: number}} Desk */
/** @typedef {{link: Link, problem: string, current: boolean, tried: number}} Status */

const KINDS_MS = 600_000;

export const account = signal(/** @type {Account | null} */ (null));
export const counts = signal(tally([]));
export const talking = signal(false);
/** Rises when anything in the storage changed, in this tab or another. */
export const revision = signal(0);
export const status = signal(/** @type {Status} */ ({ link: "unknown", problem: "", current: false, tried: 0 }));
export const sent = signal(/** @type {Exchange | null} */ (null));
export const received = signal(/** @type {Exchange | null} */ (null));
/** The gateway's clock less the phone's, ms. */
export const skew = signal(0);
/** What is wrong with the storage: "" | "blocked" | "outdated" | "lost". */
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

export const call = createApi({ language: () => language.value, now: Date.now });

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
  const [ops, lastSent, lastReceived, { complete }] = await Promise.all([
    allOperations(db),
    db.get("sent"),
    db.get("received"),
    position(db),
  ]);
  batch(() => {
    counts.value = tally(ops);
    sent.value = lastSent ?? null;
    received.value = lastReceived ?? null;
    if (!complete) status.value = { ...status.value, current: false };
    revision.value += 1;
  });
}

/** @type {BroadcastChannel | null} */
let channel = null;

/**
 * The storage changed: draw again, here and in the other tabs.
 * @param {Changed} rows @param {readonly GatewayRecord[]} [arrived]  those of them that are at hand
 */
export async function changed(rows, arrived) {
  channel?.postMessage({ changed: rows });
  await seen(rows, arrived);
}

/** @param {Changed} rows @param {readonly GatewayRecord[]} [arrived] */
async function seen(rows, arrived) {
  await refreshCatalog(here().db, rows, arrived);
  await recount();
}

/** @param {MessageEvent} event */
function onMessage({ data }) {
  if (data.changed) void seen(data.changed);
  if (data.status) {
    status.value = data.status;
    void recount();
  }
}

/** @param {import("./sync.js").Outcome} outcome */
async function onEnd({ link, problem, sent: sentNow, received: receivedNow }) {
  const { db } = here();
  const at = Date.now();
  if (sentNow) await db.set("sent", { at, count: sentNow });
  if (link === "online") await db.set("received", { at, count: receivedNow });
  talking.value = false;
  show({ link, problem: problem?.problem?.detail ?? "", current: link === "online", tried: at });
  await recount();
  if (link === "online") await refreshAround();
}

/** @param {Status} next */
export function show(next) {
  status.value = next;
  channel?.postMessage({ status: next });
}

let aroundAt = 0;

/** What changes rarely: the gateway's declarations, who is signed in, and the end of old stories. */
async function refreshAround() {
  if (Date.now() - aroundAt < KINDS_MS) return;
  aroundAt = Date.now();
  const { db } = here();
  try {
    if (await fetchKinds(db, call)) await loadCatalog(db);
    const { user, gateway } = await call("/api/v1/session");
    await remember({ user, gateway });
    await db.keepBallast();
  } catch (error) {
    aroundAt = 0;
    status.value = { ...status.value, link: linkAfter(error) };
  }
  await forgetOld(db, Date.now());
}

/** @param {Account} found */
export async function remember(found) {
  await device.set("account", found);
  if (desk) account.value = found;
}

/** A sign-in name is the account; its letter case is not. @param {string} name */
const storageName = (name) => `waystation ${name.normalize("NFKC").trim().toLowerCase()}`;

/**
 * Open an account's storage and start talking to the gateway.
 * @param {Account} found
 */
export async function openAccount(found) {
  const name = storageName(found.user.name);
  const db = new Storage(name, listeners);
  const id = await deviceId();
  const onServerTime = (/** @type {number} */ serverMs, /** @type {number} */ sentMs) => {
    if (Number.isFinite(serverMs)) skew.value = Math.round(serverMs - (sentMs + Date.now()) / 2);
  };
  const onChange = (/** @type {Changed} */ rows, /** @type {readonly GatewayRecord[]} */ arrived = []) =>
    void changed(rows, arrived);
  const world = {
    db,
    call,
    device: id,
    build: runningBuild,
    now: Date.now,
    random: Math.random,
    onChange,
    onServerTime,
  };
  const onStart = () => {
    talking.value = true;
  };
  const sync = new Sync({ world, locked: tabLock(`${name} sync`), onStart, onEnd: (outcome) => void onEnd(outcome) });
  desk = { db, sync, device: id, currency: found.gateway.currency, exponent: digitsOf(found.gateway.currency) };
  channel = new BroadcastChannel(name);
  channel.onmessage = onMessage;
  await loadKinds(db);
  await recount();
  account.value = found; // the screen may be drawn from here on; the list fills a moment later
  await loadCatalog(db);
  if (kinds.value.length === 0) void refreshAround(); // a first visit can open forms while the list still arrives
  listen(sync);
  sync.wake("start");
}

/** @param {import("./sync.js").Sync} sync */
function listen(sync) {
  addEventListener("online", () => sync.wake("online"));
  addEventListener("offline", () => show({ ...status.value, link: "offline", current: false }));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) sync.wake("visible");
  });
}
