// What a browser gives a worker, for a thread of Node's: a scope with messages, a storage, and an origin for addresses.
import "fake-indexeddb/auto";
import { parentPort, workerData } from "node:worker_threads";

const scope = new EventTarget();
Object.defineProperty(scope, "onmessage", {
  set: (listen) => parentPort.on("message", (data) => listen({ data })),
});
scope.postMessage = (message) => parentPort.postMessage(message);
globalThis.self = scope;

globalThis.navigator ??= {}; // no locks: then one tab is taken to be alone
const { fetch } = globalThis;
globalThis.fetch = (path, init) =>
  fetch(new URL(path, workerData.origin), { ...init, headers: { ...init.headers, ...workerData.headers } });

process.on("unhandledRejection", (reason) => {
  const event = new Event("unhandledrejection");
  event.reason = reason;
  scope.dispatchEvent(event);
});

await import("../../static/app/data.worker.js");
