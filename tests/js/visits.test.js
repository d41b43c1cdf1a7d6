// Visits as values, and their way into the outbox: one transaction, the customer first, mended under its own id.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadDraft, saveDraft } from "../../static/app/drafts.js";
import { commitVisit, dealingsWith } from "../../static/app/facts.js";
import { keepPhoto, photosOf } from "../../static/app/files.js";
import { nextBatch, wire } from "../../static/app/operations.js";
import { allOperations, commit, settleAll, take } from "../../static/app/outbox.js";
import {
  beginning,
  eventOf,
  foundAt,
  isTouched,
  mayVisit,
  missingIn,
  taskOf,
  valuesOf,
  whereabouts,
} from "../../static/app/visits.js";
import { bare, draft, NOW, PHONE, record, storage } from "./cast.js";

const HERE = { position: { latitude: "53.550300", longitude: "9.992000", accuracy_m: 12 } };
const world = { now: NOW, random: () => 0.5, generation: 1, lineOf: bare };
const estimate = async () => ({ usage: 0, quota: 1e9 });
const visit = (values, more) =>
  draft({
    ...{ id: "visit r1", kind: "visit", record: "v1", mode: "visit", about: "r1", title: "Corner" },
    values: { ...beginning(), outcome: "order", ...values },
    whereabouts: HERE,
    ...more,
  });

/** Save a visit as the form does. */
async function save(db, form, { task = null, files = [], now = NOW } = {}) {
  await saveDraft(db, form);
  const event = eventOf(form, files, now);
  return commitVisit(db, { draft: form, event, title: "Corner", now, device: PHONE, task });
}

/** Enter the customer itself, as the form of a customer does. */
async function enterCustomer(db) {
  await saveDraft(db, draft());
  await commit(db, {
    draft: draft(),
    data: { legal_name: "Corner" },
    title: "Corner",
    id: "c1",
    device: PHONE,
    now: NOW,
  });
}

test("a visit says where, when and how it ended, and leaves out what nobody said", () => {
  const event = eventOf(visit({ note: "  Wants the new list ", next_date: "2027-02-01" }), ["f"], NOW + 60_000);
  assert.deepEqual(event, {
    ...{ specversion: "1.0", id: "v1", source: "visit", type: "visit.completed" },
    data: {
      customer: "r1",
      check_in: new Date(NOW).toISOString(),
      check_out: new Date(NOW + 60_000).toISOString(),
      outcome: "order",
      ...HERE,
      note: "Wants the new list",
      next_date: "2027-02-01",
      files: ["f"],
    },
  });
  const bareOne = eventOf(visit({}, { whereabouts: { position_missing: "denied" } }), [], NOW).data;
  assert.deepEqual(Object.keys(bareOne), ["customer", "check_in", "check_out", "outcome", "position_missing", "files"]);
});

test("a visit that is saved before a position is found says so", () => {
  assert.equal(eventOf(visit({}, { whereabouts: undefined }), [], NOW).data.position_missing, "timeout");
});

test("a clock that is set back during a visit does not make it end before it began", () => {
  const { check_in, check_out } = eventOf(visit({}), [], NOW - 3_600_000).data;
  assert.equal(check_out, check_in);
});

test("what is missing is named, and nothing else is asked for", () => {
  assert.deepEqual(missingIn(beginning()), [{ field: "outcome", code: "outcome_missing" }]);
  assert.deepEqual(missingIn({ ...beginning(), outcome: "order", next_date: "2027-02-01" }), []);
  assert.deepEqual(
    missingIn({ ...beginning(), outcome: "order", next_date: "01.02.", note: "x".repeat(5_000) }).map(
      ({ code }) => code,
    ),
    ["note_long", "date_wrong"],
  );
});

test("a form that nobody has touched is one that says nothing yet", () => {
  assert.ok(!isTouched(beginning()));
  assert.ok(isTouched({ ...beginning(), note: "x" }));
});

test("a refused visit comes back into the form as it was", () => {
  const event = eventOf(visit({ note: "Ring first", next_date: "2027-02-01" }), [], NOW);
  const values = { outcome: "order", note: "Ring first", next_date: "2027-02-01", task: false, task_title: "" };
  assert.deepEqual(valuesOf(event), values);
});

test("a next date makes a task of the customer and the visit, unless somebody says no", () => {
  const form = visit({ next_date: "2027-02-01" });
  assert.deepEqual(taskOf(form, "Follow up"), {
    ...{ title: "Follow up", customer: "r1", due: "2027-02-01", visit: "v1", status: "open", priority: "normal" },
  });
  assert.equal(taskOf(visit({ next_date: "2027-02-01", task_title: "Bring samples" }), "x")?.title, "Bring samples");
  assert.equal(taskOf(visit({ next_date: "2027-02-01", task: false }), "x"), null);
  assert.equal(taskOf(visit({}), "x"), null);
});

test("who may visit is who the gateway believes it of", () => {
  const roles = ["rep", "clerk", "manager", "finance", "admin", undefined];
  assert.deepEqual(roles.map(mayVisit), [true, true, true, false, false, false]);
});

test("a position comes with its accuracy in whole metres, and the reason why there is none in a word", async () => {
  assert.deepEqual(foundAt({ latitude: -53.55034567, longitude: 9.992, accuracy: 11.2 }), {
    position: { latitude: "-53.550346", longitude: "9.992000", accuracy_m: 12 },
  });
  const refusing = (code) => ({ getCurrentPosition: (_found, refused) => refused({ code }) });
  assert.deepEqual(await whereabouts(refusing(1)), { position_missing: "denied" });
  assert.deepEqual(await whereabouts(refusing(2)), { position_missing: "unavailable" });
  assert.deepEqual(await whereabouts(refusing(3)), { position_missing: "timeout" });
  assert.deepEqual(await whereabouts(undefined), { position_missing: "unsupported" });
  const found = { getCurrentPosition: (tell) => tell({ coords: { latitude: 1, longitude: 2, accuracy: 3 } }) };
  assert.equal((await whereabouts(found)).position?.accuracy_m, 3);
});

test("a visit, its task and the end of its draft come together, and its photos may go", async () => {
  const db = storage();
  const photo = { id: "f1", bytes: new ArrayBuffer(8), thumb: new ArrayBuffer(1), type: "image/jpeg" };
  const owner = { kind: "visit", record: "v1", customer: "r1", purpose: "photo" };
  await keepPhoto(db, photo, owner, { now: NOW, draft: true, estimate });
  assert.equal((await photosOf(db, "v1"))[0].state, "draft");
  const form = visit({ next_date: "2027-02-01" });
  const task = { id: "t-op", record: "t1", data: taskOf(form, "Follow up") };
  assert.equal(await save(db, form, { task, files: ["f1"] }), "saved");
  const [fact, made] = await allOperations(db);
  assert.deepEqual([fact.type, fact.id, fact.about, fact.origin_seq], ["fact", "v1", "r1", 1]);
  assert.deepEqual([made.type, made.kind, made.record, made.data.visit], ["record.create", "task", "t1", "v1"]);
  assert.equal(await loadDraft(db, "visit r1"), undefined);
  const [row] = await photosOf(db, "v1");
  assert.deepEqual([row.state, row.needs], ["waiting", ["v1"]]);
  const own = await db.read(["own"], (tx) => tx.objectStore("own").getAll());
  assert.deepEqual(
    own.map(({ kind, id }) => [kind, id]),
    [["task", "t1"]],
  );
});

test("the same visit again is the same fact", async () => {
  const db = storage();
  await save(db, visit({}));
  assert.equal(await save(db, visit({})), "already");
  assert.equal((await allOperations(db)).length, 1);
});

test("a visit that another tab discarded is not saved", async () => {
  const form = visit({});
  const event = eventOf(form, [], NOW);
  const entry = { draft: form, event, title: "Corner", now: NOW, device: PHONE, task: null };
  assert.equal(await commitVisit(storage(), entry), "gone");
});

test("a visit to a customer that only this phone knows travels after the customer, and so does its task", async () => {
  const db = storage();
  await enterCustomer(db);
  const form = visit({ next_date: "2027-02-01" });
  await save(db, form, { task: { id: "t-op", record: "t1", data: taskOf(form, "Follow up") } });
  const ops = await allOperations(db);
  assert.deepEqual(
    ops.map(({ id, depends_on }) => [id, depends_on]),
    [
      ["c1", []],
      ["v1", ["c1"]],
      ["t-op", ["c1"]],
    ],
  );
  assert.deepEqual(
    nextBatch(ops, { now: NOW }).map(({ id }) => id),
    ["c1", "v1", "t-op"],
  );
});

test("a visit to a customer that the gateway has waits for nobody, and no later edit of the customer waits for it", async () => {
  const db = storage();
  await enterCustomer(db);
  await settleAll(db, await take(db, NOW, 9), [{ id: "c1", status: "applied", record: record() }], world);
  await save(db, visit({}));
  const base = { version: 1, data: { legal_name: "Corner" } };
  const edit = draft({ id: "edit r1", mode: "edit", edits: true, base });
  await saveDraft(db, edit);
  await commit(db, { draft: edit, data: { legal_name: "C" }, title: "C", id: "e1", device: PHONE, now: NOW });
  const ops = (await allOperations(db)).filter(({ state }) => state === "waiting");
  assert.deepEqual(
    ops.map(({ id, depends_on }) => [id, depends_on]),
    [
      ["v1", []],
      ["e1", []],
    ],
  );
});

test("a visit travels as the event and nothing of the phone's own", async () => {
  const db = storage();
  await save(db, visit({}));
  const [fact] = await allOperations(db);
  const sent = JSON.parse(JSON.stringify(wire(fact)));
  assert.deepEqual(
    Object.keys(sent).sort(),
    "at depends_on event id kind origin_seq record revision type".split(" ").sort(),
  );
  assert.equal(sent.event.data.customer, "r1");
});

test("a refused visit is mended under its own id, and the story of one that arrived keeps what it was", async () => {
  const db = storage();
  await save(db, visit({ note: "first" }));
  const problem = { code: "visit_invalid", errors: [{ code: "visit_outcome_unknown", pointer: "/data/outcome" }] };
  await settleAll(db, await take(db, NOW, 9), [{ id: "v1", status: "rejected", problem }], world);
  assert.equal((await allOperations(db))[0].state, "needs_you");
  const form = visit({ outcome: "absent" }, { id: "fix v1", operation: "v1" });
  assert.equal(await save(db, form), "saved");
  const [again] = await allOperations(db);
  assert.deepEqual([again.id, again.revision, again.state, again.problem], ["v1", 1, "waiting", undefined]);
  assert.equal(again.event.data.outcome, "absent");
  await settleAll(db, await take(db, NOW, 9), [{ id: "v1", status: "applied" }], world);
  const [done] = await dealingsWith(db, "r1");
  assert.deepEqual([done.state, done.event.data.outcome], ["done", "absent"]);
  assert.equal(await save(db, form), "gone");
});
