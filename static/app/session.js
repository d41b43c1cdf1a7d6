// Coming and going. Signing in needs the gateway; staying signed in, capturing and leaving do not, and none of them
// touches what waits in the outbox.
import { Failure } from "./api.js";
import { stopTalking, wake } from "./data.js";
import { language, learn, match, speak } from "./i18n.js";
import { account, call, device, deviceId, openAccount, remember, show, status } from "./runtime.js";

/** @typedef {import("./types.js").Account} Account */

const FIRST = "/static/locales";
const MORE = "/static/locales_later";

let folders = [FIRST];

/** The words of the language chosen on this phone, else of the browser's: also to say that the storage does not open. */
export async function speakPreferred() {
  const asked = device.get("language");
  const chosen = await asked.catch(() => undefined);
  await speak(match(chosen ? [chosen] : navigator.languages), folders);
  await asked;
}

/** The words of what is read later, from here on in every language. */
export async function learnMore() {
  folders = [FIRST, MORE];
  await learn(MORE);
}

/** @param {string} wanted */
export async function chooseLanguage(wanted) {
  await speak(wanted, folders);
  await device.set("language", wanted);
}

/** Who was here last, with or without a network. @returns {Promise<Account | undefined>} */
export const lastAccount = () => device.get("account");

/**
 * @param {string} name
 * @param {string} password
 * @throws {Failure}
 */
export async function signIn(name, password) {
  const headers = { "X-Waystation-Device": await deviceId() };
  const { user, gateway } = await call("/api/v1/session", { method: "POST", body: { name, password }, headers });
  await enter({ user, gateway });
}

/** Somebody has proven who they are. @param {Account} found @throws {Failure} */
export async function enter({ user, gateway }) {
  if (!user?.name || !gateway?.currency) throw new Failure("not_the_gateway");
  const before = account.value;
  await remember({ user, gateway });
  if (before && before.user.name !== user.name) {
    location.reload(); // another person, another storage
    return;
  }
  if (!(await device.get("language")) && match([user.language]) !== language.value)
    await speak(match([user.language]), folders);
  void navigator.storage?.persist?.();
  if (!before) return openAccount({ user, gateway }, { fresh: true });
  show({ ...status.value, link: "unknown" });
  await wake("signed_in");
}

/** Leave the phone to somebody else. Unsent work stays here, unseen, until the same person signs in again. */
export async function signOut() {
  await stopTalking();
  await device.set("account", null);
  try {
    await call("/api/v1/session", { method: "DELETE", last: true });
  } catch (error) {
    // Without a network the gateway learns of it at the next sign-in, which ends the old session.
    if (!(error instanceof Failure)) throw error;
  }
  location.assign("/");
  location.reload();
}
