// The page's way to its data worker: what is asked there, and what the worker tells.
import { language } from "./i18n.js";
import { Asking } from "./talk.js";
import { start } from "./trusted.js";
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

const PULSE_MS = 60_000;
/** A worker that has not answered for so many pulses is gone; a sleeping page counts none. */
const MISSED_MAX = 2;

/**
 * Start the worker on an account's storage, and start it again when the system has put it down.
 * @param {string} name  of the storage @param {string} device
 * @param {CryptoKey} key  what its rows are sealed under @param {number} resting  not 0: nothing of the copy is shown yet
 * @param {(news: News) => void} onNews
 */
export function openData(name, device, key, resting, onNews) {
  const worker = start("data");
  const asking = new Asking(worker, onNews);
  line = asking;
  worker.onerror = (event) => asking.lose(new Error(event.message || "The data worker did not start"));
  let missed = 0;
  const pulse = setInterval(() => {
    missed += 1;
    if (missed <= MISSED_MAX) return void asking.ask("alive").then(() => (missed = 0));
    clearInterval(pulse);
    worker.terminate();
    asking.lose(new Error("The data worker fell silent"));
    void openData(name, device, key, resting, onNews);
  }, PULSE_MS);
  return asking.ask("open", { name, device, key, resting, ...context() });
}

/** @param {string} kind @param {string} query @param {number} limit @param {import("./types.js").Narrowing} [how] */
export const find = (kind, query, limit, how) => data().ask("find", kind, query, limit, how);

/** What a list can be narrowed by. @param {string} kind @param {string} me  folded */
export const facets = (kind, me) => data().ask("facets", kind, me);

/** @param {string} kind @param {string[]} ids */
export const named = (kind, ids) => data().ask("named", kind, ids);

/** @param {string} kind @param {import("./forms/nearby.js").Needles} needles @param {string} own */
export const likely = (kind, needles, own) => data().ask("likely", kind, needles, own);

/** The products behind codes, any of them. @param {string[]} codes */
export const coded = (codes) => data().ask("coded", codes);

/** Rows on the disk changed by this page's hand. @param {import("./packs.js").Key[]} rows */
export const tellChanged = (rows) => data().ask("changed", rows);

/** Something happened that makes talking to the gateway worthwhile. @param {Reason} reason */
export const wake = (reason) => data().ask("wake", reason, context());

/** A phone that is locked does not talk. */
export const stopTalking = async () => line?.ask("stop");
