// Packs of records: what belongs where, what a change touches, and nothing ever lost between two of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { allLines, change, packOf, repacked, rowAt } from "../../static/app/packs.js";
import { eachRecord, rewriteLines } from "../../static/app/upkeep.js";
import { bare, record, storage } from "./cast.js";

const name = (at) => `r${String(at).padStart(5, "0")}`;
const rows = (from, to, more) => Array.from({ length: to - from }, (_, at) => row(from + at, more));
const row = (at, more) => ({ ...record({ id: name(at), ...more }), generation: 1 });
const write = (db, puts, gone = []) => db.write(["packs", "lines"], (tx) => change(tx, puts, gone, bare));
const packs = (db) => db.read(["packs"], (tx) => tx.objectStore("packs").getAll());
const at = (db, id, kind = "customer") => db.read(["packs"], (tx) => rowAt(tx, kind, id));
const key = (id, kind = "customer") => ({ kind, id });

async function ids(db) {
  const found = [];
  await eachRecord(db, ({ kind, id }) => found.push(`${kind} ${id}`));
  return found;
}

test("an id belongs to the last pack that begins at or before it", () => {
  const firsts = ["", "c", "f"];
  assert.deepEqual(
    ["a", "c", "d", "f", "z", ""].map((id) => packOf(firsts, id)),
    ["", "c", "c", "f", "f", ""],
  );
});

test("a pack that grows too large is cut, and keeps its own beginning", () => {
  const puts = new Map(rows(0, 240).map((each) => [each.id, each]));
  const pieces = repacked("", rows(300, 310), { puts, gone: new Set() });
  assert.deepEqual(
    pieces.map(({ first, rows: piece }) => [first, piece.length]),
    [
      ["", 100],
      [name(100), 100],
      [name(200), 50],
    ],
  );
});

test("every record is found by one look, and one that is not there is not", async () => {
  const db = storage();
  await write(db, [...rows(0, 500), ...rows(0, 3, { kind: "product" })]);
  assert.equal((await packs(db)).length, 6);
  for (const id of [0, 49, 50, 51, 499]) assert.equal((await at(db, name(id))).id, name(id));
  assert.equal((await at(db, name(2), "product")).kind, "product");
  assert.equal(await at(db, "r00049x"), undefined);
  assert.equal(await at(db, "a"), undefined);
  assert.equal(await at(db, name(0), "supplier"), undefined);
});

test("a change of few records writes their packs and no others", async () => {
  const db = storage();
  await write(db, rows(0, 500));
  const real = IDBObjectStore.prototype.put;
  const written = [];
  IDBObjectStore.prototype.put = function (value, ...more) {
    written.push(`${this.name} ${value.first}`);
    return real.call(this, value, ...more);
  };
  try {
    await write(db, [row(60, { version: 2 }), row(61, { version: 2 }), row(333, { version: 2 })]);
  } finally {
    IDBObjectStore.prototype.put = real;
  }
  assert.deepEqual(written.sort(), ["lines ", `lines ${name(300)}`, "packs ", `packs ${name(300)}`]);
  assert.deepEqual([(await at(db, name(61))).version, (await at(db, name(62))).version], [2, 1]);
});

test("what arrives in any order, and what goes, leaves the same as a plain map would", async () => {
  const db = storage();
  const model = new Map();
  let seed = 7;
  const chance = (below) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  for (let round = 0; round < 40; round += 1) {
    const puts = Array.from({ length: chance(80) }, () => row(chance(900), { version: round }));
    const gone = Array.from({ length: chance(round % 5 ? 20 : 300) }, () => key(name(chance(900))));
    await write(db, puts, gone);
    for (const each of puts) model.set(each.id, each);
    for (const { id } of gone) model.delete(id);
  }
  assert.deepEqual(
    await ids(db),
    [...model.keys()].sort().map((id) => `customer ${id}`),
  );
  for (const [id, each] of model) assert.equal((await at(db, id)).version, each.version);
  assert.deepEqual((await allLines(db)).map(({ id }) => id).sort(), [...model.keys()].sort());
});

test("when everything is gone there is still a place for what comes", async () => {
  const db = storage();
  await write(db, rows(0, 200));
  await write(
    db,
    [],
    rows(0, 200).map(({ id }) => key(id)),
  );
  assert.deepEqual(await ids(db), []);
  await write(db, [row(77)]);
  assert.deepEqual(await ids(db), [`customer ${name(77)}`]);
});

test("lines are made anew for all records when what stands in them changes", async () => {
  const db = storage();
  await write(db, rows(0, 250));
  await rewriteLines(db, (each) => ({ ...bare(each), line: `new ${each.id}` }));
  const lines = await allLines(db);
  assert.equal(lines.length, 250);
  assert.ok(lines.every(({ id, line }) => line === `new ${id}`));
});
