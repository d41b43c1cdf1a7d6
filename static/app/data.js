// The page's way to its data worker: what is asked there, and what the worker tells.
import { language } from "./i18n.js";
import { Asking } from "./talk.js";
import { runningBuild } from "./updates.js";

/** @typedef {typeof import("./data.worker.js").answers} Answers */
/** @typedef {import("./types.js").News} News */
/** @typedef {import("./sync.js").Reason} Reason */

/** @type {Asking<Answers, News> | null} */
let line = null;

/** What the worker needs to know of the page before it talks. */
const context = () => ({ language: language.value, build: runningBuild() });

/** @returns {Asking<Answers, News>} */
function data() {
  if (!line) throw new Error("The data worker does not run");
  return line;
}

/**
 * Start the worker on an account's storage.
 * @param {string} name  of the storage @param {string} device
 * @param {CryptoKey} key  what its rows are sealed under @param {number} resting  not 0: nothing of the copy is shown yet
 * @param {(news: News) => void} onNews
 */
export function openData(name, device, key, resting, onNews) {
  const worker = new Worker(new URL("./data.worker.js", import.meta.url), { type: "module" });
  const asking = new Asking(worker, onNews);
  line = asking;
  worker.onerror = (event) => asking.lose(new Error(event.message || "The data worker did not start"));
  return asking.ask("open", { name, device, key, resting, ...context() });
}

/** @param {string} kind @param {string} query @param {number} limit */
export const find = (kind, query, limit) => data().ask("find", kind, query, limit);

/** @param {string} kind @param {string[]} ids */
export const named = (kind, ids) => data().ask("named", kind, ids);

/** @param {string} kind @param {import("./forms/nearby.js").Needles} needles @param {string} own */
export const likely = (kind, needles, own) => data().ask("likely", kind, needles, own);

/** Rows on the disk changed by this page's hand. @param {import("./packs.js").Key[]} rows */
export const tellChanged = (rows) => data().ask("changed", rows);

/** Something happened that makes talking to the gateway worthwhile. @param {Reason} reason */
export const wake = (reason) => data().ask("wake", reason, context());

/** A phone that is locked does not talk. */
export const stopTalking = async () => line?.ask("stop");
