// One conversation with the gateway: first hand over what waits, then fetch what is new. Safe to repeat at any point,
// because the gateway knows every operation by its id.
import { Failure, PROTOCOL, requireProtocol } from "./api.js";
import { LONGEST_MS } from "./backoff.js";
import { BATCH_COUNT, wire } from "./operations.js";
import { countUnsent, giveBack, outsides, recover, settleAll, take } from "./outbox.js";
import { applyPage, position, restart } from "./replica.js";
import { tally } from "./stages.js";

/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").PullPage} PullPage */
/** @typedef {import("./types.js").GatewayRecord} GatewayRecord */
/** @typedef {import("./api.js").Call} Call */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {{db: Storage, call: Call, device: string, build: () => string, now: () => number, random: () => number,
 *   estimate: () => Promise<{usage?: number, quota?: number}>, count?: number, again?: boolean, onProgress?: (done: {sent?: number, received?: number}) => void, onRefused?: () => void, rows?: number, lineOf: import("./packs.js").LineOf, onChange: (changed: import("./packs.js").Key[], arrived?: readonly GatewayRecord[]) => void, onServerTime: (serverMs: number, sentMs: number) => void}} World
 *   again: the gateway was restored, and is offered once more what arrived; estimate: bytes, as the browser tells them; count: how many operations got through together last; rows: how many a page is asked for; onProgress: how many operations, or rows, just arrived; onRefused: the gateway took something not as it is */

const PAGE = 500;
/** As many rows as travel well: the next page has twice as many after a quick one, half as many after a slow one. */
const PAGES = { most: 1_000, least: 60, quickMs: 1_500, slowMs: 8_000 };
const PUSH_TIMEOUT_MS = 30_000;
const PATIENCE = 5;
const REFETCH_MS = 3_600_000;
const REFUSED = new Set(["rejected", "quarantined"]);

/** What every request tells about this phone, so that an evicted phone's missing work is noticed. @param {World} world */
async function headersFor({ db, device, build, now, estimate }) {
  const unsent = await countUnsent(db);
  const { oldest } = tally(await outsides(db));
  const { count = 0 } = (await db.get("restarts")) ?? {};
  const { usage, quota } = await estimate();
  return {
    "X-Waystation-Device": device,
    "X-Waystation-Protocol": String(PROTOCOL),
    "X-Waystation-Build": build(),
    "X-Waystation-Unsent": String(unsent),
    "X-Waystation-Restarts": String(count),
    // An age, because nobody trusts a phone's clock.
    ...(oldest && { "X-Waystation-Oldest": String(Math.max(0, Math.round((now() - oldest) / 1000))) }),
    ...(quota && { "X-Waystation-Storage": `${usage}/${quota}` }),
  };
}

/** @param {World} world @param {Operation[]} batch @returns {Promise<import("./types.js").PushResult[]>} */
async function send(world, batch) {
  const { db, call, now, onServerTime } = world;
  const sent = now();
  const body = {
    origin_epoch: batch[0]?.epoch ?? (await db.get("origin_epoch")),
    operations: batch.map(wire),
    sent_at: new Date(sent).toISOString(),
  };
  const headers = await headersFor(world);
  const answer = requireProtocol(
    await call("/api/v1/push", { method: "POST", body, headers, timeoutMs: PUSH_TIMEOUT_MS }),
  );
  if (!Array.isArray(answer.results)) throw new Failure("not_the_gateway");
  onServerTime(Date.parse(answer.server_time), sent);
  return answer.results;
}

/** @param {Failure} failure  may the same operations get through in smaller company? */
const splits = (failure) =>
  failure.timedOut || (["too_large", "broken", "refused"].includes(failure.kind) && failure.status !== 403);

/**
 * A single operation that fails the whole request: a clear refusal goes to the person at once, an accident of the
 * gateway's, or silence, is tried five times and then set aside for a while, so that the rest gets through.
 * @param {Operation} op @param {Failure} failure @param {number} now
 * @returns {Partial<Operation> | null} null: stop here and try the whole round later
 */
function verdict(op, failure, now) {
  if (failure.kind === "refused" || failure.kind === "too_large") {
    return { state: "needs_you", answered: true, problem: failure.problem ?? { code: failure.kind } };
  }
  if ((failure.kind === "broken" || failure.timedOut) && op.tries >= PATIENCE) return { next_at: now + LONGEST_MS };
  return null;
}

/**
 * The request failed. What was learnt goes back with its operations, and stays known: the next round does not begin
 * with a load that is too large for this network.
 * @param {World} world @param {Operation[]} batch @param {unknown} error
 * @throws what ends this round
 */
async function afterFailure(world, batch, error) {
  const { db, now } = world;
  const failure = error instanceof Failure && splits(error) ? error : null;
  const [first] = batch;
  const lesson = failure && first && batch.length === 1 ? verdict(first, failure, now()) : null;
  await giveBack(db, batch, lesson ?? {});
  if (failure) world.count = Math.ceil(batch.length / 2);
  if (!failure || (batch.length === 1 && !lesson)) throw error;
}

/**
 * Send everything that may be sent.
 * @param {World} world
 * @returns {Promise<number>} how many operations arrived
 */
export async function push(world) {
  const { db, now, random, lineOf } = world;
  await recover(db);
  let arrived = 0;
  for (;;) {
    const count = world.count ?? BATCH_COUNT;
    const batch = await take(db, now(), count);
    if (batch.length === 0) return arrived;
    try {
      const results = await send(world, batch);
      const { generation } = await position(db);
      const done = await settleAll(db, batch, results, { now: now(), random, generation, lineOf });
      arrived += done;
      world.onProgress?.({ sent: done });
      if (results.some(({ status }) => REFUSED.has(status))) world.onRefused?.();
      if (batch.length === count) world.count = Math.min(BATCH_COUNT, count * 2);
    } catch (error) {
      await afterFailure(world, batch, error);
    }
    world.onChange(batch.map(({ kind, record }) => ({ kind, id: record })));
  }
}

/** @param {any} page @returns {PullPage} */
function checked(page) {
  const { upserts, tombstones, removed, cursor, more, complete } = requireProtocol(page);
  const lists = [upserts, tombstones, removed].every(Array.isArray);
  // Without the terminal marker an empty page could be anybody's; a page that leads nowhere would never end.
  if (!lists || typeof cursor !== "string" || !cursor || typeof more !== "boolean" || (!more && complete !== true)) {
    throw new Failure("not_the_gateway");
  }
  return page;
}

/**
 * @param {World} world @param {Record<string, string>} headers @param {string} cursor
 * @returns {Promise<PullPage | null>} null: the cursor is of another life of the gateway
 */
async function fetchPage(world, headers, cursor) {
  const { db, call, now, onServerTime } = world;
  const sent = now();
  const rows = world.rows ?? PAGE;
  const fewer = Math.max(PAGES.least, Math.ceil(rows / 2));
  try {
    const page = checked(await call(`/api/v1/pull?cursor=${encodeURIComponent(cursor)}&limit=${rows}`, { headers }));
    const took = now() - sent;
    if (took > PAGES.slowMs) world.rows = fewer;
    else if (took < PAGES.quickMs && page.upserts.length > 0) world.rows = Math.min(PAGES.most, rows * 2);
    if (page.more && page.cursor === cursor) throw new Failure("not_the_gateway");
    onServerTime(Date.parse(page.server_time), sent);
    // Asked once in the life of a storage: who has acknowledged it does not hear it again after a new copy.
    if (!cursor && page.left && !(await db.get("left"))) await db.set("left", page.left);
    return page;
  } catch (error) {
    if (error instanceof Failure && error.timedOut) world.rows = fewer;
    if (error instanceof Failure && error.problem?.code === "resync_required" && cursor) return null;
    throw error;
  }
}

/** A gateway that was restored begins another life. @param {World} world @param {PullPage} page */
async function noticeLife(world, { epoch }) {
  if (!epoch || (await world.db.get("gateway_epoch")) === epoch) return;
  const { meet } = await import("./again.js");
  if (await meet(world.db, epoch)) world.again = true;
}

/**
 * Fetch until the gateway says that this is all, and the copy is what it should be.
 * @param {World} world
 * @returns {Promise<number>} how many rows changed
 */
export async function pull(world) {
  const { db, now, onChange, lineOf } = world;
  let received = 0;
  // Told once: what would have to be read anew for each page keeps the next one from leaving at once.
  const headers = await headersFor(world);
  let coming = fetchPage(world, headers, (await position(db)).cursor);
  for (;;) {
    const page = await coming;
    if (!page) {
      await restart(db);
      coming = fetchPage(world, headers, "");
      continue;
    }
    if (page.more) {
      coming = fetchPage(world, headers, page.cursor); // it travels while this one is stored
      coming.catch(() => undefined); // it fails when its turn comes
    }
    await noticeLife(world, page);
    const { changed, rows } = await applyPage(db, page, lineOf);
    received += changed.length;
    world.onProgress?.({ received: changed.length });
    if (changed.length) onChange(changed, rows);
    if (page.more) continue;
    if (await agrees(db, page)) return received;
    // A copy that differs is fetched anew, but a sum that never fits must not keep the phone loading for ever.
    if (now() - ((await db.get("refetched_at")) ?? 0) < REFETCH_MS)
      throw new Failure("broken", { problem: { code: "copy_differs" } });
    await db.set("refetched_at", now());
    await restart(db);
    coming = fetchPage(world, headers, "");
  }
}

/**
 * Compare only when the gateway's sum is one we have not confirmed yet: it reads the whole copy.
 * @param {Storage} db @param {PullPage} page
 */
async function agrees(db, page) {
  if (!page.checksum) return true;
  const sum = JSON.stringify(page.checksum);
  if ((await db.get("verified")) === sum) return true;
  const { matches } = await import("./upkeep.js");
  if (!(await matches(db, page.checksum))) return false;
  await db.set("verified", sum);
  return true;
}
