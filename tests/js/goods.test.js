// Counting and receiving as pure values: lines, what differs, how far a delivery has come, and the facts they become.
import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../../static/app/codes/symbology.js";
import { compare, minus, plus, quantityIn, sum } from "../../static/app/goods/amounts.js";
import { eventsOf, goodsOf, parts, reversalOf } from "../../static/app/goods/events.js";
import { added, articleOf, changed, itemOf, restored, wantedIn, without } from "../../static/app/goods/lines.js";
import { cameOf, expectedIn, progressOf, questionsOf, varianceOf } from "../../static/app/goods/progress.js";

const BEER = "4006381333931";
const GTIN = "04006381333931";
const BEER_CARD = {
  entry: { title: "Beer", number: "", id: "p", kind: "product" },
  data: { sku: "B-1", unit: "pcs", barcodes: [GTIN] },
};
const scan = (lines, code, products = []) =>
  added(lines, itemOf(code, read(code, { today: "2026-11-22" }), products, 7));
const all = (codes, products) => codes.reduce((lines, code) => scan(lines, code, products).lines, []);

/** The same numbers at every run. */
function chance(seed) {
  let state = seed;
  return (most) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % most;
  };
}

test("quantities are added up without a rounding", () => {
  assert.equal(plus("0.1", "0.2"), "0.3");
  assert.equal(minus("1", "1.000001"), "-0.000001");
  assert.equal(sum(["999999999999.999999", "0.000001"]), "1000000000000");
  assert.equal(compare("2", "10"), -1);
  for (const [typed, quantity] of [
    ["12", "12"],
    [" 1,50 ", "1.5"],
    ["0", "0"],
    ["-1", ""],
    ["", ""],
    ["1.2.3", ""],
    ["1e3", ""],
  ])
    assert.equal(quantityIn(typed), quantity);
});

test("each scan is one more, and what was scanned last stands first", () => {
  const lines = all([BEER, BEER, "96385074", BEER], [BEER_CARD]);
  assert.deepEqual(
    lines.map(({ gtin, quantity }) => [gtin, quantity]),
    [
      [GTIN, "3"],
      ["00000096385074", "1"],
    ],
  );
  assert.equal(lines[0].name, "Beer");
  assert.equal(lines[0].sku, "B-1");
});

test("a weight, a lot and a date are taken from the code, and lots are lines of their own", () => {
  const ham = `]C101${GTIN}3103001250`;
  const [line] = all([ham, ham], [BEER_CARD]);
  assert.deepEqual([line.quantity, line.unit], ["2.5", "kg"]);
  const [second, first] = all([`]C101${GTIN}1727123110A`, `]C101${GTIN}1728123110B`]);
  assert.deepEqual([first.lot, first.expiry, second.lot, second.expiry], ["A", "2027-12-31", "B", "2028-12-31"]);
  assert.equal(articleOf(first), articleOf(second));
});

test("a carton counts what is in it", () => {
  const carton = `]C102${GTIN}3724`;
  const [line] = all([carton], []);
  assert.deepEqual([line.gtin, line.quantity], [GTIN, "24"]);
  assert.deepEqual(wantedIn(read(carton, { today: "2026-11-22" }))[0], GTIN);
});

test("a thing that says its own serial number counts once", () => {
  const first = scan([], `]d201${GTIN}21A1`);
  const again = scan(first.lines, `]d201${GTIN}21A1`);
  assert.equal(again.again, true);
  assert.equal(scan(again.lines, `]d201${GTIN}21A2`).line.quantity, "2");
});

test("a code that nobody knows is kept as it was read", () => {
  const [wrong, shelf] = all(["SHELF-1", "4006381333932"]);
  assert.deepEqual([shelf.sku, shelf.code, shelf.gtin], ["SHELF-1", "SHELF-1", ""]);
  assert.deepEqual([wrong.sku, wrong.warnings], ["4006381333932", ["fault.check_digit"]]);
  const [long] = all(["X".repeat(300)]);
  assert.deepEqual([long.sku.length, long.code.length], [80, 300]);
});

test("a typed article number is the article of its barcode", () => {
  const [line] = all(["B-1"], [BEER_CARD]);
  assert.deepEqual([line.gtin, line.sku, line.code], [GTIN, "B-1", undefined]);
});

test("a line is changed and taken away by its key", () => {
  const lines = all([BEER, "96385074"]);
  assert.equal(changed(lines, lines[1].key, { quantity: "9" })[1].quantity, "9");
  const rest = without(lines, lines[0].key);
  assert.deepEqual(rest, [lines[1]]);
  assert.deepEqual(restored(rest, lines, lines[0].key), lines);
  const since = scan(rest, "96385074").lines; // what was scanned meanwhile is not lost by it
  assert.equal(restored(since, lines, lines[0].key)[0].quantity, "2");
});

const EXPECTED = expectedIn({
  lines: {
    b: { sku: "ICE", name: "Ice", quantity: "2.5", unit: "kg" },
    a: { gtin: GTIN, sku: "B-1", name: "Beer", quantity: "24" },
    c: { gtin: GTIN, name: "Beer again", quantity: "6" },
  },
});
const came = (gtin, sku, quantity) => ({ gtin, sku, quantity });

test("a delivery is open, then partly here, then complete, and says what is still to come", () => {
  assert.equal(progressOf(EXPECTED, []).state, "open");
  const partly = progressOf(EXPECTED, [came(GTIN, "", "25"), came("", "ICE", "1")]);
  assert.equal(partly.state, "partly");
  assert.deepEqual(
    partly.rows.map(({ open, over }) => [open, over]),
    [
      ["0", "0"],
      ["1.5", "0"],
      ["5", "0"],
    ],
  );
  const much = progressOf(EXPECTED, [came(GTIN, "", "31"), came("", "ICE", "2.5"), came("", "NEW", "1")]);
  assert.equal(much.state, "complete");
  assert.deepEqual(
    much.rows.map(({ over }) => over),
    ["0", "0", "1"],
  );
  assert.deepEqual(much.extra, [came("", "NEW", "1")]);
});

test("what comes in parts adds up in any order", () => {
  for (let seed = 1; seed < 60; seed += 1) {
    const next = chance(seed);
    const some = Array.from({ length: next(9) }, () => {
      const of = [came(GTIN, "", ""), came("", "B-1", ""), came("", "ICE", ""), came("", "NEW", "")][next(4)];
      return { ...of, quantity: `${next(20)}.${next(10)}` };
    });
    const mixed = some
      .map((each) => [next(1_000), each])
      .sort(([a], [b]) => a - b)
      .map(([, each]) => each);
    const [left, right] = [progressOf(EXPECTED, some), progressOf(EXPECTED, mixed)];
    assert.deepEqual(left.rows, right.rows);
    assert.equal(left.state, right.state);
    const received = sum([...left.rows.map((row) => row.received), ...left.extra.map(({ quantity }) => quantity)]);
    assert.equal(received, sum(some.map(({ quantity }) => quantity)));
  }
});

const WORLD = { ids: () => "0190f3c2-0000-7000-8000-0000000000ff", now: 0 };
const SESSION = "0190f3c2-0000-7000-8000-000000000001";
const arrival = {
  what: "receive",
  location: "shop",
  blind: true,
  delivery: { id: "d", number: "PO-7", supplier: "Brewery" },
};
const opOf = (event, state = "waiting") => ({ kind: "stock", record: event.id, state, event });

test("what this phone told is added to what the gateway knows, each fact once", () => {
  const [event] = eventsOf({ ...arrival, lines: all([BEER, BEER]) }, SESSION, WORLD);
  const told = { document: "PO-7", lines: [came(GTIN, "", "5")], facts: ["other"] };
  const received = (facts, ops) => progressOf(EXPECTED, cameOf("PO-7", { ...told, facts }, ops)).rows[0].received;
  assert.equal(received([], [opOf(event)]), "7");
  assert.equal(received([SESSION], [opOf(event, "done")]), "5");
  assert.equal(received([], [opOf(event, "aside")]), "5");
  const back = reversalOf(event, "Mistaken", { id: "r", now: 1 });
  assert.equal(received([], [opOf(event), opOf(back)]), "5");
  assert.equal(received([SESSION], [opOf(event, "done"), opOf(back)]), "3");
  assert.equal(received([SESSION, "r"], [opOf(event, "done"), opOf(back, "done")]), "5");
});

test("what is not on the delivery, and what is too much, is asked about", () => {
  const { rows } = progressOf(EXPECTED, [came("", "ICE", "2.5")]);
  const lines = all([BEER, "ICE", "NEW"]);
  const questions = questionsOf(changed(lines, lines[2].key, { quantity: "31" }), rows);
  assert.deepEqual(
    [...questions.values()],
    [
      { mark: "over", room: "30" },
      { mark: "over", room: "0" },
      { mark: "unexpected", room: "0" },
    ],
  );
  assert.equal(questionsOf(all([BEER]), rows).size, 0);
});

test("a count shows what differs first, and how much nobody counted", () => {
  const levels = new Map([
    [`gtin ${GTIN}`, "3"],
    ["sku B", "2"],
    ["sku OLD", "0"],
    ["sku LEFT", "4"],
  ]);
  const { rows, uncounted } = varianceOf(all(["B", "B", BEER, BEER]), levels);
  assert.deepEqual(
    rows.map(({ counted, expected, difference }) => [counted, expected, difference]),
    [
      ["2", "3", "-1"],
      ["2", "2", "0"],
    ],
  );
  assert.equal(uncounted, 1);
  assert.equal(varianceOf(all([BEER]), null).rows[0].expected, null);
});

test("a count is one fact with everything in it", () => {
  const lines = changed(all([BEER, "SHELF"]), "sku SHELF|||", { quantity: "0" });
  const [event, ...more] = eventsOf({ what: "count", location: "cellar", blind: false, lines }, SESSION, WORLD);
  assert.deepEqual(more, []);
  assert.equal(event.id, SESSION);
  assert.equal(event.type, "stock.counted");
  assert.deepEqual(event.data, {
    ...{ location: "cellar", session: SESSION, blind: false },
    lines: [
      { quantity: "0", sku: "SHELF", code: "SHELF", mark: "unknown" },
      { quantity: "1", gtin: GTIN, code: BEER, mark: "unknown" },
    ],
  });
});

test("a long count is several facts of one session, and no article is torn apart", () => {
  const lines = Array.from({ length: 25 }, (_, at) => scan([], `A${at % 10}`).line).map((line, at) => ({
    ...line,
    lot: `L${at}`,
    key: String(at),
  }));
  const found = parts(lines, 6);
  assert.ok(found.every((part) => part.length <= 6));
  const home = new Map();
  found.forEach((part, at) => {
    for (const line of part) assert.equal(home.get(articleOf(line)) ?? at, at, home.set(articleOf(line), at));
  });
  assert.equal(sum(found.flat().map(({ quantity }) => quantity)), "25");
  const events = eventsOf(
    {
      what: "count",
      location: "shop",
      blind: true,
      lines: Array.from({ length: 1_001 }, (_, at) => ({ ...lines[0], sku: `S${at}`, key: `${at}` })),
    },
    SESSION,
    WORLD,
  );
  assert.deepEqual(
    events.map(({ id, data }) => [id, data.session, data.lines.length]),
    [
      [SESSION, SESSION, 1_000],
      [WORLD.ids(), SESSION, 1],
    ],
  );
  const [whole] = parts(
    lines.map((line) => ({ ...line, sku: "ONE" })),
    6,
  );
  assert.deepEqual(
    whole.map(({ quantity, lot }) => [quantity, lot]),
    [["25", ""]],
  );
});

test("what is taken back names the fact and repeats its lines", () => {
  const [event] = eventsOf({ ...arrival, lines: all([BEER]) }, SESSION, WORLD);
  const { type, data } = reversalOf(event, "Mistaken", { id: "r", now: 0 });
  assert.equal(type, "stock.reversed");
  assert.deepEqual(data, {
    corrects: SESSION,
    reason: "Mistaken",
    location: "shop",
    session: SESSION,
    document: "PO-7",
    lines: event.data.lines,
  });
});

test("what was refused is opened again as it was", () => {
  const marked = { ...arrival, lines: [{ ...scan([], "NEW").line, mark: "unexpected" }] };
  const [event] = eventsOf(marked, SESSION, WORLD);
  const [again] = eventsOf(goodsOf(event), SESSION, { ...WORLD, now: 9_000 });
  assert.deepEqual(again, event); // so much came when it was told first
  const part = { ...event, id: "second", data: { ...event.data, session: SESSION } };
  assert.equal(eventsOf(goodsOf(part), "second", WORLD)[0].data.session, SESSION);
  assert.equal(goodsOf(event).lines[0].key, marked.lines[0].key);
});
