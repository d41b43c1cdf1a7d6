// One shift: its drawer, its reports, what came after its Z, and what does not fit.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { read } from "../api.js";
import { count, dateTime, money } from "../format.js";
import { useLoad } from "../load.js";
import { Icon } from "../parts/icons.js";
import { Loaded } from "../parts/states.js";
import { wordFor } from "../words.js";
import { currencyOf, Difference, State } from "./cash.js";

/** @typedef {import("./cash.js").Shift} Shift */

/** @param {{shift: Shift}} props */
function Standing({ shift }) {
  const currency = currencyOf(shift);
  const none = html`<span class="soft">${t("shifts.not_yet")}</span>`;
  return html`<div class="card">
    <div class="card-head"><h2>${t("shifts.register.named", { name: shift.register })}</h2><${State} state=${shift.state} /></div>
    <dl class="figures">
      <div><dt>${t("shifts.opened")}</dt><dd>${shift.opened_at ? dateTime(shift.opened_at) : none}</dd></div>
      <div><dt>${t("shifts.closed")}</dt><dd>${shift.closed_at ? dateTime(shift.closed_at) : none}</dd></div>
      <div><dt>${t("shifts.sales")}</dt><dd>${money(shift.sales, currency)}</dd></div>
      <div><dt>${t("shifts.returns")}</dt><dd>${money(shift.returns, currency)}</dd></div>
      <div><dt>${t("shifts.voids")}</dt><dd>${money(shift.voids, currency)}</dd></div>
    </dl>
    ${shift.findings.map((name) => html`<div class="note warn" key=${name}><${Icon} name="warn" /><p>${wordFor("shifts.finding", name)}</p></div>`)}
  </div>`;
}

/** @param {{shift: Shift}} props */
function Drawer({ shift }) {
  const currency = currencyOf(shift);
  return html`<section aria-labelledby="drawer"><h2 id="drawer">${t("shifts.drawer")}</h2>
    <table class="stacking">
      <thead><tr><th scope="col">${t("shifts.tender")}</th><th scope="col" class="number">${t("shifts.expected")}</th><th scope="col" class="number">${t("shifts.counted")}</th><th scope="col">${t("shifts.difference")}</th></tr></thead>
      <tbody>${shift.tenders.map(
        (one) => html`<tr key=${one.type}>
          <td><strong>${wordFor("shifts.tender", one.type)}</strong></td>
          <td data-label=${t("shifts.expected")} class="number">${money(one.expected, currency)}</td>
          <td data-label=${t("shifts.counted")} class="number">${one.counted === null ? html`<span class="soft">${t("shifts.not_counted")}</span>` : money(one.counted, currency)}</td>
          <td data-label=${t("shifts.difference")}>${one.difference === null ? html`<span class="soft">–</span>` : html`<${Difference} minor=${one.difference} currency=${currency} />`}</td>
        </tr>`,
      )}</tbody>
    </table></section>`;
}

/** @param {{shift: Shift}} props */
function Reports({ shift }) {
  const currency = currencyOf(shift);
  if (!shift.reports.length) return html`<p class="soft">${t("shifts.reports.none")}</p>`;
  return html`<table class="stacking">
    <thead><tr><th scope="col">${t("shifts.report")}</th><th scope="col">${t("shifts.printed")}</th><th scope="col" class="number">${t("shifts.total")}</th></tr></thead>
    <tbody>${shift.reports.map(
      (one) => html`<tr key=${`${one.type} ${one.report} ${one.at}`}>
        <td><strong>${wordFor("type", one.type)} ${one.report}</strong></td>
        <td data-label=${t("shifts.printed")}><time datetime=${one.at}>${dateTime(one.at)}</time></td>
        <td data-label=${t("shifts.total")} class="number">${money(one.total, currency)}</td>
      </tr>`,
    )}</tbody>
  </table>`;
}

/** @param {{shift: Shift}} props */
function Amendments({ shift }) {
  const currency = currencyOf(shift);
  if (!shift.amendments.length) return null;
  return html`<section aria-labelledby="amendments"><h2 id="amendments">${t("shifts.amendments")}</h2><p class="soft">${t("shifts.amendments.help")}</p>
    <table class="stacking">
      <thead><tr><th scope="col">${t("shifts.amendment")}</th><th scope="col">${t("shifts.what")}</th><th scope="col">${t("shifts.happened")}</th><th scope="col" class="number">${t("shifts.total")}</th></tr></thead>
      <tbody>${shift.amendments.map(
        (one) => html`<tr key=${one.id}>
          <td><strong class="code">${one.name}</strong></td>
          <td data-label=${t("shifts.what")}>${wordFor("type", one.type)}${one.receipt && ` · ${t("shifts.receipt", { receipt: one.receipt })}`}</td>
          <td data-label=${t("shifts.happened")}><time datetime=${one.at}>${dateTime(one.at)}</time></td>
          <td data-label=${t("shifts.total")} class="number">${money(one.total, currency)}</td>
        </tr>`,
      )}</tbody>
    </table></section>`;
}

/** @param {{shift: Shift}} props */
function Counts({ shift }) {
  return html`<section aria-labelledby="counts"><h2 id="counts">${t("shifts.counts")}</h2>
    <div class="card"><dl class="figures">${Object.entries(shift.counts).map(([type, number]) => html`<div key=${type}><dt>${wordFor("type", type)}</dt><dd>${count(number)}</dd></div>`)}</dl></div></section>`;
}

/** @param {{register: string, shift: string}} props */
export function ShiftPage({ register, shift }) {
  const load = useLoad(() => read(`/api/v1/shifts/${[register, shift].map(encodeURIComponent).join("/")}`));
  return html`<header class="head">
      <div><h1>${t("shifts.one", { name: shift })}</h1><p class="lede">${t("shifts.one.lede")}</p></div>
      <a class="button" href="#/shifts"><${Icon} name="sale" />${t("shifts.back")}</a>
    </header>
    <${Loaded} load=${load} rows=${5}>${(/** @type {Shift} */ found) => html`
      <${Standing} shift=${found} /><${Drawer} shift=${found} />
      <section aria-labelledby="reports"><h2 id="reports">${t("shifts.reports")}</h2><${Reports} shift=${found} /></section>
      <${Amendments} shift=${found} /><${Counts} shift=${found} />`}<//>`;
}
