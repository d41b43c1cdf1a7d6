import assert from "node:assert/strict";
import { test } from "node:test";
import { deed, placeOf } from "../../static/app/centre/deeds.js";
import { findingsOf, nextBatch, project, settle, wire } from "../../static/app/operations.js";
import { pill, stageOf, tally } from "../../static/app/stages.js";
import { NOW, operation, record } from "./cast.js";

const ids = (ops) => ops.map(({ id }) => id);
const next = (ops, more = {}) => ids(nextBatch(ops, { now: NOW, ...more }));

test("the oldest goes first, up to the limit", () => {
  const ops = [3, 1, 2].map((seq) => operation({ origin_seq: seq, record: `r${seq}` }));
  assert.deepEqual(next(ops, { count: 2 }), ["op-1", "op-2"]);
});

test("a batch stays below its size, but one operation always fits", () => {
  const ops = [1, 2].map((seq) => operation({ origin_seq: seq, data: { notes: "x".repeat(600) } }));
  assert.deepEqual(next(ops, { bytes: 700 }), ["op-1"]);
});

test("a time that a clock set back has made impossible is no reason to wait", () => {
  const wait = (ms) => next([operation({ next_at: NOW + ms })]);
  assert.deepEqual([wait(0), wait(299_000), wait(301_000)], [["op-1"], [], ["op-1"]]);
});

test("what was brought along from another phone travels by itself, under the count it was made in", () => {
  const ops = [
    operation({ origin_seq: 1, epoch: "theirs", id: "op-a" }),
    operation({ origin_seq: 2, epoch: "theirs", id: "op-b" }),
    operation({ origin_seq: 1, id: "op-c" }),
  ];
  assert.deepEqual(next(ops), ["op-a", "op-b"]);
  assert.deepEqual(next(ops.map((op) => (op.epoch ? { ...op, state: "done" } : op))), ["op-c"]);
});

test("an edit travels with the creation it builds on", () => {
  const ops = [operation({ origin_seq: 1 }), operation({ origin_seq: 2, depends_on: ["op-1"] })];
  assert.deepEqual(next(ops), ["op-1", "op-2"]);
});

test("a refused entry stops only what builds on it, and that goes once so that the gateway holds it", () => {
  const ops = [
    operation({ origin_seq: 1, state: "needs_you" }),
    operation({ origin_seq: 2, depends_on: ["op-1"] }),
    operation({ origin_seq: 3, depends_on: ["op-1"], answered: true }),
    operation({ origin_seq: 4, record: "r4" }),
  ];
  assert.deepEqual(next(ops), ["op-2", "op-4"]);
});

test("what builds on a conflict goes: the gateway has settled the earlier one", () => {
  const ops = [
    operation({ origin_seq: 1, state: "conflict" }),
    operation({ origin_seq: 2, depends_on: ["op-1"], answered: true }),
  ];
  assert.deepEqual(next(ops), ["op-2"]);
});

test("one that must wait lets its neighbours pass", () => {
  const ops = [operation({ origin_seq: 1, next_at: NOW + 1 }), operation({ origin_seq: 2, record: "r2" })];
  assert.deepEqual(next(ops), ["op-2"]);
});

test("only what the gateway should know goes over the wire", () => {
  const sent = Object.keys(JSON.parse(JSON.stringify(wire(operation({})))));
  assert.deepEqual(sent.sort(), ["at", "data", "depends_on", "id", "kind", "origin_seq", "record", "revision", "type"]);
});

/** The gateway's answer and what becomes of the operation. */
const VERDICTS = [
  [{ status: "applied" }, "done"],
  [{ status: "merged" }, "done"],
  [{ status: "duplicate", result: "applied" }, "done"],
  [{ status: "duplicate" }, "done"],
  [{ status: "duplicate", result: "rejected" }, "needs_you"],
  [{ status: "duplicate", result: "conflict" }, "conflict"],
  [{ status: "conflict" }, "conflict"],
  [{ status: "rejected", problem: { code: "record_invalid" } }, "needs_you"],
  [{ status: "blocked_by", blocked_by: "op-0" }, "waiting"],
  [{ status: "retry" }, "waiting"],
  [{ status: "something newer" }, "waiting"],
];

for (const [result, state] of VERDICTS) {
  test(`the answer ${JSON.stringify(result)} means ${state}`, () => {
    const op = settle(operation({ state: "sending", tries: 1 }), { id: "op-1", ...result }, NOW, 0.5);
    assert.equal(op.state, state);
    assert.equal(op.answered, true);
    assert.ok("data" in op, "a restored gateway is offered it again");
  });
}

test("what is done stays done, whatever arrives late", () => {
  const done = operation({ state: "done" });
  assert.equal(settle(done, { id: "op-1", status: "rejected" }, NOW, 0), done);
});

test("an operation remembers the number it brought", () => {
  assert.equal(settle(operation({}), { id: "op-1", status: "applied", record: record() }, NOW, 0).number, "W1-C000001");
});

test("an operation remembers where a value that ranks higher stayed", () => {
  const answer = { id: "op-1", status: "applied", kept_out: ["phone"] };
  assert.deepEqual(settle(operation({}), answer, NOW, 0).kept_out, ["phone"]);
});

test("open edits are laid over what the gateway said, oldest first", () => {
  const edits = [
    operation({ origin_seq: 2, type: "record.edit", data: undefined, patch: { city: "Bonn" } }),
    operation({ origin_seq: 1, type: "record.edit", data: undefined, patch: { city: "Köln", phone: null } }),
    operation({ origin_seq: 3, type: "record.edit", data: undefined, patch: { city: "Ulm" }, state: "conflict" }),
  ];
  assert.deepEqual(project({ name: "Corner", phone: "1" }, edits), { name: "Corner", city: "Bonn" });
});

test("a creation is what was entered until the gateway knows better", () => {
  assert.deepEqual(project(undefined, [operation({})]), { legal_name: "Corner" });
  assert.deepEqual(project({ legal_name: "Corner Ltd" }, [operation({})]), { legal_name: "Corner Ltd" });
});

/** The record, the phone's operations on it, and the stage a person sees. */
const STAGES = [
  [undefined, [operation({})], "saved"],
  [record(), [operation({ state: "sending" })], "saved"],
  [record(), [operation({ state: "done" })], "at_gateway"],
  [record({ stage: "taken" }), [], "taken"],
  [record({ stage: "accepted" }), [operation({ state: "done" })], "accepted"],
  [record({ stage: "rejected" }), [], "needs_you"],
  [record({ conflicts: 1 }), [], "conflict"],
  [record(), [operation({ state: "conflict" })], "conflict"],
  [record({ conflicts: 1 }), [operation({ state: "needs_you" })], "needs_you"],
];

for (const [row, ops, stage] of STAGES) {
  test(`${row?.stage ?? "unknown"} with ${ops.map(({ state }) => state).join() || "nothing"} is shown as ${stage}`, () => {
    assert.equal(stageOf(row, ops), stage);
  });
}

test("the tally counts what waits, what needs a person, and how long", () => {
  const ops = [
    operation({ saved_at: 5 }),
    operation({ saved_at: 3, state: "sending" }),
    operation({ state: "needs_you" }),
    operation({ state: "done", erp_stage: "rejected" }),
    operation({ state: "conflict" }),
    operation({ state: "done" }),
  ];
  assert.deepEqual(tally(ops), { waiting: 2, needsYou: 2, conflicts: 1, oldest: 3 });
});

const NOTHING = { waiting: 0, needsYou: 0, conflicts: 0, oldest: null };
const words = (counts, link, current) => pill({ ...NOTHING, ...counts }, link, current).words.map(({ key }) => key);

test("the pill says Synced only with proof", () => {
  assert.deepEqual(words({}, "online", true), ["pill.synced"]);
  assert.deepEqual(words({}, "online", false), ["pill.checking"]);
  assert.deepEqual(words({}, "unknown", true), ["pill.checking"]);
});

test("the pill names what waits, what is missing, and who is needed", () => {
  assert.deepEqual(words({ waiting: 3 }, "offline", true), ["pill.offline", "pill.waiting"]);
  assert.deepEqual(words({}, "captive", true), ["pill.offline"]);
  assert.deepEqual(words({ waiting: 1 }, "signed_out", true), ["pill.sign_in_to_send", "pill.waiting"]);
  assert.deepEqual(words({ needsYou: 1, conflicts: 1, waiting: 1 }, "online", true), ["pill.need_you", "pill.waiting"]);
  assert.equal(pill({ ...NOTHING, needsYou: 1 }, "online", true).tone, "bad");
  assert.equal(pill({ ...NOTHING, waiting: 1 }, "online", true).tone, "calm");
});

test("the gateway's objections find their fields", () => {
  const problem = {
    code: "record_invalid",
    errors: [
      { code: "email_invalid", detail: "…", pointer: "/contacts/a~1b/email" },
      { code: "x", detail: "y" },
    ],
  };
  assert.deepEqual(
    findingsOf(problem).map(({ path }) => path),
    [["contacts", "a/b", "email"], []],
  );
});

test("what was done is said in the words of its kind", () => {
  const said = (/** @type {string} */ type, /** @type {string} */ kind, patch = undefined) =>
    deed(/** @type {any} */ ({ type, kind, patch }));
  assert.equal(said("record.create", "customer"), "create.customer");
  assert.equal(said("record.create", "task"), "create.task");
  assert.equal(said("record.create", "lead"), "create.other");
  assert.equal(said("record.edit", "task", { due: "2026-12-01" }), "edit.task");
  assert.equal(said("record.edit", "task", { status: "done" }), "task_done");
  assert.equal(said("record.edit", "customer", { status: "done" }), "edit.customer");
  assert.equal(said("fact", "visit"), "visit");
});

test("an entry is looked at where it belongs: a task by itself, a visit at its customer", () => {
  assert.equal(placeOf({ kind: "task", record: "t1", about: "c1" }), "#/tasks/t1");
  assert.equal(placeOf({ kind: "visit", record: "v1", about: "c1" }), "#/customers/c1");
  assert.equal(placeOf({ kind: "visit", record: "v1" }), "#/customers/");
  assert.equal(placeOf({ kind: "customer", record: "c1" }), "#/customers/c1");
});
