// What a locked phone goes by.
import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, leaseOver, strength, TRIES_MAX, waitMs } from "../../static/app/lock_rules.js";
import { NOW } from "./cast.js";

const DAY = 86_400_000;

test("two slips are free, then the pauses grow, and the fifth takes the copy away once", () => {
  let ring = { tries: 0, next_at: 0 };
  const pauses = [];
  const wiped = [];
  for (let at = 1; at <= 14; at += 1) {
    ring = counted(ring, NOW);
    pauses.push(waitMs(ring, NOW) / 1000);
    if (ring.wipe) wiped.push(at);
  }
  assert.deepEqual(pauses, [0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900]);
  assert.deepEqual(wiped, [TRIES_MAX]);
});

test("a clock that was set back makes nobody wait for years", () => {
  const { next_at } = counted({ tries: 9, next_at: 0 }, NOW);
  assert.equal(waitMs({ next_at }, NOW - 400 * DAY), 900_000);
  assert.equal(waitMs({ next_at }, NOW + DAY), 0);
});

test("a copy rests after so many days without the gateway, whatever the clock is set to", () => {
  const over = (now, seen = now, contact = NOW) => leaseOver({ contact, seen, now, days: 7 });
  assert.equal(over(NOW + 7 * DAY), false);
  assert.equal(over(NOW + 7 * DAY + 1), true);
  assert.equal(over(NOW + DAY, NOW + 8 * DAY), true, "the clock was set back");
  assert.equal(over(NOW - 8 * DAY, NOW - 8 * DAY), true, "or far back");
  assert.equal(over(NOW - DAY), false, "a clock that was mended a little is no thief");
  assert.equal(leaseOver({ contact: undefined, seen: NOW, now: NOW, days: 7 }), false);
});

test("strength is told as it is", () => {
  const grades = { short: ["", "abc1234", "上海华新"], weak: ["12345678", "aaaaaaaaaaaa", "password2026", "abcdefgh"] };
  Object.assign(grades, { fair: ["kzmqwpdx"], good: ["harbour lamp amber", "kW7#mQ2!xP", "海灯琥珀山川雨雪风"] });
  for (const [grade, texts] of Object.entries(grades))
    for (const text of texts) assert.equal(strength(text), grade, text);
});
