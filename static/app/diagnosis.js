// What a helper needs to know of a phone, in one line that can be copied: states and figures, no names and no entries.

/**
 * @typedef {{build: string, device: string, epoch: string, link: string, tried: number, sent: number, received: number,
 *   waiting: number, needsYou: number, conflicts: number, withdrawn: number, drafts: number, oldest: number | null, skew: number,
 *   used: number, kept: boolean, restarts: number, language: string}} Facts
 *   instants in Unix ms, 0 for never; skew in ms; used in bytes
 */

/** @param {number} at  Unix ms */
const instant = (at) => (at ? new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "") : "never");

/** Four letters that are others when a figure was copied wrongly: FNV-1a, folded to 20 bits. @param {string} text */
export function check(text) {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const folded = (hash ^ (hash >>> 20)) & 0xfffff;
  return folded.toString(32).toUpperCase().padStart(4, "0");
}

/**
 * "WS1 build=… device=… queue=3/1/0/0/2 … #4F2K": the queue is waiting, refused, in conflict, withdrawn, half typed.
 * @param {Facts} facts @param {number} now  Unix ms
 */
export function diagnosis(facts, now) {
  const { waiting, needsYou, conflicts, withdrawn, drafts } = facts;
  const parts = [
    "WS1",
    `at=${instant(now)}`,
    `build=${facts.build}`,
    `device=${facts.device}`,
    `gateway=${facts.epoch || "none"}`,
    `link=${facts.link}`,
    `tried=${instant(facts.tried)}`,
    `sent=${instant(facts.sent)}`,
    `received=${instant(facts.received)}`,
    `queue=${[waiting, needsYou, conflicts, withdrawn, drafts].join("/")}`,
    `oldest=${facts.oldest ? `${Math.round((now - facts.oldest) / 60_000)}min` : "none"}`,
    `clock=${Math.round(facts.skew / 1000)}s`,
    `storage=${Math.round(facts.used / 104_857.6) / 10}MB${facts.kept ? "" : ",unprotected"}`,
    `restarts=${facts.restarts}`,
    `language=${facts.language}`,
  ];
  const line = parts.join(" ");
  return `${line} #${check(line)}`;
}
