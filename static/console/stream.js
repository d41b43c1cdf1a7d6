// The live stream: one connection, resumed where it broke, let go while nobody looks, handed on in calm batches.

const BATCH_MS = 120;
const KEPT_MAX = 200;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 30_000;

/** @typedef {import("./types.js").LiveEvent} LiveEvent */
/** @typedef {"connecting" | "live" | "lost" | "asleep"} StreamState */

/**
 * @param {{onEvents: (events: LiveEvent[]) => void, onState: (state: StreamState) => void}} receiver
 *   onEvents gets at most the newest 200 of a batch
 * @returns {() => void} closes it for good
 */
export function follow({ onEvents, onState }) {
  let cursor = "";
  let tries = 0;
  let retry = 0;
  let flushing = 0;
  /** @type {LiveEvent[]} */
  let waiting = [];
  /** @type {EventSource | undefined} */
  let source;

  function flush() {
    flushing = 0;
    const batch = waiting;
    waiting = [];
    onEvents(batch);
  }

  /** @param {MessageEvent<string>} message */
  function onMessage(message) {
    cursor = message.lastEventId || cursor;
    waiting.push(JSON.parse(message.data));
    if (waiting.length > KEPT_MAX) waiting.shift();
    flushing ||= setTimeout(flush, BATCH_MS);
  }

  function connect() {
    onState("connecting");
    // The browser sends Last-Event-ID when it resumes by itself; the address says the same when we start anew.
    source = new EventSource(cursor ? `/api/v1/live?after=${encodeURIComponent(cursor)}` : "/api/v1/live");
    source.onopen = () => {
      tries = 0;
      onState("live");
    };
    source.onmessage = onMessage;
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) again();
      else onState("connecting");
    };
  }

  // An HTTP error ends an EventSource for ever, so that case waits and starts a new one.
  function again() {
    onState("lost");
    retry = setTimeout(connect, Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** tries));
    tries += 1;
  }

  function release() {
    clearTimeout(retry);
    source?.close();
  }

  // The gateway bounds its streams; a tab in the background must not hold one.
  function onVisibility() {
    release();
    if (document.hidden) onState("asleep");
    else connect();
  }

  document.addEventListener("visibilitychange", onVisibility);
  if (!document.hidden) connect();
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    release();
    clearTimeout(flushing);
  };
}
