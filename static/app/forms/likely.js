// Which records of the phone's copy may be the one in a form. The data worker reads this when a form first asks.
import { rowAt } from "../packs.js";
import { likeliest } from "./nearby.js";

let asked = 0;

/**
 * Records that may be the one in a form, the likeliest first, each with its values.
 * @param {{db: import("../db.js").Storage, catalog: import("../catalog.js").Catalog}} desk
 * @param {string} kind @param {import("./nearby.js").Needles} needles @param {string} own  the id of the record itself
 * @returns {Promise<{entry: import("../types.js").Line, data: import("../types.js").Data}[] | null>} null when a later question came
 */
export async function likely({ db, catalog }, kind, needles, own) {
  asked += 1;
  const mine = asked;
  const goOn = async () => {
    await new Promise((resolve) => setTimeout(resolve)); // a search goes first
    return mine === asked;
  };
  const found = await likeliest(catalog.listed(kind), needles, own, goOn);
  if (!found) return null;
  return db.read(["packs", "own"], async (tx) => {
    const rows = [];
    for (const entry of found) {
      const row = (await tx.objectStore("own").get([kind, entry.id])) ?? (await rowAt(tx, kind, entry.id));
      if (row) rows.push({ entry, data: row.data });
    }
    return rows;
  });
}
