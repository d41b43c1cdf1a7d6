// The warning that a customer may be on file already, kept up to date while somebody types. This phone's own list
// answers at once; the gateway, where it can be reached, knows more. Nobody ever waits for either.
import { computed, effect, signal } from "@preact/signals";
import { same } from "../patch.js";
import { readTables } from "./companies.js";
import { textsAt } from "./values.js";

/** @typedef {import("../types.js").Candidate} Candidate */
/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Reason} Reason */
/** @typedef {import("./entry.js").Entry} Entry */
/** @typedef {{online: () => boolean, call: import("../api.js").Call, likely: typeof import("../data.js").likely}} Line
 *   the ways to the gateway, and to the data worker */

const PAUSE_MS = 350;
const ASK_MS = 8_000;

/** @param {Candidate} candidate @param {(field: string) => boolean} here @returns {Reason | undefined} what speaks most for it */
export const bestReason = ({ reasons }, here) =>
  reasons
    .filter(({ weight, field }) => weight > 0 && here(field))
    .reduce(
      (/** @type {Reason | undefined} */ best, one) => (best && best.weight >= one.weight ? best : one),
      undefined,
    );

export class Twins {
  /** @param {Entry} entry @param {Line} line */
  constructor(entry, line) {
    this.entry = entry;
    this.line = line;
    this.matching = entry.kind.matching;
    /** All that look alike, those included that somebody has said are others. */
    this.found = signal(/** @type {Candidate[]} */ ([]));
    this.distinct = signal(/** @type {ReadonlySet<string>} */ (new Set(entry.draft.not_duplicate_of)));
    this.open = computed(() => this.found.value.filter(({ id }) => !this.distinct.value.has(id)));
    this.asked = "";
    /** The gateway has answered this question. */
    this.told = false;
    this.timer = 0;
    this.waiting = new AbortController();
    this.stop = this.matching ? effect(() => this.later(this.said())) : () => undefined;
    this.opened = this.texts();
  }

  /** What is typed of all that is compared, by field. @returns {Record<string, string[]>} */
  texts() {
    const fields = this.matching?.traits.flatMap((trait) => trait.fields) ?? [];
    const data = /** @type {Data} */ (/** @type {unknown} */ (this.entry.values.value));
    return Object.fromEntries(fields.map((field) => [field, textsAt(data, field)]));
  }

  said() {
    return JSON.stringify(this.texts());
  }

  /** Those that are worth saying: an edit only hears of what it brings about itself. @param {Candidate[]} found */
  worth(found) {
    if (!this.entry.draft.edits) return found;
    const now = this.texts();
    const moved = (/** @type {string} */ field) => !same(now[field], this.opened[field]);
    return found.filter((candidate) => bestReason(candidate, moved));
  }

  /** @param {string} said */
  later(said) {
    if (said === this.asked) return;
    clearTimeout(this.timer);
    this.timer = Number(setTimeout(() => void this.look(), PAUSE_MS));
  }

  /** Look now. What was asked before is of no interest any more. */
  async look() {
    clearTimeout(this.timer);
    const said = this.said();
    if (!this.matching || (said === this.asked && (this.told || !this.line.online()))) return;
    this.asked = said;
    this.told = false;
    this.waiting.abort();
    this.waiting = new AbortController();
    const { signal: ended } = this.waiting;
    if (this.entry.draft.edits && said === JSON.stringify(this.opened)) {
      this.found.value = [];
      return;
    }
    const data = this.entry.data;
    const here = await this.onPhone(data, ended);
    if (ended.aborted || !here) return;
    this.found.value = this.worth(here);
    const there = this.line.online() ? await this.atGateway(data, ended) : null;
    if (ended.aborted || !there) return;
    this.told = true;
    this.found.value = this.worth(merged(there, here));
  }

  /** @param {Data} data @param {AbortSignal} ended @returns {Promise<Candidate[] | null>} */
  async onPhone(data, ended) {
    const { matching, entry } = this;
    const [tools] = await Promise.all([import("./lookalikes.js").catch(() => null), readTables()]);
    // Not on this phone yet: then the gateway alone is asked.
    if (!matching || !tools) return ended.aborted ? null : [];
    const { candidates, needlesOf } = tools;
    const likely = await this.line.likely(entry.draft.kind, needlesOf(matching, data), entry.draft.record);
    return likely && !ended.aborted ? candidates(matching, data, likely) : null;
  }

  /** @param {Data} data @param {AbortSignal} ended @returns {Promise<Candidate[] | null>} null: it cannot be asked just now */
  async atGateway(data, ended) {
    const { kind, record } = this.entry.draft;
    const fields = new Set(this.matching?.traits.flatMap((trait) => trait.fields.map((field) => field.split(".")[0])));
    const body = { data: Object.fromEntries(Object.entries(data).filter(([name]) => fields.has(name))), id: record };
    try {
      const answer = await this.line.call(`/api/v1/records/${kind}/duplicates`, {
        method: "POST",
        body,
        timeoutMs: ASK_MS,
        signal: ended,
      });
      return Array.isArray(answer.candidates) ? answer.candidates : null;
    } catch {
      return null; // the phone's own answer stands; whether the gateway is well is the business of sync
    }
  }

  /** It is another one: never say it again. @param {string} id */
  dismiss(id) {
    this.keep(new Set([...this.distinct.value, id]));
  }

  /** @param {string} id */
  takeBack(id) {
    this.keep(new Set([...this.distinct.value].filter((other) => other !== id)));
  }

  /** @param {ReadonlySet<string>} distinct */
  keep(distinct) {
    this.distinct.value = distinct;
    this.entry.draft = { ...this.entry.draft, not_duplicate_of: [...distinct] };
    void this.entry.write();
  }

  close() {
    clearTimeout(this.timer);
    this.stop();
    this.waiting.abort();
  }
}

/**
 * The gateway's word counts for what it knows; what it has never heard of, only this phone can tell.
 * @param {Candidate[]} there @param {Candidate[]} here
 */
export function merged(there, here) {
  const known = new Set(there.map(({ id }) => id));
  const unsent = here.filter(({ id, number }) => !known.has(id) && number?.startsWith("P-"));
  return [...there, ...unsent];
}
