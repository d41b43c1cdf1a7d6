// What happened with a customer, as the phone tells it: the gateway's word and its own, each thing once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../static/app/api.js";
import { fetchStory, keptStory, moments, pictures } from "../../static/app/stories.js";
import { NOW, operation, storage } from "./cast.js";

const at = (minutes) => new Date(NOW + minutes * 60_000).toISOString();
const dealing = (id, more) => ({ type: "visit", id, at: at(0), by: "mira", number: "", data: {}, masked: [], ...more });
const visit = (id, minutes) =>
  operation({
    ...{ id, record: id, type: "fact", kind: "visit", about: "r1", reference: "" },
    event: { data: { check_in: at(minutes), outcome: "order" } },
  });

test("the newest comes first, whoever knows of it", () => {
  const task = operation({ id: "o", record: "t1", kind: "task", data: { title: "Call" }, saved_at: NOW + 30_000 });
  const all = moments([dealing("a"), dealing("b", { at: at(5) })], [visit("v1", 2), task]);
  assert.deepEqual(
    all.map(({ id }) => id),
    ["b", "v1", "t1", "a"],
  );
  assert.deepEqual([all[1].op?.id, all[2].type, all[0].op], ["v1", "task", undefined]);
});

test("what both know is told once, by the gateway", () => {
  const all = moments([dealing("v1", { by: "mira" })], [visit("v1", 0)]);
  assert.deepEqual(
    all.map(({ by, op }) => [by, op]),
    [["mira", undefined]],
  );
});

test("what arrived and only the gateway still knows is not made up", () => {
  assert.deepEqual(moments([], [operation({ kind: "task", record: "t1", data: undefined, state: "done" })]), []);
});

test("a picture of a record is shown once, with what this phone has of it, and drafts stay in their form", () => {
  const row = { file: "f1", record: "v1", type: "image/jpeg", purpose: "photo", at: NOW, state: "waiting", thumb: 1 };
  const file = (id, record) => ({
    id,
    record,
    type: "image/jpeg",
    purpose: "photo",
    kind: "visit",
    size: 1,
    at: at(1),
  });
  const all = pictures([file("f1", "v1"), file("f2", "v1")], [row, { ...row, file: "f3", state: "draft" }]);
  assert.deepEqual(
    all.map(({ file, row }) => [file, row?.state]),
    [
      ["f2", undefined],
      ["f1", "waiting"],
    ],
  );
});

test("what was read stays with its age, for the customers that were looked at last", async () => {
  const db = storage();
  const call = async (path) => (path.includes("timeline") ? { dealings: [dealing("a")] } : { attachments: [] });
  for (let number = 0; number <= 50; number += 1) await fetchStory({ db, call, now: () => NOW }, `r${number}`);
  assert.equal((await keptStory(db, "r50"))?.at, NOW);
  assert.equal((await keptStory(db, "r1"))?.dealings.length, 1);
  assert.equal(await keptStory(db, "r0"), undefined);
});

test("an answer that is none leaves what was known", async () => {
  const db = storage();
  await assert.rejects(fetchStory({ db, call: async () => ({}), now: () => NOW }, "r1"), Failure);
  assert.equal(await keptStory(db, "r1"), undefined);
});
