// What was counted or taken in so far, a line an article with its lot and its expiry date (pure). Every code becomes a
// line: one that nobody knows is kept as it was read, and marked.
import { gtin14 } from "../codes/articles.js";
import { plus, sum } from "./amounts.js";

/** @typedef {import("../types.js").GoodsLine} GoodsLine */
/** @typedef {import("../codes/symbology.js").Reading} Reading */
/** @typedef {import("../codes/lookup.js").Product} Product */
/** @typedef {import("../types.js").Json} Json */
/** @typedef {Omit<GoodsLine, "key" | "serials"> & {serial: string}} Item  one scan */

/** The longest article number that a fact holds, and the longest code that is kept beside it. */
const NUMBER_MAX = 80;
const CODE_MAX = 512;

/** @param {Json | undefined} value */
const text = (value) => (typeof value === "string" ? value : "");

/** What is to be looked for among the products. @param {Reading} reading @returns {string[]} */
export function wantedIn({ gtin, text: code, values }) {
  const content = typeof values.content_gtin === "string" ? values.content_gtin : "";
  return [...new Set([content || gtin, code].filter(Boolean))];
}

/** How much one code stands for: the weight on it, the pieces in the carton, or one. @param {Reading} reading */
function amountIn({ values }) {
  const { weight, variable_count: pieces, count } = values;
  if (typeof weight === "object" && "unit" in weight) return { quantity: weight.value, unit: weight.unit };
  return { quantity: String(pieces ?? count ?? 1), unit: "" };
}

/** An article's number where the product is known by one. @param {Product | undefined} product */
const barcodeOf = (product) =>
  [product?.data.barcodes ?? []]
    .flat()
    .map((each) => gtin14(text(each)))
    .find(Boolean) ?? "";

/**
 * One scan as what it adds.
 * @param {string} code  as it was read @param {Reading} reading @param {readonly Product[]} products @param {number} at  Unix ms
 * @returns {Item}
 */
export function itemOf(code, reading, products, at) {
  const [product] = products;
  const { values, fault } = reading;
  const gtin = fault ? "" : text(values.content_gtin ?? "") || reading.gtin || barcodeOf(product);
  const { quantity, unit } = fault ? { quantity: "1", unit: "" } : amountIn(reading);
  const known = Boolean(product);
  const sku = text(product?.data.sku) || (gtin ? "" : reading.text.replaceAll("\x1d", " ").slice(0, NUMBER_MAX));
  return {
    gtin,
    sku,
    name: product?.entry.title ?? "",
    unit: unit || text(product?.data.unit),
    lot: text(values.lot ?? ""),
    expiry: text(values.expiry ?? values.best_before ?? ""),
    serial: text(values.serial ?? ""),
    quantity,
    ...(!known && { code: code.replace(/^\][A-Za-z]\w/, "").slice(0, CODE_MAX) }),
    warnings: fault ? [`fault.${fault.reason}`] : reading.warnings,
    at,
  };
}

/** The article of a line, whatever its lot. @param {Pick<GoodsLine, "gtin" | "sku">} line */
export const articleOf = ({ gtin, sku }) => (gtin ? `gtin ${gtin}` : `sku ${sku}`);

/** What makes two scans one line. @param {Pick<GoodsLine, "gtin" | "sku" | "lot" | "expiry" | "unit">} line */
export const keyOf = (line) => [articleOf(line), line.lot, line.expiry, line.unit].join("|");

/**
 * The lines with one scan more; what was touched last stands first. A thing that says its own serial number counts once.
 * @param {readonly GoodsLine[]} lines @param {Item} item
 * @returns {{lines: GoodsLine[], line: GoodsLine, again: boolean}} again: this very thing was there already
 */
export function added(lines, { serial, ...item }) {
  const key = keyOf(item);
  const known = lines.find((line) => line.key === key);
  const again = Boolean(serial && known?.serials.includes(serial));
  const serials = [...(known?.serials ?? []), ...(serial && !again ? [serial] : [])];
  const quantity = again ? (known?.quantity ?? "0") : plus(known?.quantity ?? "0", item.quantity);
  const warnings = [...new Set([...(known?.warnings ?? []), ...item.warnings])];
  const line = { ...known, ...item, key, serials, quantity, warnings };
  return { lines: [line, ...lines.filter((other) => other.key !== key)], line, again };
}

/** @param {readonly GoodsLine[]} lines @param {string} key @param {Partial<GoodsLine>} change @returns {GoodsLine[]} */
export const changed = (lines, key, change) => lines.map((line) => (line.key === key ? { ...line, ...change } : line));

/** @param {readonly GoodsLine[]} lines @param {string} key @returns {GoodsLine[]} */
export const without = (lines, key) => lines.filter((line) => line.key !== key);

/**
 * The lines with one that was taken away; what was scanned of it since is added.
 * @param {readonly GoodsLine[]} lines @param {readonly GoodsLine[]} before @param {string} key @returns {GoodsLine[]}
 */
export function restored(lines, before, key) {
  const line = before.find((each) => each.key === key);
  const since = lines.find((each) => each.key === key);
  if (!line) return [...lines];
  const both = since && {
    quantity: plus(line.quantity, since.quantity),
    serials: [...new Set([...line.serials, ...since.serials])],
  };
  return [{ ...line, ...both }, ...without(lines, key)];
}

/** @typedef {{line: GoodsLine, lines: GoodsLine[], quantity: string}} Article  line: the first of its lines */

/** How much of each article, whatever the lot. @param {readonly GoodsLine[]} lines @returns {Map<string, Article>} */
export function byArticle(lines) {
  /** @type {Map<string, GoodsLine[]>} */
  const groups = new Map();
  for (const line of lines) {
    const group = groups.get(articleOf(line));
    if (group) group.push(line);
    else groups.set(articleOf(line), [line]);
  }
  return new Map(
    [...groups].map(([article, group]) => [
      article,
      { line: /** @type {GoodsLine} */ (group[0]), lines: group, quantity: sum(group.map(({ quantity }) => quantity)) },
    ]),
  );
}
