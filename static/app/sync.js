// When the phone and the gateway talk: at the start, after every save, when a network or the screen comes back, on a
// tap, and otherwise on a calm timer. One tab at a time does the talking; a silent gateway is left alone for longer
// and longer.
import { Failure } from "./api.js";
import { backoffMs } from "./backoff.js";
import { pull, push } from "./exchange.js";

/** @typedef {import("./types.js").Link} Link */
/** @typedef {import("./exchange.js").World} World */
/** @typedef {{link: Link, problem: Failure | null, sent: number, received: number}} Outcome */
/** @typedef {{world: World, locked: (work: () => Promise<void>) => Promise<void>, onStart: () => void, onEnd: (outcome: Outcome) => void,
 *   timer?: {set: (call: () => void, ms: number) => number, clear: (id: number) => void}}} Options */

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

/**
 * @param {Options} options
 */
export function createSync({ world, locked, onStart, onEnd, timer = TIMER }) {
  const { now, random } = world;
  let running = false;
  let again = false;
  let stopped = false;
  let failures = 0;
  let planned = 0;
  let plannedAt = 0;
  let notBefore = 0;
  let startedAt = 0;

  /** @returns {Promise<Outcome>} */
  async function talk() {
    let sent = 0;
    try {
      sent = await push(world);
      const received = await pull(world);
      return { link: "online", problem: null, sent, received };
    } catch (error) {
      // A fault of the storage or of ours is not the network's: it is shown by whoever listens for unhandled errors.
      if (!(error instanceof Failure)) throw error;
      return { link: linkAfter(error), problem: error, sent, received: 0 };
    }
  }

  /** @param {number} ms */
  function plan(ms) {
    timer.clear(planned);
    if (stopped) return;
    plannedAt = now() + ms;
    planned = timer.set(() => round(), ms);
  }

  /** @param {Outcome} outcome */
  function after(outcome) {
    failures = outcome.link === "online" ? 0 : failures + 1;
    notBefore = outcome.problem?.waitMs ? now() + outcome.problem.waitMs : 0;
    const wait = failures ? Math.max(backoffMs(failures, random()), notBefore - now()) : CALM_MS * (0.8 + 0.4 * random());
    plan(again && !failures ? 0 : wait);
    again = false;
  }

  async function round() {
    if (running || stopped) {
      again = true;
      return;
    }
    running = true;
    again = false;
    startedAt = now();
    onStart();
    /** @type {Outcome} */
    let outcome = { link: "busy", problem: null, sent: 0, received: 0 };
    try {
      await locked(async () => {
        outcome = await talk();
      });
    } finally {
      running = false;
      after(outcome);
      onEnd(outcome);
    }
  }

  /** Something happened that makes a try worthwhile now. A gateway that asked for time gets it all the same. @param {Reason} reason */
  function wake(reason) {
    if (running) {
      again = true;
      return;
    }
    failures = 0;
    const earliest = Math.max(notBefore, PROMPT.has(reason) ? 0 : startedAt + GAP_MS);
    plan(Math.max(0, earliest - now()));
  }

  // A timer that a sleeping phone lost, or that nobody set, must not leave the outbox lying.
  function watch() {
    if (!running && now() > plannedAt + OVERDUE_MS) wake("overdue");
  }

  const watching = setInterval(watch, WATCH_MS);

  return {
    wake,
    get busy() {
      return running;
    },
    stop() {
      stopped = true;
      timer.clear(planned);
      clearInterval(watching);
    },
  };
}

/** @typedef {ReturnType<typeof createSync>} Sync */

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
