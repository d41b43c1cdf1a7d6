// One open visit: begun with a tap, on disk from then on, and left without loss.
import assert from "node:assert/strict";
import { test } from "node:test";
import { allDrafts } from "../../static/app/drafts.js";
import { keepPhoto, photosOf } from "../../static/app/files.js";
import { openVisit } from "../../static/app/forms/visit_entry.js";
import { allOperations, settleAll, take } from "../../static/app/outbox.js";
import { change } from "../../static/app/packs.js";
import { bare, NOW, PHONE, record, storage } from "./cast.js";

globalThis.navigator ??= {}; // no locks: then one tab is taken to be alone

const coords = { latitude: 53.5503, longitude: 9.992, accuracy: 8 };
const finding = { getCurrentPosition: (tell) => tell({ coords }) };
const refusing = { getCurrentPosition: (_tell, refuse) => refuse({ code: 1 }) };
const thumb = new ArrayBuffer(1);
const photo = (id) => ({ id, bytes: new ArrayBuffer(4), thumb, type: "image/jpeg" });

/** A phone with one customer on it, and a clock that a test may move. */
async function phone(geolocation = finding) {
  const db = storage();
  await db.write(["packs", "lines"], (tx) => change(tx, [{ ...record(), generation: 1 }], [], bare));
  const clock = { at: NOW };
  return { db, device: PHONE, geolocation, now: () => clock.at, clock };
}

const taken = (place, entry, id) =>
  keepPhoto(
    place.db,
    photo(id),
    { kind: "visit", record: entry.draft.record, customer: "r1", purpose: "photo" },
    {
      ...{ now: place.now(), draft: true, estimate: async () => ({}) },
    },
  ).then(() => entry.recount());

test("a visit is on disk from its first moment, with where and since when", async () => {
  const place = await phone();
  const entry = await openVisit(place, "r1");
  await entry.writer.idle();
  assert.deepEqual([entry.draft.title, entry.continuedFrom.value], ["Corner", null]);
  await entry.write();
  const [draft] = await allDrafts(place.db);
  assert.deepEqual([draft.about, draft.started_at, draft.whereabouts.position.accuracy_m], ["r1", NOW, 8]);
});

test("a refused position is said and nothing more", async () => {
  const entry = await openVisit(await phone(refusing), "r1");
  await entry.write();
  assert.deepEqual(entry.whereabouts.value, { position_missing: "denied" });
});

test("what was typed is there again, with its check-in and its photos", async () => {
  const place = await phone();
  const first = await openVisit(place, "r1");
  first.set("note", "Wants samples");
  await taken(place, first, "f1");
  place.clock.at = NOW + 600_000;
  const again = await openVisit({ ...place, geolocation: refusing }, "r1");
  assert.equal(again.values.value.note, "Wants samples");
  assert.deepEqual([again.checkedIn.value, again.continuedFrom.value, again.photos.value.length], [NOW, NOW, 1]);
  assert.equal(again.whereabouts.value.position.accuracy_m, 8);
});

test("a mere look leaves no trace, a visit that was entered or took its time stays", async () => {
  const place = await phone();
  await (await openVisit(place, "r1")).close();
  assert.deepEqual(await allDrafts(place.db), []);
  const entered = await openVisit(place, "r1");
  entered.set("note", "x");
  await entered.close();
  assert.equal((await allDrafts(place.db)).length, 1);
  const slow = await phone();
  const waiting = await openVisit(slow, "r1");
  slow.clock.at = NOW + 900_000;
  await waiting.close();
  assert.equal((await allDrafts(slow.db)).length, 1);
});

test("starting over empties the form and checks in anew, and can be taken back", async () => {
  const place = await phone();
  const entry = await openVisit(place, "r1");
  entry.set("note", "first");
  await taken(place, entry, "f1");
  place.clock.at = NOW + 60_000;
  const undo = entry.startOver();
  await entry.recount();
  assert.deepEqual([entry.values.value.note, entry.checkedIn.value, entry.photos.value.length], ["", NOW + 60_000, 0]);
  undo();
  await entry.recount();
  assert.deepEqual([entry.values.value.note, entry.checkedIn.value, entry.photos.value.length], ["first", NOW, 1]);
});

test("a photo that was taken away is gone for good only when the form is left", async () => {
  const place = await phone();
  const entry = await openVisit(place, "r1");
  await taken(place, entry, "f1");
  entry.drop(entry.photos.value);
  await entry.recount();
  assert.equal((await photosOf(place.db, entry.draft.record)).length, 1);
  await entry.close();
  assert.deepEqual(await photosOf(place.db, entry.draft.record), []);
});

test("a saved visit is in the outbox with its task and its photos, once", async () => {
  const place = await phone();
  const entry = await openVisit(place, "r1");
  await taken(place, entry, "f1");
  entry.set("outcome", "order");
  entry.set("next_date", "2031-05-06");
  assert.equal(await entry.save("Visit Corner again"), "saved");
  await entry.close();
  const [fact, task] = await allOperations(place.db);
  assert.deepEqual([fact.event.data.files, fact.event.data.outcome, fact.title], [["f1"], "order", "Corner"]);
  assert.deepEqual([task.data.title, task.about], ["Visit Corner again", "r1"]);
  assert.deepEqual(await allDrafts(place.db), []);
  assert.equal(await openVisit(place, fact.id), "on_its_way");
});

test("a refused visit opens with what was objected to, at its field, and is mended under its own id", async () => {
  const place = await phone();
  const entry = await openVisit(place, "r1");
  entry.set("outcome", "order");
  await entry.save("");
  await entry.close();
  const id = entry.draft.record;
  const errors = [{ code: "visit_outcome_unknown", pointer: "/event/data/outcome", detail: "Not any more" }];
  const answer = { id, status: "rejected", problem: { code: "visit_invalid", errors } };
  const world = { now: NOW, random: () => 0, generation: 1, lineOf: bare };
  await settleAll(place.db, await take(place.db, NOW, 9), [answer], world);
  const mended = await openVisit(place, id);
  assert.deepEqual([mended.mends, mended.draft.about, mended.values.value.outcome], [true, "r1", "order"]);
  assert.equal(mended.objections.value[0].path.at(-1), "outcome");
  mended.set("outcome", "absent");
  assert.deepEqual(mended.objections.value, []);
  assert.equal(await mended.save(""), "saved");
  const [op] = await allOperations(place.db);
  assert.deepEqual(
    [op.id, op.revision, op.event.data.outcome, op.event.data.check_in],
    [id, 1, "absent", new Date(NOW).toISOString()],
  );
});

test("a customer that is not on this phone is not visited", async () => {
  assert.equal(await openVisit(await phone(), "nobody"), "gone");
});
