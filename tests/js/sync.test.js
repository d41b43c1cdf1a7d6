// When the phone talks, with a clock and timers in the test's hand.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Failure } from "../../static/app/api.js";
import { backoffMs, retryAfterMs } from "../../static/app/backoff.js";
import { linkAfter, Sync } from "../../static/app/sync.js";
import { bare, NOW, PHONE, storage } from "./cast.js";

const started = [];
after(() => {
  for (const sync of started) sync.stop();
});

const empty = {
  upserts: [],
  tombstones: [],
  removed: [],
  cursor: "e.1",
  more: false,
  complete: true,
  protocol: 1,
  server_time: "2027-01-15T08:00:00.000Z",
};

/** A sync engine whose gateway answers with what `answer` says. */
function engine(answer) {
  const state = { now: NOW, plan: null, calls: 0, outcomes: [], next: 0, restarts: [] };
  const call = async () => {
    state.calls += 1;
    return answer(state.calls);
  };
  const world = {
    db: storage(),
    call,
    device: PHONE,
    build: () => "b",
    now: () => state.now,
    random: () => 1,
    lineOf: bare,
    onChange: () => undefined,
    estimate: async () => ({}),
    onServerTime: () => undefined,
  };
  const timer = {
    set: (run, ms) => {
      state.plan = { run, ms };
      return 1;
    },
    clear: () => {
      state.plan = null;
    },
  };
  const sync = new Sync({
    world,
    timer,
    locked: (work) => work(),
    onStart: () => undefined,
    onEnd: (outcome, next) => {
      state.outcomes.push(outcome);
      state.next = next;
    },
    onRestart: (why) => state.restarts.push(why),
  });
  started.push(sync);
  return { sync, state };
}

const silent = () => {
  throw new Failure("unreachable");
};

test("a start talks at once, then calmly", async () => {
  const { sync, state } = engine(() => empty);
  sync.wake("start");
  assert.equal(state.plan.ms, 0);
  await state.plan.run();
  assert.deepEqual(state.outcomes, [{ link: "online", problem: null, sent: 0, received: 0 }]);
  assert.ok(state.plan.ms >= 48_000 && state.plan.ms <= 72_000);
});

test("a silent gateway is left alone for longer and longer, up to five minutes", async () => {
  const { sync, state } = engine(silent);
  const waits = [];
  for (let round = 0; round < 9; round += 1) {
    await sync.round();
    waits.push(state.plan.ms / 1000);
  }
  assert.deepEqual(waits, [2, 4, 8, 16, 32, 64, 128, 256, 300]);
});

test("a save, a network or a tap begins anew", async () => {
  const { sync, state } = engine(silent);
  for (let round = 0; round < 5; round += 1) await sync.round();
  sync.wake("saved");
  assert.equal(state.plan.ms, 0);
  await state.plan.run();
  assert.equal(state.plan.ms, 2_000);
});

test("a gateway that asks for time gets it, whoever taps", async () => {
  const { sync, state } = engine(() => {
    throw new Failure("busy", { waitMs: 45_000 });
  });
  await sync.round();
  assert.equal(state.plan.ms, 45_000);
  assert.equal(state.next, NOW + 45_000);
  state.now += 5_000;
  sync.wake("tap");
  assert.equal(state.plan.ms, 40_000);
});

test("a network that flickers does not make a storm", async () => {
  const { sync, state } = engine(() => empty);
  await sync.round();
  sync.wake("online");
  assert.equal(state.plan.ms, 1_000);
  state.now += 400;
  sync.wake("online");
  assert.equal(state.plan.ms, 600);
});

test("what happens during a round is heard after it", async () => {
  const { sync, state } = engine(() => {
    sync.wake("saved");
    return empty;
  });
  await sync.round();
  assert.equal(state.plan.ms, 0);
});

/** The watch looks again and again while time goes by. */
function watchFor(sync, state, ms) {
  for (let gone = 0; gone < ms; gone += 30_000) {
    state.now += 30_000;
    sync.watch();
  }
}

test("a timer that a sleeping phone lost is noticed, and is no standstill", async () => {
  const { sync, state } = engine(() => empty);
  await sync.round();
  state.plan = null;
  sync.watch();
  assert.equal(state.plan, null);
  state.now += 8 * 3_600_000;
  sync.watch();
  assert.ok(state.plan);
  assert.deepEqual(state.restarts, []);
});

test("a try that nobody makes is made, and counted", async () => {
  const { sync, state } = engine(() => empty);
  await sync.round();
  state.plan = null;
  watchFor(sync, state, 150_000);
  assert.equal(state.plan, null);
  watchFor(sync, state, 60_000);
  assert.equal(state.plan.ms, 0);
  assert.deepEqual(state.restarts, ["overdue"]);
});

test("a clock that is set back seven years does not put the next try off by seven years", async () => {
  const { sync, state } = engine(silent);
  await sync.round();
  state.now -= 7 * 365 * 24 * 3_600_000;
  state.plan = null; // the timer of a browser that was ended
  sync.watch();
  assert.ok(state.plan.ms <= 300_000);
  sync.wake("online");
  assert.ok(state.plan.ms <= 1_000);
});

test("a round that does not go on is given up, and its late end changes nothing", async () => {
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  const { sync, state } = engine((calls) => (calls === 1 ? held : empty));
  const first = sync.round();
  await new Promise((resolve) => setTimeout(resolve, 50));
  watchFor(sync, state, 120_000);
  assert.deepEqual(state.restarts, []);
  watchFor(sync, state, 30_000);
  assert.deepEqual(state.restarts, ["stuck"]);
  assert.equal(state.plan.ms, 0);
  await state.plan.run();
  assert.equal(state.outcomes.length, 1);
  release(empty);
  await first;
  assert.equal(state.outcomes.length, 1);
});

test("a round that slept with its phone gets time to wake", async () => {
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  const { sync, state } = engine((calls) => (calls === 1 ? held : empty));
  const first = sync.round();
  await new Promise((resolve) => setTimeout(resolve, 50));
  state.now += 8 * 3_600_000;
  sync.watch();
  assert.deepEqual(state.restarts, []);
  release(empty);
  await first;
  assert.equal(state.outcomes[0].link, "online");
});

test("a fault of the storage is not hidden as a bad network", async () => {
  const { sync, state } = engine(() => {
    throw new RangeError("ours");
  });
  await assert.rejects(sync.round(), RangeError);
  assert.equal(state.outcomes[0].link, "busy");
  assert.ok(state.plan);
});

test("a stopped engine stays silent", async () => {
  const { sync, state } = engine(() => empty);
  sync.stop();
  await sync.round();
  assert.equal(state.calls, 0);
});

test("every failure has its word on screen", () => {
  const kinds = ["unreachable", "not_the_gateway", "sign_in", "busy", "broken", "refused", "too_large", "update"];
  assert.deepEqual(
    kinds.map((kind) => linkAfter(new Failure(kind))),
    ["offline", "captive", "signed_out", "busy", "busy", "refused", "refused", "update"],
  );
});

test("waits are jittered over their whole length", () => {
  assert.equal(backoffMs(3, 0.5), 4_000);
  assert.equal(backoffMs(3, 0), 250);
  assert.equal(backoffMs(40, 1), 300_000);
});

test("a Retry-After is read in both of its forms", () => {
  assert.equal(retryAfterMs("12", NOW), 12_000);
  assert.equal(retryAfterMs(new Date(NOW + 9_000).toUTCString(), NOW), 9_000);
  assert.deepEqual([retryAfterMs(null, NOW), retryAfterMs("soon", NOW), retryAfterMs("999999", NOW)], [0, 0, 300_000]);
});
