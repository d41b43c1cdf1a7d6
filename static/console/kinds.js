// The declarations of all kinds, read once per page: labels and forms follow from them.
import { read } from "./api.js";

/** @type {Promise<import("./types.js").Kind[]> | undefined} */
let asked;

/** @returns {Promise<import("./types.js").Kind[]>} */
export function kinds() {
  asked ??= read("/api/v1/kinds").then(
    (answer) => answer.kinds,
    (error) => {
      asked = undefined;
      throw error;
    },
  );
  return asked;
}

/** @param {string} name */
export async function kind(name) {
  return (await kinds()).find((one) => one.name === name);
}
