// What a phone asks for once in a while, when it has talked with the gateway anyway.
import { keepBallast } from "./ballast.js";
import { learnOrders } from "./phone_key.js";
import { forgetOld } from "./upkeep.js";

/** @typedef {{db: import("./db.js").Storage, device: import("./db.js").Storage, call: import("./api.js").Call, kinds: import("./types.js").KindSchema[],
 *   loadKinds: (found: import("./types.js").KindSchema[]) => Promise<void>, tell: (news: import("./types.js").News) => void, tellChanged: () => void, now: number}} Around
 *   now: by the gateway's clock, Unix ms */

/** The gateway's declarations. @param {Around} around */
async function lookAtKinds({ db, call, kinds, loadKinds, tell, tellChanged }) {
  const { kinds: found } = await call("/api/v1/kinds");
  if (!Array.isArray(found) || JSON.stringify(found) === JSON.stringify(kinds)) return;
  await db.set("kinds", found);
  tell({ kinds: true });
  await loadKinds(found);
  tellChanged();
}

/** Sending stood still and was started again: whoever helps reads it in the sync centre. @param {Around["db"]} db @param {string} why @param {number} at */
export async function noteRestart(db, why, at) {
  const { count = 0 } = (await db.get("restarts")) ?? {};
  await db.set("restarts", { count: count + 1, at, why });
}

/** @param {Around} around @throws {import("./api.js").Failure} */
export async function lookAround(around) {
  const { db, device, call, tell, tellChanged, now } = around;
  await lookAtKinds(around);
  const { user, gateway } = await call("/api/v1/session");
  tell({ account: { user, gateway } });
  await learnOrders(device, call);
  const { outcomes } = await call("/api/v1/visits/form");
  const known = await db.get("outcomes");
  await db.set("outcomes", outcomes);
  if (JSON.stringify(known) !== JSON.stringify(outcomes)) tellChanged();
  await keepBallast(db);
  await forgetOld(db, now);
}
