// Keeps the app on the phone. A version is fetched whole into a cache of its own before it can take over, every file
// is checked against its hash, and the version before it serves until then. The API is never touched here.

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

const BUILD = new URL(worker.location.href).searchParams.get("build") ?? "";
const PREFIX = "waystation-app ";
const CACHE = PREFIX + BUILD;
const LIST = "/precache.json";
const SHELL = "/";

/** @typedef {{url: string, hash: string}} Listed */
/** @typedef {{build: string, files: Listed[], later?: Listed[]}} List  later: what is wanted once there is time for it */

/** @param {ArrayBuffer} bytes @param {string} hash  SHA-256, as many hexadecimal characters as the gateway lists */
async function fits(bytes, hash) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const found = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hash.length >= 16 && found.startsWith(hash.toLowerCase());
}

/** @param {Listed} file @returns {Promise<Response>} */
async function download({ url, hash }) {
  const answer = await fetch(url, { cache: "no-store", redirect: "error" });
  const copy = answer.clone();
  // A captive portal answers everything with its own page; nothing of it may become the app.
  if (!answer.ok || !(await fits(await answer.arrayBuffer(), hash)))
    throw new Error(`${url} is not the file of this version`);
  return copy;
}

/** What an older version already holds, by address and hash. @returns {Promise<Map<string, Response>>} */
async function alreadyHere() {
  /** @type {Map<string, Response>} */
  const known = new Map();
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const cache = await caches.open(name);
    const list = await cache.match(LIST);
    const { files = [], later = [] } = list ? /** @type {List} */ (await list.json()) : {};
    for (const { url, hash } of [...files, ...later]) {
      const held = await cache.match(url);
      if (held) known.set(`${url} ${hash}`, held);
    }
  }
  return known;
}

async function install() {
  const answer = await fetch(LIST, { cache: "no-store", redirect: "error" });
  const list = /** @type {List} */ (await answer.clone().json());
  if (list.build !== BUILD) throw new Error("The gateway moved on while this version was fetched");
  const known = await alreadyHere();
  const cache = await caches.open(CACHE);
  await Promise.all(
    list.files.map(async (file) =>
      cache.put(file.url, known.get(`${file.url} ${file.hash}`) ?? (await download(file))),
    ),
  );
  for (const { url, hash } of list.later ?? []) {
    const held = known.get(`${url} ${hash}`);
    if (held) await cache.put(url, held);
  }
  // The list is the proof that everything before it arrived, so it is written last.
  await cache.put(LIST, answer);
}

/** What this version has time for now. */
async function fetchLater() {
  const cache = await caches.open(CACHE);
  const list = await cache.match(LIST);
  const { later = [] } = list ? /** @type {List} */ (await list.json()) : {};
  for (const file of later) if (!(await cache.match(file.url))) await cache.put(file.url, await download(file));
}

async function activate() {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  await worker.clients.claim();
}

/** @param {Request} request @param {string} path */
async function serve(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

/** The field app is one page; the console and the API are the gateway's. @param {Request} request @param {URL} url */
function pathInCache(request, url) {
  if (request.method !== "GET" || url.origin !== worker.location.origin) return null;
  if (request.mode === "navigate") return url.pathname === SHELL || url.pathname === "/index.html" ? SHELL : null;
  return url.pathname.startsWith("/static/") || url.pathname === "/manifest.webmanifest" ? url.pathname : null;
}

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("message", (event) => {
  if (event.data === "take over") void worker.skipWaiting();
  if (event.data === "fetch what comes later") event.waitUntil(fetchLater());
});
worker.addEventListener("fetch", (event) => {
  const path = pathInCache(event.request, new URL(event.request.url));
  if (path) event.respondWith(serve(event.request, path));
});
