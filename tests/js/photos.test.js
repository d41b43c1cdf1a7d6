// Photos on the phone and on their way: kept by their hash, after the data, resumed where they broke off.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { createApi, Failure } from "../../static/app/api.js";
import { keepBallast } from "../../static/app/ballast.js";
import { isFull } from "../../static/app/db.js";
import {
  dropPhotos,
  forgetPhotos,
  hasRoom,
  keepPhoto,
  movePhoto,
  NoRoom,
  packedPhotos,
  photoArrived,
  photosAbout,
  photosOf,
  retryPhoto,
  wholePhoto,
} from "../../static/app/files.js";
import { openSlot } from "../../static/app/keyring.js";
import { afterFailure, sendPhotos, standing } from "../../static/app/lane.js";
import { countUnsentFiles } from "../../static/app/outbox.js";
import { BYTES_MAX, EDGE, idOf, squeezed, thumbOf, within } from "../../static/app/photo.js";
import { bringIn } from "../../static/app/rescue.js";
import { Seal } from "../../static/app/sealing.js";
import { beside, NOW, operation, storage, unlocked } from "./cast.js";

const servers = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const PIECE = 4;
const estimate = async () => ({ usage: 0, quota: 1e9 });
const bytesOf = (text) => new TextEncoder().encode(text).buffer;
const photo = async (text) => ({
  ...{ id: await idOf(bytesOf(text)), bytes: bytesOf(text), thumb: bytesOf("t"), type: "image/jpeg" },
});
const CUSTOMER = { kind: "customer", record: "r1", customer: "r1", purpose: "card" };
const VISIT = { kind: "visit", record: "v1", customer: "r1", purpose: "photo" };
const keep = (db, one, owner = CUSTOMER, more) =>
  keepPhoto(db, one, owner, { now: NOW, draft: false, estimate, ...more });

/** A gateway that takes files; `fail` may answer something else, or cut the line. */
async function gateway(fail = () => null) {
  const files = new Map();
  const seen = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://localhost");
    const body = Buffer.concat(await request.toArray());
    const offset = Number(url.searchParams.get("offset") ?? 0);
    const asked = { method: request.method, offset, type: request.headers["content-type"], size: body.length };
    seen.push(asked);
    const answer = (status, document, headers = {}) => {
      const type = status < 400 ? "application/json" : "application/problem+json";
      response.writeHead(status, { "Content-Type": type, ...headers }).end(JSON.stringify(document));
    };
    const failed = fail(asked, seen);
    if (failed === "cut") return request.socket.destroy();
    if (failed) return answer(failed.status, { code: failed.code, detail: failed.code }, failed.headers);
    if (request.method === "POST") {
      const { id, size, record } = JSON.parse(body);
      const known = files.get(id) ?? { id, size, bytes: Buffer.alloc(0), records: [] };
      known.records.push(record);
      files.set(id, known);
    }
    const file = files.get(request.method === "POST" ? JSON.parse(body).id : url.pathname.split("/")[4]);
    if (request.method === "PUT") {
      if (offset !== file.bytes.length) return answer(409, { code: "attachment_offset", detail: "offset" });
      file.bytes = Buffer.concat([file.bytes, body]);
    }
    const received = file.bytes.length;
    answer(200, { id: file.id, size: file.size, received, complete: received === file.size, chunk_bytes: PIECE });
  });
  servers.push(server);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const call = createApi({ language: () => "en", now: () => NOW, origin });
  return { call, files, seen };
}

const lane = (db, call, more) => ({
  ...{ db, call, now: () => NOW, random: () => 1, isBusy: () => false, onChange: () => undefined },
  onLost: () => undefined,
  locked: (work) => work(),
  ...more,
});
const states = async (db) => (await photosAbout(db, "r1")).map(({ state }) => state);

test("a picture is fitted into the square, and small ones stay as they are", () => {
  assert.deepEqual(within({ width: 4_000, height: 3_000 }, EDGE), { width: 1_600, height: 1_200 });
  assert.deepEqual(within({ width: 300, height: 900 }, EDGE), { width: 300, height: 900 });
  assert.deepEqual(within({ width: 9_000, height: 2 }, EDGE), { width: 1_600, height: 1 });
});

test("a picture with too much detail loses quality first and then size, until it is light enough", async () => {
  const tried = [];
  const encode = (weight) => async (size, quality) => {
    tried.push([size.width, quality]);
    return new ArrayBuffer(Math.round(size.width * size.height * quality * weight));
  };
  assert.ok((await squeezed({ width: 3_200, height: 2_400 }, encode(0.2))).byteLength <= BYTES_MAX);
  assert.deepEqual(
    tried,
    [
      [1_600, 0.8],
      [1_600, 0.7],
    ].slice(0, tried.length),
  );
  tried.length = 0;
  assert.ok((await squeezed({ width: 3_200, height: 2_400 }, encode(0.5))).byteLength <= BYTES_MAX);
  assert.deepEqual(
    [tried[0], tried[4]],
    [
      [1_600, 0.8],
      [1_280, 0.8],
    ],
  );
  assert.equal(
    (await thumbOf({ width: 480, height: 240 }, async ({ width }) => new ArrayBuffer(width))).byteLength,
    240,
  );
});

test("above four fifths of the room no photo is taken, and where nobody knows the room it is", () => {
  assert.ok(hasRoom({ usage: 70, quota: 100 }, 10));
  assert.ok(!hasRoom({ usage: 70, quota: 100 }, 11));
  assert.ok(hasRoom({}, 1e9));
});

test("a photo without room is refused by name, and nothing of it stays", async () => {
  const db = storage();
  const full = async () => ({ usage: 81, quota: 100 });
  await assert.rejects(keep(db, await photo("x"), CUSTOMER, { estimate: full }), NoRoom);
  assert.deepEqual(await photosAbout(db, "r1"), []);
});

test("a photo that does not fit leaves the ballast for words", async () => {
  // The browser's own reckoning, and a disk that other apps have filled.
  for (const full of [
    new DOMException("full", "QuotaExceededError"),
    new DOMException("Failed to write blobs (IOError)", "DataError"),
  ]) {
    const db = storage();
    await keepBallast(db);
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value, key) {
      if (this.name === "files") throw full;
      return put.call(this, value, key);
    };
    try {
      await assert.rejects(keep(db, await photo("x")), isFull);
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    assert.ok(beside.kept.has("/ballast"));
  }
});

test("the ballast weighs what it says, however well a browser packs", async () => {
  const db = storage();
  await keepBallast(db);
  const ballast = new Uint8Array(await beside.kept.get("/ballast").clone().arrayBuffer());
  assert.ok(gzipSync(ballast.subarray(0, 500_000)).length > 490_000);
  assert.equal(ballast.length, 3 * 1024 * 1024);
});

test("where the ballast itself does not fit, the phone goes on without it", async () => {
  beside.kept.clear();
  beside.full = true;
  try {
    await keepBallast(storage());
  } finally {
    beside.full = false;
  }
  assert.equal(beside.kept.size, 0);
});

test("the same picture of two visits lies there once, and goes when nobody waits for it", async () => {
  const db = storage();
  const one = await photo("shelf");
  assert.equal(await keep(db, one, VISIT), "kept");
  assert.equal(await keep(db, one, VISIT), "known");
  assert.equal(await keep(db, one, { ...VISIT, record: "v2" }), "kept");
  const [first] = await photosOf(db, "v1");
  await photoArrived(db, first, NOW);
  assert.ok(await wholePhoto(db, one.id));
  await dropPhotos(db, await photosOf(db, "v2"));
  assert.equal(await wholePhoto(db, one.id), undefined);
  assert.deepEqual(await states(db), ["done"]);
});

test("what has arrived is not let go of, and what was let go of does not come back", async () => {
  const db = storage();
  await keep(db, await photo("a"));
  const rows = await photosOf(db, "r1");
  await movePhoto(db, rows[0], { state: "done" });
  await dropPhotos(db, rows);
  assert.deepEqual(await states(db), ["done"]);
  assert.equal(await movePhoto(db, { file: "none", record: "r1" }, { state: "done" }), false);
});

test("small pictures of what arrived are kept for 30 days, and nothing else is forgotten", async () => {
  const db = storage();
  for (const [text, days] of [
    ["old", 31],
    ["new", 29],
    ["waiting", 0],
  ]) {
    const one = await photo(text);
    await keep(db, one, { ...CUSTOMER, record: text });
    const done_at = NOW - days * 24 * 3_600_000;
    if (days) await movePhoto(db, { file: one.id, record: text }, { state: "done", done_at });
  }
  await forgetPhotos(db, NOW);
  assert.deepEqual((await photosAbout(db, "r1")).map(({ record }) => record).sort(), ["new", "waiting"]);
});

test("photos that are nowhere else can be carried away, whole", async () => {
  const db = storage();
  const [mine, theirs] = [await photo("mine"), await photo("arrived")];
  await keep(db, mine, VISIT, { draft: true });
  await keep(db, theirs);
  await movePhoto(db, (await photosOf(db, "r1"))[0], { state: "done" });
  const [only, ...rest] = await packedPhotos(db);
  assert.deepEqual([only.file, atob(only.bytes), only.record, rest.length], [mine.id, "mine", "v1", 0]);

  const elsewhere = storage();
  const work = { operations: [], drafts: [], photos: [{ ...only, received: 2, tries: 3 }] };
  await bringIn(elsewhere, work);
  await bringIn(elsewhere, work);
  const [row, ...more] = await photosOf(elsewhere, "v1");
  assert.deepEqual([row.state, row.received, row.tries, more.length], ["draft", 0, 0, 0]);
  assert.equal(new TextDecoder().decode((await wholePhoto(elsewhere, mine.id)).bytes), "mine");
});

test("a photo waits for what it belongs to, and is withdrawn with it", () => {
  const row = { needs: ["v1"] };
  const by = (state) => standing(row, new Map(state ? [["v1", state]] : []));
  assert.deepEqual(["waiting", "sending", "needs_you", "aside", "done", "conflict", ""].map(by), [
    ..."waiting waiting waiting aside ready ready ready".split(" "),
  ]);
});

test("a photo goes in pieces of what the gateway takes, and its bytes give their room back", async () => {
  const db = storage();
  const { call, files, seen } = await gateway();
  const one = await photo("ten bytes!");
  await keep(db, one);
  await sendPhotos(lane(db, call));
  assert.deepEqual(
    seen.map(({ method, offset, type, size }) => (method === "PUT" ? [offset, type, size] : method)),
    [
      "POST",
      ...[
        [0, 4],
        [4, 4],
        [8, 2],
      ].map(([at, size]) => [at, "application/octet-stream", size]),
    ],
  );
  assert.equal(files.get(one.id).bytes.toString(), "ten bytes!");
  const [row] = await photosOf(db, "r1");
  assert.deepEqual([row.state, row.received, row.thumb.byteLength], ["done", 10, 1]);
  assert.equal(await wholePhoto(db, one.id), undefined);
  assert.equal(await countUnsentFiles(db), 0);
});

test("a phone that is too full to note how far a photo came sends it all the same, and its bytes make room", async () => {
  const db = storage();
  let full = false;
  const { call, files, seen } = await gateway(({ method }) => {
    full ||= method === "PUT";
    return null;
  });
  const one = await photo("ten bytes!");
  await keep(db, one);
  const write = db.write.bind(db);
  db.write = async (stores, ...how) => {
    if (full && stores.join() === "attached") throw new DOMException("full", "QuotaExceededError");
    return write(stores, ...how);
  };
  await sendPhotos(lane(db, call));
  assert.equal(files.get(one.id).bytes.toString(), "ten bytes!");
  assert.equal(await wholePhoto(db, one.id), undefined);
  assert.deepEqual(await states(db), ["waiting"]);
  full = false;
  await sendPhotos(lane(db, call));
  assert.deepEqual(await states(db), ["done"]);
  assert.equal(seen.filter(({ method }) => method === "PUT").length, 3, "no piece went twice");
});

test("an upload that was cut goes on at its place, and is there once", async () => {
  const db = storage();
  const { call, files, seen } = await gateway(({ offset }, all) => (offset === 8 && all.length < 5 ? "cut" : null));
  const one = await photo("ten bytes!");
  await keep(db, one);
  const lost = [];
  await sendPhotos(lane(db, call, { onLost: ({ kind }) => lost.push(kind) }));
  assert.deepEqual(lost, ["unreachable"]);
  assert.deepEqual([(await photosOf(db, "r1"))[0].received, (await photosOf(db, "r1"))[0].state], [8, "waiting"]);
  await sendPhotos(lane(db, call));
  assert.deepEqual(await states(db), ["done"]);
  assert.deepEqual(
    seen.filter(({ method }) => method === "PUT").map(({ offset }) => offset),
    [0, 4, 8, 8],
  );
  assert.equal(files.get(one.id).bytes.toString(), "ten bytes!");
});

test("a piece that the gateway had already sends the phone to the right place", async () => {
  const db = storage();
  const { call, files } = await gateway();
  const one = await photo("ten bytes!");
  await keep(db, one);
  const lost = async (path, request) => {
    const answer = await call(path, request);
    if (path.endsWith("offset=0")) throw new Failure("unreachable"); // it arrived, its answer did not
    return answer;
  };
  await sendPhotos(lane(db, lost));
  assert.deepEqual(await states(db), ["waiting"]);
  await sendPhotos(lane(db, call));
  assert.equal(files.get(one.id).bytes.toString(), "ten bytes!");
});

test("a file that is at the gateway already is not sent again", async () => {
  const db = storage();
  const { call, files, seen } = await gateway();
  const one = await photo("ten bytes!");
  await keep(db, one);
  await sendPhotos(lane(db, call));
  await keep(db, one, { ...VISIT, record: "v2" });
  await sendPhotos(lane(db, call));
  assert.equal(seen.filter(({ method }) => method === "PUT").length, 3);
  assert.deepEqual(files.get(one.id).records, ["r1", "v2"]);
});

test("photos of a visit stay until the visit has arrived, and others pass them", async () => {
  const db = storage();
  const { call, files } = await gateway();
  await keep(db, await photo("of the visit"), VISIT);
  await keep(db, await photo("of the customer"), CUSTOMER, { now: NOW + 1 });
  const [early] = await photosOf(db, "v1");
  await movePhoto(db, early, { needs: ["v1"] });
  const put = (state) =>
    db.write(["outbox"], (tx) => tx.objectStore("outbox").put(operation({ id: "v1", record: "v1", state })));
  await put("needs_you");
  await sendPhotos(lane(db, call));
  assert.deepEqual(await states(db), ["done", "waiting"]);
  await put("aside");
  await sendPhotos(lane(db, call));
  assert.deepEqual(await states(db), ["done", "aside"]);
  assert.equal(await countUnsentFiles(db), 0);
  await put("done");
  await sendPhotos(lane(db, call));
  assert.deepEqual(await states(db), ["done", "done"]);
  assert.equal(files.size, 2);
});

test("data goes first: between two pieces the photo lets it by", async () => {
  const db = storage();
  const { call, seen } = await gateway();
  await keep(db, await photo("ten bytes!"));
  await sendPhotos(lane(db, call, { isBusy: () => seen.length >= 2 }));
  assert.equal(seen.length, 2);
  assert.equal((await photosOf(db, "r1"))[0].received, 4);
});

test("a photo that is refused says why and holds nobody up, and goes again when somebody asks", async () => {
  const db = storage();
  let strict = true;
  const { call } = await gateway((_asked, seen) =>
    strict && seen.length === 1 ? { status: 404, code: "record_missing" } : null,
  );
  await keep(db, await photo("first"));
  await keep(db, await photo("second"), CUSTOMER, { now: NOW + 1 });
  await sendPhotos(lane(db, call));
  const [, refused] = await photosAbout(db, "r1");
  assert.deepEqual([refused.state, refused.problem.code], ["refused", "record_missing"]);
  assert.equal(await countUnsentFiles(db), 1);
  strict = false;
  await retryPhoto(db, refused);
  await sendPhotos(lane(db, call));
  assert.deepEqual(await states(db), ["done", "done"]);
});

test("what a failure comes to", () => {
  const row = { tries: 1 };
  const come = (kind, about) => afterFailure(row, new Failure(kind, about), NOW, 1);
  const code = (name) => ({ problem: { code: name } });
  assert.deepEqual(come("unreachable"), { change: {}, goOn: false });
  assert.deepEqual(come("sign_in"), { change: {}, goOn: false });
  assert.deepEqual(come("busy", { waitMs: 60_000 }), { change: { tries: 2, next_at: NOW + 60_000 }, goOn: false });
  assert.deepEqual(come("refused", code("attachment_too_many")).change, { tries: 2, next_at: NOW + 4_000 });
  assert.equal(come("broken").goOn, true);
  assert.equal(come("unreachable", { timedOut: true }).goOn, false);
  assert.equal(come("too_large").change.state, "refused");
});

test("the newest layout has its own place for photos, whatever came before", async () => {
  const opening = indexedDB.open("before photos", 2);
  opening.onupgradeneeded = () => {
    const db = opening.result;
    for (const name of ["packs", "lines"]) db.createObjectStore(name, { keyPath: ["kind", "first"] });
    db.createObjectStore("own", { keyPath: ["kind", "id"] });
    const outbox = db.createObjectStore("outbox", { keyPath: "id" });
    for (const name of ["record", "state"]) outbox.createIndex(name, name);
    db.createObjectStore("drafts", { keyPath: "id" });
    db.createObjectStore("meta").put(new Uint8Array(5), "ballast");
    outbox.put(operation({}));
  };
  await new Promise((resolve) => {
    opening.onsuccess = resolve;
  });
  opening.result.close();
  const db = unlocked("before photos");
  db.seal = new Seal(await openSlot(await db.get("ring")));
  await keep(db, await photo("x"));
  assert.deepEqual(await states(db), ["waiting"]);
  assert.equal((await photosOf(db, "r1"))[0].needs[0], "op-1");
  assert.equal(await db.get("ballast"), undefined);
});
