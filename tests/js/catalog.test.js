// The list in the worker's memory: what it is found by, this phone's edits laid over, and the same after a restart.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalog } from "../../static/app/catalog.js";
import { saveDraft } from "../../static/app/drafts.js";
import { commit } from "../../static/app/outbox.js";
import { applyPage } from "../../static/app/replica.js";
import { draft, NOW, PHONE, record, storage } from "./cast.js";

const KINDS = [
  { name: "customer", version: "1", labels: {}, steps: [], fields: [{ name: "city", type: "text", labels: {} }] },
];
const page = (upserts, more) => ({
  upserts,
  tombstones: [],
  removed: [],
  cursor: "e.1",
  more: false,
  complete: true,
  ...more,
});
const named = (id, legal_name, more) => record({ id, number: `W1-${id}`, data: { legal_name }, ...more });
const titles = (catalog, query, limit = 60) => catalog.find("customer", query, limit).entries.map(({ title }) => title);

/** A phone that has fetched these. */
async function phoneWith(records, kinds = KINDS) {
  const db = storage();
  const catalog = new Catalog(db);
  await catalog.load(kinds);
  await arrive({ db, catalog }, records);
  return { db, catalog };
}

async function arrive({ db, catalog }, records, more) {
  const { changed, rows } = await applyPage(db, page(records, more), catalog.lineOf);
  await catalog.refresh(changed, rows);
}

test("everybody is listed by name, and a search says whether there are more", async () => {
  const { catalog } = await phoneWith([named("c", "Corner"), named("a", "Äpfel"), named("b", "Bakery Corner")]);
  assert.deepEqual(titles(catalog, ""), ["Äpfel", "Bakery Corner", "Corner"]);
  assert.deepEqual(titles(catalog, "corner"), ["Corner", "Bakery Corner"]);
  assert.deepEqual(catalog.find("customer", "corner", 1).more, true);
  assert.equal(catalog.find("customer", "corner", 1).all, 3);
  assert.deepEqual(catalog.find("product", "", 9), { entries: [], more: false, kept: 0, all: 0 });
  assert.ok(!("line" in catalog.find("customer", "", 1).entries[0]));
});

test("Chinese is found by sound, by initials and in the other script, as the gateway spells it", async () => {
  const spellings = "上海華新科技\nshanghaihuaxinkeji\nshhxkj";
  const { catalog } = await phoneWith([named("a", "上海华新科技", { spellings }), named("b", "北京东方")]);
  for (const query of ["华新", "華新", "huaxin", "hxkj", "keji w1-a", "W1-A 上海"])
    assert.deepEqual(titles(catalog, query), ["上海华新科技"], query);
});

test("Chinese that was entered here is found by sound before the gateway has spelled it", async () => {
  const { db, catalog } = await phoneWith([
    named("a", "上海华新", { spellings: "上海華新\nshanghaihuaxin\nshhx" }),
    named("b", "北京东方", { spellings: "北京東方\nbeijingdongfang\nbjdf" }),
  ]);
  await saveDraft(db, draft());
  const entered = {
    draft: draft(),
    data: { legal_name: "东方上海" },
    title: "东方上海",
    id: "op-1",
    device: PHONE,
    now: NOW,
  };
  await commit(db, entered);
  await catalog.refresh([{ kind: "customer", id: draft().record }]);
  for (const query of ["dongfangsh", "dfsh"]) assert.deepEqual(titles(catalog, query), ["东方上海"], query);
  const again = new Catalog(db);
  await again.load(KINDS);
  assert.deepEqual(titles(again, "dfsh"), ["东方上海"], "after a restart");
});

test("after a restart the list is the same without a record being read", async () => {
  const { db, catalog } = await phoneWith([named("a", "Corner"), named("b", "Bakery")]);
  const again = new Catalog(db);
  again.lineOf = () => assert.fail("a line was made anew");
  await again.load(KINDS);
  assert.deepEqual(again.find("customer", "", 9), catalog.find("customer", "", 9));
});

test("with another declaration the lines are made anew", async () => {
  const { db, catalog } = await phoneWith([named("a", "Corner", { data: { legal_name: "Corner", area: "Altona" } })]);
  assert.deepEqual(titles(catalog, "altona"), []);
  const again = new Catalog(db);
  await again.load([{ ...KINDS[0], version: "2", fields: [{ name: "area", type: "text", labels: {} }] }]);
  assert.deepEqual(titles(again, "altona"), ["Corner"]);
});

test("an entry of this phone is in the list at once and after a restart, under its provisional number", async () => {
  const { db, catalog } = await phoneWith([named("a", "Corner")]);
  await saveDraft(db, draft());
  await commit(db, {
    draft: draft(),
    data: { legal_name: "New here" },
    title: "New here",
    id: "op-1",
    device: PHONE,
    now: NOW,
  });
  await catalog.refresh([{ kind: "customer", id: "r1" }]);
  const again = new Catalog(db);
  await again.load(KINDS);
  for (const list of [catalog, again]) {
    assert.deepEqual(titles(list, ""), ["Corner", "New here"]);
    assert.deepEqual(titles(list, "p-a1b2-0001"), ["New here"]);
    assert.equal(list.named("customer", ["r1", "nobody"])[0].state, "saved");
  }
});

test("what is gone at the gateway is gone from the list", async () => {
  const phone = await phoneWith([named("a", "Corner"), named("b", "Bakery")]);
  await arrive(phone, [], { removed: [{ kind: "customer", id: "a" }] });
  assert.deepEqual(titles(phone.catalog, ""), ["Bakery"]);
});

test("the order holds while records come, change their names and go", async () => {
  const phone = await phoneWith([named("a", "Delta"), named("b", "Bravo")]);
  assert.deepEqual(titles(phone.catalog, ""), ["Bravo", "Delta"]);
  await arrive(phone, [named("c", "Charlie"), named("d", "Alpha"), named("a", "Zulu", { version: 2 })]);
  assert.deepEqual(titles(phone.catalog, ""), ["Alpha", "Bravo", "Charlie", "Zulu"]);
  await arrive(phone, [named("e", "Yankee")], { removed: [{ kind: "customer", id: "b" }] });
  assert.deepEqual(titles(phone.catalog, ""), ["Alpha", "Charlie", "Yankee", "Zulu"]);
});

test("the beginning of the list is there before everybody is read, and is sealed where it lies", async () => {
  const { db, catalog } = await phoneWith([named("a", "Corner"), named("b", "Bakery")]);
  await catalog.remember();
  const again = new Catalog(db);
  await again.recall();
  assert.deepEqual(again.find("customer", "", 1), catalog.find("customer", "", 1));
  assert.deepEqual(again.find("customer", "", 9), catalog.find("customer", "", 9));
  assert.equal(again.find("customer", "corner", 9).all, 0);
  assert.equal(again.find("product", "", 9).all, 0);
  const kept = await db.get("glimpse");
  assert.deepEqual(Object.keys(kept).sort(), ["first", "kind", "sealed"]);
  await again.load(KINDS);
  await arrive({ db, catalog: again }, [named("c", "Alder")]);
  assert.deepEqual(titles(again, ""), ["Alder", "Bakery", "Corner"]);
});

test("what a phone may no longer have is not at the beginning of its list either", async () => {
  const phone = await phoneWith([named("a", "Corner"), named("b", "Bakery")]);
  await phone.catalog.remember();
  await arrive(phone, [], { tombstones: [{ kind: "customer", id: "b" }], cursor: "e.2" });
  const again = new Catalog(phone.db);
  await again.recall();
  assert.deepEqual(again.find("customer", "", 9).entries, []);
});

test("a search goes on where the letter before it found somebody, until the list changes", async () => {
  const phone = await phoneWith([named("a", "Corner"), named("b", "Cornish Pasty"), named("c", "Bakery")]);
  assert.deepEqual(titles(phone.catalog, "corn"), ["Corner", "Cornish Pasty"]);
  assert.deepEqual(titles(phone.catalog, "corni"), ["Cornish Pasty"]);
  assert.deepEqual(titles(phone.catalog, "cor"), ["Corner", "Cornish Pasty"]);
  await arrive(phone, [named("d", "Cornice")], { cursor: "e.2" });
  assert.deepEqual(titles(phone.catalog, "corni"), ["Cornice", "Cornish Pasty"]);
});
