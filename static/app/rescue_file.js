// The file that unsent work is carried away in: sealed with a passphrase, so that whoever finds it reads nothing. Pure but
// for the browser's cryptography; docs/protocol.md describes the format for whoever has to open one without this app.

import { base64, bytesOf as fromBase64 } from "./base64.js";

export const FORMAT = "waystation-rescue";
export const VERSION = 1;
/** OWASP's count for PBKDF2 with HMAC-SHA-256 (Password Storage Cheat Sheet, 2023). */
export const ITERATIONS = 600_000;
export const PASSPHRASE_MIN = 10;
/** A file that asks for more would only keep the phone busy. */
const ITERATIONS_MAX = 10_000_000;

/** Why a file was not opened: "not_ours", "newer", "wrong" (another passphrase, or a damaged file) or "insecure". */
export class NotOpened extends Error {
  name = "NotOpened";

  /** @param {"not_ours" | "newer" | "wrong" | "insecure"} why */
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/** Browsers have no cryptography on a page that came without HTTPS. */
function subtle() {
  const found = globalThis.crypto?.subtle;
  if (!found) throw new NotOpened("insecure");
  return found;
}

/** @param {unknown} text @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(text) {
  try {
    return fromBase64(String(text));
  } catch {
    throw new NotOpened("not_ours");
  }
}

/** The same words typed on another keyboard are the same passphrase. @param {string} passphrase */
export const normal = (passphrase) => passphrase.normalize("NFKC").trim().replaceAll(/\s+/g, " ");

/** @param {string} passphrase @param {Uint8Array<ArrayBuffer>} salt @param {number} iterations */
async function keyFrom(passphrase, salt, iterations) {
  const words = new TextEncoder().encode(normal(passphrase));
  const raw = await subtle().importKey("raw", words, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return subtle().deriveKey(how, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @typedef {{format: string, version: number, saved_at: string, iterations: number, salt: string, iv: string}} Head */

/** What stands open in the file cannot be exchanged either. @param {Head} head */
const bound = ({ format, version, saved_at, iterations, salt, iv }) =>
  new TextEncoder().encode([format, version, saved_at, iterations, salt, iv].join("\n"));

/**
 * @param {unknown} work  plain data
 * @param {string} passphrase
 * @param {number} now  Unix ms
 * @returns {Promise<string>} the text of the file
 * @throws {NotOpened} insecure
 */
export async function sealed(work, passphrase, now) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const saved_at = new Date(now).toISOString();
  const head = {
    format: FORMAT,
    version: VERSION,
    saved_at,
    iterations: ITERATIONS,
    salt: base64(salt),
    iv: base64(iv),
  };
  const key = await keyFrom(passphrase, salt, ITERATIONS);
  const plain = new TextEncoder().encode(JSON.stringify(work));
  const content = await subtle().encrypt({ name: "AES-GCM", iv, additionalData: bound(head) }, key, plain);
  return JSON.stringify({ ...head, content: base64(new Uint8Array(content)) }, null, 1);
}

/** @param {string} text @returns {Head & {content: string}} @throws {NotOpened} */
function headOf(text) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    throw new NotOpened("not_ours");
  }
  const { format, version, iterations } = file ?? {};
  if (format !== FORMAT || !Number.isInteger(version)) throw new NotOpened("not_ours");
  if (version > VERSION) throw new NotOpened("newer");
  if (!Number.isInteger(iterations) || iterations < 1 || iterations > ITERATIONS_MAX) throw new NotOpened("not_ours");
  return file;
}

/**
 * @param {string} text  of the file
 * @param {string} passphrase
 * @returns {Promise<any>} the work that was sealed
 * @throws {NotOpened}
 */
export async function opened(text, passphrase) {
  const head = headOf(text);
  const key = await keyFrom(passphrase, bytesOf(head.salt), head.iterations);
  const how = { name: "AES-GCM", iv: bytesOf(head.iv), additionalData: bound(head) };
  let plain;
  try {
    plain = await subtle().decrypt(how, key, bytesOf(head.content));
  } catch (error) {
    if (error instanceof NotOpened) throw error;
    throw new NotOpened("wrong"); // GCM does not tell another passphrase from a changed byte
  }
  return JSON.parse(new TextDecoder().decode(plain));
}
