// Unsent work in a sealed file, opened on another phone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { allDrafts, saveDraft } from "../../static/app/drafts.js";
import { allOperations, commit, countUnsent, settleAll, take } from "../../static/app/outbox.js";
import { bringIn, mayBringIn, readWork, unsentWork } from "../../static/app/rescue.js";
import { ITERATIONS, opened, sealed } from "../../static/app/rescue_file.js";
import { bare, draft, NOW, PHONE, storage } from "./cast.js";

const ACCOUNT = { user: { id: "u1", name: "mira", role: "rep" }, gateway: { epoch: "g1" } };
const WORDS = "amber lamp at the harbour";
const world = { now: NOW, random: () => 0.5, generation: 1, lineOf: bare };

async function enter(db, number) {
  const id = `r${number}`;
  const entry = { data: { legal_name: id }, title: id, id: `op-${number}`, device: PHONE, now: NOW };
  await saveDraft(db, draft({ id, record: id }));
  await commit(db, { ...entry, draft: draft({ id, record: id }) });
}

/** A phone with one entry that arrived, one refused, one that waits and one half typed. */
async function phone() {
  const db = storage();
  for (const number of [1, 2, 3]) await enter(db, number);
  const batch = await take(db, NOW, 2);
  const answers = [
    { id: "op-1", status: "applied" },
    { id: "op-2", status: "rejected", problem: { code: "x" } },
  ];
  await settleAll(db, batch, answers, world);
  await saveDraft(db, draft({ id: "half", record: "half", values: { legal_name: "Hal" } }));
  return db;
}

const fileOf = async (db) => sealed(await unsentWork({ db, device: PHONE }, ACCOUNT, NOW), WORDS, NOW);
const why = (expected) => (error) => error.why === expected;

test("a file shows nothing but how it was sealed, and opens with the same words", async () => {
  const file = await fileOf(await phone());
  assert.ok(!file.includes("legal_name") && !file.includes("mira"));
  const head = JSON.parse(file);
  assert.deepEqual([head.format, head.version, head.iterations], ["waystation-rescue", 1, ITERATIONS]);
  const work = await readWork(file, "  amber  lamp at the harbour ");
  assert.deepEqual(
    work.operations.map(({ id, state }) => [id, state]),
    [
      ["op-2", "needs_you"],
      ["op-3", "waiting"],
    ],
  );
  assert.deepEqual([work.drafts.length, work.user.name, work.saved_at], [1, "mira", new Date(NOW).toISOString()]);
});

test("other words, a changed byte, another file or a newer version are told apart", async () => {
  const file = await sealed({ a: 1 }, WORDS, NOW);
  const changed = (more) => JSON.stringify({ ...JSON.parse(file), ...more });
  await assert.rejects(opened(file, "somebody else's"), why("wrong"));
  await assert.rejects(opened(changed({ saved_at: "2020-01-01T00:00:00.000Z" }), WORDS), why("wrong"));
  await assert.rejects(opened(changed({ content: "AAAA" }), WORDS), why("wrong"));
  await assert.rejects(opened(changed({ version: 2 }), WORDS), why("newer"));
  await assert.rejects(opened(changed({ salt: "*" }), WORDS), why("not_ours"));
  await assert.rejects(opened(changed({ iterations: 1e12 }), WORDS), why("not_ours"));
  for (const other of ["", "null", "[]", "{}", "<!doctype html>"]) {
    await assert.rejects(opened(other, WORDS), why("not_ours"), other);
  }
  await assert.rejects(readWork(file, WORDS), why("not_ours"));
});

test("work that is brought in twice is there once, under its own id and count", async () => {
  const old = await phone();
  const work = await readWork(await fileOf(old), WORDS);
  const db = storage();
  await enter(db, 7);
  const first = await bringIn(db, work);
  assert.deepEqual([first.operations.length, first.drafts], [2, 1]);
  const again = await bringIn(db, work);
  assert.deepEqual([again.operations.length, again.drafts], [0, 0]);

  const ops = await allOperations(db);
  const [refused, waits] = ["op-2", "op-3"].map((id) => ops.find((op) => op.id === id));
  const epoch = await old.get("origin_epoch");
  assert.deepEqual([refused.state, refused.epoch, refused.origin_seq], ["needs_you", epoch, 2]);
  assert.deepEqual([waits.state, waits.epoch, waits.origin_seq, waits.tries], ["waiting", epoch, 3, 0]);
  assert.equal(await countUnsent(db), 3);
  assert.equal((await allDrafts(db))[0].values.legal_name, "Hal");
  const own = await db.read(["own"], (tx) => tx.objectStore("own").get(["customer", "r3"]));
  assert.deepEqual(own.data, { legal_name: "r3" });
});

test("the phone that saved the file goes on as if nothing had been", async () => {
  const db = await phone();
  await bringIn(db, await readWork(await fileOf(db), WORDS));
  const ops = await allOperations(db);
  assert.deepEqual(
    ops.map(({ state, epoch }) => [state, epoch]),
    [
      ["done", undefined],
      ["needs_you", undefined],
      ["waiting", undefined],
    ],
  );
});

test("a correction made elsewhere is newer than what is here, and what arrived stays arrived", async () => {
  const db = await phone();
  const work = await unsentWork({ db, device: PHONE }, ACCOUNT, NOW);
  const [refused, waits] = work.operations;
  const mended = { ...refused, revision: 1, state: "waiting", data: { legal_name: "mended" } };
  const late = { ...waits, id: "op-1", revision: 9 };
  const { operations } = await bringIn(db, { ...work, operations: [mended, late], drafts: [] });
  assert.deepEqual(
    operations.map(({ id, revision }) => [id, revision]),
    [["op-2", 1]],
  );
});

test("people bring in their own work, and a manager somebody else's", () => {
  const work = { user: { id: "u1", name: "mira" } };
  const may = (id, role) => mayBringIn(work, { id, role });
  assert.deepEqual(
    [may("u1", "rep"), may("u2", "rep"), may("u2", "clerk"), may("u2", "manager")],
    [true, false, false, true],
  );
});
