// What may be started by an address.
import assert from "node:assert/strict";
import test from "node:test";

globalThis.location = /** @type {any} */ ({ href: "https://shop.local/", origin: "https://shop.local" });
const { ours } = await import("../../static/app/trusted.js");

test("our workers are started by their addresses", () => {
  for (const address of [
    "/sw.js?build=0123456789ab",
    "https://shop.local/static/app/data.worker.js",
    "/static/app/scan/reader.worker.js",
  ])
    assert.equal(ours(address), address);
});

test("nothing else is", () => {
  for (const address of [
    "https://elsewhere.example/static/app/data.worker.js",
    "data:text/javascript,alert(1)",
    "blob:https://shop.local/0192",
    "/static/app/main.js",
    "/static/vendor/zxing_reader.js",
    "/api/v1/attachments/0192/data.worker.js",
    "/static/app/../../api/v1/x.worker.js",
    "/sw.js.map",
  ])
    assert.throws(() => ours(address), TypeError, address);
});
