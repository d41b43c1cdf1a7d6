// How much of a product is on hand and where, as this phone last heard it, with its age.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { gtin14 } from "../codes/articles.js";
import { timeOrDate } from "../format.js";
import { refreshOne, stockOf } from "../goods/stock.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { call, here } from "../runtime.js";
import { measured, placeName } from "./goods_words.js";

/** @typedef {import("../goods/stock.js").Stock} Stock */
/** @typedef {import("../codes/lookup.js").Product} Product */

/** @param {Product} product @param {string} scanned @returns {import("../goods/stock.js").Article} */
function articleIn({ data: { barcodes, sku } }, scanned) {
  const gtins = [scanned, ...[barcodes ?? []].flat().map((each) => gtin14(String(each)))].filter(Boolean);
  return { gtins, sku: typeof sku === "string" ? sku : "" };
}

/** @param {{product: Product, gtin: string}} props  gtin: the one that was scanned, or "" */
export function OnHand({ product, gtin }) {
  const known = useSignal(/** @type {{stock: Stock | null} | null} */ (null));
  const article = articleIn(product, gtin);
  useEffect(() => {
    if (!article.gtins.length && !article.sku) return;
    const look = async () => {
      known.value = { stock: await stockOf(here().db, article) };
    };
    void look();
    void refreshOne({ db: here().db, call, now: Date.now }, article).then((news) => (news ? look() : undefined));
  }, [product.entry.id, gtin]);
  if (!known.value) return null;
  const { stock } = known.value;
  if (!stock) return html`<p class="soft">${t("goods.on_hand_unknown")}</p>`;
  const unit = String(product.data.unit ?? "");
  const words = stock.levels.map(({ location, quantity }) => `${measured(quantity, unit)} (${placeName(location)})`);
  return html`<p class="on-hand"><strong>${t("goods.on_hand")}:</strong> ${words.join(", ") || t("goods.on_hand_none")} <span class="soft">${t("goods.on_hand_as_of", { time: timeOrDate(stock.at) })}</span></p>`;
}
