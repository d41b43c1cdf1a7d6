// What time does to a phone: left alone it locks, and away from the gateway for too long it shows no customers.
import { leaseOver } from "./lock_rules.js";

const LOOK_MS = 5_000;
const MINUTE_MS = 60_000;

/** @param {number} minutes  0: never @param {() => void} lock */
export function watchIdle(minutes, lock) {
  if (!minutes) return;
  let touched = Date.now();
  const touch = () => {
    touched = Date.now();
  };
  const look = () => {
    // A clock that was set back says nothing of how long it was.
    const away = Date.now() - touched;
    if (away >= minutes * MINUTE_MS || away < 0) lock();
  };
  for (const event of ["pointerdown", "keydown", "scroll"])
    addEventListener(event, touch, { passive: true, capture: true });
  // A phone that sleeps runs no timers: look before anything is seen again.
  document.addEventListener("visibilitychange", look);
  setInterval(look, LOOK_MS);
}

/**
 * When the gateway was heard last, where that is too long ago for the copy to be shown; otherwise 0.
 * @param {import("./db.js").Storage} db @param {number} days  0: it is always shown @param {number} now  Unix ms
 */
export async function lease(db, days, now) {
  const [received, before] = await Promise.all([db.get("received"), db.get("seen")]);
  const contact = received?.at;
  const seen = before?.contact === contact ? Math.max(before?.at ?? 0, now) : now;
  await db.set("seen", { contact, at: seen });
  return days && leaseOver({ contact, seen, now, days }) ? contact : 0;
}
