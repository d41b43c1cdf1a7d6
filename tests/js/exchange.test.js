// The phone's side of the protocol, against a server of its own on the loopback: what arrives, what is refused, and
// everything that only looks like an answer.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { createApi, Failure } from "../../static/app/api.js";
import { saveDraft } from "../../static/app/drafts.js";
import { pull, push } from "../../static/app/exchange.js";
import { allOperations, commit } from "../../static/app/outbox.js";
import { change } from "../../static/app/packs.js";
import { position, restart } from "../../static/app/replica.js";
import { eachRecord } from "../../static/app/upkeep.js";
import { bare, draft, NOW, PHONE, record, storage } from "./cast.js";

const servers = [];
after(() => {
  for (const server of servers) server.close();
});

const PROBLEM = "application/problem+json";
const json = (document, status = 200, headers = {}) => ({
  status,
  headers: { "Content-Type": "application/json", ...headers },
  text: JSON.stringify(document),
});
const problem = (status, code, headers = {}) =>
  json({ code, detail: code }, status, { "Content-Type": PROBLEM, ...headers });
const pushed = (results) => json({ results, server_time: new Date(NOW).toISOString(), protocol: 1 });
const page = (more) =>
  json({
    upserts: [],
    tombstones: [],
    removed: [],
    cursor: "e.1",
    more: false,
    complete: true,
    server_time: new Date(NOW).toISOString(),
    protocol: 1,
    ...more,
  });
const applied = ({ id }) => ({ id, status: "applied" });

/**
 * A phone and a server whose answers the test gives.
 * @param {(request: {path: string, query: URLSearchParams, body: any, headers: any}) => any} answer
 */
async function meeting(answer) {
  const seen = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://localhost");
    const chunks = await request.toArray();
    const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : null;
    const asked = { path: url.pathname, query: url.searchParams, body, headers: request.headers };
    seen.push(asked);
    const { status, headers, text, cut } = answer(asked);
    if (cut) return request.socket.destroy();
    response.writeHead(status, headers).end(text);
  });
  servers.push(server);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const db = storage();
  const call = createApi({ language: () => "en", now: () => NOW, origin: `http://127.0.0.1:${server.address().port}` });
  const skews = [];
  const world = {
    db,
    call,
    device: PHONE,
    build: () => "b1",
    now: () => NOW,
    random: () => 0,
    lineOf: bare,
    onChange: () => undefined,
    estimate: async () => ({ usage: 1_000, quota: 5_000 }),
    onServerTime: (server) => skews.push(server - NOW),
  };
  return { world, db, seen, skews };
}

/** Enter customers, one operation each. */
async function enter(db, count) {
  for (let at = 1; at <= count; at += 1) {
    const id = `r${at}`;
    await saveDraft(db, draft({ id, record: id }));
    await commit(db, {
      draft: draft({ id, record: id }),
      data: { legal_name: id },
      title: id,
      id: `op-${at}`,
      device: PHONE,
      now: NOW,
    });
  }
}

const states = async (db) => (await allOperations(db)).map(({ state }) => state);

test("everything waiting is sent in one request that says who, what and since when", async () => {
  const { world, db, seen, skews } = await meeting(({ body }) => pushed(body.operations.map(applied)));
  await enter(db, 3);
  await db.set("restarts", { count: 2, at: NOW, why: "stuck" });
  assert.equal(await push({ ...world, now: () => NOW + 90_000 }), 3);
  const [{ body, headers }] = seen;
  assert.deepEqual(
    body.operations.map(({ origin_seq }) => origin_seq),
    [1, 2, 3],
  );
  assert.equal(body.origin_epoch, await db.get("origin_epoch"));
  assert.equal(headers["x-waystation-device"], PHONE);
  assert.equal(headers["x-waystation-protocol"], "1");
  assert.equal(headers["x-waystation-unsent"], "3");
  assert.equal(headers["x-waystation-oldest"], "90");
  assert.equal(headers["x-waystation-restarts"], "2");
  assert.equal(headers["x-waystation-storage"], "1000/5000");
  assert.deepEqual(await states(db), ["done", "done", "done"]);
  assert.deepEqual(skews, [0]);
});

test("a hundred operations a request, then the rest", async () => {
  const { world, db, seen } = await meeting(({ body }) => pushed(body.operations.map(applied)));
  await enter(db, 120);
  assert.equal(await push(world), 120);
  assert.deepEqual(
    seen.map(({ body }) => body.operations.length),
    [100, 20],
  );
});

/** Answers that are no answer, and what the phone makes of them. */
const IMPOSTORS = [
  [
    "a captive portal's page",
    { status: 200, headers: { "Content-Type": "text/html" }, text: "<html>Welcome</html>" },
    "not_the_gateway",
  ],
  ["an empty body", { status: 200, headers: { "Content-Type": "application/json" }, text: "" }, "not_the_gateway"],
  [
    "half a document",
    { status: 200, headers: { "Content-Type": "application/json" }, text: '{"results": [' },
    "not_the_gateway",
  ],
  ["a redirect", { status: 302, headers: { Location: "http://portal.example.com/" }, text: "" }, "not_the_gateway"],
  ["an answer without a protocol", json({ results: [] }), "not_the_gateway"],
  ["an answer of another protocol", json({ results: [], protocol: 2 }), "update"],
  ["a list", json([]), "not_the_gateway"],
  [
    "a proxy's error page",
    { status: 502, headers: { "Content-Type": "text/html" }, text: "Bad gateway" },
    "not_the_gateway",
  ],
  ["an error that is no problem document", json({ error: "no" }, 401), "not_the_gateway"],
  ["a broken connection", { cut: true }, "unreachable"],
  ["the end of a session", problem(401, "not_signed_in"), "sign_in"],
  ["a busy gateway", problem(503, "store_busy", { "Retry-After": "7" }), "busy"],
  ["an old app", problem(426, "protocol_unsupported"), "update"],
];

for (const [name, answer, kind] of IMPOSTORS) {
  test(`${name} is not success: nothing is lost and nothing counts as sent`, async () => {
    const { world, db } = await meeting(() => answer);
    await enter(db, 1);
    await assert.rejects(push(world), (error) => error instanceof Failure && error.kind === kind);
    assert.deepEqual(await states(db), ["waiting"]);
    await assert.rejects(pull(world), Failure);
    assert.equal((await position(db)).cursor, "");
  });
}

test("the wait a busy gateway asks for is handed on", async () => {
  const { world, db } = await meeting(() => problem(503, "store_busy", { "Retry-After": "7" }));
  await enter(db, 1);
  await assert.rejects(push(world), { waitMs: 7_000 });
});

test("work of another phone travels by itself, under the count it was made in", async () => {
  const { world, db, seen } = await meeting(({ body }) => pushed(body.operations.map(applied)));
  await enter(db, 2);
  await db.write(["outbox"], async (tx) => {
    const outbox = tx.objectStore("outbox");
    await outbox.put({ ...(await outbox.get("op-2")), epoch: "theirs", origin_seq: 41 });
  });
  await push(world);
  assert.deepEqual(
    seen.map(({ body }) => [body.origin_epoch, body.operations.map(({ origin_seq }) => origin_seq)]),
    [
      [await db.get("origin_epoch"), [1]],
      ["theirs", [41]],
    ],
  );
  assert.ok(!("epoch" in seen[1].body.operations[0]));
});

test("what got through before is where the next round begins", async () => {
  let load = 1;
  const { world, db, seen } = await meeting(({ body }) =>
    body.operations.length > load ? problem(413, "push_too_many") : pushed(body.operations.map(applied)),
  );
  await enter(db, 4);
  await push(world);
  assert.deepEqual(await states(db), ["done", "done", "done", "done"]);
  const before = seen.length;
  assert.equal(world.count, 2);
  load = 100;
  for (const at of [11, 12, 13]) {
    const id = `r${at}`;
    await saveDraft(db, draft({ id, record: id }));
    const entry = { data: { legal_name: id }, title: id, id: `op-${at}`, device: PHONE, now: NOW };
    await commit(db, { ...entry, draft: draft({ id, record: id }) });
  }
  await push(world);
  assert.deepEqual(
    seen.slice(before).map(({ body }) => body.operations.length),
    [2, 1],
  );
});

test("what never came from an earlier phone is asked once, with the first copy", async () => {
  const left = [{ device: "d", last_seen_at: "2027-01-14T08:00:00Z", unsent: 2 }];
  const { world, db } = await meeting(() => page({ left }));
  await pull(world);
  assert.deepEqual(await db.get("left"), left);
  await db.set("left", []); // acknowledged
  await restart(db);
  await pull(world);
  assert.deepEqual(await db.get("left"), []);
});

test("a batch that is too large is halved until it fits", async () => {
  const { world, db, seen } = await meeting(({ body }) =>
    body.operations.length > 2 ? problem(413, "body_too_large") : pushed(body.operations.map(applied)),
  );
  await enter(db, 7);
  assert.equal(await push(world), 7);
  assert.deepEqual(
    seen.map(({ body }) => body.operations.length),
    [7, 4, 2, 4, 2, 3, 2, 1],
  );
});

test("one operation that the gateway refuses as a request goes to the person, the rest arrives", async () => {
  const { world, db } = await meeting(({ body }) =>
    body.operations.some(({ id }) => id === "op-2")
      ? problem(422, "push_malformed")
      : pushed(body.operations.map(applied)),
  );
  await enter(db, 3);
  await push(world);
  assert.deepEqual(await states(db), ["done", "needs_you", "done"]);
});

test("the phone hears of a refusal, and of nothing while all is taken", async () => {
  for (const [status, times] of [
    ["applied", 0],
    ["rejected", 1],
    ["quarantined", 1],
  ]) {
    const { world, db } = await meeting(({ body }) => pushed(body.operations.map(({ id }) => ({ id, status }))));
    let heard = 0;
    world.onRefused = () => {
      heard += 1;
    };
    await enter(db, 2);
    await push(world);
    assert.equal(heard, times, status);
  }
});

test("one operation that breaks the gateway is set aside after five tries, the rest arrives", async () => {
  const { world, db } = await meeting(({ body }) =>
    body.operations.some(({ id }) => id === "op-2")
      ? problem(500, "internal_error")
      : pushed(body.operations.map(applied)),
  );
  await enter(db, 3);
  for (let round = 0; round < 5; round += 1) await push(world).catch((error) => assert.equal(error.kind, "broken"));
  assert.deepEqual(await states(db), ["done", "waiting", "done"]);
  assert.ok((await allOperations(db))[1].next_at > NOW);
});

test("a missing permission is nobody's mistake: everything waits", async () => {
  const { world, db } = await meeting(() => problem(403, "not_allowed"));
  await enter(db, 2);
  await assert.rejects(push(world), { kind: "refused" });
  assert.deepEqual(await states(db), ["waiting", "waiting"]);
});

test("a first copy is fetched page by page to its mark", async () => {
  const pages = {
    "": page({ upserts: [record()], cursor: "e.1", more: true, complete: false }),
    "e.1": page({ upserts: [record({ id: "r2" })], cursor: "e.2" }),
  };
  const { world, db, seen } = await meeting(({ query }) => pages[query.get("cursor")]);
  assert.equal(await pull(world), 2);
  assert.equal((await position(db)).cursor, "e.2");
  assert.equal(seen[0].headers["x-waystation-device"], PHONE);
});

test("a copy that was cut goes on where it stopped", async () => {
  let cut = true;
  const pages = {
    "": page({ upserts: [record()], cursor: "e.1", more: true, complete: false }),
    "e.1": page({ cursor: "e.2" }),
  };
  const { world, seen } = await meeting(({ query }) =>
    query.get("cursor") && cut ? { cut: true } : pages[query.get("cursor")],
  );
  await assert.rejects(pull(world), { kind: "unreachable" });
  cut = false;
  await pull(world);
  assert.deepEqual(
    seen.map(({ query }) => query.get("cursor")),
    ["", "e.1", "e.1"],
  );
});

/** Pages that only look like the end. */
const FALSE_ENDS = [
  ["without its mark", page({ complete: undefined })],
  ["without a cursor", page({ cursor: "" })],
  ["without its lists", page({ upserts: null })],
  ["that leads nowhere", page({ more: true, complete: false, cursor: "" })],
];

for (const [name, answer] of FALSE_ENDS) {
  test(`a page ${name} is not taken`, async () => {
    const { world, db } = await meeting(() => answer);
    await assert.rejects(pull(world), { kind: "not_the_gateway" });
    assert.equal((await position(db)).complete, false);
  });
}

test("another life of the gateway means a new copy, and what is gone there goes here", async () => {
  const pages = { "": page({ upserts: [record({ id: "r9" })], cursor: "f.1" }), "f.1": page({ cursor: "f.1" }) };
  const { world, db, seen } = await meeting(
    ({ query }) => pages[query.get("cursor")] ?? problem(409, "resync_required"),
  );
  await db.write(["packs", "lines"], (tx) => change(tx, [{ ...record(), generation: 1 }], [], bare));
  await db.set("position", { cursor: "old.7", generation: 1, snapshot: false, complete: true });
  await pull(world);
  assert.deepEqual(
    seen.map(({ query }) => query.get("cursor")),
    ["old.7", ""],
  );
  const ids = [];
  await eachRecord(db, ({ id }) => ids.push(id));
  assert.deepEqual(ids, ["r9"]);
});

const sum = (rows) => ({
  customer: {
    count: rows.length,
    hash: createHash("sha256")
      .update(
        rows
          .map(({ id, version }) => `${id}:${version}\n`)
          .sort()
          .join(""),
      )
      .digest("hex"),
  },
});

test("a copy that agrees with the gateway's sum is taken as it is", async () => {
  const rows = [record(), record({ id: "r2", version: 4 })];
  const { world, seen } = await meeting(() => page({ upserts: rows, checksum: sum(rows) }));
  await pull(world);
  assert.equal(seen.length, 1);
});

test("a copy that differs is fetched anew", async () => {
  const rows = [record(), record({ id: "r2" })];
  const { world, db, seen } = await meeting(({ query }) =>
    page({ upserts: query.get("cursor") ? [] : rows, cursor: "e.1", checksum: sum(rows) }),
  );
  await db.set("position", { cursor: "e.1", generation: 1, snapshot: false, complete: true });
  await pull(world);
  assert.deepEqual(
    seen.map(({ query }) => query.get("cursor")),
    ["e.1", ""],
  );
});

test("a sum that never fits does not keep the phone loading for ever", async () => {
  const { world, seen } = await meeting(() => page({ upserts: [record()], checksum: sum([]) }));
  await assert.rejects(pull(world), { kind: "broken" });
  assert.equal(seen.length, 2);
});

test("the next page is longer after a quick one, shorter after a slow one or none", async () => {
  let clock = NOW;
  const takes = [0, 0, 9_000, 9_000, 0];
  const pages = takes.map((_, at) => ({ upserts: [record({ id: `r${at}` })], cursor: `e.${at + 1}`, more: at < 4 }));
  const { world, seen } = await meeting(({ query }) => {
    const at = Number(query.get("cursor").slice(2) || 0);
    clock += takes[at];
    return page({ ...pages[at], complete: at === 4 });
  });
  world.now = () => clock;
  await pull(world);
  assert.deepEqual(
    seen.map(({ query }) => Number(query.get("limit"))),
    [500, 1000, 1000, 500, 250],
  );
  world.call = async () => {
    throw new Failure("unreachable", { timedOut: true });
  };
  await assert.rejects(pull(world));
  assert.equal(world.rows, 250);
});

test("a gateway in another life is offered again what arrived in the one before, and only then", async () => {
  const life = { epoch: "one" };
  const { world, db, seen } = await meeting(({ body }) =>
    body ? pushed(body.operations.map(applied)) : page({ cursor: `${life.epoch}.1`, epoch: life.epoch }),
  );
  await enter(db, 3);
  await pull(world);
  await push(world);
  await pull(world);
  assert.equal(world.again, undefined);
  life.epoch = "two";
  await pull(world);
  assert.equal(world.again, true);
  assert.deepEqual(await states(db), ["waiting", "waiting", "waiting"]);
  await push(world);
  const [first, again] = seen.filter(({ body }) => body).map(({ body }) => body);
  assert.deepEqual(again.operations, first.operations);
  assert.equal(again.origin_epoch, first.origin_epoch);
  await pull(world);
  assert.deepEqual(await states(db), ["done", "done", "done"]);
});
