// A shift's money in words: what should be there, what was counted, and what that comes to.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { money } from "../format.js";
import { Badge } from "../parts/states.js";
import { session } from "../session.js";
import { wordFor } from "../words.js";

/**
 * @typedef {{type: string, expected: number, counted: number | null, difference: number | null}} Tender
 * @typedef {{type: string, report: string, at: string, total: number}} Report
 * @typedef {{name: string, id: string, type: string, receipt: string, at: string, total: number}} Amendment
 * @typedef {{register: string, shift: string, state: "open" | "closed" | "reported", currency: string, opened_at: string | null,
 *   closed_at: string | null, sales: number, returns: number, voids: number, tenders: Tender[], reports: Report[],
 *   amendments: Amendment[], counts: Record<string, number>, findings: string[]}} Shift
 */

/** @param {Shift} shift */
export const currencyOf = ({ currency }) => currency || session.value?.gateway.currency || "EUR";

/** What all kinds of payment come to; null while something was not counted. @param {Shift} shift */
export function difference({ tenders, state }) {
  if (state === "open" || tenders.every(({ counted }) => counted === null)) return null;
  return tenders.reduce((sum, one) => sum + (one.difference ?? 0), 0);
}

/** @param {{minor: number, currency: string}} props */
export function Difference({ minor, currency }) {
  if (minor === 0) return html`<${Badge} tone="good">${t("shifts.even")}<//>`;
  return html`<${Badge} tone="bad">${t(minor < 0 ? "shifts.short" : "shifts.over", { amount: money(Math.abs(minor), currency) })}<//>`;
}

/** @type {Record<string, "calm" | "good" | "warn">} */
const TONES = { open: "warn", closed: "calm", reported: "good" };

/** @param {{state: string}} props */
export const State = ({ state }) =>
  html`<${Badge} tone=${TONES[state] ?? "calm"}>${wordFor("shifts.state", state)}<//>`;

/** Where a shift is opened. @param {{register: string, shift: string}} shift */
export const addressOf = ({ register, shift }) => ["#/shifts", ...[register, shift].map(encodeURIComponent)].join("/");
