import assert from "node:assert/strict";
import { test } from "node:test";
import { keepBallast } from "../../static/app/ballast.js";
import { Storage, StorageLost } from "../../static/app/db.js";
import { allDrafts, loadDraft, saveDraft, writeThrough } from "../../static/app/drafts.js";
import { allOperations, commit, countUnsent, recover, settleAll, take } from "../../static/app/outbox.js";
import { rowAt } from "../../static/app/packs.js";
import { applyPage, position, restart } from "../../static/app/replica.js";
import { forgetOld } from "../../static/app/upkeep.js";
import { bare, beside, draft, NOW, PHONE, record, storage } from "./cast.js";

const row = (db, store, key) => db.read([store], (tx) => tx.objectStore(store).get(key));
const replica = (db, id) => db.read(["packs"], (tx) => rowAt(tx, "customer", id));
const own = (db, id) => row(db, "own", ["customer", id]);
const entry = (more) => ({
  draft: draft(),
  data: { legal_name: "Corner" },
  title: "Corner",
  id: "op-1",
  device: PHONE,
  now: NOW,
  ...more,
});
const world = { now: NOW, random: () => 0.5, generation: 1, lineOf: bare };
const page = (more) => ({
  upserts: [],
  tombstones: [],
  removed: [],
  cursor: "e.1",
  more: false,
  complete: true,
  ...more,
});

/** Enter one customer as the form does. */
async function enter(db, more) {
  const whole = entry(more);
  await saveDraft(db, whole.draft);
  return commit(db, whole);
}

test("an entry, its operation and the end of its draft come together", async () => {
  const db = storage();
  assert.equal(await enter(db), "saved");
  const [op] = await allOperations(db);
  assert.deepEqual([op.type, op.origin_seq, op.state, op.reference], ["record.create", 1, "waiting", "P-A1B2-0001"]);
  assert.deepEqual((await own(db, "r1")).data, { legal_name: "Corner" });
  assert.equal(await loadDraft(db, "r1"), undefined);
  assert.match(await db.get("origin_epoch"), /^[0-9a-f]{16}$/);
});

test("the same entry again is the same operation", async () => {
  const db = storage();
  await enter(db);
  await saveDraft(db, draft());
  assert.equal(await commit(db, entry()), "already");
  assert.equal((await allOperations(db)).length, 1);
});

test("a draft that another tab saved is not saved twice", async () => {
  const db = storage();
  await enter(db);
  assert.equal(await commit(db, entry({ id: "op-2" })), "gone");
  assert.equal((await allOperations(db)).length, 1);
});

test("an edit is a patch of what was seen, and names the open entry before it", async () => {
  const db = storage();
  await enter(db);
  const base = { version: 0, data: { legal_name: "Corner" } };
  await enter(db, {
    id: "op-2",
    draft: draft({ id: "edit r1", mode: "edit", edits: true, base }),
    data: { legal_name: "Corner", notes: "ring" },
  });
  const [, edit] = await allOperations(db);
  assert.deepEqual(
    [edit.patch, edit.base_op, edit.depends_on, edit.reference],
    [{ notes: "ring" }, "op-1", ["op-1"], "P-A1B2-0001"],
  );
  assert.deepEqual((await own(db, "r1")).data, { legal_name: "Corner", notes: "ring" });
});

test("what a crash left in sending waits again", async () => {
  const db = storage();
  await enter(db);
  await take(db, NOW, 100);
  assert.equal((await allOperations(db))[0].state, "sending");
  await recover(db);
  assert.equal((await allOperations(db))[0].state, "waiting");
});

test("an accepted entry gives way to the gateway's record", async () => {
  const db = storage();
  await enter(db);
  const batch = await take(db, NOW, 100);
  await settleAll(db, batch, [{ id: "op-1", status: "applied", record: record() }], world);
  assert.equal(await own(db, "r1"), undefined);
  assert.equal((await replica(db, "r1")).number, "W1-C000001");
  assert.equal(await countUnsent(db), 0);
});

test("a refused entry is mended under its own id with the next revision, and what waited for it is free", async () => {
  const db = storage();
  await enter(db);
  const base = { version: 0, data: { legal_name: "Corner" } };
  await enter(db, {
    id: "op-2",
    draft: draft({ id: "edit r1", mode: "edit", edits: true, base }),
    data: { legal_name: "Corner", notes: "x" },
  });
  const refusal = { code: "record_invalid" };
  await settleAll(
    db,
    await take(db, NOW, 100),
    [
      { id: "op-1", status: "rejected", problem: refusal },
      { id: "op-2", status: "blocked_by", blocked_by: "op-1" },
    ],
    world,
  );
  assert.deepEqual(
    (await allOperations(db)).map(({ state }) => state),
    ["needs_you", "waiting"],
  );
  assert.deepEqual(await take(db, NOW + 1_000_000, 100), []);

  await enter(db, {
    draft: draft({ id: "fix op-1", mode: "fix", operation: "op-1" }),
    data: { legal_name: "Corner Ltd" },
  });
  const batch = await take(db, NOW + 1_000_000, 100);
  assert.deepEqual(
    batch.map(({ id, revision, data }) => [id, revision, data?.legal_name]),
    [
      ["op-1", 1, "Corner Ltd"],
      ["op-2", 0, undefined],
    ],
  );
});

test("an answer to an older revision does not touch the mended one", async () => {
  const db = storage();
  await enter(db);
  const batch = await take(db, NOW, 100);
  await settleAll(db, batch, [{ id: "op-1", status: "rejected" }], world);
  await enter(db, { draft: draft({ id: "fix op-1", mode: "fix", operation: "op-1" }) });
  await settleAll(db, batch, [{ id: "op-1", status: "rejected" }], world);
  assert.equal((await allOperations(db))[0].state, "waiting");
});

test("an operation without an answer is tried again later", async () => {
  const db = storage();
  await enter(db);
  await settleAll(db, await take(db, NOW, 100), [], world);
  const [op] = await allOperations(db);
  assert.equal(op.state, "waiting");
  assert.ok(op.next_at > NOW);
});

test("a page and its cursor come together, and open edits stay on top", async () => {
  const db = storage();
  await applyPage(db, page({ upserts: [record()], cursor: "e.5" }), bare);
  const base = { version: 1, data: { legal_name: "Corner" } };
  await enter(db, {
    draft: draft({ id: "edit r1", mode: "edit", edits: true, base }),
    data: { legal_name: "Corner", notes: "mine" },
  });
  await applyPage(
    db,
    page({ upserts: [record({ version: 2, data: { legal_name: "Corner Ltd" } })], cursor: "e.6" }),
    bare,
  );
  assert.deepEqual((await own(db, "r1")).data, { legal_name: "Corner Ltd", notes: "mine" });
  assert.deepEqual(await position(db), { cursor: "e.6", generation: 1, snapshot: false, complete: true });
});

test("a removed record goes, the unsent work on it stays", async () => {
  const db = storage();
  await applyPage(db, page({ upserts: [record()] }), bare);
  const base = { version: 1, data: { legal_name: "Corner" } };
  await enter(db, {
    draft: draft({ id: "edit r1", mode: "edit", edits: true, base }),
    data: { legal_name: "Corner", notes: "mine" },
  });
  await applyPage(db, page({ removed: [{ kind: "customer", id: "r1" }] }), bare);
  assert.equal(await replica(db, "r1"), undefined);
  assert.deepEqual((await own(db, "r1")).data, { notes: "mine" });
  assert.equal(await countUnsent(db), 1);
});

test("a new snapshot removes what it did not see, and only when it is whole", async () => {
  const db = storage();
  await applyPage(db, page({ upserts: [record(), record({ id: "r2" }), record({ id: "r3" })] }), bare);
  await restart(db);
  await applyPage(db, page({ upserts: [record({ version: 3 })], more: true, complete: false }), bare);
  assert.ok(await replica(db, "r2"));
  await applyPage(db, page({ upserts: [record({ id: "r3" })] }), bare);
  assert.equal(await replica(db, "r2"), undefined);
  assert.ok(await replica(db, "r3"));
  assert.equal((await replica(db, "r1")).version, 3);
});

test("a decided conflict and the ERP's refusal reach the entry they are about", async () => {
  const db = storage();
  await enter(db);
  await settleAll(
    db,
    await take(db, NOW, 100),
    [{ id: "op-1", status: "conflict", record: record({ conflicts: 1 }) }],
    world,
  );
  await applyPage(
    db,
    page({ upserts: [record({ version: 2, stage: "rejected", stage_detail: "No such terms." })] }),
    bare,
  );
  const [op] = await allOperations(db);
  assert.deepEqual([op.state, op.erp_stage, op.erp_detail], ["done", "rejected", "No such terms."]);
});

test("a refused entry is asked about again when its record moves: somebody may have mended it", async () => {
  const db = storage();
  await enter(db);
  await settleAll(db, await take(db, NOW, 100), [{ id: "op-1", status: "rejected", problem: { code: "x" } }], world);
  await applyPage(db, page({ upserts: [record()] }), bare);
  assert.equal((await allOperations(db))[0].state, "waiting");
});

test("an answer that repeats an old record does not replace a newer one", async () => {
  const db = storage();
  await enter(db);
  const batch = await take(db, NOW, 100);
  await applyPage(db, page({ upserts: [record({ version: 2, stage: "taken" })] }), bare);
  await settleAll(
    db,
    batch,
    [{ id: "op-1", status: "duplicate", result: "applied", record: record({ version: 2 }) }],
    world,
  );
  assert.equal((await replica(db, "r1")).stage, "taken");
});

test("the story of what arrived is forgotten after thirty days of the gateway's clock, unsent work never", async () => {
  const db = storage();
  await enter(db);
  await settleAll(db, await take(db, NOW, 100), [{ id: "op-1", status: "applied" }], world);
  await enter(db, { id: "op-2", draft: draft({ id: "r2", record: "r2" }) });
  const kept = async () => (await allOperations(db)).length;
  // The phone stamped it in 1970 for all anybody knows: the thirty days begin when the gateway's clock first counts it.
  await forgetOld(db, NOW + 400 * 24 * 3_600_000);
  await forgetOld(db, NOW + 429 * 24 * 3_600_000);
  assert.equal(await kept(), 2);
  await forgetOld(db, NOW + 431 * 24 * 3_600_000);
  assert.deepEqual(
    (await allOperations(db)).map(({ id }) => id),
    ["op-2"],
  );
});

test("a dropped connection is opened again without anybody noticing", async () => {
  const db = storage();
  await db.set("a", 1);
  const real = IDBDatabase.prototype.transaction;
  let dead = 1;
  IDBDatabase.prototype.transaction = function (...args) {
    if (dead-- > 0) throw new DOMException("The database connection is closing.", "InvalidStateError");
    return real.apply(this, args);
  };
  try {
    assert.equal(await db.get("a"), 1);
    dead = 2;
    await assert.rejects(db.get("a"), StorageLost);
  } finally {
    IDBDatabase.prototype.transaction = real;
  }
  assert.equal(await db.get("a"), 1);
});

test("a transaction that the browser gave up without a reason is done once more", async () => {
  const db = storage();
  let dying = 1;
  const work = async (/** @type {any} */ tx) => {
    await tx.objectStore("meta").put("whole", "word");
    if (dying-- > 0) tx.raw("meta").transaction.abort();
  };
  await db.write(["meta"], work);
  assert.equal(await db.get("word"), "whole");
  dying = 2;
  await assert.rejects(db.write(["meta"], work), StorageLost);
});

test("a failed transaction leaves nothing behind", async () => {
  const db = storage();
  const work = async (tx) => {
    await tx.objectStore("meta").put(1, "half");
    throw new RangeError("stop");
  };
  await assert.rejects(db.write(["meta"], work), RangeError);
  assert.equal(await db.get("half"), undefined);
});

test("a full phone gives up its ballast so that words still fit", async () => {
  const db = storage();
  await keepBallast(db);
  let full = true;
  const work = async (tx) => {
    if (full) {
      full = false;
      throw new DOMException("full", "QuotaExceededError");
    }
    await tx.objectStore("meta").put("words", "note");
  };
  await db.write(["meta"], work);
  assert.equal(await db.get("note"), "words");
  assert.equal(beside.kept.size, 0);
  full = true;
  await assert.rejects(db.write(["meta"], work), { name: "QuotaExceededError" });
});

test("where even the ballast does not answer, it is still said that the phone is full", async () => {
  const { open } = caches;
  caches.open = async () => {
    throw new TypeError("Unexpected internal error");
  };
  const full = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
  try {
    await assert.rejects(storage().write(["meta"], full), { name: "QuotaExceededError" });
  } finally {
    caches.open = open;
  }
});

test("every value is written through, the newest behind the one in flight", async () => {
  const written = [];
  const gates = [];
  const writer = writeThrough((value) => {
    written.push(value);
    return new Promise((resolve) => gates.push(resolve));
  });
  for (const text of ["a", "ab", "abc", "abcd"]) void writer.put(text);
  assert.deepEqual(written, ["a"]);
  gates[0]();
  await new Promise(setImmediate);
  assert.deepEqual(written, ["a", "abcd"]);
  gates[1]();
  await writer.idle();
});

test("a failed write is told, and the next one is tried", async () => {
  let fails = true;
  const writer = writeThrough(async () => {
    if (fails) throw new DOMException("full", "QuotaExceededError");
  });
  await assert.rejects(writer.put("a"), { name: "QuotaExceededError" });
  fails = false;
  await writer.put("ab");
});

test("the last letter that a full disk refused is written when the form is left", async () => {
  let fails = true;
  const written = [];
  const writer = writeThrough(async (value) => {
    if (fails) throw new DOMException("full", "QuotaExceededError");
    written.push(value);
  });
  await assert.rejects(writer.put("abc"), { name: "QuotaExceededError" });
  await assert.rejects(writer.last(), { name: "QuotaExceededError" });
  fails = false;
  await writer.last();
  await writer.last();
  assert.deepEqual(written, ["abc"]);
});

test("drafts come newest first", async () => {
  const db = storage();
  await saveDraft(db, draft({ id: "a", at: 1 }));
  await saveDraft(db, draft({ id: "b", at: 2 }));
  assert.deepEqual(
    (await allDrafts(db)).map(({ id }) => id),
    ["b", "a"],
  );
});

test("a newer version of the app gets the storage at once, and this tab is told", async () => {
  let told = 0;
  const { name } = storage();
  const db = new Storage(name, {
    onOutdated: () => {
      told += 1;
    },
  });
  await db.set("a", 1);
  const opening = indexedDB.open(name, 99);
  const newer = await new Promise((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  assert.equal(told, 1);
  await assert.rejects(db.get("a"), { name: "VersionError" });
  newer.close();
});

test("of a record that was erased at the shop nothing is left on the phone, and others keep what is theirs", async () => {
  const db = storage();
  await applyPage(db, page({ upserts: [record(), record({ id: "r2" })] }), bare);
  await enter(db);
  await enter(db, { draft: draft({ id: "r2", record: "r2" }), id: "op-2" });
  await saveDraft(db, draft());
  await db.set("stories", ["r1", "r2"]);
  await db.set("story r1", { at: 1 });
  const photo = { type: "image/jpeg", size: 1, thumb: new ArrayBuffer(1), at: 1, received: 0, tries: 0, needs: [] };
  await db.write(["files", "attached", "outbox"], async (tx) => {
    for (const [file, id] of [
      ["f1", "r1"],
      ["f2", "r1"],
      ["f2", "r2"],
    ]) {
      await tx
        .objectStore("attached")
        .put({ ...photo, file, kind: "customer", record: id, customer: id, state: "waiting" });
      await tx.objectStore("files").put({ id: file, bytes: new ArrayBuffer(1) });
    }
    const visit = {
      id: "op-3",
      record: "v1",
      event: { data: { customer: "r1" } },
      state: "done",
      origin_seq: 9,
      kind: "visit",
    };
    await tx.objectStore("outbox").put({ ...visit, depends_on: [] });
  });
  await applyPage(db, page({ tombstones: [{ kind: "customer", id: "r1" }], cursor: "e.2" }), bare);
  assert.deepEqual(
    (await allOperations(db)).map(({ id }) => id),
    ["op-2"],
  );
  assert.equal(await replica(db, "r1"), undefined);
  assert.equal(await own(db, "r1"), undefined);
  assert.equal(await loadDraft(db, "r1"), undefined);
  assert.equal(await db.get("story r1"), undefined);
  assert.deepEqual(await db.get("stories"), ["r2"]);
  const files = await db.read(["files"], (tx) => tx.objectStore("files").getAll());
  assert.deepEqual(
    files.map(({ id }) => id),
    ["f2"],
  );
  assert.equal((await own(db, "r2")).id, "r2");
});
