// What is on hand, place by place: found by product, barcode or article number.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { read } from "../api.js";
import { usePages } from "../customers/pages.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Icon } from "../parts/icons.js";
import { useRested } from "../parts/rested.js";
import { Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { addressOf, levels, placeName } from "./reading.js";

/** @typedef {import("./reading.js").Level} Level */

/** @param {{level: Level}} props */
function Row({ level }) {
  const code = level.gtin || level.sku;
  const less = level.quantity.startsWith("-");
  return html`<tr>
    <td><a class="range" href=${addressOf(level)}><strong>${level.product?.name ?? code}</strong></a></td>
    <td data-label=${t("stock.article")} class="code">${code}</td>
    <td data-label=${t("stock.place")}>${placeName(level.location)}</td>
    <td data-label=${t("stock.quantity")} class="number"><span class=${less ? "short" : ""}>${level.quantity}${less && html`<span class="visually-hidden"> ${t("stock.less")}</span>`}</span></td>
    <td data-label=${t("stock.counted")}><${Ago} at=${level.counted_at} /></td>
    <td data-label=${t("stock.moved")}><${Ago} at=${level.moved_at} /></td>
  </tr>`;
}

/** @param {{rows: Level[]}} props */
function Table({ rows }) {
  return html`<table class="stacking">
    <thead><tr><th scope="col">${t("stock.product")}</th><th scope="col">${t("stock.article")}</th><th scope="col">${t("stock.place")}</th>
      <th scope="col" class="number">${t("stock.quantity")}</th><th scope="col">${t("stock.counted")}</th><th scope="col">${t("stock.moved")}</th></tr></thead>
    <tbody>${rows.map((level) => html`<${Row} key=${addressOf(level)} level=${level} />`)}</tbody>
  </table>`;
}

/** @param {{query: string}} props */
function Nothing({ query }) {
  return query
    ? html`<${Empty} icon="search" title=${t("stock.nothing_found", { query })}><p>${t("stock.nothing_found.help")}</p><//>`
    : html`<${Empty} icon="products" title=${t("stock.empty")}><p>${t("stock.empty.help")}</p><//>`;
}

/** @param {{place: string, onChoose: (place: string) => void}} props */
function Places({ place, onChoose }) {
  const load = useLoad(() => read("/api/v1/stock/places"));
  /** @type {string[]} */
  const places = load.data?.places ?? [];
  if (places.length < 2) return null;
  return html`<select aria-label=${t("stock.place")} onChange=${(/** @type {any} */ event) => onChoose(event.currentTarget.value)}>
    <option value="" selected=${!place}>${t("stock.every_place")}</option>
    ${places.map((one) => html`<option key=${one} value=${one} selected=${one === place}>${placeName(one)}</option>`)}
  </select>`;
}

export function Levels() {
  const [query, setQuery] = useState("");
  const [place, setPlace] = useState("");
  const rested = useRested(query.trim());
  const { load, rows, next, show } = usePages((after) => levels({ query: rested, place }, after), [rested, place]);
  return html`<header class="head"><div><h1>${t("nav.stock")}</h1><p class="lede">${t("stock.lede")}</p></div>
      ${may("delivery list") && html`<a class="button" href="#/deliveries"><${Icon} name="transfer" />${t("stock.deliveries")}</a>`}</header>
    <div class="filter" role="search">
      <input type="search" value=${query} placeholder=${t("stock.search")} aria-label=${t("stock.search")}
        onInput=${(/** @type {any} */ event) => setQuery(event.currentTarget.value)} />
      <${Places} place=${place} onChoose=${setPlace} />
    </div>
    <${Loaded} load=${load} rows=${8}>${() => (rows.length ? html`<${Table} rows=${rows} />` : html`<${Nothing} query=${rested} />`)}<//>
    ${next && rows.length > 0 && html`<p class="more"><${Button} onClick=${show}>${t("more")}<//></p>`}`;
}
