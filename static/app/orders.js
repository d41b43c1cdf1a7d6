// Which order of the gateway's is one of the gateway that this phone was paired with. Its word is known by its digest since
// then; a page that merely answers in the gateway's place cannot have it, and nothing on the phone is touched.

/** @typedef {import("./phone_key.js").Pairing} Pairing */
/** @typedef {import("./types.js").Problem} Problem */
/** @typedef {{order: "retire" | "lose", id: string, word: string}} Order  id: of the pairing whose word it is */

const ORDERS = /** @type {const} */ ({ phone_draining: "retire", phone_lost: "lose" });

/** @param {string} text */
async function sha256(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The order in a refusal; null where there is none, or it is nobody's whom this phone knows.
 * @param {Pairing[]} pairings  of everybody on this phone @param {Problem} problem
 * @returns {Promise<Order | null>}
 */
export async function orderIn(pairings, { code, params }) {
  const order = ORDERS[/** @type {keyof typeof ORDERS} */ (code)];
  const word = params?.word;
  if (!order || typeof word !== "string") return null;
  const digest = await sha256(word);
  const own = pairings.find(({ orders }) => orders?.[order] === digest);
  return own ? { order, id: own.id, word } : null;
}
