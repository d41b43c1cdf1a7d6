// The last scans of this phone. A look at a price is no fact: nothing of it leaves the phone.

/** @typedef {{code: string, title: string, at: number}} Scan  code: as it was read, with its AIM prefix; title: of the product, "" for none */
/** @typedef {import("../db.js").Storage} Storage */

const MOST = 50;
const KEY = "scans";

/** @param {Storage} db @returns {Promise<Scan[]>} the newest first */
export const scansOf = async (db) => (await db.get(KEY)) ?? [];

/** @param {readonly Scan[]} scans @param {Scan} scan @returns {Scan[]} */
export const noted = (scans, scan) => [scan, ...scans.filter(({ code }) => code !== scan.code)].slice(0, MOST);

/** @param {Storage} db @param {Scan} scan */
export async function note(db, scan) {
  await db.set(KEY, noted(await scansOf(db), scan));
}

/** @param {Storage} db */
export const forget = (db) => db.set(KEY, []);
