import assert from "node:assert/strict";
import { test } from "node:test";
import { check, diagnosis } from "../../static/app/diagnosis.js";
import { NOW, PHONE } from "./cast.js";

const FACTS = {
  build: "abc123",
  device: PHONE,
  epoch: "g1",
  link: "offline",
  tried: NOW - 60_000,
  sent: 0,
  received: NOW - 3_600_000,
  waiting: 3,
  needsYou: 1,
  conflicts: 0,
  withdrawn: 2,
  drafts: 1,
  oldest: NOW - 600_000,
  skew: -65_400,
  used: 5_400_000,
  kept: false,
  restarts: 1,
  language: "en",
};

test("the code says what a helper asks first, in one line that reads aloud", () => {
  assert.equal(
    diagnosis(FACTS, NOW).replace(/ #\w+$/, ""),
    "WS1 at=20270115T080000 build=abc123 device=0192d1a0-0000-7000-8000-00000000a1b2 gateway=g1 link=offline" +
      " tried=20270115T075900 sent=never received=20270115T070000 queue=3/1/0/2/1 oldest=10min clock=-65s" +
      " storage=5.1MB,unprotected restarts=1 language=en",
  );
});

test("a figure that was copied wrongly does not fit its mark", () => {
  const [line, mark] = diagnosis(FACTS, NOW).split(" #");
  assert.match(mark, /^[0-9A-V]{4}$/);
  assert.equal(check(line), mark);
  assert.notEqual(check(line.replace("queue=3", "queue=8")), mark);
});
