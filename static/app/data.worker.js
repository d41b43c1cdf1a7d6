// The data worker of one tab: it talks with the gateway, keeps the phone's copy, and finds in it, so that the page's
// thread is free for fingers. The page saves and writes drafts by itself: what a person enters never depends on a second
// thread being well.
import { createApi, Failure } from "./api.js";
import { Catalog } from "./catalog.js";
import { Storage } from "./db.js";
import { hurry } from "./outbox.js";
import { Seal } from "./sealing.js";
import { linkAfter, Sync, tabLock } from "./sync.js";
import { answer } from "./talk.js";

/** @typedef {import("./types.js").News} News */
/** @typedef {import("./types.js").KindSchema} KindSchema */
/** @typedef {import("./packs.js").Key} Key */
/** @typedef {{name: string, device: string, key: CryptoKey, resting?: number, language: string, build: string}} Opening */
/** @typedef {{db: Storage, catalog: Catalog, sync: Sync, channel: BroadcastChannel}} Desk */

const scope = /** @type {import("./talk.js").Port & EventTarget} */ (/** @type {unknown} */ (self));
const AROUND_MS = 600_000;
const PAUSE_MS = 400;
/** While a copy arrives: putting the list in order for each look would take as long as the copy. */
const COPYING_MS = 2_000;
const COPYING_ROWS = 1_000;

/** @type {Desk | null} */
let desk = null;
let language = "en";
let build = "unknown";
/** @type {KindSchema[]} */
let kinds = [];

/** Data is being exchanged: photos wait for it. */
let talks = false;

/** @param {News} news */
function tell(news) {
  talks = news.talking ?? talks;
  scope.postMessage({ news });
}

function here() {
  if (!desk) throw new Error("No account is open");
  return desk;
}

/** The list is changed by one at a time. @type {Promise<unknown>} */
let turn = Promise.resolve();

/** @param {() => Promise<void>} work */
function inTurn(work) {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined); // whoever waits for it hears of the fault
  return mine;
}

let telling = 0;
let toldAt = -PAUSE_MS;

/** Tell the screen at once, but no oftener than it can follow while a whole copy arrives. */
function tellChanged() {
  if (telling) return;
  const now = () => {
    telling = 0;
    toldAt = performance.now();
    tell({ changed: true });
  };
  const wait = toldAt + (progress.received > COPYING_ROWS ? COPYING_MS : PAUSE_MS) - performance.now();
  if (wait > 0) telling = Number(setTimeout(now, wait));
  else now();
}

/** Something on the disk is new; other tabs hear of it too. @param {Key[]} keys @param {readonly import("./types.js").GatewayRecord[]} [arrived] */
async function changed(keys, arrived) {
  const { catalog, channel } = here();
  channel.postMessage({ changed: keys });
  await inTurn(() => catalog.refresh(keys, arrived));
}

/** What belongs to the phone and to nobody: who is here, and the key that signs them in. */
const device = new Storage("waystation");
/** @returns {Promise<boolean>} */
const renew = async () => (await import("./phone_key.js")).renew(device, call);
const call = createApi({ language: () => language, now: Date.now, renew });

let aroundAt = 0;

/** What changes rarely: the gateway's declarations, who is signed in, and the end of old stories. */
async function refreshAround() {
  if (Date.now() - aroundAt < AROUND_MS) return;
  aroundAt = Date.now();
  const { db, catalog } = here();
  const loadKinds = (/** @type {KindSchema[]} */ found) => {
    kinds = found;
    return inTurn(() => catalog.load(kinds));
  };
  try {
    const { lookAround } = await import("./around.js");
    await lookAround({ db, device, call, kinds, loadKinds, tell, tellChanged, now: Date.now() + skew });
  } catch (error) {
    aroundAt = 0;
    if (!(error instanceof Failure)) throw error;
    tell({ link: linkAfter(error), order: orderOf(error) });
  }
}

/** The gateway's clock less this phone's, ms. */
let skew = 0;

/** How far the conversation that is going on has come. */
let progress = { sent: 0, received: 0 };

/** @param {{sent?: number, received?: number}} done */
function onProgress({ sent = 0, received = 0 }) {
  progress = { sent: progress.sent + sent, received: progress.received + received };
  tell({ progress });
}

function onStart() {
  progress = { sent: 0, received: 0 };
  tell({ talking: true, progress });
}

/** A refusal may hold an order for this phone. @param {Failure | null} failure */
const orderOf = (failure) => (failure?.problem?.params?.word ? failure.problem : undefined);

/** @param {import("./sync.js").Outcome} outcome @param {number} next */
async function onEnd({ link, problem, sent, received }, next) {
  const { db, catalog } = here();
  const at = Date.now();
  if (sent) await db.set("sent", { at, count: sent });
  if (link === "online") await db.set("received", { at, count: received });
  if (resting && link === "online") {
    resting = false;
    await inTurn(() => catalog.load(kinds));
  }
  await turn; // who reads that all is synced finds it in the list
  if (!resting) await catalog.remember();
  const status = { link, problem: problem?.problem?.detail ?? "", current: link === "online", tried: at, next };
  await db.set("tried", status);
  const order = orderOf(problem);
  tell({ talking: false, status, order });
  if (link === "online") await refreshAround();
  if (link === "online" || order) await sendPhotos();
}

async function sendPhotos() {
  const { db } = here();
  if (!(await db.read(["attached"], (tx) => tx.objectStore("attached").count()))) return;
  const lane = await import("./lane.js");
  await lane.sendPhotos({
    ...{ db, call, now: Date.now, random: Math.random, isBusy: () => talks },
    onChange: () => changed([]).then(tellChanged),
    onLost: (failure) => tell({ link: linkAfter(failure), order: orderOf(failure) }),
    locked: tabLock(`${db.name} photos`),
  });
}

/** @param {Storage} db @param {Catalog} catalog @param {Opening} opening @returns {import("./exchange.js").World} */
const worldOf = (db, catalog, { device }) => ({
  db,
  call,
  device,
  build: () => build,
  now: Date.now,
  random: Math.random,
  estimate: async () => (await navigator.storage?.estimate()) ?? {},
  lineOf: catalog.lineOf,
  onChange: (keys, arrived) => void changed(keys, arrived).then(tellChanged),
  onProgress,
  // What is asked of a form may have changed since the form was filled in.
  onRefused: () => {
    aroundAt = 0;
  },
  onServerTime: (serverMs, sentMs) => {
    if (!Number.isFinite(serverMs)) return;
    skew = Math.round(serverMs - (sentMs + Date.now()) / 2);
    tell({ skew });
  },
});

/** Open an account's storage; what is on it becomes readable a moment later. @param {Opening} opening */
async function open(opening) {
  const { name } = opening;
  context(opening);
  const db = new Storage(name, {
    onBlocked: () => tell({ trouble: "blocked" }),
    onOutdated: () => tell({ trouble: "outdated" }),
  });
  db.seal = new Seal(opening.key);
  const catalog = new Catalog(db);
  const sync = new Sync({
    world: worldOf(db, catalog, opening),
    locked: tabLock(`${name} sync`),
    onStart,
    onEnd: (outcome, next) => void onEnd(outcome, next),
    onRestart: async (why) => (await import("./around.js")).noteRestart(db, why, Date.now()),
  });
  const channel = new BroadcastChannel(name);
  desk = { db, catalog, sync, channel };
  channel.onmessage = ({ data }) => {
    if (data.changed) void inTurn(() => catalog.refresh(data.changed)).then(tellChanged);
  };
  kinds = (await db.get("kinds")) ?? [];
  resting = Boolean(opening.resting);
  void begin();
}

/** The copy is not shown before the gateway was heard again. */
let resting = false;

/** Read the list, then talk. On a first visit the declarations come before the records that they explain. */
async function begin() {
  const { catalog, sync } = here();
  if (!resting) {
    await catalog.recall();
    tell({ changed: true });
    await inTurn(() => catalog.load(kinds));
  }
  tell({ ready: true, changed: true });
  if (kinds.length === 0) await refreshAround();
  sync.wake("start");
}

/** @param {{language: string, build: string}} said */
function context(said) {
  ({ language, build } = said);
}

export const answers = {
  open,
  likely: async (
    /** @type {string} */ kind,
    /** @type {import("./forms/nearby.js").Needles} */ needles,
    /** @type {string} */ own,
  ) => (await import("./forms/likely.js")).likely(here(), kind, needles, own),
  changed,
  find: (
    /** @type {string} */ kind,
    /** @type {string} */ query,
    /** @type {number} */ limit,
    /** @type {import("./types.js").Narrowing | undefined} */ how,
  ) => here().catalog.find(kind, query, limit, how),
  facets: async (/** @type {string} */ kind, /** @type {string} */ me) =>
    (await import("./facets.js")).facetsOf(here().catalog.listed(kind), me),
  named: (/** @type {string} */ kind, /** @type {string[]} */ ids) => here().catalog.named(kind, ids),
  coded: async (/** @type {string[]} */ codes) => (await import("./codes/lookup.js")).productsBy(here(), codes),
  wake: async (
    /** @type {import("./sync.js").Reason} */ reason,
    /** @type {{language: string, build: string}} */ said,
  ) => {
    context(said);
    const { db, sync } = here();
    if (reason === "tap") await hurry(db);
    sync.wake(reason);
  },
  alive: () => true,
  stop: () => here().sync.stop(),
};

// A fault that nobody here waits for is the page's to show: only people can do something about it.
scope.addEventListener("unhandledrejection", (event) => {
  const { reason } = /** @type {PromiseRejectionEvent} */ (event);
  if (reason?.name === "StorageLost") tell({ trouble: "lost" });
  else tell({ fault: String(reason?.stack ?? reason) });
});

answer(scope, answers);
