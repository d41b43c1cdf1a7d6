// The warning and the check while a form is open: the gateway is asked, superseded questions end, silence changes nothing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { signal } from "@preact/signals";
import { readTables } from "../../static/app/forms/companies.js";
import { Trial } from "../../static/app/forms/trial.js";
import { Twins } from "../../static/app/forms/twins.js";
import { wire } from "../../static/app/operations.js";
import { change } from "../../static/app/packs.js";
import { bare, operation, record, storage } from "./cast.js";

const read = (/** @type {string} */ path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf-8"));
const { matching } = read("../cases/likeness.json");
await readTables(async (url) => read(`../..${url}`));

const candidate = (/** @type {object} */ more) => ({
  id: "r1",
  grade: "strong",
  score: 0.9,
  in_scope: true,
  number: "W1-C000001",
  title: "Corner",
  ask: null,
  reasons: [{ code: "same", field: "legal_name", weight: 8.5 }],
  ...more,
});

/** A form with some values, as far as these two look at it. */
function formWith(/** @type {any} */ data, /** @type {any} */ draft = {}) {
  const values = signal(data);
  return /** @type {any} */ ({
    kind: { name: "customer", matching, fields: [] },
    draft: { kind: "customer", record: "own", edits: false, ...draft },
    values,
    place: { db: storage() },
    findings: signal([]),
    objections: signal([]),
    written: 0,
    get data() {
      return values.value;
    },
    async write() {
      this.written += 1;
    },
  });
}

/** A gateway that answers when it is told to. */
function line(/** @type {any} */ answer, { online = true } = {}) {
  /** @type {any[]} */
  const asked = [];
  const call = (/** @type {string} */ path, /** @type {any} */ request) => {
    asked.push({ path, ...request });
    return typeof answer === "function" ? answer(request) : Promise.resolve(answer);
  };
  return { asked, online: () => online, call, likely: async () => [] };
}

test("the gateway is asked with what is compared, and its answer is shown", async () => {
  const way = line({ candidates: [candidate({})] });
  const twins = new Twins(formWith({ legal_name: "Corner", notes: "n" }), way);
  await twins.look();
  assert.deepEqual(way.asked[0].body, { data: { legal_name: "Corner" }, id: "own" });
  assert.equal(way.asked[0].path, "/api/v1/records/customer/duplicates");
  assert.deepEqual(
    twins.open.value.map(({ id }) => id),
    ["r1"],
  );
  twins.close();
});

test("without a network nobody is asked, and a gateway that fails changes nothing", async () => {
  const silent = line({}, { online: false });
  const alone = new Twins(formWith({ legal_name: "Corner" }), silent);
  await alone.look();
  assert.deepEqual([silent.asked.length, alone.open.value.length], [0, 0]);
  alone.close();
  const failing = new Twins(
    formWith({ legal_name: "Corner" }),
    line(() => Promise.reject(new Error("gone"))),
  );
  await failing.look();
  assert.deepEqual(failing.open.value, []);
  failing.close();
});

test("a question that was overtaken ends, and its answer is not shown", async () => {
  /** @type {((answer: any) => void)[]} */
  const waiting = [];
  const way = line(() => new Promise((resolve) => waiting.push(resolve)));
  const form = formWith({ legal_name: "Corn" });
  const twins = new Twins(form, way);
  const first = twins.look();
  while (!way.asked.length) await new Promise((resolve) => setImmediate(resolve));
  form.values.value = { legal_name: "Corner" };
  const second = twins.look();
  while (way.asked.length < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(way.asked[0].signal.aborted, true);
  waiting[1]?.({ candidates: [candidate({ id: "new" })] });
  waiting[0]?.({ candidates: [candidate({ id: "old" })] });
  await Promise.all([first, second]);
  assert.deepEqual(
    twins.open.value.map(({ id }) => id),
    ["new"],
  );
  twins.close();
});

test("what is said to be another one is kept with the draft and travels", async () => {
  const form = formWith({ legal_name: "Corner" });
  const twins = new Twins(form, line({ candidates: [candidate({})] }));
  await twins.look();
  twins.dismiss("r1");
  assert.deepEqual([twins.open.value, form.draft.not_duplicate_of, form.written], [[], ["r1"], 1]);
  twins.takeBack("r1");
  assert.equal(twins.open.value.length, 1);
  twins.close();
  assert.deepEqual(wire(operation({ not_duplicate_of: ["r1"] })).not_duplicate_of, ["r1"]);
  assert.ok(!JSON.stringify(wire(operation({}))).includes("not_duplicate_of"));
});

test("an edit only hears of what it brings about itself", async () => {
  const found = [candidate({}), candidate({ id: "r2", reasons: [{ code: "same", field: "phone", weight: 6 }] })];
  const form = formWith({ legal_name: "Corner", phone: "030 1234567" }, { edits: true });
  const way = line({ candidates: found });
  const twins = new Twins(form, way);
  await twins.look();
  assert.deepEqual([way.asked.length, twins.open.value.length], [0, 0]);
  form.values.value = { legal_name: "Corner", phone: "030 7654321" };
  await twins.look();
  assert.deepEqual(
    twins.open.value.map(({ id }) => id),
    ["r2"],
  );
  twins.close();
});

test("a new record is tried whole, an edit as a patch of what the gateway knows", async () => {
  const way = line({ problems: [], warnings: [], data: { legal_name: "Corner" }, masked: [] });
  await new Trial(formWith({ legal_name: "Corner" }), way).ask();
  assert.deepEqual(way.asked[0].body, { data: { legal_name: "Corner" } });
  const form = formWith({ legal_name: "Corner", notes: "n" }, { edits: true, record: "r1" });
  await form.place.db.write(["packs", "lines"], (/** @type {any} */ tx) =>
    change(tx, [record({ version: 4 })], [], bare),
  );
  await new Trial(form, way).ask();
  assert.deepEqual(way.asked[1].body, { id: "r1", base_version: 4, patch: { notes: "n" } });
});

test("the gateway's objections stand at their fields, and only while they are about what stands there", async () => {
  const problem = { code: "tax_id_invalid", detail: "No.", pointer: "/tax_id" };
  const form = formWith({ tax_id: "DE1" });
  const trial = new Trial(form, line({ problems: [problem], data: null }));
  await trial.ask();
  assert.deepEqual(form.objections.value, [{ path: ["tax_id"], code: "tax_id_invalid", params: {}, detail: "No." }]);
  assert.equal(trial.current?.data, null);
  form.values.value = { tax_id: "DE2" };
  assert.equal(trial.current, null);
});

test("what the phone itself finds wrong is not taken to the gateway", async () => {
  const way = line({ problems: [] });
  const form = formWith({ phone: "x" });
  form.findings.value = [{ path: ["phone"], code: "phone_impossible", params: {} }];
  await new Trial(form, way).ask();
  assert.equal(way.asked.length, 0);
});
