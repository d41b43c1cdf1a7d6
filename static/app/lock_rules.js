// What a locked phone goes by, as pure values: when the next try is allowed, what the tries cost, when a copy is too old
// to be shown, and how good a passphrase is.

export const ROUNDS = 600_000;
export const LENGTH_MIN = 8;
/** So many wrong tries in a row take the copy of the gateway's records off the phone. */
export const TRIES_MAX = 5;
const LONGEST_MS = 900_000;
const DAY_MS = 86_400_000;

/**
 * A try is counted before it is looked at, so that switching the phone off gives nobody another one.
 * @param {{tries: number, next_at: number}} before @param {number} now  Unix ms
 * @returns {{tries: number, next_at: number, wipe: boolean}}
 */
export function counted({ tries }, now) {
  const next = tries + 1;
  const pause = next < 3 ? 0 : Math.min(LONGEST_MS, 5_000 * 2 ** (next - 3));
  return { tries: next, next_at: now + pause, wipe: next === TRIES_MAX };
}

/** How long until the next try, ms. A clock that was set back makes nobody wait longer than the pause itself. @param {{next_at: number}} ring @param {number} now */
export const waitMs = ({ next_at }, now) => Math.min(LONGEST_MS, Math.max(0, next_at - now));

/**
 * Has the phone been out of the gateway's reach for too long? Setting the clock back does not help: the latest instant
 * that was ever seen since the last contact counts.
 * @param {{contact: number | undefined, seen: number, now: number, days: number}} what  Unix ms
 */
export function leaseOver({ contact, seen, now, days }) {
  if (contact === undefined) return false; // nothing came yet, so there is nothing to hide
  return Math.max(now, seen) - contact > days * DAY_MS || contact - now > days * DAY_MS;
}

/** What people type first. */
const USUAL = /^(passwor[dt]|qwert[yz]|asdf|abc|iloveyou|letmein|admin|welcome|woaini|mima)/i;

/** Runs as in "1234" and "aaaa" count as one sign. @param {string} text */
function signs(text) {
  const codes = [...text].map((sign) => sign.codePointAt(0) ?? 0);
  return codes.filter((code, at) => !at || Math.abs(code - (codes[at - 1] ?? 0)) > 1).length;
}

/** @type {[RegExp, number][]} */
const ALPHABETS = [
  [/\p{Script=Han}/u, 2_000],
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/\d/, 10],
  [/[^\p{L}\d]/u, 20],
];

/** @param {string} text */
const alphabet = (text) => ALPHABETS.reduce((sum, [kind, size]) => sum + (kind.test(text) ? size : 0), 0) || 26;

/**
 * How long a passphrase holds against somebody who has the phone's storage and a large computer.
 * @param {string} text
 * @returns {"short" | "weak" | "fair" | "good"} weak: hours; fair: months; good: longer than the data matters
 */
export function strength(text) {
  if ([...text].length < LENGTH_MIN) return "short";
  const bits = USUAL.test(text) ? 0 : signs(text) * Math.log2(alphabet(text));
  if (bits < 36) return "weak";
  return bits < 52 ? "fair" : "good";
}
