// What bars are made of: heights, gaps and hours. Pure values, so that a chart says what the figures say.

export const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

/** @typedef {{x: number, width: number, y: number, height: number, tone: number}} Bar  tone: which part of its column */

/**
 * Columns of stacked parts as rectangles from the ground up. What is not zero is never thinner than `least`; a null
 * column is a time nobody saw and has no bar at all.
 * @param {(readonly number[] | null)[]} columns @param {{step: number, height: number, most: number, least?: number}} size
 * @returns {Bar[]}
 */
export function bars(columns, { step, height, most, least = 2 }) {
  const gap = step * 0.2;
  return columns.flatMap((parts, at) => {
    let ground = height;
    return (parts ?? []).flatMap((part, tone) => {
      if (part <= 0) return [];
      const tall = Math.min(ground, Math.max(least, (part / Math.max(1, most)) * height));
      ground -= tall;
      return [{ x: at * step + gap / 2, width: step - gap, y: ground, height: tall, tone }];
    });
  });
}

/** @param {(readonly number[] | null)[]} columns */
export const highest = (columns) =>
  columns.reduce(
    (most, parts) =>
      Math.max(
        most,
        (parts ?? []).reduce((sum, one) => sum + one, 0),
      ),
    0,
  );

/**
 * @typedef {{at: string, waiting: number, oldest_s: number, held: number}} LagHour
 * @typedef {{at: number, seen: LagHour | null}} LagColumn  at: Unix ms
 */

/**
 * One column for each hour between two instants; null where the gateway did not look.
 * @param {LagHour[]} hours @param {string} since @param {string} until @returns {LagColumn[]}
 */
export function byHour(hours, since, until) {
  const known = new Map(hours.map((one) => [Date.parse(one.at), one]));
  const first = Date.parse(since);
  const count = Math.floor((Date.parse(until) - first) / HOUR_MS) + 1;
  return Array.from({ length: count }, (_, at) => {
    const from = first + at * HOUR_MS;
    return { at: from, seen: known.get(from) ?? null };
  });
}

/**
 * The worst of each day, the last one ending now; null where no hour of it was seen.
 * @param {LagColumn[]} hours @returns {LagColumn[]}
 */
export function byDay(hours) {
  const days = [];
  for (let end = hours.length; end > 0; end -= DAY_HOURS) days.unshift(hours.slice(Math.max(0, end - DAY_HOURS), end));
  return days.map((day) => ({ at: day[0]?.at ?? 0, seen: worst(day.flatMap(({ seen }) => (seen ? [seen] : []))) }));
}

/** @param {LagHour[]} seen @returns {LagHour | null} */
function worst(seen) {
  const [first] = seen;
  if (!first) return null;
  const most = (/** @type {"waiting" | "oldest_s" | "held"} */ key) => Math.max(...seen.map((one) => one[key]));
  return { at: first.at, waiting: most("waiting"), oldest_s: most("oldest_s"), held: most("held") };
}
