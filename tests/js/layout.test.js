// A phone that comes from the layout before: nothing unsent is lost, and everything is there before any network is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalog } from "../../static/app/catalog.js";
import { Storage } from "../../static/app/db.js";
import { allDrafts } from "../../static/app/drafts.js";
import { openSlot } from "../../static/app/keyring.js";
import { allOperations, countUnsent } from "../../static/app/outbox.js";
import { rowAt } from "../../static/app/packs.js";
import { applyPage, position } from "../../static/app/replica.js";
import { Seal } from "../../static/app/sealing.js";
import { eachRecord } from "../../static/app/upkeep.js";
import { bare, draft, operation, record } from "./cast.js";

const KINDS = [{ name: "customer", version: "1", labels: {}, steps: [], fields: [] }];

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const whole = (tx) =>
  new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve(undefined);
    tx.onabort = () => reject(tx.error);
  });

/** An older layout as it stood on phones, filled. */
async function older(name, fill, version = 1) {
  const opening = indexedDB.open(name, version);
  opening.onupgradeneeded = () => {
    const db = opening.result;
    const records = version === 1 ? ["records"] : [];
    for (const store of [...records, "own"]) db.createObjectStore(store, { keyPath: ["kind", "id"] });
    if (version > 1)
      for (const store of ["packs", "lines"]) db.createObjectStore(store, { keyPath: ["kind", "first"] });
    const outbox = db.createObjectStore("outbox", { keyPath: "id" });
    outbox.createIndex("record", "record");
    outbox.createIndex("state", "state");
    db.createObjectStore("drafts", { keyPath: "id" });
    db.createObjectStore("meta");
  };
  const db = await settled(opening);
  const tx = db.transaction([...db.objectStoreNames], "readwrite");
  fill((store, ...values) => tx.objectStore(store).put(...values));
  await whole(tx);
  db.close();
}

/** Brought up to date, with the key that it got by that. */
async function opened(name) {
  const db = new Storage(name);
  db.seal = new Seal(await openSlot(await db.get("ring")));
  return db;
}

/** Everything in a database as text, as somebody would read it who has the disk. */
async function dump(name) {
  const db = await settled(indexedDB.open(name));
  const tx = db.transaction([...db.objectStoreNames]);
  const stores = [...db.objectStoreNames].map((store) => settled(tx.objectStore(store).getAll()));
  const found = JSON.stringify(await Promise.all(stores), (_, value) =>
    ArrayBuffer.isView(value) ? Buffer.from(value.buffer).toString("latin1") : value,
  );
  db.close();
  return found;
}

const CUSTOMERS = 4_321;
const idOf = (at) => `c${String(at).padStart(6, "0")}`;

function fill(put) {
  for (let at = 0; at < CUSTOMERS; at += 1) put("records", { ...record({ id: idOf(at) }), generation: 1 });
  for (let at = 0; at < 30; at += 1) put("records", { ...record({ kind: "product", id: idOf(at) }), generation: 1 });
  put("outbox", operation({ origin_seq: 1, record: "n1" }));
  put(
    "outbox",
    operation({ origin_seq: 2, record: idOf(7), type: "record.edit", patch: { notes: "mine" }, state: "needs_you" }),
  );
  put("own", { id: "n1", kind: "customer", data: { legal_name: "Unsent" }, reference: "P-A1B2-0001", at: 1 });
  put("drafts", draft({ id: "d1", values: { legal_name: "Half typ" } }));
  put("meta", { cursor: "e.900", generation: 1, snapshot: false, complete: true }, "position");
  put("meta", "epoch", "origin_epoch");
  put("meta", 2, "origin_seq");
}

test("records move into packs, and all that was entered stays as it was", async () => {
  await older("older 1", fill);
  const db = await opened("older 1");
  const ops = await allOperations(db);
  assert.deepEqual(
    ops.map(({ id, state }) => [id, state]),
    [
      ["op-1", "waiting"],
      ["op-2", "needs_you"],
    ],
  );
  assert.equal(await countUnsent(db), 2);
  assert.deepEqual((await allDrafts(db))[0].values, { legal_name: "Half typ" });
  assert.deepEqual([await db.get("origin_epoch"), await db.get("origin_seq")], ["epoch", 2]);
  const kinds = { customer: 0, product: 0 };
  await eachRecord(db, ({ kind }) => {
    kinds[kind] += 1;
  });
  assert.deepEqual(kinds, { customer: CUSTOMERS, product: 30 });
  for (const at of [0, 1_999, 2_000, 2_001, CUSTOMERS - 1])
    assert.equal((await db.read(["packs"], (tx) => rowAt(tx, "customer", idOf(at)))).id, idOf(at));
});

test("the list is there before any network is, unsent entries in it", async () => {
  await older("older 2", fill);
  const catalog = new Catalog(await opened("older 2"));
  await catalog.load(KINDS);
  const { all, entries } = catalog.find("customer", "unsent", 5);
  assert.deepEqual([all, entries.map(({ title }) => title)], [CUSTOMERS + 1, ["Unsent"]]);
});

test("a new copy is fetched beside the old one, which stays in use until the new one is whole", async () => {
  await older("older 3", fill);
  const db = await opened("older 3");
  assert.deepEqual(await position(db), { cursor: "", generation: 2, snapshot: true, complete: false });
  const first = {
    upserts: [record({ id: idOf(1), version: 2 })],
    tombstones: [],
    removed: [],
    cursor: "e.1",
    more: true,
  };
  await applyPage(db, { ...first, complete: false }, bare);
  let count = 0;
  await eachRecord(db, () => {
    count += 1;
  });
  assert.equal(count, CUSTOMERS + 30);
});

test("a migration that fails leaves the old layout whole", async () => {
  await older("older 4", fill);
  const real = IDBDatabase.prototype.deleteObjectStore;
  IDBDatabase.prototype.deleteObjectStore = () => {
    throw new DOMException("no room", "QuotaExceededError");
  };
  const db = new Storage("older 4");
  try {
    await assert.rejects(db.get("position"));
  } finally {
    IDBDatabase.prototype.deleteObjectStore = real;
  }
  const again = await opened("older 4");
  assert.equal((await allOperations(again)).length, 2);
  let count = 0;
  await eachRecord(again, () => {
    count += 1;
  });
  assert.equal(count, CUSTOMERS + 30);
});

const SPELT = "上海華新\nshanghaihuaxin";

/** The layout with packs, before anything was sealed. */
function packed(put) {
  for (let at = 0; at < 100; at += 1) {
    const rows = Array.from({ length: 50 }, (_, one) => ({
      ...record({ id: idOf(at * 50 + one), data: { legal_name: "Readable Ltd" }, spellings: SPELT }),
      generation: 3,
    }));
    const first = at ? rows[0].id : "";
    put("packs", { kind: "customer", first, rows });
    const lines = rows.map((row) => ({ ...bare(row), title: "Readable Ltd", line: `readable ltd\n${SPELT}` }));
    put("lines", { kind: "customer", first, lines });
  }
  put("outbox", operation({ origin_seq: 1, record: "n1", data: { legal_name: "Unsent Ltd" } }));
  put("own", { id: "n1", kind: "customer", data: { legal_name: "Unsent Ltd" }, reference: "P-A1B2-0001", at: 1 });
  put("drafts", draft({ id: "d1", values: { legal_name: "Half typ" } }));
  put("meta", { cursor: "e.900", generation: 3, snapshot: false, complete: true }, "position");
  put("meta", "1\ncustomer 1", "lines_made_by");
}

test("what lay open is sealed, all of it, and nothing is fetched again", async () => {
  await older("older 5", packed, 2);
  const db = await opened("older 5");
  assert.equal((await allOperations(db))[0].data.legal_name, "Unsent Ltd");
  assert.equal((await allDrafts(db))[0].values.legal_name, "Half typ");
  assert.equal((await position(db)).cursor, "e.900");
  const catalog = new Catalog(db);
  await catalog.load(KINDS);
  assert.equal(catalog.find("customer", "huaxin", 5).entries.length, 5);
  const [pack] = await db.all("packs");
  assert.ok(!("spellings" in pack.rows[0]), "they are in the lines alone");
  db.close();
  const found = await dump("older 5");
  for (const word of ["Readable", "readable", "Unsent", "Half typ"]) assert.ok(!found.includes(word), word);
});

test("killed while it is sealed, the old layout is there with everything that was entered", async () => {
  await older("older 6", packed, 2);
  const real = crypto.subtle.encrypt;
  let left = 120;
  crypto.subtle.encrypt = function (...values) {
    left -= 1;
    if (left < 0) throw new Error("the end");
    return real.apply(this, values);
  };
  try {
    await assert.rejects(new Storage("older 6").get("position"), { message: "the end" });
  } finally {
    crypto.subtle.encrypt = real;
  }
  const old = await settled(indexedDB.open("older 6"));
  assert.equal(old.version, 2);
  const rows = await settled(old.transaction("packs").objectStore("packs").getAll());
  assert.ok(rows.every((row) => row.rows.length === 50));
  old.close();
  const db = await opened("older 6");
  assert.equal((await allOperations(db)).length, 1);
  assert.equal((await db.all("packs")).length, 100);
});
