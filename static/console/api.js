// The one way to the gateway: JSON in, JSON out, every failure a Problem with a sentence a person can act on.
import { signal } from "@preact/signals";
import { language, t } from "../app/i18n.js";

/** @typedef {import("./types.js").ProblemDocument} ProblemDocument */

const TIMEOUT_MS = 20_000;

/** Rises whenever the gateway says that nobody is signed in, so that the frame can ask for the password again. */
export const signedOut = signal(0);

let offsetMs = 0;

/** How far the gateway's clock is ahead of this browser's, in ms, as its last answer said (to the second). */
export const clockOffset = () => offsetMs;

export class Problem extends Error {
  /**
   * @param {number} status  HTTP status, 0 when no answer came
   * @param {ProblemDocument} body
   * @param {number} [retryAfterS]
   */
  constructor(status, body, retryAfterS = 0) {
    super(body.detail ?? body.title ?? t("problem.unknown", { status }));
    this.status = status;
    this.code = body.code ?? "unknown";
    this.errors = body.errors ?? [];
    this.pointer = body.pointer ?? "";
    this.retryAfterS = retryAfterS;
  }

  /** Sentences by field name; pointers into an envelope ("/data/name", "/patch/name") name the field alone. */
  get byField() {
    const own = this.pointer ? [{ pointer: this.pointer, detail: this.message }] : [];
    /** @type {Record<string, string>} */
    const found = {};
    for (const error of [...this.errors, ...own]) {
      const path = (error.pointer ?? "").replace(/^\/(data|patch)(?=\/)/, "").slice(1);
      if (path) found[path.replaceAll("/", ".")] ??= error.detail;
    }
    return found;
  }
}

/** @param {unknown} error */
export function asProblem(error) {
  if (error instanceof Problem) return error;
  throw error;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {string | undefined} body  JSON text
 */
async function send(method, path, body) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", "Accept-Language": language.value, "X-Waystation": "1" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(path, { method, headers, body: body ?? null, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    // fetch rejects for one reason only that matters to a person: no answer came.
    throw new Problem(0, { code: "unreachable", detail: t("problem.unreachable") });
  }
}

/** @param {Response} answer */
async function document_(answer) {
  if (answer.status === 204) return null;
  try {
    return await answer.json();
  } catch {
    // A proxy's or a captive portal's page is not the gateway speaking, whatever its status.
    throw new Problem(answer.status, { code: "not_the_gateway", detail: t("problem.not_the_gateway") });
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {string} [body]  JSON text, for callers that must keep the text as a person wrote it
 * @returns {Promise<any>}
 */
export async function call(method, path, body) {
  const answer = await send(method, path, body);
  const said = Date.parse(answer.headers.get("Date") ?? "");
  // The header counts whole seconds and has travelled: a smaller difference than that is none.
  if (!Number.isNaN(said)) offsetMs = Math.abs(said - Date.now()) > 2_000 ? said - Date.now() : 0;
  const content = await document_(answer);
  if (answer.ok) return content;
  if (answer.status === 401 && path !== "/api/v1/session") signedOut.value += 1;
  throw new Problem(answer.status, content ?? {}, Number(answer.headers.get("Retry-After") ?? 0));
}

/** @param {string} path */
export const read = (path) => call("GET", path);

/** Set while the person is asked for the password again; called with whether it was given. */
export const asked = signal(/** @type {((given: boolean) => void) | null} */ (null));

/** @type {Promise<boolean> | null} */
let asking = null;

/** Ask once, however many wait for it. @returns {Promise<boolean>} */
function proven() {
  asking ??= new Promise((/** @type {(given: boolean) => void} */ resolve) => {
    asked.value = resolve;
  }).finally(() => {
    asking = null;
    asked.value = null;
  });
  return asking;
}

/**
 * What takes two people, or gives somebody more, may ask for the password once more; then it is done again from its start.
 * @template T
 * @param {() => Promise<T>} act
 */
export async function proving(act) {
  try {
    return await act();
  } catch (error) {
    const needed = error instanceof Problem && error.code === "password_needed";
    if (!needed || !(await proven())) throw error;
    return act();
  }
}

/**
 * @param {string} path
 * @param {unknown} body
 */
export function post(path, body) {
  const text = JSON.stringify(body);
  return proving(() => call("POST", path, text));
}
