// One delivery: what was ordered, what has come of it, what is missing, and what came that nobody expected.
import { day } from "../../app/format.js";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { useLoad } from "../load.js";
import { Icon } from "../parts/icons.js";
import { Badge, Loaded } from "../parts/states.js";
import { delivery, standing } from "./expected.js";
import { placeName, SHOP } from "./reading.js";

/** @typedef {import("./expected.js").Delivery} Delivery */

/** @param {{found: Delivery}} props */
function Standing({ found }) {
  const { tone, word } = standing(found);
  const none = html`<span class="soft">–</span>`;
  return html`<div class="card">
    <div class="card-head"><h2>${found.supplier || t("deliveries.no_supplier")}</h2><${Badge} tone=${tone}>${word}<//></div>
    <dl class="figures">
      <div><dt>${t("deliveries.location")}</dt><dd>${placeName(found.location || SHOP)}</dd></div>
      <div><dt>${t("deliveries.on")}</dt><dd>${found.on ? html`<time datetime=${found.on}>${day(found.on)}</time>` : none}</dd></div>
    </dl>
    ${found.note && html`<p>${found.note}</p>`}
  </div>`;
}

/** @param {{row: Delivery["rows"][number]}} props */
function Line({ row }) {
  const code = row.gtin || row.sku;
  const unit = row.unit && ` ${row.unit}`;
  const missing = row.open !== "0" && !row.open.startsWith("-");
  const left = row.over !== "0" ? t("deliveries.over", { quantity: `${row.over}${unit}` }) : `${row.open}${unit}`;
  const tone = row.over !== "0" ? "warn" : missing ? "calm" : "good";
  return html`<tr>
    <td><strong>${row.name || code}</strong></td>
    <td data-label=${t("stock.article")} class="code">${code}</td>
    <td data-label=${t("deliveries.expected")} class="number">${row.expected}${unit}</td>
    <td data-label=${t("deliveries.received")} class="number">${row.received}${unit}</td>
    <td data-label=${t("deliveries.missing")} class="number"><${Badge} tone=${tone}>${missing || row.over !== "0" ? left : t("deliveries.nothing_missing")}<//></td>
  </tr>`;
}

/** @param {{found: Delivery}} props */
function Lines({ found }) {
  if (!found.rows.length) return html`<p class="soft">${t("deliveries.no_lines")}</p>`;
  return html`<table class="stacking">
    <thead><tr><th scope="col">${t("stock.product")}</th><th scope="col">${t("stock.article")}</th><th scope="col" class="number">${t("deliveries.expected")}</th>
      <th scope="col" class="number">${t("deliveries.received")}</th><th scope="col" class="number">${t("deliveries.missing")}</th></tr></thead>
    <tbody>${found.rows.map((row) => html`<${Line} key=${row.id} row=${row} />`)}</tbody>
  </table>`;
}

/** @param {{found: Delivery}} props */
function Extra({ found }) {
  if (!found.extra.length) return null;
  return html`<section aria-labelledby="extra"><h2 id="extra">${t("deliveries.extra")}</h2><p class="soft">${t("deliveries.extra.help")}</p>
    <table class="stacking">
      <thead><tr><th scope="col">${t("stock.article")}</th><th scope="col" class="number">${t("deliveries.received")}</th></tr></thead>
      <tbody>${found.extra.map(
        (one) => html`<tr key=${one.gtin || one.sku}>
          <td><strong class="code">${one.gtin || one.sku}</strong></td>
          <td data-label=${t("deliveries.received")} class="number">${one.quantity}</td>
        </tr>`,
      )}</tbody>
    </table></section>`;
}

/** @param {{id: string}} props */
export function DeliveryPage({ id }) {
  const load = useLoad(() => delivery(id));
  return html`<header class="head">
      <div><h1>${load.data ? t("deliveries.one", { number: load.data.number }) : t("nav.deliveries")}</h1><p class="lede">${t("deliveries.one.lede")}</p></div>
      <a class="button" href="#/deliveries"><${Icon} name="stock" />${t("deliveries.back")}</a>
    </header>
    <${Loaded} load=${load} rows=${5}>${(/** @type {Delivery} */ found) => html`
      <${Standing} found=${found} />
      <section aria-labelledby="goods"><h2 id="goods">${t("deliveries.goods")}</h2><${Lines} found=${found} /></section>
      <${Extra} found=${found} />`}<//>`;
}
