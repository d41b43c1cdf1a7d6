// What the browser does with a passkey. It asks the person, and whatever holds the key, by itself.
import { t } from "../../app/i18n.js";
import { call, Problem } from "../api.js";

/** @typedef {{challenge: string, options: any}} Ceremony */

/** Whether this browser, on this page, can use passkeys at all: it wants a name, and HTTPS or the machine itself. */
export const able = () =>
  isSecureContext && "PublicKeyCredential" in globalThis && "parseRequestOptionsFromJSON" in PublicKeyCredential;

/** @param {() => Promise<Credential | null>} ask @returns {Promise<any>} what the key said, as JSON */
async function answered(ask) {
  try {
    const credential = /** @type {PublicKeyCredential | null} */ (await ask());
    return credential?.toJSON();
  } catch (error) {
    // Given up, waited too long, the key is known already, or the page has another name: the browser says which.
    if (!(error instanceof DOMException)) throw error;
    const known = error.name === "InvalidStateError" ? "passkeys.known" : "passkeys.not_used";
    throw new Problem(0, {
      code: "passkey_not_used",
      detail: t(error.name === "SecurityError" ? "passkeys.wrong_name" : known),
    });
  }
}

/** @param {string} name  what its person calls it */
export async function addPasskey(name) {
  /** @type {Ceremony} */
  const { challenge, options } = await call("POST", "/api/v1/passkeys/new/options");
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await answered(() => navigator.credentials.create({ publicKey }));
  await call("POST", "/api/v1/passkeys", JSON.stringify({ challenge, name, credential }));
}

/** @returns {Promise<import("../types.js").Session>} */
export async function usePasskey() {
  /** @type {Ceremony} */
  const { challenge, options } = await call("POST", "/api/v1/session/passkey/options");
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await answered(() => navigator.credentials.get({ publicKey }));
  return call("POST", "/api/v1/session/passkey", JSON.stringify({ challenge, credential }));
}
