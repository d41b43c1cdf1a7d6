// What the gateway would say to an entry, asked while a person looks it over. It is a help and never a gate: without an
// answer the phone's own rules stand, and saving never waits for one.
import { signal } from "@preact/signals";
import { findingsOf } from "../operations.js";
import { rowAt } from "../packs.js";
import { diff } from "../patch.js";
import { asMap } from "../summary.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Finding} Finding */
/** @typedef {import("./entry.js").Entry} Entry */
/** @typedef {import("./twins.js").Line} Line */
/** @typedef {{said: string, data: Data | null, masked: string[], warnings: Finding[]}} Verdict  said: the values it is about */

const ASK_MS = 8_000;

export class Trial {
  /** @param {Entry} entry @param {Line} line */
  constructor(entry, line) {
    this.entry = entry;
    this.line = line;
    this.verdict = signal(/** @type {Verdict | null} */ (null));
    this.waiting = new AbortController();
  }

  /** @returns {string} */
  said() {
    return JSON.stringify(this.entry.values.value);
  }

  /** The answer, if it is about what stands in the form now. */
  get current() {
    return this.verdict.value?.said === this.said() ? this.verdict.value : null;
  }

  /** Ask, unless it has been answered already. */
  async ask() {
    const said = this.said();
    if (!this.line.online() || this.current || this.entry.findings.value.length) return;
    this.waiting.abort();
    this.waiting = new AbortController();
    const { signal: ended } = this.waiting;
    const { kind } = this.entry.draft;
    let answer;
    try {
      const request = { method: "POST", body: await this.body(), timeoutMs: ASK_MS, signal: ended };
      answer = await this.line.call(`/api/v1/records/${kind}/check`, request);
    } catch {
      return; // out of reach, or an older gateway: what the phone knows has to do
    }
    if (ended.aborted || said !== this.said() || !Array.isArray(answer.problems)) return;
    this.take(said, answer);
  }

  /** @param {string} said @param {any} answer */
  take(said, answer) {
    const { problems, warnings = [], data = null, masked = [] } = answer;
    this.verdict.value = { said, data, masked, warnings: told(warnings) };
    this.entry.objections.value = told(problems);
  }

  /** What is asked about: a new record whole, an edit as a patch of what the gateway knows. */
  async body() {
    const { place, draft, data } = this.entry;
    const row = draft.edits ? await place.db.read(["packs"], (tx) => rowAt(tx, draft.kind, draft.record)) : undefined;
    return row ? { id: row.id, base_version: row.version, patch: diff(row.data, data) } : { data };
  }

  close() {
    this.waiting.abort();
  }
}

/** @param {any[]} errors */
const told = (errors) => (errors.length ? findingsOf({ code: "record_invalid", errors }) : []);

/**
 * The phone's own idea of the stored form, with the gateway's laid over it where this person may see that.
 * @param {Data} own @param {Data} theirs @param {readonly string[]} masked  places with dots @param {boolean} isNew  also what the gateway adds
 * @param {string} [path]
 * @returns {Data}
 */
export function overlaid(own, theirs, masked, isNew, path = "") {
  const result = { ...own };
  for (const [name, value] of Object.entries(theirs)) {
    const place = path + name;
    if (masked.includes(place) || (!isNew && !(name in own))) continue;
    const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
    result[name] = isMap ? overlaid(asMap(own[name]), asMap(value), masked, isNew, `${place}.`) : value;
  }
  return result;
}
