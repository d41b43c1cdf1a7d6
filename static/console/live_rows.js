// What the live screen remembers: the newest rows and how many arrived in each of the last sixty seconds. Pure values.

export const ROWS_MAX = 200;
export const SECONDS = 60;

/** @typedef {import("./types.js").LiveEvent} LiveEvent */

/**
 * Newest first, at most 200, each entry once: a resumed stream may repeat its last one.
 * @param {LiveEvent[]} rows
 * @param {LiveEvent[]} batch  oldest first
 */
export function withBatch(rows, batch) {
  const newest = rows[0]?.seq ?? -1;
  const fresh = batch.filter((event) => event.seq > newest).reverse();
  return [...fresh, ...rows].slice(0, ROWS_MAX);
}

/**
 * @typedef {{second: number, counts: number[]}} Pulse  counts: oldest first, one per second, the last is `second`
 */

/** @returns {Pulse} */
export const stillPulse = () => ({ second: 0, counts: Array.from({ length: SECONDS }, () => 0) });

/**
 * The pulse at a later second, with more arrivals; those older than its minute no longer show.
 * @param {Pulse} pulse @param {number} second  Unix seconds @param {readonly number[]} arrivals  Unix seconds
 * @returns {Pulse}
 */
export function beat(pulse, second, arrivals) {
  const passed = Math.min(SECONDS, Math.max(0, second - pulse.second));
  const counts = [...pulse.counts.slice(passed), ...Array.from({ length: passed }, () => 0)];
  const last = Math.max(second, pulse.second);
  for (const arrival of arrivals) {
    const at = SECONDS - 1 - Math.max(0, last - arrival);
    if (at >= 0) counts[at] = (counts[at] ?? 0) + 1;
  }
  return { second: last, counts };
}

const TROUBLE = [
  "scan.invalid",
  "scan.partial",
  "scan.suppressed",
  "device.overflow",
  "device.offline",
  "record.conflict",
];

/** The group a row belongs to; the filter and the icon follow it. @param {LiveEvent} event */
export function groupOf(event) {
  if (TROUBLE.includes(event.type)) return "trouble";
  const family = event.type.split(".")[0] ?? "";
  if (family === "rfid") return "scan";
  return ["scan", "sale", "device"].includes(family) ? family : "record";
}

/**
 * @param {LiveEvent} event
 * @param {{text: string, group: string, device: string}} wanted  empty fields match everything
 */
export function matches(event, wanted) {
  if (wanted.group && groupOf(event) !== wanted.group) return false;
  if (wanted.device && event.device !== wanted.device) return false;
  if (!wanted.text) return true;
  const words = [event.device_name, event.product?.name, event.product?.number, event.type, JSON.stringify(event.data)];
  return words.join(" ").toLowerCase().includes(wanted.text.toLowerCase());
}
