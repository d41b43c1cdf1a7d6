// An order to leave: followed when it is of the gateway that this phone was paired with, and of nobody else.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { orderIn } from "../../static/app/orders.js";

/** @param {string} text */
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const orders = { retire: sha256("go"), lose: sha256("gone") };
/** @type {any[]} */
const pairings = [{ id: "older" }, { id: "own", orders }];

test("the word of the gateway proves its order", async () => {
  const retire = { code: "phone_draining", params: { word: "go" } };
  assert.deepEqual(await orderIn(pairings, retire), { order: "retire", id: "own", word: "go" });
  const lose = { code: "phone_lost", params: { word: "gone", wipe: true } };
  assert.deepEqual(await orderIn(pairings, lose), { order: "lose", id: "own", word: "gone" });
});

test("a stranger's word, none at all, and the word of the other order are followed by nobody", async () => {
  for (const word of ["", "guess", "go", orders.lose, undefined, 7]) {
    const problem = /** @type {any} */ ({ code: "phone_lost", params: { word, wipe: true } });
    assert.equal(await orderIn(pairings, problem), null);
  }
  assert.equal(await orderIn(pairings, { code: "phone_lost" }), null);
  assert.equal(await orderIn(pairings, { code: "phone_retired", params: { word: "go" } }), null);
});

test("a phone that knows no word follows no order", async () => {
  const lose = { code: "phone_lost", params: { word: "undefined" } };
  assert.equal(await orderIn([], lose), null);
  assert.equal(await orderIn([/** @type {any} */ ({ id: "older" })], lose), null);
});
