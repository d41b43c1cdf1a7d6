// When a job has its turns, between what the gateway keeps and what a person reads and fills in (pure).

/** @typedef {{every_s: number | null, cron: string, jitter_s: number}} Trigger */
/** @typedef {{mode: "every" | "days" | "cron", count: string, unit: string, at: string, days: string, cron: string, jitter: string}} Form */

/** Seconds of a unit, the largest first. @type {[string, number][]} */
export const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** The choices of days, as cron writes them: Sunday is 0. */
export const DAYS = ["*", "1-5", "6,0", "1", "2", "3", "4", "5", "6", "0"];

const DAILY = /^(\d{1,2}) (\d{1,2}) \* \* (\S+)$/;

/** The largest unit that a pause is a whole number of. @param {number} seconds @returns {[number, string]} */
export function inUnits(seconds) {
  const [unit, size] = UNITS.find(([, size]) => seconds % size === 0) ?? ["second", 1];
  return [seconds / size, unit];
}

/** A cron that is a time of day on days people choose from; null for any other. @param {string} cron @returns {{at: string, days: string} | null} */
export function daily(cron) {
  const [, minute, hour, days] = DAILY.exec(cron.trim()) ?? [];
  if (minute === undefined || hour === undefined || days === undefined || !DAYS.includes(days)) return null;
  return { at: `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`, days };
}

/** What the form shows first. @param {Trigger} trigger @returns {Form} */
export function formOf({ every_s, cron, jitter_s }) {
  const [count, unit] = inUnits(every_s ?? 300);
  const simple = daily(cron);
  return {
    mode: every_s !== null ? "every" : simple ? "days" : "cron",
    count: String(count),
    unit,
    at: simple?.at ?? "02:00",
    days: simple?.days ?? "*",
    cron,
    jitter: String(jitter_s),
  };
}

/** What is sent; the gateway refuses what makes no sense. @param {Form} form @returns {Trigger} */
export function triggerOf({ mode, count, unit, at, days, cron, jitter }) {
  const jitter_s = Math.round(Number(jitter) || 0);
  if (mode === "every") {
    const size = UNITS.find(([name]) => name === unit)?.[1] ?? 1;
    return { every_s: Math.round((Number(count) || 0) * size), cron: "", jitter_s };
  }
  if (mode === "cron") return { every_s: null, cron: cron.trim(), jitter_s };
  const [hour = "", minute = ""] = at.split(":");
  return { every_s: null, cron: `${Number(minute)} ${Number(hour)} * * ${days}`, jitter_s };
}
