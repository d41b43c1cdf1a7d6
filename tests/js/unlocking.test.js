// Opening a locked phone: by its passphrase, by what the gateway keeps, and by nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Storage } from "../../static/app/db.js";
import { saveDraft } from "../../static/app/drafts.js";
import { lease } from "../../static/app/idle.js";
import { openSlot, ringOf } from "../../static/app/keyring.js";
import { allOperations, commit, outsides } from "../../static/app/outbox.js";
import { rowAt } from "../../static/app/packs.js";
import { applyPage, position } from "../../static/app/replica.js";
import { Seal } from "../../static/app/sealing.js";
import { byGateway, byItself, byPassphrase, choose } from "../../static/app/unlocking.js";
import { bare, draft, NOW, PHONE, record } from "./cast.js";

const PHRASE = "harbour lamp amber";
let names = 0;

/** A gateway that keeps what it is told. */
function gateway() {
  const kept = new Map();
  const call = async (path, { body }) => {
    if (path === "/api/v1/recoveries") kept.set(body.id, body.secret);
    else return { secret: kept.get(path.split("/").at(-1)) };
  };
  return { kept, call };
}

/** A phone with a customer on it and an entry that waits, which opens by a passphrase. */
async function locked(office = gateway()) {
  const db = new Storage(`locked ${++names}`);
  const desk = { call: office.call, device: PHONE, epoch: "e1" };
  db.seal = new Seal(await openSlot(await ringOf(db)));
  const page = { upserts: [record({ id: "c1" })], tombstones: [], removed: [], cursor: "e.1", more: false };
  await applyPage(db, page, bare);
  await saveDraft(db, draft());
  await commit(db, {
    draft: draft(),
    data: { legal_name: "Mine" },
    title: "Mine",
    id: "op-1",
    device: PHONE,
    now: NOW,
  });
  await choose(db, await byItself(db), desk, { way: "passphrase", passphrase: PHRASE });
  db.seal = null;
  return { db, desk, office };
}

const readable = async (db, key) => {
  db.seal = new Seal(key);
  return (await allOperations(db))[0].data.legal_name;
};
const wrong = (db, now = NOW) => byPassphrase(db, "harbour lamp ambre", now);

test("the passphrase opens what lies on the phone, however it is written", async () => {
  const { db } = await locked();
  const ring = await ringOf(db);
  assert.equal(ring.open, undefined);
  assert.equal(ring.passphrase.rounds, 600_000);
  const key = await byPassphrase(db, "harbour lamp amber", NOW);
  assert.equal(key.extractable, false);
  assert.equal(await readable(db, key), "Mine");
});

test("five wrong tries take the copy away, and what was entered stays and opens", async () => {
  const { db } = await locked();
  let now = NOW;
  const told = [];
  for (let at = 0; at < 5; at += 1) {
    const error = await wrong(db, now).catch((found) => found);
    told.push([error.left, error.wiped, error.waitMs]);
    now += error.waitMs;
  }
  assert.deepEqual(told, [
    [4, false, 0],
    [3, false, 0],
    [2, false, 5_000],
    [1, false, 10_000],
    [0, true, 20_000],
  ]);
  for (const store of ["packs", "lines"]) assert.deepEqual(await db.rows(store), []);
  assert.equal((await position(db)).cursor, "");
  assert.equal((await outsides(db)).length, 1);
  assert.equal(await readable(db, await byPassphrase(db, PHRASE, now)), "Mine");
  assert.equal((await ringOf(db)).tries, 0);
});

test("no try is free by being early, and none by switching the phone off in its middle", async () => {
  const { db } = await locked();
  const real = crypto.subtle.unwrapKey;
  crypto.subtle.unwrapKey = () => Promise.reject(new Error("switched off"));
  try {
    for (let at = 0; at < 3; at += 1) await assert.rejects(wrong(db), { message: "switched off" });
  } finally {
    crypto.subtle.unwrapKey = real;
  }
  assert.equal((await ringOf(db)).tries, 3);
  await assert.rejects(byPassphrase(db, PHRASE, NOW + 1_000), { name: "NotOpened", waitMs: 4_000 });
  assert.equal((await ringOf(db)).tries, 3);
});

test("what the gateway keeps opens the phone, and alone it is nothing", async () => {
  const { db, office, desk } = await locked();
  const data = await byGateway(db, office.call);
  await choose(db, data, desk, { way: "passphrase", passphrase: "another one of mine" });
  await assert.rejects(byPassphrase(db, PHRASE, NOW), { name: "NotOpened" });
  assert.equal(await readable(db, await byPassphrase(db, "another one of mine", NOW)), "Mine");
  const stranger = await locked();
  await assert.rejects(
    byGateway(stranger.db, async () => ({ secret: [...office.kept.values()][0] })),
    {
      name: "OperationError",
    },
  );
});

test("a lock that the gateway could not be told of is no lock, and nothing has changed", async () => {
  const silent = { call: () => Promise.reject(new Error("unreachable")) };
  await assert.rejects(locked(silent), { message: "unreachable" });
  const db = new Storage(`locked ${names}`);
  assert.equal(await readable(db, await openSlot(await ringOf(db))), "Mine");
});

test("a change of the passphrase needs no network while the gateway is the same", async () => {
  const { db, desk, office } = await locked();
  const data = await byPassphrase(db, PHRASE, NOW, true);
  const alone = { ...desk, call: () => assert.fail("it was asked") };
  await choose(db, data, alone, { way: "passphrase", passphrase: "a new one for me" });
  await choose(db, data, { ...desk, epoch: "e2" }, { way: "passphrase", passphrase: "a new one for me" });
  assert.equal(office.kept.size, 2, "a gateway that was restored is told anew");
});

test("after too long without the gateway the copy rests, until it is heard", async () => {
  const db = new Storage(`locked ${++names}`);
  const day = 86_400_000;
  assert.equal(await lease(db, 7, NOW), 0);
  await db.set("received", { at: NOW, count: 1 });
  assert.equal(await lease(db, 7, NOW + 6 * day), 0);
  assert.equal(await lease(db, 7, NOW + 8 * day), NOW);
  assert.equal(await lease(db, 7, NOW + day), NOW, "setting the clock back does not help");
  await db.set("received", { at: NOW + 2 * day, count: 0 });
  assert.equal(await lease(db, 7, NOW + 2 * day), 0);
});

test("while the copy rests this page reads none of it, and what is entered is saved", async () => {
  const { db } = await locked();
  db.seal = new Seal(await byPassphrase(db, PHRASE, NOW));
  const look = () => db.read(["packs"], (tx) => rowAt(tx, "customer", "c1"));
  db.resting = NOW;
  assert.equal(await look(), undefined);
  await saveDraft(db, draft({ id: "r2", record: "r2" }));
  const more = { data: {}, title: "More", id: "op-2", device: PHONE, now: NOW };
  assert.equal(await commit(db, { draft: draft({ id: "r2", record: "r2" }), ...more }), "saved");
  db.resting = 0;
  assert.equal((await look()).id, "c1");
});
