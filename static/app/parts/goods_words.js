// How goods are spoken of: places, articles, quantities, and how far a delivery has come.
import "../later_words.js";
import { day } from "../format.js";
import { SHOP } from "../goods/events.js";
import { html } from "../html.js";
import { language, t } from "../i18n.js";
import { Icon } from "./icons.js";

/** @typedef {import("../types.js").GoodsLine} GoodsLine */

/** @param {string} location */
export const placeName = (location) => (location === SHOP ? t("goods.place.shop") : location);

/** A quantity as people write it; it may have more digits than a number can hold. @param {string} text */
export const amount = (text) =>
  new Intl.NumberFormat(language.value, { maximumFractionDigits: 6 }).format(/** @type {any} */ (text));

/** @param {string} text @param {string} unit */
export const measured = (text, unit) => (unit ? `${amount(text)} ${unit}` : amount(text));

/** With its sign, so that more and less are told apart without a colour. @param {string} text */
export const signed = (text) =>
  new Intl.NumberFormat(language.value, { maximumFractionDigits: 6, signDisplay: "exceptZero" }).format(
    /** @type {any} */ (text),
  );

/** @param {{name: string, gtin: string, sku: string, code?: string}} line */
export const nameOf = ({ name, gtin, sku, code }) => name || code?.replaceAll("\x1d", " ") || sku || gtin;

/** Lot and expiry date below the name of an article, and the number where the name is not one. @param {{line: GoodsLine}} props */
export function Which({ line }) {
  const { name, gtin, sku, lot, expiry } = line;
  const number = name ? sku || gtin : "";
  const parts = [lot && t("goods.lot", { lot }), expiry && t("goods.expiry", { date: day(expiry) })].filter(Boolean);
  if (!number && !parts.length) return null;
  return html`<span class="row-line second goods-which"><span>${number && html`<span class="code">${number}</span> `}${parts.join(" · ")}</span></span>`;
}

/** @type {Record<string, "calm" | "warn" | "good">} */
const TONES = { open: "calm", partly: "warn", complete: "good" };
/** @type {Record<string, string>} */
const ICONS = { open: "clock", partly: "alert", complete: "check" };

/** @param {{state: "open" | "partly" | "complete"}} props */
export const StateBadge = ({ state }) =>
  html`<span class="badge" data-tone=${TONES[state]} data-state=${state}><${Icon} name=${ICONS[state] ?? "clock"} />${t(`goods.state.${state}`)}</span>`;

/** @param {{tone?: "warn" | "bad", children?: import("../types.js").Children}} props */
export const Remark = ({ tone = "warn", children }) =>
  html`<p class="scan-note" data-tone=${tone}><${Icon} name="alert" /><span>${children}</span></p>`;

/** What stands before a number where there is no room for columns. @param {readonly any[]} columns @param {number} at */
const nameAt = (columns, at) => (typeof columns[at + 1] === "string" ? columns[at + 1] : undefined);

/**
 * Articles with their numbers. Where it is narrow the numbers stand below the name, and it is a table all the same.
 * @param {{columns: readonly any[], rows: readonly {key: string, state?: string, head: any, cells: readonly any[]}[]}} props
 */
export function Table({ columns, rows }) {
  return html`<div class="goods-table"><table role="table"><thead role="rowgroup"><tr role="row">${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
    <tbody role="rowgroup">${rows.map(
      ({ key, state, head, cells }) =>
        html`<tr role="row" key=${key} data-state=${state}><th role="rowheader" scope="row">${head}</th>${cells.map((cell, at) => html`<td role="cell" data-name=${nameAt(columns, at)}>${cell}</td>`)}</tr>`,
    )}</tbody></table></div>`;
}

const FAULTS = new Set(["check_digit", "date"]);
const WARNINGS = new Set([
  "restricted",
  "gs_suspect",
  "repeated",
  "unknown_ai",
  "expired",
  "best_before_over",
  "sell_by_over",
]);

/** What is to be said of a line's code. @param {GoodsLine} line @returns {string[]} */
export function remarksOf({ code, warnings }) {
  const faults = warnings.filter((each) => each.startsWith("fault.")).map((each) => each.slice("fault.".length));
  const wrong = faults.map((each) => t(`goods.wrong.${FAULTS.has(each) ? each : "other"}`));
  const said = warnings.filter((each) => WARNINGS.has(each)).map((each) => t(`scan.warning.${each}`));
  return [...wrong, ...(code !== undefined && !wrong.length ? [t("goods.unknown")] : []), ...said];
}
