// When the phone and the gateway talk: at the start, after every save, when a network or the screen comes back, on a
// tap, and otherwise on a calm timer. One tab at a time does the talking; a silent gateway is left alone for longer
// and longer.
import { Failure } from "./api.js";
import { backoffMs, LONGEST_MS } from "./backoff.js";
import { pull, push } from "./exchange.js";

/** @typedef {import("./types.js").Link} Link */
/** @typedef {import("./exchange.js").World} World */
/** @typedef {{link: Link, problem: Failure | null, sent: number, received: number}} Outcome */
/** @typedef {{world: World, locked: (work: () => Promise<void>) => Promise<void>, onStart: () => void,
 *   onEnd: (outcome: Outcome, next: number) => void, onRestart?: (why: "overdue" | "stuck") => void,
 *   timer?: {set: (call: () => void, ms: number) => number, clear: (id: number) => void}}} Options
 *   next: when it talks again by itself, Unix ms; onRestart: it stood still, and was started again */

const CALM_MS = 60_000;
const WATCH_MS = 30_000;
const OVERDUE_MS = 120_000;
const GAP_MS = 1_000;

/** @typedef {"start" | "saved" | "tap" | "signed_in" | "online" | "visible" | "overdue"} Reason */

/** What a person did is answered at once; a network that comes and goes every second is not. */
const PROMPT = new Set(["start", "saved", "tap", "signed_in"]);

/** @type {Record<string, Link>} */
const LINKS = {
  unreachable: "offline",
  not_the_gateway: "captive",
  sign_in: "signed_out",
  busy: "busy",
  broken: "busy",
  too_large: "refused",
  refused: "refused",
  update: "update",
};

/** A browser's own functions refuse to be called as anybody's methods. */
const TIMER = {
  set: (/** @type {() => void} */ call, /** @type {number} */ ms) => Number(setTimeout(call, ms)),
  clear: (/** @type {number} */ id) => clearTimeout(id),
};

/** @param {unknown} error @returns {Link} */
export const linkAfter = (error) => (error instanceof Failure ? (LINKS[error.kind] ?? "offline") : "busy");

export class Sync {
  #running = false;
  #again = false;
  #stopped = false;
  #failures = 0;
  #timer = 0;
  #plannedAt = 0;
  #notBefore = 0;
  #startedAt = 0;
  #movedAt = 0;
  #watchedAt = 0;
  #rounds = 0;

  /** @param {Options} options */
  constructor({ world, locked, onStart, onEnd, onRestart = () => undefined, timer = TIMER }) {
    /** @type {World["call"]} */
    const call = (path, request) => this.#moving(world.call(path, request));
    this.world = { ...world, call };
    this.locked = locked;
    this.onStart = onStart;
    this.onEnd = onEnd;
    this.onRestart = onRestart;
    this.timer = timer;
    this.#plannedAt = world.now();
    this.#watchedAt = this.#plannedAt;
    this.watching = setInterval(() => this.watch(), WATCH_MS);
  }

  /** @returns {Promise<Outcome>} */
  async #talk() {
    let sent = 0;
    try {
      sent = await push(this.world);
      const received = await pull(this.world);
      if (this.world.again) {
        this.world.again = false;
        sent += await push(this.world);
      }
      return { link: "online", problem: null, sent, received };
    } catch (error) {
      // A fault of the storage or of ours is not the network's: whoever listens for unhandled errors shows it.
      if (!(error instanceof Failure)) throw error;
      return { link: linkAfter(error), problem: error, sent, received: 0 };
    }
  }

  /** A request that begins or ends is a sign of life. @template T @param {Promise<T>} asked */
  async #moving(asked) {
    this.#movedAt = this.world.now();
    try {
      return await asked;
    } finally {
      this.#movedAt = this.world.now();
    }
  }

  /** Whoever sets the phone's clock back must not make it wait for years. @param {number} ms */
  #plan(ms) {
    this.timer.clear(this.#timer);
    if (this.#stopped) return;
    const wait = Math.min(Math.max(0, ms), LONGEST_MS);
    this.#plannedAt = this.world.now() + wait;
    this.#timer = this.timer.set(() => this.round(), wait);
  }

  /** @param {Outcome} outcome */
  #planAfter({ link, problem }) {
    const { now, random } = this.world;
    this.#failures = link === "online" ? 0 : this.#failures + 1;
    this.#notBefore = problem?.waitMs ? now() + problem.waitMs : 0;
    if (this.#failures) this.#plan(Math.max(backoffMs(this.#failures, random()), this.#notBefore - now()));
    else this.#plan(this.#again ? 0 : Math.round(CALM_MS * (0.8 + 0.4 * random())));
    this.#again = false;
  }

  /** Talk once, now; a call during a round asks for another one after it. */
  async round() {
    if (this.#running || this.#stopped) {
      this.#again = true;
      return;
    }
    this.#rounds += 1;
    const mine = this.#rounds;
    this.#running = true;
    this.#again = false;
    this.#startedAt = this.world.now();
    this.#movedAt = this.#startedAt;
    this.onStart();
    /** @type {Outcome} */
    let outcome = { link: "busy", problem: null, sent: 0, received: 0 };
    try {
      await this.locked(async () => {
        outcome = await this.#talk();
      });
    } finally {
      // Of a round that was given up nobody waits for the end.
      if (mine === this.#rounds) {
        this.#running = false;
        this.#planAfter(outcome);
        this.onEnd(outcome, this.#plannedAt);
      }
    }
  }

  /** Something happened that makes a try worthwhile now. A gateway that asked for time gets it all the same. @param {Reason} reason */
  wake(reason) {
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#failures = 0;
    const now = this.world.now();
    const gap = PROMPT.has(reason) ? 0 : Math.min(GAP_MS, this.#startedAt + GAP_MS - now);
    this.#plan(Math.max(gap, this.#notBefore - now));
  }

  /**
   * A timer that a sleeping phone lost, that nobody set, or that a clock set back put off, must not leave the outbox
   * lying, and neither must a round that does not go on. Sleep is no standstill: whoever wakes gets a little time.
   */
  watch() {
    const now = this.world.now();
    const slept = Math.abs(now - this.#watchedAt) > 2 * WATCH_MS;
    this.#watchedAt = now;
    const still = now - (this.#running ? this.#movedAt : this.#plannedAt);
    if (this.#stopped || (still <= OVERDUE_MS && still >= -LONGEST_MS)) return;
    if (slept && this.#running) {
      this.#movedAt = now;
      return;
    }
    if (!slept) this.onRestart(this.#running ? "stuck" : "overdue");
    this.#rounds += 1;
    this.#running = false;
    this.#startedAt = 0;
    this.wake("overdue");
  }

  stop() {
    this.#stopped = true;
    this.timer.clear(this.#timer);
    clearInterval(this.watching);
  }
}

const PATIENCE_MS = 60_000;

/**
 * One sending tab. A tab that sleeps while it holds the lock would hold up all others, so after a minute the lock is
 * taken from it: the gateway knows every operation by its id, and a second sender does no harm.
 * @param {string} name
 * @returns {(work: () => Promise<void>) => Promise<void>}
 */
export function tabLock(name) {
  return async (work) => {
    if (!navigator.locks) return work();
    try {
      await navigator.locks.request(name, { signal: AbortSignal.timeout(PATIENCE_MS) }, work);
    } catch (error) {
      const reason = error instanceof DOMException ? error.name : "";
      if (reason === "AbortError") return; // another tab took the lock and does the work
      if (reason !== "TimeoutError") throw error;
      await navigator.locks.request(name, { steal: true }, work);
    }
  };
}
