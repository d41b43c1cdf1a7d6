// The page's way to the worker that makes photos ready to travel. It is started with the first photo.
import { Asking, Refused } from "./talk.js";
import { start } from "./trusted.js";

/** @typedef {typeof import("./photo.worker.js").answers} Answers */
/** @typedef {import("./files.js").Photo} Photo */

/** The browser could make no picture of it. */
export class Unreadable extends Error {
  name = "Unreadable";
}

/** @type {Asking<Answers, never> | null} */
let line = null;

function worker() {
  if (line) return line;
  const started = start("photo");
  const asking = new Asking(started, /** @type {(news: never) => void} */ (() => undefined));
  started.onerror = () => {
    asking.lose(new Unreadable("The worker for photos did not start"));
    line = null;
  };
  line = asking;
  return asking;
}

/**
 * A photo as it will travel, with its hash and a small picture of it.
 * @param {Blob} taken @returns {Promise<Photo>}
 * @throws {Unreadable}
 */
export async function ready(taken) {
  try {
    return await worker().ask("ready", taken);
  } catch (error) {
    if (error instanceof Refused) throw new Unreadable(error.message, { cause: error });
    throw error;
  }
}
