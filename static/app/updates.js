// Keeping the app itself on the phone and up to date. The new version is fetched whole beside the running one; it takes
// over when a person says so and no form is open.
import { signal } from "@preact/signals";
import { heldDrafts } from "./drafts.js";
import { script } from "./trusted.js";

const CHECK_MS = 3_600_000;

/** A complete new version waits to take over. */
export const updateReady = signal(false);

/** The browser does not trust the gateway's certificate, so it keeps no app on the phone. */
export const untrusted = signal(false);

/** @type {ServiceWorkerRegistration | null} */
let registration = null;

/** @param {string | undefined} script */
const buildOf = (script) => (script ? (new URL(script).searchParams.get("build") ?? "") : "");

/** The version this tab runs, for the gateway's records. */
export const runningBuild = () => buildOf(navigator.serviceWorker?.controller?.scriptURL) || "unknown";

/** The version the gateway offers; null when it cannot be asked. @returns {Promise<string | null>} */
async function offeredBuild() {
  try {
    const answer = await fetch("/precache.json", { cache: "no-store", redirect: "error" });
    const { build } = await answer.json();
    return answer.ok && typeof build === "string" ? build : null;
  } catch {
    return null; // offline, or somebody else's page: the running version goes on
  }
}

/** The build is a part of the worker's address, so that a new one is a new worker to the browser. */
export async function lookForUpdate() {
  const build = navigator.serviceWorker ? await offeredBuild() : null;
  if (!build) return;
  const newest = registration?.waiting ?? registration?.installing ?? registration?.active;
  if (buildOf(newest?.scriptURL) === build) return;
  try {
    watch(await navigator.serviceWorker.register(script(`/sw.js?build=${encodeURIComponent(build)}`)));
    untrusted.value = false;
  } catch (error) {
    untrusted.value = error instanceof DOMException && error.name === "SecurityError";
    if (!untrusted.value && !(error instanceof TypeError)) throw error; // TypeError: the network went away just now
  }
}

/** @param {ServiceWorkerRegistration} found */
function watch(found) {
  registration = found;
  const look = () => {
    updateReady.value = Boolean(found.waiting && found.active);
  };
  const follow = () => found.installing?.addEventListener("statechange", look);
  found.onupdatefound = follow;
  follow();
  look();
}

/**
 * Let the waiting version take over; every tab loads again and finds its drafts.
 * @returns {Promise<boolean>} false when a form is open in some tab
 */
export async function applyUpdate() {
  if ((await heldDrafts()).size) return false;
  registration?.waiting?.postMessage("take over");
  return true;
}

export async function startUpdates() {
  if (!navigator.serviceWorker) return;
  let first = !navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first version takes charge of a page that already runs it; every later one means a new app in all tabs.
    if (!first) location.reload();
    first = false;
  });
  const found = await navigator.serviceWorker.getRegistration("/");
  if (found) watch(found);
  await lookForUpdate();
  setInterval(lookForUpdate, CHECK_MS);
  addEventListener("online", lookForUpdate);
}
