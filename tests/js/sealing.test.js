// What lies on a phone's disk: nobody reads it, nobody moves it, and what is counted while locked stays readable.
import assert from "node:assert/strict";
import { test } from "node:test";
import { saveDraft } from "../../static/app/drafts.js";
import { makeRing, openSlot, ringOf } from "../../static/app/keyring.js";
import { allOperations, commit, countUnsent, outsides } from "../../static/app/outbox.js";
import { prepared } from "../../static/app/packs.js";
import { Seal } from "../../static/app/sealing.js";
import { tally } from "../../static/app/stages.js";
import { bare, draft, KEY, NOW, operation, PHONE, record, storage } from "./cast.js";

const seal = new Seal(KEY);
const failed = { name: "OperationError" };

test("a row is the same after it was sealed and opened, in every store", async () => {
  const rows = {
    packs: { kind: "customer", first: "a", rows: [record()] },
    lines: { kind: "customer", first: "a", lines: [bare(record())] },
    own: { kind: "customer", id: "r1", data: { legal_name: "上海华新" }, reference: "", at: NOW },
    outbox: operation({ erp_stage: "taken" }),
    drafts: draft(),
    files: { id: "f1", bytes: new Uint8Array([1, 2, 3]).buffer },
    attached: { file: "f1", record: "r1", state: "waiting", thumb: new Uint8Array(9).buffer, type: "image/jpeg" },
  };
  for (const [store, row] of Object.entries(rows)) {
    const closed = await seal.close(store, row);
    assert.ok(!JSON.stringify(closed).includes("Corner"));
    assert.deepEqual(await seal.open(store, closed), row);
  }
});

test("a row opens only where it was put, as it was put, and by its own key", async () => {
  const closed = await seal.close("outbox", operation({}));
  await assert.rejects(seal.open("outbox", { ...closed, id: "op-2" }), failed);
  await assert.rejects(seal.open("outbox", { ...closed, state: "done" }), failed);
  await assert.rejects(seal.open("drafts", closed), failed);
  const altered = closed.sealed.slice();
  altered[20] ^= 1;
  await assert.rejects(seal.open("outbox", { ...closed, sealed: altered }), failed);
  const other = new Seal(await openSlot(await makeRing()));
  await assert.rejects(other.open("outbox", closed), failed);
});

test("the same row sealed twice looks different each time", async () => {
  const [one, two] = await Promise.all([seal.close("drafts", draft()), seal.close("drafts", draft())]);
  assert.notDeepEqual(one.sealed, two.sealed);
});

test("while the phone is locked the outbox is counted, and neither read nor written", async () => {
  const db = storage();
  await saveDraft(db, draft());
  await commit(db, { draft: draft(), data: {}, title: "Corner", id: "op-1", device: PHONE, now: NOW });
  db.seal = null;
  assert.equal(await countUnsent(db), 1);
  assert.deepEqual(tally(await outsides(db)), { waiting: 1, needsYou: 0, conflicts: 0, oldest: NOW });
  await assert.rejects(allOperations(db), { name: "Locked" });
  await assert.rejects(saveDraft(db, draft()), { name: "Locked" });
});

test("two tabs that come at once have one key", async () => {
  const db = storage();
  const [one, two] = await Promise.all([ringOf(db), ringOf(db)]);
  assert.deepEqual(one.open.wrapped, two.open.wrapped);
  assert.equal((await openSlot(one)).extractable, false);
});

test("a page of the feed that was prepared while another tab wrote is worked out again", async () => {
  const db = storage();
  const put = async (rows) => {
    const write = await prepared(db, rows, [], bare);
    return () => db.write(["packs", "lines"], write);
  };
  const row = (id) => ({ ...record({ id }), generation: 1 });
  await (await put([row("a")]))();
  const late = await put([row("b")]);
  await (await put([row("c")]))();
  await late();
  const [pack] = await db.all("packs");
  assert.deepEqual(
    pack.rows.map(({ id }) => id),
    ["a", "b", "c"],
  );
});
