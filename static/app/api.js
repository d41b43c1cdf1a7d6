// The one way to the gateway. Only JSON with the right shape is an answer: a captive portal's page, an empty body, a
// redirect or half a document is never success, and it is told apart from the gateway being silent.
import { retryAfterMs } from "./backoff.js";

/** @typedef {import("./types.js").Problem} Problem */
/** @typedef {"unreachable" | "not_the_gateway" | "sign_in" | "busy" | "too_large" | "update" | "refused" | "broken"} FailureKind */

export const PROTOCOL = 1;
const TIMEOUT_MS = 20_000;

export class Failure extends Error {
  /**
   * @param {FailureKind} kind
   * @param {{status?: number, problem?: Problem, waitMs?: number, timedOut?: boolean}} [about]
   */
  constructor(kind, { status = 0, problem, waitMs = 0, timedOut = false } = {}) {
    super(problem?.detail ?? problem?.title ?? kind);
    this.kind = kind;
    this.status = status;
    this.problem = problem;
    this.waitMs = waitMs;
    this.timedOut = timedOut;
  }
}

/** @param {number} status @param {string | undefined} code @returns {FailureKind} */
function kindOf(status, code) {
  if (status === 401 && code !== "credentials_wrong") return "sign_in";
  if (status === 413) return "too_large";
  if (status === 426) return "update";
  if (status === 429 || status === 503 || status === 507) return "busy";
  return status >= 500 ? "broken" : "refused";
}

/** @param {Response} answer @returns {Promise<any>} */
async function documentOf(answer) {
  const type = answer.headers.get("Content-Type") ?? "";
  if (answer.type === "opaqueredirect" || !/^application\/(problem\+)?json\b/.test(type)) {
    throw new Failure("not_the_gateway", { status: answer.status });
  }
  let text = "";
  try {
    text = await answer.text();
  } catch {
    throw new Failure("unreachable"); // the connection broke in the middle of the body
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure("not_the_gateway", { status: answer.status });
  }
}

/**
 * @param {string} language  what the gateway's sentences should be written in
 * @param {Record<string, string>} [extra]
 * @returns {Record<string, string>}
 */
const headersFor = (language, extra) => ({
  Accept: "application/json",
  "Accept-Language": language,
  "X-Waystation": "1",
  ...extra,
});

/** @typedef {{method?: string, body?: unknown, headers?: Record<string, string>, timeoutMs?: number, signal?: AbortSignal, last?: boolean}} Request
 *   signal: ends it before its time; last: it is not asked again after signing in */

/**
 * @param {{language: () => string, now: () => number, origin?: string, renew?: () => Promise<boolean>}} world
 *   origin: "" in a browser; renew: sign in again without anybody's help, where that can be
 */
export function createApi({ language, now, origin = "", renew = async () => false }) {
  /** @param {string} path @param {Request} request @returns {Promise<Response>} */
  async function send(path, { method = "GET", body, headers, timeoutMs = TIMEOUT_MS, signal }) {
    const all = headersFor(language(), headers);
    const isFile = body instanceof ArrayBuffer;
    if (body !== undefined) all["Content-Type"] = isFile ? "application/octet-stream" : "application/json";
    try {
      return await fetch(origin + path, {
        method,
        headers: all,
        body: body === undefined ? null : isFile ? body : JSON.stringify(body),
        redirect: "manual",
        cache: "no-store",
        signal:
          (signal && AbortSignal.any?.([signal, AbortSignal.timeout(timeoutMs)])) ?? AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      throw new Failure("unreachable", { timedOut: error instanceof DOMException && error.name === "TimeoutError" });
    }
  }

  /**
   * @param {string} path
   * @param {Request} [request]
   * @returns {Promise<any>} the document, or null for 204
   */
  async function call(path, request = {}) {
    const answer = await send(path, request);
    if (answer.status === 204) return null;
    const document = await documentOf(answer);
    if (typeof document !== "object" || document === null)
      throw new Failure("not_the_gateway", { status: answer.status });
    if (answer.ok) return document;
    if (typeof document.code !== "string") throw new Failure("not_the_gateway", { status: answer.status });
    const waitMs = retryAfterMs(answer.headers.get("Retry-After"), now());
    const kind = kindOf(answer.status, document.code);
    if (kind === "sign_in" && !request.last && (await renew())) return call(path, { ...request, last: true });
    throw new Failure(kind, { status: answer.status, problem: document, waitMs });
  }

  return call;
}

/** @typedef {ReturnType<typeof createApi>} Call */

/** @param {any} document  an answer that must carry the protocol */
export function requireProtocol(document) {
  if (document?.protocol === PROTOCOL) return document;
  throw new Failure(Number.isInteger(document?.protocol) ? "update" : "not_the_gateway");
}
