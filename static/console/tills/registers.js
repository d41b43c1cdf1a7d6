// Whether the numbers of a register hold: what has not come, what came twice, what does not follow.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { count } from "../format.js";
import { Badge } from "../parts/states.js";
import { wordFor } from "../words.js";

/**
 * @typedef {{series: string, first: number, last: number}} Gap
 * @typedef {{register: string, whole: boolean, series: {series: string, first: number, last: number, facts: number, missing: number, chained: number}[],
 *   gaps: Gap[], doubtful: {series: string, number: number, id: string, why: string}[], returned: {receipt: string, gtin: string, sku: string}[]}} Register
 */

/** @param {Gap} gap */
const numbers = ({ series, first, last }) =>
  `${series}-${first === last ? count(first) : `${count(first)}–${count(last)}`}`;

/** @param {{title: string, items: any[]}} props */
function Trouble({ title, items }) {
  if (!items.length) return null;
  return html`<h4>${title}</h4><ul class="lines">${items}</ul>`;
}

/** @param {{register: Register}} props */
export function RegisterCard({ register: { register, whole, series, gaps, doubtful, returned } }) {
  const facts = series.reduce((sum, one) => sum + one.facts, 0);
  const missing = series.reduce((sum, one) => sum + one.missing, 0);
  return html`<li class="card">
    <div class="card-head"><h3>${t("shifts.register.named", { name: register })}</h3><${Badge} tone=${whole ? "good" : "bad"}>${t(whole ? "shifts.whole" : "shifts.not_whole")}<//></div>
    <dl class="figures">
      <div><dt>${t("shifts.numbered")}</dt><dd>${count(facts)}</dd></div>
      <div><dt>${t("shifts.missing")}</dt><dd>${count(missing)}</dd></div>
    </dl>
    <${Trouble} title=${t("shifts.gaps")} items=${gaps.map((gap) => html`<li class="code">${numbers(gap)}</li>`)} />
    <${Trouble} title=${t("shifts.doubtful")} items=${doubtful.map(
      (one) =>
        html`<li><span class="code">${one.series}-${one.number}</span> · ${wordFor("shifts.doubt", one.why)}</li>`,
    )} />
    <${Trouble} title=${t("shifts.returned")} items=${returned.map(
      (one) =>
        html`<li>${t("shifts.receipt", { receipt: one.receipt })} · <span class="code">${one.gtin || one.sku}</span></li>`,
    )} />
  </li>`;
}
