// How long to leave the gateway alone after a failure: 2 s, doubling to 5 min, with full jitter so that twenty phones
// that lost the same network do not come back in the same moment.

const FIRST_MS = 2_000;
export const LONGEST_MS = 300_000;
const SHORTEST_MS = 250;

/**
 * @param {number} failures  in a row, 1 for the first
 * @param {number} random  0..1
 * @returns {number} ms
 */
export function backoffMs(failures, random) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  return Math.max(SHORTEST_MS, Math.round(ceiling * random));
}

/**
 * The wait that a Retry-After header asks for.
 * @param {string | null} header  seconds or an HTTP date
 * @param {number} now  Unix ms
 * @returns {number} ms, 0 when nothing usable was said
 */
export function retryAfterMs(header, now) {
  if (!header) return 0;
  const asked = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(asked) ? Math.min(Math.max(0, asked), LONGEST_MS) : 0;
}
