// Room that is put aside for the last words on a full phone; `Storage.write` gives it up.
import { BALLAST, ballast } from "./db.js";

const BALLAST_BYTES = 3 * 1024 * 1024;

/** Browsers pack what repeats itself, and room that was never taken cannot be given back: so the ballast is noise. */
function noise() {
  const bytes = new Uint8Array(BALLAST_BYTES);
  for (let at = 0; at < BALLAST_BYTES; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
}

/** Put it aside where there is room for it. Only the first call writes. @param {import("./db.js").Storage} db */
export async function keepBallast(db) {
  const cache = await ballast();
  // An answer would be held open until it is forgotten, and its file would outlive being removed; names hold nothing.
  if (!cache || (await cache.keys()).length) return;
  await cache.put(BALLAST, new Response(noise())).catch(() => undefined); // no room for it: the phone goes on without
  await db.write(["meta"], (tx) => tx.objectStore("meta").delete("ballast")); // where it lay once
}
