// The photos' own way to the gateway: after the data, one at a time, in pieces. A piece that was acknowledged is there
// for good, so whatever breaks off goes on where it was; and whatever goes wrong here holds up no entry.
import { Failure } from "./api.js";
import { backoffMs } from "./backoff.js";
import { isFull } from "./db.js";
import { forgetPhotos, movePhoto, photoArrived, wholePhoto } from "./files.js";

/** @typedef {import("./types.js").Attached} Attached */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").OperationState} OperationState */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {import("./api.js").Call} Call */
/**
 * @typedef {{db: Storage, call: Call, now: () => number, random: () => number, isBusy: () => boolean, onChange: () => unknown,
 *   onLost: (failure: Failure) => unknown, locked: (work: () => Promise<void>) => Promise<void>}} Lane
 *   isBusy: data is being exchanged, which goes first; onLost: there is no way to the gateway; locked: one tab at a time
 */
/** @typedef {{id: string, size: number, received: number, complete: boolean, chunk_bytes: number}} Progress */

const PIECE_TIMEOUT_MS = 60_000;
/** So often an upload may lose its place before it is left for later. */
const DETOURS_MAX = 3;
/** The gateway says: not here, ask anew where to go on. */
const DETOURS = new Set(["attachment_offset", "attachment_missing", "attachment_differs"]);
const LATER = new Set(["attachment_too_many"]);

/**
 * What a waiting or withdrawn photo should be, by what became of the entry it belongs to.
 * @param {Attached} row @param {Map<string, OperationState>} states  of this phone's operations; unknown ones have arrived
 * @returns {"ready" | "waiting" | "aside"}
 */
export function standing({ needs }, states) {
  const found = needs.map((id) => states.get(id) ?? "done");
  if (found.includes("aside")) return "aside";
  return found.every((state) => state === "done" || state === "conflict") ? "ready" : "waiting";
}

/**
 * What a failed upload comes to.
 * @param {Attached} row @param {Failure} failure @param {number} now @param {number} random  0..1
 * @returns {{change: Partial<Attached>, goOn: boolean}} goOn: the next photo may be tried at once
 */
export function afterFailure(row, failure, now, random) {
  const tries = row.tries + 1;
  const rests = { tries, next_at: now + Math.max(failure.waitMs, backoffMs(tries, random)) };
  const isLater = LATER.has(failure.problem?.code ?? "");
  if ((failure.kind === "refused" && !isLater) || failure.kind === "too_large")
    return { change: { state: "refused", tries, problem: failure.problem ?? { code: failure.kind } }, goOn: true };
  if (failure.kind === "broken" || failure.timedOut) return { change: rests, goOn: !failure.timedOut };
  if (failure.kind === "busy" || isLater) return { change: rests, goOn: false };
  return { change: {}, goOn: false }; // no way to the gateway: the next conversation says when there is one
}

/** The photos in the order they were taken, each as it stands now. @param {Lane} lane @returns {Promise<Attached | undefined>} the next to go */
async function next({ db, now }) {
  const [rows, operations] = await db.read(["attached", "outbox"], async (tx) => {
    const states = tx.objectStore("attached").index("state");
    const found = await Promise.all([states.getAll("waiting"), states.getAll("aside")]);
    return [/** @type {Attached[]} */ (found.flat()), await tx.objectStore("outbox").getAll()];
  });
  const states = new Map(/** @type {Operation[]} */ (operations).map(({ id, state }) => [id, state]));
  for (const row of rows) {
    const wanted = standing(row, states) === "aside" ? "aside" : "waiting";
    if (row.state !== wanted) await movePhoto(db, row, { state: wanted });
  }
  return rows
    .filter((row) => standing(row, states) === "ready" && (row.next_at ?? 0) <= now())
    .sort((a, b) => a.at - b.at)[0];
}

/** @param {unknown} error */
const isDetour = (error) => error instanceof Failure && DETOURS.has(error.problem?.code ?? "");

/** @param {Lane} lane @param {Attached} row @returns {Promise<Progress>} */
function announce({ call }, { file, size, type, kind, record, purpose }) {
  return call("/api/v1/attachments", { method: "POST", body: { id: file, size, type, kind, record, purpose } });
}

/** @param {Lane} lane @param {Attached} row @param {ArrayBuffer} bytes @param {Progress} progress @returns {Promise<Progress>} */
function sendPiece({ call }, { file }, bytes, { received, chunk_bytes }) {
  const body = bytes.slice(received, received + chunk_bytes);
  const path = `/api/v1/attachments/${file}/upload?offset=${received}`;
  return call(path, { method: "PUT", body, timeoutMs: PIECE_TIMEOUT_MS });
}

/** @param {Progress} progress  as it was answered */
function checked(progress) {
  const { received, complete, chunk_bytes } = progress;
  const fits = Number.isInteger(received) && chunk_bytes > 0 && typeof complete === "boolean";
  if (!fits) throw new Failure("not_the_gateway");
  return progress;
}

/**
 * Note how far a photo has come. A phone without room for that goes on all the same: the gateway knows it too.
 * @param {Lane} lane @param {Attached} row @param {Partial<Attached>} change
 */
async function note(lane, row, change) {
  await movePhoto(lane.db, row, change).catch((error) => {
    if (!isFull(error)) throw error;
  });
  lane.onChange();
}

/**
 * One photo, from where it was to its end.
 * @param {Lane} lane @param {Attached} row
 * @returns {Promise<boolean>} false when data wants the line
 * @throws {Failure}
 */
async function sendOne(lane, row) {
  const { db } = lane;
  const whole = await wholePhoto(db, row.file);
  let progress = checked(await announce(lane, row));
  let detours = 0;
  while (!progress.complete) {
    if (lane.isBusy()) return false;
    if (!whole) throw new Failure("refused", { problem: { code: "file_lost" } });
    try {
      progress = checked(await sendPiece(lane, row, whole.bytes, progress));
    } catch (error) {
      detours += 1;
      if (!isDetour(error) || detours > DETOURS_MAX) throw error;
      progress = checked(await announce(lane, row));
    }
    await note(lane, row, { received: progress.received });
  }
  await photoArrived(db, row, lane.now());
  lane.onChange();
  return true;
}

/** @param {Lane} lane @param {Attached} row @returns {Promise<boolean>} whether to go on with the next */
async function tryOne(lane, row) {
  try {
    return await sendOne(lane, row);
  } catch (error) {
    if (isFull(error)) return false; // what could not be noted down, the next conversation hears from the gateway again
    if (!(error instanceof Failure)) throw error;
    const { change, goOn } = afterFailure(row, error, lane.now(), lane.random());
    await movePhoto(lane.db, row, change);
    lane.onChange();
    if (!goOn) lane.onLost(error);
    return goOn;
  }
}

/** Send the photos that may go, until all are there, data wants the line, or there is no way. @param {Lane} lane */
export async function sendPhotos(lane) {
  await forgetPhotos(lane.db, lane.now());
  let goOn = true;
  while (goOn && !lane.isBusy()) {
    await lane.locked(async () => {
      const row = await next(lane);
      goOn = row ? await tryOne(lane, row) : false;
    });
  }
}
