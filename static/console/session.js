// Who is here, and in which shop. Nothing of it is kept in the browser except the language of the sign-in screen.
import { signal } from "@preact/signals";
import { language, match, speak } from "../app/i18n.js";
import { usePasskey } from "./account/webauthn.js";
import { call, Problem, post, read } from "./api.js";
import { forgetDrafts } from "./customers/drafts.js";

/** @typedef {import("./types.js").Session} Session */

/** What the app says of its fields and rules lies under the console's own words. */
export const FOLDERS = ["/static/locales", "/static/console/locales"];
const LANGUAGE_KEY = "waystation.console.language";

/** @type {import("@preact/signals").Signal<Session | null>} */
export const session = signal(null);

/** The gateway no longer knows this session; the screen stays as it is until somebody signs in again. */
export const expired = signal(false);

/** Roles that have something to do in the console; everybody else is shown the way to the app. */
export const CONSOLE_ROLES = ["manager", "admin", "auditor", "finance", "clerk"];

/** The language a person chose here before, or the browser's. */
export function preferredLanguage() {
  const kept = localStorage.getItem(LANGUAGE_KEY);
  return match(kept ? [kept] : navigator.languages);
}

/** @param {string} wanted */
export async function chooseLanguage(wanted) {
  localStorage.setItem(LANGUAGE_KEY, wanted);
  await speak(wanted, FOLDERS);
}

/** Ask the gateway who is signed in. A 401 is an answer, not a failure. */
export async function refresh() {
  try {
    await adopt(await read("/api/v1/session"));
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    session.value = null;
  }
}

/**
 * @param {string} name
 * @param {string} password
 */
export async function signIn(name, password) {
  await adopt(await post("/api/v1/session", { name, password }));
}

/** By a key of one's own; which one, and whose, the browser asks. */
export async function signInByPasskey() {
  await adopt(await usePasskey());
}

export async function signOut() {
  await call("DELETE", "/api/v1/session");
  leave();
}

/** Back to the door, whatever was on the screen. */
export function leave() {
  forgetDrafts();
  session.value = null;
  expired.value = false;
}

/** @param {Session} found */
async function adopt(found) {
  const kept = localStorage.getItem(LANGUAGE_KEY);
  const wanted = match([kept ?? found.user.language, ...navigator.languages]);
  if (wanted !== language.value) await speak(wanted, FOLDERS);
  session.value = found;
  expired.value = false;
}
