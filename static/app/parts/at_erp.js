// What the ERP says of a product: how much it has where and since when, and what its price lists say.
import "../later_words.js";
import { money, timeOrDate } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { account } from "../runtime.js";
import { asMap } from "../summary.js";
import { measured, placeName } from "./goods_words.js";

/** @typedef {import("../codes/lookup.js").Product} Product */

/** @param {Product} product */
function stockWords({ data: { stock, unit } }) {
  return Object.values(asMap(stock)).map((one) => {
    const { place, quantity, as_of: since } = asMap(one);
    const words = `${measured(String(quantity), String(unit ?? ""))} (${placeName(String(place))})`;
    return { words, since: typeof since === "string" ? Date.parse(since) : null };
  });
}

/** It stands beside what was counted here: each is true of what it knows. @param {{product: Product}} props */
export function StockAtErp({ product }) {
  const levels = stockWords(product);
  if (levels.length === 0) return null;
  return html`<p class="on-hand"><strong>${t("scan.at_erp")}:</strong> ${levels.map(
    ({ words, since }, at) =>
      html`${at > 0 && ", "}${words}${since && html` <span class="soft">${t("scan.at_erp_since", { time: timeOrDate(since) })}</span>`}`,
  )}</p>`;
}

/** @param {{product: Product}} props */
export function PriceLists({ product }) {
  const prices = Object.entries(asMap(product.data.prices));
  if (prices.length === 0) return null;
  const currency = account.value?.gateway.currency ?? "EUR";
  return html`<dl class="facts">${prices.map(([id, one]) => {
    const { list, from_quantity: from, net_price: price } = asMap(one);
    const name = from
      ? t("scan.price_from", { list: String(list), quantity: measured(String(from), String(product.data.unit ?? "")) })
      : String(list);
    return html`<div key=${id}><dt>${name}</dt><dd>${typeof price === "number" ? money(price, currency) : ""}</dd></div>`;
  })}</dl>`;
}
