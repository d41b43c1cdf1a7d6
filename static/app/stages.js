// Where an entry is on its way from this phone to the ERP, derived from rows and never remembered.
import { isOpen } from "./operations.js";

/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").GatewayRecord} GatewayRecord */
/** @typedef {import("./types.js").Tally} Tally */
/** @typedef {import("./types.js").Link} Link */

/** The straight way; "needs_you" and "conflict" are stops on it. */
export const STAGES = ["saved", "at_gateway", "taken", "accepted"];

/** The ERP refused what this phone entered, and nobody has mended it since. @param {Operation} op */
const refusedByErp = (op) => op.state === "done" && op.erp_stage === "rejected";

/** @param {Operation} op */
export const needsYou = (op) => op.state === "needs_you" || refusedByErp(op);

/**
 * @param {GatewayRecord | undefined} record  as the gateway last sent it
 * @param {Operation[]} ops  this phone's operations on it
 * @returns {"saved" | "at_gateway" | "taken" | "accepted" | "needs_you" | "conflict"}
 */
export function stageOf(record, ops) {
  if (ops.some((op) => op.state === "needs_you")) return "needs_you";
  if (ops.some(isOpen)) return "saved";
  if ((record?.conflicts ?? 0) > 0 || ops.some((op) => op.state === "conflict")) return "conflict";
  if (record?.stage === "rejected") return "needs_you";
  if (record?.stage === "taken" || record?.stage === "accepted") return record.stage;
  return "at_gateway";
}

/**
 * @param {Operation[]} ops
 * @returns {Tally} `oldest`: when the longest-waiting entry was saved, Unix ms
 */
export function tally(ops) {
  const waiting = ops.filter((op) => op.state === "waiting" || op.state === "sending");
  return {
    waiting: waiting.length,
    needsYou: ops.filter(needsYou).length,
    conflicts: ops.filter((op) => op.state === "conflict").length,
    oldest: waiting.length ? Math.min(...waiting.map((op) => op.saved_at)) : null,
  };
}

/**
 * What the pill says: a tone and the keys of its words. "Synced" needs proof: an empty outbox and a pull that
 * reached its end.
 * @param {Tally} counts
 * @param {Link} link
 * @param {boolean} current  the last pull reached its end
 * @returns {{tone: "good" | "calm" | "warn" | "bad", words: {key: string, count?: number}[]}}
 */
export function pill(counts, link, current) {
  const attention = counts.needsYou + counts.conflicts;
  const words = [];
  if (attention) words.push({ key: "pill.need_you", count: attention });
  if (link === "signed_out") words.push({ key: counts.waiting ? "pill.sign_in_to_send" : "pill.signed_out" });
  else if (link === "offline" || link === "captive") words.push({ key: "pill.offline" });
  if (counts.waiting) words.push({ key: "pill.waiting", count: counts.waiting });
  if (counts.photos) words.push({ key: "pill.photos", count: counts.photos });
  if (words.length === 0) words.push({ key: current && link === "online" ? "pill.synced" : "pill.checking" });
  return { tone: tone(attention, counts.waiting || (counts.photos ?? 0), link, current), words };
}

/** @param {number} attention @param {number} waiting @param {Link} link @param {boolean} current */
function tone(attention, waiting, link, current) {
  if (attention) return "bad";
  if (link === "signed_out") return "warn";
  if (link === "online" && current && !waiting) return "good";
  return link === "offline" || link === "captive" ? "warn" : "calm";
}
