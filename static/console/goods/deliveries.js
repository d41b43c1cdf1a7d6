// Deliveries: what the ERP expects, how far each has come, found by number, supplier or article.
import { useState } from "preact/hooks";
import { day } from "../../app/format.js";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { usePages } from "../customers/pages.js";
import { Button } from "../parts/button.js";
import { Icon } from "../parts/icons.js";
import { useRested } from "../parts/rested.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { addressOf, deliveries, standing } from "./expected.js";
import { placeName, SHOP } from "./reading.js";

/** @typedef {import("./expected.js").Delivery} Delivery */

/** @param {{delivery: Delivery}} props */
function Row({ delivery }) {
  const { number, supplier, location, on, rows } = delivery;
  const { tone, word } = standing(delivery);
  const here = rows.filter(({ open }) => open === "0" || open.startsWith("-")).length;
  const none = html`<span class="soft">–</span>`;
  return html`<tr>
    <td><a class="range" href=${addressOf(delivery)}><strong>${number}</strong></a></td>
    <td data-label=${t("deliveries.supplier")}>${supplier || none}</td>
    <td data-label=${t("deliveries.location")}>${placeName(location || SHOP)}</td>
    <td data-label=${t("deliveries.on")}>${on ? html`<time datetime=${on}>${day(on)}</time>` : none}</td>
    <td data-label=${t("deliveries.articles")} class="number">${t("deliveries.of", { here, all: rows.length })}</td>
    <td data-label=${t("deliveries.state")}><${Badge} tone=${tone}>${word}<//></td>
  </tr>`;
}

/** @param {{rows: Delivery[]}} props */
function Table({ rows }) {
  const heads = ["number", "supplier", "location", "on", "articles", "state"];
  return html`<table class="stacking">
    <thead><tr>${heads.map((head) => html`<th scope="col" class=${head === "articles" ? "number" : ""}>${t(`deliveries.${head}`)}</th>`)}</tr></thead>
    <tbody>${rows.map((delivery) => html`<${Row} key=${delivery.id} delivery=${delivery} />`)}</tbody>
  </table>`;
}

/** @param {{query: string}} props */
function Nothing({ query }) {
  return query
    ? html`<${Empty} icon="search" title=${t("deliveries.nothing_found", { query })}><p>${t("deliveries.nothing_found.help")}</p><//>`
    : html`<${Empty} icon="stock" title=${t("deliveries.empty")}><p>${t("deliveries.empty.help")}</p><//>`;
}

export function DeliveryList() {
  const [query, setQuery] = useState("");
  const rested = useRested(query.trim());
  const { load, rows, next, show } = usePages((after) => deliveries(rested, after), [rested]);
  return html`<header class="head"><div><h1>${t("nav.deliveries")}</h1><p class="lede">${t("deliveries.lede")}</p></div>
      <a class="button" href="#/stock"><${Icon} name="stock" />${t("deliveries.stock")}</a></header>
    <div class="filter" role="search">
      <input type="search" value=${query} placeholder=${t("deliveries.search")} aria-label=${t("deliveries.search")}
        onInput=${(/** @type {any} */ event) => setQuery(event.currentTarget.value)} />
    </div>
    <${Loaded} load=${load} rows=${6}>${() => (rows.length ? html`<${Table} rows=${rows} />` : html`<${Nothing} query=${rested} />`)}<//>
    ${next && rows.length > 0 && html`<p class="more"><${Button} onClick=${show}>${t("more")}<//></p>`}`;
}
