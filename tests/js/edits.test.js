// One tap that changes a record: on the disk at once, taken back by a later edit, after whatever it builds on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { numbersOf } from "../../static/app/day.js";
import { saveDraft } from "../../static/app/drafts.js";
import { edit } from "../../static/app/edits.js";
import { nextBatch } from "../../static/app/operations.js";
import { allOperations, commit } from "../../static/app/outbox.js";
import { rowAt } from "../../static/app/packs.js";
import { applyPage } from "../../static/app/replica.js";
import { bare, draft, NOW, operation, PHONE, record, storage } from "./cast.js";

const CUSTOMER = "0192d1a0-0000-7000-8000-00000000c001";
const TASK = { kind: "task", id: "t1", number: "W1-F000001", data: { title: "Ring", status: "open" } };
const page = (upserts) => ({ upserts, tombstones: [], removed: [], cursor: "e.1", more: false, complete: true });
const change = (patch, more) => ({ kind: "task", record: "t1", patch, device: PHONE, now: NOW, ...more });
const ownOf = (db, kind, id) => db.read(["own"], (tx) => tx.objectStore("own").get([kind, id]));

async function phoneWith(...records) {
  const db = storage();
  await applyPage(db, page(records.map((one) => record(one))), bare);
  return db;
}

/** Save a form as it stands. */
async function save(db, form, data) {
  await saveDraft(db, form);
  return commit(db, { draft: form, data, title: "", id: `op-${form.record}`, device: PHONE, now: NOW });
}

test("a finished task that is taken back is two edits, the second on the first", async () => {
  const db = await phoneWith(TASK);
  assert.equal(await edit(db, change({ status: "done" })), "saved");
  assert.equal((await ownOf(db, "task", "t1")).data.status, "done");
  assert.equal(await edit(db, change({ status: "open" })), "saved");
  const [first, second] = await allOperations(db);
  assert.deepEqual([first.patch, second.patch], [{ status: "done" }, { status: "open" }]);
  assert.deepEqual([second.base_op, second.depends_on, second.base_version], [first.id, [first.id], 1]);
  assert.equal((await ownOf(db, "task", "t1")).data.status, "open");
  assert.equal((await db.read(["packs"], (tx) => rowAt(tx, "task", "t1"))).data.status, "open");
});

test("the same tap twice is one edit, a second of the same is none, and what is gone is told", async () => {
  const db = await phoneWith(TASK);
  assert.equal(await edit(db, change({ status: "done" }, { id: "once" })), "saved");
  assert.equal(await edit(db, change({ status: "done" }, { id: "once" })), "saved");
  assert.equal(await edit(db, change({ status: "done" })), "unchanged");
  assert.equal(await edit(db, change({ status: "done" }, { record: "nobody" })), "gone");
  assert.equal((await allOperations(db)).length, 1);
});

test("what names a record of this phone waits for its creation, and goes with it in one request", async () => {
  const db = storage();
  await save(db, draft({ id: CUSTOMER, record: CUSTOMER }), { legal_name: "Offline Bakery" });
  await save(db, draft({ id: "t2", record: "t2", kind: "task" }), { title: "Ring", customer: CUSTOMER });
  await edit(db, change({ status: "done" }, { record: "t2", id: "op-done" }));
  const ops = await allOperations(db);
  assert.deepEqual(
    ops.map(({ id, depends_on }) => [id, depends_on]),
    [
      [`op-${CUSTOMER}`, []],
      ["op-t2", [`op-${CUSTOMER}`]],
      ["op-done", ["op-t2"]],
    ],
  );
  assert.deepEqual(
    nextBatch(ops, { now: NOW }).map(({ id }) => id),
    ops.map(({ id }) => id),
  );
});

test("a mended entry that names another record does not wait for the first one any more", async () => {
  const db = storage();
  await save(db, draft({ id: CUSTOMER, record: CUSTOMER }), { legal_name: "Offline Bakery" });
  await save(db, draft({ id: "t2", record: "t2", kind: "task" }), { title: "Ring", customer: CUSTOMER });
  const fix = draft({ id: "fix", record: "t2", kind: "task", mode: "fix", operation: "op-t2" });
  await save(db, fix, { title: "Ring" });
  assert.deepEqual((await allOperations(db)).find(({ id }) => id === "op-t2").depends_on, []);
});

test("the day's numbers count records, not edits, and nothing that was let go of", () => {
  const made = (more) => operation({ saved_at: NOW, ...more });
  const ops = [
    made({ origin_seq: 1, record: "a", state: "done", done_at: NOW }),
    made({ origin_seq: 2, record: "a" }),
    made({ origin_seq: 3, record: "b", state: "conflict", done_at: NOW }),
    made({ origin_seq: 4, record: "c", state: "aside", done_at: NOW }),
    made({ origin_seq: 5, record: "v", kind: "visit" }),
    made({ origin_seq: 6, record: "d", saved_at: NOW - 86_400_000, state: "done", done_at: NOW }),
    made({ origin_seq: 7, record: "e", saved_at: NOW - 86_400_000, state: "done", done_at: NOW - 86_000_000 }),
  ];
  assert.deepEqual(numbersOf(ops, NOW - 3_600_000), { entered: 2, sent: 3, visits: 1 });
});
