// The rules of the outbox, as pure values: what may be sent next, what an answer means, what a record looks like with
// this phone's open edits laid over it.
import { backoffMs, LONGEST_MS } from "./backoff.js";
import { applyPatch } from "./patch.js";

/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").PushResult} PushResult */
/** @typedef {import("./types.js").Data} Data */

export const BATCH_COUNT = 100;
const BATCH_BYTES = 512 * 1024;

/** Open operations still change what the person sees; a conflict is settled and waits at the gateway. @param {Operation} op */
export const isOpen = (op) => op.state === "waiting" || op.state === "sending" || op.state === "needs_you";

/** @param {Operation} left @param {Operation} right */
export const inOrder = (left, right) => left.origin_seq - right.origin_seq;

/** An operation as the push request carries it. @param {Operation} op */
export function wire(op) {
  const { id, origin_seq, type, kind, record, base_version, base_op, data, patch, at, revision, depends_on, ...more } =
    op;
  const { reason, not_duplicate_of, event } = more;
  const said = { id, origin_seq, type, kind, record, base_version, base_op, data, patch, at, revision, depends_on };
  return { ...said, reason, not_duplicate_of, event };
}

/**
 * Does everything this operation builds on stand at the gateway, or travel ahead of it in the same request?
 * @param {Operation} op @param {Map<string, Operation>} known @param {Set<string>} taken
 */
function isFree(op, known, taken) {
  return op.depends_on.every((id) => {
    const parent = known.get(id);
    return !parent || parent.state === "done" || parent.state === "conflict" || taken.has(id);
  });
}

/** No wait is longer than the longest: a time beyond that was written before the clock was set back. @param {Operation} op @param {number} now */
const isDue = ({ next_at = 0 }, now) => next_at <= now || next_at > now + LONGEST_MS;

/**
 * The next operations to send, oldest first. One request carries what was made in one life of a storage. One whose parent was refused still goes once, so that the gateway holds
 * it too; after that it rests until the parent is mended. Neighbours never wait for it.
 * @param {Operation[]} ops  every operation that is not done
 * @param {{now: number, count?: number, bytes?: number}} limits
 * @returns {Operation[]}
 */
export function nextBatch(ops, { now, count = BATCH_COUNT, bytes = BATCH_BYTES }) {
  const known = new Map(ops.map((op) => [op.id, op]));
  /** @type {Set<string>} */
  const taken = new Set();
  const batch = [];
  let size = 0;
  for (const op of [...ops].sort(inOrder)) {
    if (op.state !== "waiting" || !isDue(op, now) || (batch[0] && batch[0].epoch !== op.epoch)) continue;
    if (!isFree(op, known, taken) && op.answered) continue;
    size += JSON.stringify(wire(op)).length;
    if (batch.length === count || (batch.length && size > bytes)) break;
    taken.add(op.id);
    batch.push(op);
  }
  return batch;
}

/**
 * A settled operation keeps its story, and its load for a gateway that is restored from before it came.
 * @param {Operation} op @param {Partial<Operation>} change
 * @returns {Operation}
 */
function settled(op, change) {
  const { before, next_at, blocked_by, problem, ...story } = op;
  return { ...story, answered: true, ...change };
}

/** @param {Operation} op @param {Partial<Operation>} change @param {number} now @param {number} random @returns {Operation} */
function later(op, change, now, random) {
  return {
    ...op,
    state: "waiting",
    answered: true,
    next_at: now + backoffMs(Math.max(1, op.tries), random),
    ...change,
  };
}

/**
 * The operation after the gateway's answer. What is done stays done, whatever arrives late.
 * @param {Operation} op
 * @param {PushResult} result
 * @param {number} now  Unix ms
 * @param {number} random  0..1
 * @returns {Operation}
 */
export function settle(op, result, now, random) {
  if (op.state === "done" || op.state === "aside") return op;
  const number = result.record?.number ?? op.number;
  const kept = result.kept_out?.length ? { kept_out: result.kept_out } : {};
  const waits = result.proposals?.length ? { ...kept, proposals: result.proposals } : kept;
  const named = number === undefined ? waits : { number, ...waits };
  const verdict = result.status === "duplicate" ? (result.result ?? "applied") : result.status;
  switch (verdict) {
    case "applied":
    case "merged":
    case "unchanged":
      return settled(op, { ...named, state: "done", done_at: now });
    case "conflict":
      return settled(op, { ...named, state: "conflict", done_at: now });
    case "rejected":
    case "quarantined":
      return { ...op, state: "needs_you", answered: true, problem: result.problem ?? { code: "rejected" } };
    case "blocked_by":
      return later(op, result.blocked_by ? { blocked_by: result.blocked_by } : {}, now, random);
    default:
      return later(op, result.problem ? { problem: result.problem } : {}, now, random);
  }
}

/**
 * A record's values with this phone's open operations laid over them, oldest first.
 * @param {Data | undefined} replica  what the gateway last said
 * @param {Operation[]} ops  of this record
 * @returns {Data | undefined} undefined when neither side knows the record
 */
export function project(replica, ops) {
  let data = replica;
  for (const op of ops.filter(isOpen).sort(inOrder)) {
    if (op.patch) data = applyPatch(data ?? {}, op.patch);
    else data ??= op.data;
  }
  return data;
}

/**
 * The gateway's objections to an operation, at the fields they are about.
 * @param {import("./types.js").Problem | undefined} problem
 * @returns {import("./types.js").Finding[]} a finding with an empty path is about the whole
 */
export function findingsOf(problem) {
  if (!problem) return [];
  const { code, detail = "", pointer = "" } = problem;
  const errors = problem.errors?.length ? problem.errors : [{ code, detail, pointer }];
  return errors.map((error) => ({
    path: (error.pointer ?? "")
      .replace(/^\/(data|patch)(?=\/)/, "")
      .split("/")
      .slice(1)
      .map(unescaped),
    code: error.code,
    params: {},
    detail: error.detail ?? detail,
  }));
}

/** RFC 6901. @param {string} part */
const unescaped = (part) => part.replaceAll("~1", "/").replaceAll("~0", "~");
