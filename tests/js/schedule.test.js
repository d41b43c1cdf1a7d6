// When a job has its turns, as a person fills it in and as the gateway keeps it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DAYS, daily, formOf, inUnits, triggerOf } from "../../static/console/schedule/trigger.js";

test("a pause is told in the largest unit that it is a whole number of", () => {
  assert.deepEqual(inUnits(300), [5, "minute"]);
  assert.deepEqual(inUnits(5400), [90, "minute"]);
  assert.deepEqual(inUnits(86_400), [1, "day"]);
  assert.deepEqual(inUnits(61), [61, "second"]);
});

test("a cron that is a time of day on days people choose from is shown as one", () => {
  assert.deepEqual(daily("5 2 * * 1-5"), { at: "02:05", days: "1-5" });
  for (const cron of ["*/5 2 * * *", "5 2 1 * *", "5 2 * * 2,4", "5 2 * *", ""]) assert.equal(daily(cron), null);
});

test("what a form shows is what it sends again", () => {
  const crons = [...DAYS.map((days) => `30 14 * * ${days}`), "*/10 * * * *", "0 0 1 1 *"];
  const triggers = [
    ...[5, 60, 90, 300, 3600, 86_400, 604_800].map((every_s) => ({ every_s, cron: "", jitter_s: 7 })),
    ...crons.map((cron) => ({ every_s: null, cron, jitter_s: 0 })),
  ];
  for (const trigger of triggers) assert.deepEqual(triggerOf(formOf(trigger)), trigger);
});

test("what is no number is sent as nought, which the gateway refuses with a sentence", () => {
  const form = { ...formOf({ every_s: 300, cron: "", jitter_s: 0 }), count: "", jitter: "x" };
  assert.deepEqual(triggerOf(form), { every_s: 0, cron: "", jitter_s: 0 });
});
