// What takes a second person: what a form says about it, and what the outbox keeps of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { waitingFields } from "../../static/app/forms/second.js";
import { settle, wire } from "../../static/app/operations.js";
import { NOW, operation } from "./cast.js";

const field = (/** @type {object} */ more) => ({ name: "x", type: "text", labels: {}, ...more });
const LIMIT = field({ name: "credit_limit", type: "money", guarded: true, alone_up_to: 100_000 });
const TERMS = field({ name: "payment_terms", type: "integer", guarded: true, alone_up_to: 30 });
const BANK = field({ name: "bank_accounts", type: "group", guarded: true });
const FIELDS = [field({ name: "notes" }), LIMIT, TERMS, BANK];
const names = (/** @type {any} */ before, /** @type {any} */ after, edits = false) =>
  waitingFields(FIELDS, before, after, { edits, currency: "EUR" }).map(({ name }) => name);

test("at entry only what is above its threshold waits", () => {
  assert.deepEqual(names({}, { notes: "n", credit_limit: 100_000, payment_terms: 30 }), []);
  assert.deepEqual(names({}, { credit_limit: 100_001, payment_terms: 31 }), ["credit_limit", "payment_terms"]);
  assert.deepEqual(names({}, { bank_accounts: { b1: { iban: "x" } } }), ["bank_accounts"]);
});

test("a threshold is about the shop's own currency", () => {
  assert.deepEqual(names({}, { credit_limit: 1, currency: "EUR" }), []);
  assert.deepEqual(names({}, { credit_limit: 1, currency: "KWD", payment_terms: 30 }), ["credit_limit"]);
});

test("in an edit every guarded change may wait, and what was not touched does not", () => {
  const before = { credit_limit: 500, bank_accounts: { b1: { iban: "••••" } } };
  assert.deepEqual(names(before, { ...before, notes: "n" }, true), []);
  assert.deepEqual(names(before, { ...before, credit_limit: 600 }, true), ["credit_limit"]);
  assert.deepEqual(names(before, { credit_limit: 500 }, true), ["bank_accounts"]);
});

test("the reason travels with its operation", () => {
  assert.equal(wire(operation({ reason: "A tender." })).reason, "A tender.");
  assert.ok(!JSON.stringify(wire(operation({}))).includes("reason"));
});

test("an operation that has arrived remembers what of it waits", () => {
  const done = settle(operation({}), { id: "op-1", status: "applied", proposals: ["p1"] }, NOW, 0);
  assert.deepEqual([done.state, done.proposals], ["done", ["p1"]]);
  assert.equal(settle(operation({}), { id: "op-1", status: "applied" }, NOW, 0).proposals, undefined);
});
