import assert from "node:assert/strict";
import { test } from "node:test";
import { saveDraft } from "../../static/app/drafts.js";
import { allOperations, commit, countUnsent, settleAll, take } from "../../static/app/outbox.js";
import { forgetOld } from "../../static/app/upkeep.js";
import { bringBack, dependants, withdraw, withdrawn } from "../../static/app/withdrawn.js";
import { bare, draft, NOW, operation, PHONE, storage } from "./cast.js";

const world = { now: NOW, random: () => 0.5, generation: 1, lineOf: bare };
const states = async (db) => (await allOperations(db)).map(({ state }) => state);
const ids = (ops) => ops.map(({ id }) => id);

/** A new customer, and an edit of it, entered without a network. */
async function entered() {
  const db = storage();
  const whole = { data: { legal_name: "Corner" }, title: "Corner", device: PHONE, now: NOW };
  const base = { version: 0, data: { legal_name: "Corner" } };
  const drafts = [draft(), draft({ id: "edit r1", mode: "edit", edits: true, base })];
  for (const [at, each] of drafts.entries()) {
    await saveDraft(db, each);
    const data = at ? { legal_name: "Corner", notes: "x" } : whole.data;
    await commit(db, { ...whole, data, draft: each, id: `op-${at + 1}` });
  }
  return db;
}

const own = (db) => db.read(["own"], (tx) => tx.objectStore("own").get(["customer", "r1"]));

test("an entry that waits is withdrawn with what builds on it, kept, and brought back whole", async () => {
  const db = await entered();
  assert.deepEqual(ids(dependants(await allOperations(db), "op-1")), ["op-2"]);
  assert.deepEqual(ids(await withdraw(db, "op-1", NOW)), ["op-1", "op-2"]);
  assert.deepEqual(await states(db), ["aside", "aside"]);
  assert.equal(await own(db), undefined);
  assert.equal(await countUnsent(db), 0);
  assert.deepEqual(ids(await withdrawn(db)), ["op-1"]);
  assert.deepEqual(await take(db, NOW, 100), []);
  await forgetOld(db, NOW);
  await forgetOld(db, NOW + 29 * 24 * 3_600_000);

  await bringBack(db, "op-1");
  assert.deepEqual(await states(db), ["waiting", "waiting"]);
  assert.deepEqual((await own(db)).data, { legal_name: "Corner", notes: "x" });
  assert.deepEqual(ids(await take(db, NOW, 100)), ["op-1", "op-2"]);
});

test("a refused entry comes back to be mended, and what builds on it waits for that", async () => {
  const db = await entered();
  const refusals = [
    { id: "op-1", status: "rejected", problem: { code: "x" } },
    { id: "op-2", status: "blocked_by", blocked_by: "op-1" },
  ];
  await settleAll(db, await take(db, NOW, 100), refusals, world);
  await withdraw(db, "op-1", NOW);
  await bringBack(db, "op-1");
  assert.deepEqual(await states(db), ["needs_you", "waiting"]);
});

test("an edit is withdrawn alone, and the record is again what was entered first", async () => {
  const db = await entered();
  await withdraw(db, "op-2", NOW);
  assert.deepEqual(await states(db), ["waiting", "aside"]);
  assert.deepEqual((await own(db)).data, { legal_name: "Corner" });
});

test("what is being sent cannot be withdrawn any more", async () => {
  const db = await entered();
  await take(db, NOW, 100);
  assert.deepEqual(await withdraw(db, "op-1", NOW), []);
  assert.deepEqual(await states(db), ["sending", "sending"]);
});

test("what an earlier version set aside comes back as it did", async () => {
  const db = await entered();
  await db.write(["outbox"], (tx) =>
    tx.objectStore("outbox").put(operation({ id: "op-9", origin_seq: 9, record: "r9", state: "aside", done_at: NOW })),
  );
  await bringBack(db, "op-9");
  assert.deepEqual(await states(db), ["waiting", "waiting", "needs_you"]);
});
