// Counts and arrivals on their way into the outbox: one transaction, mended under their own id, taken back once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../static/app/api.js";
import { deed, placeOf } from "../../static/app/centre/deeds.js";
import { loadDraft, saveDraft } from "../../static/app/drafts.js";
import { keepEarly, takeEarly } from "../../static/app/goods/early.js";
import { eventsOf, goodsOf, mayCount, mayCountOpen } from "../../static/app/goods/events.js";
import { commitGoods, sentGoods, sentIn, takeBack } from "../../static/app/goods/saving.js";
import {
  keptStock,
  levelsAt,
  levelsOf,
  placesIn,
  refreshOne,
  refreshStock,
  stockOf,
} from "../../static/app/goods/stock.js";
import { nextBatch } from "../../static/app/operations.js";
import { allOperations, settleAll, take } from "../../static/app/outbox.js";
import { withdraw } from "../../static/app/withdrawn.js";
import { bare, draft, NOW, storage } from "./cast.js";

const SESSION = "0190f3c2-0000-7000-8000-000000000001";
const line = (sku) => ({
  ...{ key: `sku ${sku}|||`, gtin: "", sku, name: sku, unit: "", lot: "", expiry: "", quantity: "1" },
  ...{ serials: [], warnings: [], at: NOW },
});
const goods = (count) => ({
  ...{ what: "count", location: "shop", blind: true },
  lines: Array.from({ length: count }, (_, at) => line(`S${at}`)),
});
const form = (count, more) =>
  draft({ id: SESSION, kind: "stock", record: SESSION, mode: "count", title: "Shop", goods: goods(count), ...more });

let made = 1;
function ids() {
  made += 1;
  return `0190f3c2-0000-7000-8000-${String(made).padStart(12, "0")}`;
}

/** Save a count as the form does. */
async function save(db, count, more) {
  await saveDraft(db, form(count, more));
  const events = eventsOf(goods(count), SESSION, { ids, now: NOW });
  return commitGoods(db, { draft: form(count, more), events, title: "Shop", now: NOW });
}

/** What the gateway made of everything that was sent. */
async function answered(db, status, problem) {
  const sent = await take(db, NOW, 100);
  const results = sent.map(({ id }) => ({ id, status, ...(problem && { problem }) }));
  await settleAll(db, sent, results, { now: NOW, random: () => 0.5, generation: 1, lineOf: bare });
}

test("a count is saved once, and its draft ends with it", async () => {
  const db = storage();
  assert.equal(await save(db, 3), "saved");
  assert.equal(await loadDraft(db, SESSION), undefined);
  assert.equal(await save(db, 3), "already");
  const [op, ...more] = await allOperations(db);
  assert.deepEqual(more, []);
  assert.deepEqual([op.kind, op.record, op.event.data.session, op.title], ["stock", SESSION, SESSION, "Shop"]);
  assert.deepEqual([deed(op), placeOf(op)], ["count", "#/goods"]);
});

test("what another tab discarded is not saved", async () => {
  const db = storage();
  const events = eventsOf(goods(1), SESSION, { ids, now: NOW });
  assert.equal(await commitGoods(db, { draft: form(1), events, title: "Shop", now: NOW }), "gone");
  assert.deepEqual(await allOperations(db), []);
});

test("a long count goes as several facts and is taken back as one, once", async () => {
  const db = storage();
  await save(db, 1_500);
  await answered(db, "applied");
  const [sent, ...others] = await sentGoods(db);
  assert.deepEqual(others, []);
  assert.deepEqual([sent.ops.length, sent.lines, sent.undone, sent.settled], [2, 1_500, false, true]);
  assert.equal(await takeBack(db, sent, "Mistaken", NOW), true);
  assert.equal(await takeBack(db, sent, "Mistaken", NOW), false);
  const back = (await allOperations(db)).filter((op) => deed(op) === "reverse");
  assert.deepEqual(
    back.map(({ event, depends_on }) => [event.data.corrects, event.data.reason, depends_on]),
    sent.ops.map(({ id }) => [id, "Mistaken", [id]]),
  );
  assert.equal((await sentGoods(db))[0].undone, true);
});

test("what is taken back before it was sent goes behind it, and comes back with a withdrawal", async () => {
  const db = storage();
  await save(db, 1);
  const [sent] = await sentGoods(db);
  await takeBack(db, sent, "Mistaken", NOW);
  const ops = await allOperations(db);
  assert.deepEqual(nextBatch(ops, { now: NOW }).map(deed), ["count", "reverse"]);
  await withdraw(db, ops[1].id, NOW);
  assert.equal((await sentGoods(db))[0].undone, false);
  assert.equal(await takeBack(db, sent, "After all", NOW), true);
  await withdraw(db, SESSION, NOW);
  assert.deepEqual(sentIn(await allOperations(db)), []);
});

test("a refused fact is mended under its own id", async () => {
  const db = storage();
  await save(db, 1);
  await answered(db, "rejected", { code: "stock_invalid" });
  const [refused] = await allOperations(db);
  assert.equal(refused.state, "needs_you");
  const fixing = form(1, { id: `fix ${SESSION}`, operation: SESSION, goods: goodsOf(refused.event) });
  await saveDraft(db, fixing);
  const events = eventsOf(fixing.goods, SESSION, { ids, now: NOW });
  assert.equal(await commitGoods(db, { draft: fixing, events, title: "Shop", now: NOW }), "saved");
  const [op] = await allOperations(db);
  assert.deepEqual([op.id, op.revision, op.state, op.problem], [SESSION, 1, "waiting", undefined]);
});

test("clerks and managers count, and only a manager sees what to expect", () => {
  const roles = ["rep", "clerk", "manager", "finance", "admin", undefined];
  assert.deepEqual(roles.filter(mayCount), ["clerk", "manager"]);
  assert.deepEqual(roles.filter(mayCountOpen), ["manager"]);
});

test("stock is told by place and by any number of an article", () => {
  const level = (location, gtin, sku, quantity) => ({ location, gtin, sku, quantity });
  const stock = {
    at: NOW,
    levels: [level("shop", "1", "", "3"), level("cellar", "1", "", "12"), level("shop", "", "A", "4")],
  };
  assert.deepEqual(placesIn(stock), ["shop", "cellar"]);
  assert.deepEqual(
    [...levelsAt(stock, "shop")],
    [
      ["gtin 1", "3"],
      ["sku A", "4"],
    ],
  );
  assert.equal(levelsAt(null, "shop"), null);
  assert.deepEqual(
    levelsOf(stock, ["1"], "").map(({ location }) => location),
    ["cellar", "shop"],
  );
  assert.deepEqual(levelsOf(stock, [], "A").length, 1);
  assert.deepEqual(levelsOf(stock, [], ""), []);
});

test("codes that came too early wait for whoever takes them", async () => {
  assert.equal(await keepEarly("A"), true);
  await keepEarly("B");
  assert.deepEqual(takeEarly(), ["A", "B"]);
  assert.deepEqual(takeEarly(), []);
});

/** A gateway that answers about stock, or is away. */
function gateway(levels) {
  const asked = [];
  const call = async (path) => {
    asked.push(path);
    if (!levels) throw new Failure("unreachable");
    return { levels, next: null };
  };
  return { asked, call };
}

test("stock is heard of, kept with its age, and stays without a network", async () => {
  const db = storage();
  const [level, beer] = [
    (quantity) => ({ location: "shop", gtin: "1", sku: "", quantity }),
    { gtins: ["1", "2"], sku: "B" },
  ];
  const away = gateway(null);
  assert.equal(await refreshOne({ db, call: away.call, now: () => NOW }, beer), false);
  assert.equal(await stockOf(db, beer), null);
  const near = gateway([level("3")]);
  assert.equal(await refreshOne({ db, call: near.call, now: () => NOW }, beer), true);
  assert.equal(await refreshOne({ db, call: near.call, now: () => NOW + 1_000 }, beer), false);
  assert.deepEqual(near.asked, ["/api/v1/stock?gtin=1"]);
  assert.deepEqual(await stockOf(db, beer), { at: NOW, levels: [level("3")] });
  const later = NOW + 400_000;
  assert.equal(await refreshStock({ db, call: gateway([level("7")]).call, now: () => later }), true);
  assert.deepEqual(await stockOf(db, beer), { at: later, levels: [level("7")] });
  assert.equal(await refreshStock({ db, call: away.call, now: () => later + 400_000 }), false);
  assert.equal((await keptStock(db)).at, later);
  assert.ok(!JSON.stringify(await db.get("stock")).includes("shop")); // sealed
});
