// The products behind a code. A line of the list holds every name and number of its product, one below the other, so
// the code is looked for in the lines, and what is found there is compared with the record itself.
import { rowAt } from "../packs.js";
import { fold } from "../search.js";

/** @typedef {import("../types.js").Line} Line */
/** @typedef {import("../types.js").Entry} Entry */
/** @typedef {import("../types.js").Data} Data */
/** @typedef {{entry: Entry, data: Data, own: boolean}} Product  own: changed on this phone, and not at the gateway yet */

const KIND = "product";
/** A code that stands on more products than this names none of them. */
const MOST = 5;

/** Is one of the parts of a line exactly this? @param {string} line @param {string} part */
function holds(line, part) {
  for (let at = line.indexOf(part); at >= 0; at = line.indexOf(part, at + 1)) {
    const end = at + part.length;
    if ((at === 0 || line[at - 1] === "\n") && (end === line.length || line[end] === "\n")) return true;
  }
  return false;
}

/**
 * The lines that hold one of the codes as a whole.
 * @param {readonly Line[]} lines @param {readonly string[]} codes  folded
 */
export function linesWith(lines, codes) {
  const found = [];
  for (const each of lines) if (codes.some((code) => holds(each.line, code))) found.push(each);
  return found;
}

/** Is the product known by one of the codes, rather than called so? @param {Data} data @param {string} number @param {readonly string[]} codes  folded */
function isKnownBy({ sku, barcodes }, number, codes) {
  const names = [sku, number, ...(Array.isArray(barcodes) ? barcodes : [])];
  return names.some((name) => typeof name === "string" && codes.includes(fold(name)));
}

/**
 * @param {{db: import("../db.js").Storage, catalog: import("../catalog.js").Catalog}} desk
 * @param {readonly string[]} wanted  a GTIN of 14 digits, an article number, any barcode; none to get ready only
 * @returns {Promise<Product[]>}
 */
export async function productsBy({ db, catalog }, wanted) {
  const codes = wanted.map((code) => fold(code).trim()).filter(Boolean);
  const likely = linesWith(catalog.listed(KIND), codes);
  if (likely.length === 0) return [];
  return db.read(["packs", "own"], async (tx) => {
    const products = [];
    for (const { line, ...entry } of likely.slice(0, MOST)) {
      const own = await tx.objectStore("own").get([KIND, entry.id]);
      const row = own ?? (await rowAt(tx, KIND, entry.id));
      if (row && isKnownBy(row.data, entry.number, codes)) products.push({ entry, data: row.data, own: Boolean(own) });
    }
    return products;
  });
}
