// Beginning a count or an arrival: where, and whether what is expected is shown meanwhile.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { mayCountOpen, SHOP } from "../goods/events.js";
import { beginGoods } from "../goods/session.js";
import { keptStock, placesIn } from "../goods/stock.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { go } from "../router.js";
import { account, here } from "../runtime.js";
import { Button } from "./controls.js";
import { placeName } from "./goods_words.js";

const PLACE_MAX = 80;

/** Places that goods are said to be at. */
function usePlaces() {
  const places = useSignal(/** @type {string[]} */ ([]));
  useEffect(() => {
    void keptStock(here().db).then((stock) => {
      places.value = placesIn(stock).filter((place) => place !== SHOP);
    });
  }, []);
  return places.value;
}

/** @param {{what: "count" | "receive", onClose: () => void}} props */
function Form({ what, onClose }) {
  const location = useSignal("");
  const open = useSignal(false);
  const places = usePlaces();
  const begin = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const where = location.value.trim() || SHOP;
    const goods = { what, location: where, blind: what === "count" && !open.value };
    go(`goods/${what}/${await beginGoods({ ...here(), now: Date.now }, goods, placeName(where))}`);
  };
  const mayOpen = what === "count" && mayCountOpen(account.value?.user.role);
  return html`<form class="card field" onSubmit=${begin}><label class="label" for="goods-place">${t("goods.where")}</label>
    <input id="goods-place" class="input" maxlength=${PLACE_MAX} list="goods-places" placeholder=${placeName(SHOP)} value=${location.value} autocomplete="off" aria-describedby="goods-place-help" onInput=${(
      /** @type {any} */ event,
    ) => {
      location.value = event.currentTarget.value;
    }} />
    <datalist id="goods-places">${places.map((place) => html`<option key=${place} value=${place} />`)}</datalist>
    <p class="soft" id="goods-place-help">${t("goods.where_hint")}</p>
    ${mayOpen && html`<label class="tick"><input type="checkbox" checked=${open.value} onChange=${(/** @type {any} */ event) => (open.value = event.currentTarget.checked)} /><span>${t("goods.show_expected")}</span></label>`}
    <div class="actions"><${Button} look="main" type="submit">${t(`goods.begin.${what}`)}<//><${Button} look="quiet" onClick=${onClose}>${t("cancel")}<//></div></form>`;
}

export function GoodsBegin() {
  const asked = useSignal(/** @type {"" | "count" | "receive"} */ (""));
  const ask = (/** @type {"" | "count" | "receive"} */ what) => () => {
    asked.value = what;
  };
  if (asked.value) return html`<${Form} key=${asked.value} what=${asked.value} onClose=${ask("")} />`;
  return html`<div class="goods-begin"><${Button} look="main" icon="scan" onClick=${ask("count")}>${t("goods.count")}<//>
    <${Button} icon="plus" onClick=${ask("receive")}>${t("goods.receive")}<//></div>`;
}
