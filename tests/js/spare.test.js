// A browser that drops its storage: what was entered comes back from the second copy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { deleteDB } from "../../static/vendor/idb.js";
import { KEY, NOW, storage, unlocked } from "./cast.js";

const buckets = new Map();
let refusing = false;
const storageBuckets = {
  keys: async () => [...buckets.keys()],
  open: async (name) => {
    if (refusing) throw new DOMException("full", "UnknownError");
    if (!buckets.has(name)) buckets.set(name, { indexedDB: new IDBFactory() });
    return buckets.get(name);
  },
  delete: async (name) => buckets.delete(name),
};
let turn = Promise.resolve();
const locks = {
  request: (_name, work) => {
    turn = turn.then(work);
    return turn;
  },
};
Object.defineProperty(globalThis, "navigator", { value: { storageBuckets, locks }, configurable: true });

const { forget, keep, kept } = await import("../../static/app/spare.js");
const draft = (id) => ({ id, kind: "customer", record: id, mode: "new", values: { legal_name: id }, at: NOW, step: 0 });
const put = (db, store, value) => db.write([store], (tx) => tx.objectStore(store).put(value), "strict");

async function dropped(db) {
  db.close();
  await deleteDB(db.name);
  return unlocked(db.name, KEY);
}

test("what was entered comes back into a storage that was made again, sealed as it was", async () => {
  const db = storage();
  await put(db, "drafts", draft("d1"));
  await db.set("ring", { chosen: true });
  await db.set("kinds", [{ name: "customer" }]);
  await db.set("position", { cursor: "e.9" });
  await turn;
  const again = await dropped(db);
  assert.deepEqual(
    (await again.all("drafts")).map(({ id, values }) => [id, values]),
    [["d1", { legal_name: "d1" }]],
  );
  assert.deepEqual(await again.get("ring"), { chosen: true });
  assert.deepEqual(await again.get("kinds"), [{ name: "customer" }]);
  assert.equal(await again.get("position"), undefined, "the copy comes anew");
});

test("nothing is made over a second copy that cannot be read now", async () => {
  const db = storage();
  await put(db, "drafts", draft("d1"));
  const again = await dropped(db);
  refusing = true;
  await assert.rejects(again.all("drafts"), { name: "StorageLost" });
  refusing = false;
  assert.equal((await again.all("drafts")).length, 1);
});

test("a second copy that broke off is made anew beside the torn one, in the room that was kept aside", async () => {
  const db = storage();
  await put(db, "drafts", draft("d1"));
  const before = [...buckets.keys()].at(-1);
  let rooms = 0;
  let full = true;
  const torn = {
    name: db.name,
    read: (...how) => (full ? Promise.reject(new DOMException("IOError", "UnknownError")) : db.read(...how)),
  };
  await keep(torn, ["drafts"], "", async () => (rooms += 1));
  assert.ok(buckets.has(before), "what was whole stays until another is");
  await keep(torn, ["drafts"], "", async () => (full = false));
  assert.equal(rooms, 1);
  assert.ok(!buckets.has(before));
  await put(db, "drafts", draft("d2"));
  assert.deepEqual(
    new Map(await kept(db.name)).get("drafts").map(({ value }) => value.id),
    ["d1", "d2"],
  );
});

test("whoever leaves the phone leaves nothing", async () => {
  const db = storage();
  await put(db, "drafts", draft("d1"));
  await forget(db.name);
  assert.deepEqual(await kept(db.name), []);
  assert.deepEqual(await (await dropped(db)).all("drafts"), []);
});

test("letters that are typed while a copy is being made are copied together after it, and wait for none of them", async () => {
  const db = storage();
  await put(db, "drafts", draft("d0"));
  let reads = 0;
  const counted = { name: db.name, read: (...how) => db.read(...how).finally(() => (reads += 1)) };
  const copies = ["d1", "d2", "d3"].map(() => keep(counted, ["drafts"], "", async () => undefined));
  for (const id of ["d1", "d2", "d3"]) await db.write(["drafts"], (tx) => tx.objectStore("drafts").put(draft(id)));
  await Promise.all([...copies, turn]);
  assert.equal(reads, 1);
  await turn;
  assert.equal(new Map(await kept(db.name)).get("drafts").length, 4);
});

test("where the browser allows no more, the room that was kept aside stays there for the first copy", async () => {
  const db = storage();
  await put(db, "drafts", draft("d1"));
  const refused = { name: db.name, read: async () => Promise.reject(new DOMException("full", "QuotaExceededError")) };
  await keep(refused, ["drafts"], "", () => assert.fail("the room belongs to the first copy"));
  assert.equal(new Map(await kept(db.name)).get("drafts").length, 1);
});
