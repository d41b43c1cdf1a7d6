// Goods: what is counted and taken in here, which deliveries are expected and how far they have come, and what was told
// by mistake and is taken back.
import "../later_words.js";
import "../scan/everywhere.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { day, timeOrDate } from "../format.js";
import { deliveries, refreshReceipts } from "../goods/deliveries.js";
import { keepEarly } from "../goods/early.js";
import { mayCount, SHOP } from "../goods/events.js";
import { beginGoods } from "../goods/session.js";
import { refreshStock } from "../goods/stock.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { LaterPart } from "../later.js";
import { Begun, useDrafts } from "../parts/begun.js";
import { Button, Empty, say } from "../parts/controls.js";
import { Page } from "../parts/frame.js";
import { GoodsBegin } from "../parts/goods_begin.js";
import { Told } from "../parts/goods_told.js";
import { measured, nameOf, placeName, Remark, StateBadge, Table } from "../parts/goods_words.js";
import { Icon } from "../parts/icons.js";
import { styled } from "../parts/sheet.js";
import { go, route } from "../router.js";
import { account, call, here, listReady, revision, status } from "../runtime.js";
import { takeScans } from "../scan/heard.js";

/** @typedef {import("../goods/deliveries.js").Delivery} Delivery */
/** @typedef {{deliveries: Delivery[], at: number | null}} Known */

await Promise.all([styled("scan"), styled("entry"), styled("goods")]);

/** The deliveries of this phone, read again when anything changes, and asked about when the gateway is near. @returns {Known | null} */
function useDeliveries() {
  const known = useSignal(/** @type {Known | null} */ (null));
  useSignalEffect(() => {
    revision.value;
    listReady.value;
    status.value;
    const { db } = here();
    void deliveries(db).then(async (found) => {
      known.value = found;
      if (await refreshReceipts({ db, call, now: Date.now }, found.deliveries)) known.value = await deliveries(db);
    });
  });
  return known.value;
}

/** Take goods in by a delivery. @param {Delivery} delivery */
async function receive({ id, number, supplier, location }) {
  const place = { ...here(), now: Date.now };
  const title = [number, supplier].filter(Boolean).join(" · ");
  const goods = { location: location || SHOP, blind: false, delivery: { id, number, supplier } };
  go(`goods/receive/${await beginGoods(place, { what: "receive", ...goods }, title)}`);
}

/** @param {{delivery: Delivery}} props */
function Row({ delivery }) {
  const { id, number, supplier, on, state, rows } = delivery;
  const words = [supplier, on && day(on), t("goods.lines", { count: rows.length })].filter(Boolean).join(" · ");
  return html`<li><a class="row" href=${`#/goods/delivery/${id}`}>
    <span class="row-words"><span class="row-line"><strong>${number}</strong><${StateBadge} state=${state} /></span><span class="row-line second"><span>${words}</span></span></span>
    <span class="row-go"><${Icon} name="next" /></span></a></li>`;
}

/** @param {{known: Known | null}} props */
function Expected({ known }) {
  if (!known || !listReady.value) return html`<p class="loading" role="status">${t("goods.loading")}</p>`;
  if (!known.deliveries.length) return html`<p class="card calm goods-none">${t("goods.no_deliveries")}</p>`;
  return html`<ul class="list">${known.deliveries.map((delivery) => html`<${Row} key=${delivery.id} delivery=${delivery} />`)}</ul>
    <p class="soft">${known.at ? t("goods.receipts_as_of", { time: timeOrDate(known.at) }) : t("goods.receipts_unknown")}</p>`;
}

function Home() {
  const known = useDeliveries();
  const drafts = useDrafts().filter(({ goods }) => goods);
  useEffect(() => {
    void refreshStock({ db: here().db, call, now: Date.now });
  }, []);
  useEffect(
    () =>
      takeScans(async (code) => {
        const number = code.replace(/^\][A-Za-z]\w/, "");
        const found = known?.deliveries.find((delivery) => delivery.number.toLowerCase() === number.toLowerCase());
        if (found) go(`goods/delivery/${found.id}`);
        else say(t("goods.no_delivery", { number }));
        return Boolean(found);
      }),
    [known],
  );
  return html`<${Page} title=${t("goods.title")} back="#/scan"><div class="goods goods-home">
    <div><${GoodsBegin} />${drafts.length > 0 && html`<${Begun} drafts=${drafts} />`}<${Told} /></div>
    <section class="list-part" aria-labelledby="deliveries-title"><h2 id="deliveries-title">${t("goods.deliveries")}</h2><p class="soft">${t("goods.deliveries_text")}</p><${Expected} known=${known} /></section>
  </div><//>`;
}

/** @param {{delivery: Delivery}} props */
function Whole({ delivery }) {
  const { rows, extra, state, supplier, location, on, note, number } = delivery;
  const columns = [t("goods.article"), t("goods.expected"), t("goods.came"), t("goods.open")];
  const table = rows.map((row) => ({
    key: row.id,
    head: nameOf(row),
    cells: [row.expected, row.received, row.open].map((each) => measured(each, row.unit)),
  }));
  const facts = [
    [t("goods.supplier"), supplier],
    [t("goods.where"), location && placeName(location)],
    [t("goods.on"), on && day(on)],
    [t("goods.note"), note],
  ].filter(([, value]) => value);
  const draft = useDrafts().find(({ goods }) => goods?.delivery?.number === number);
  const begun = useRef(false);
  const begin = async () => {
    if (begun.current) return;
    begun.current = true;
    if (draft) go(`goods/receive/${draft.id}`);
    else await receive(delivery);
  };
  useEffect(
    () =>
      takeScans(async (code) => {
        await keepEarly(code); // whoever scans has begun
        await begin();
        return true;
      }),
    [draft?.id, number],
  );
  return html`<div class="goods"><section class="card goods-head"><p><${StateBadge} state=${state} /></p>
      <dl class="facts">${facts.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      <div class="actions"><${Button} look="main" icon="scan" onClick=${begin}>${t(draft ? "goods.go_on" : "goods.receive_this")}<//></div></section>
    <section class="card" aria-labelledby="rows-title"><h2 id="rows-title" class="card-head">${t("goods.lines", { count: rows.length })}</h2>
      <${Table} columns=${columns} rows=${table} />
      ${rows.filter(({ over }) => over !== "0").map((row) => html`<${Remark} key=${row.id}>${t("goods.over_by", { name: nameOf(row), count: measured(row.over, row.unit) })}<//>`)}
      ${extra.map((each) => html`<${Remark} key=${each.gtin + each.sku}>${t("goods.extra", { name: each.sku || each.gtin, count: measured(each.quantity, "") })}<//>`)}</section></div>`;
}

/** @param {{id: string}} props */
function DeliveryScreen({ id }) {
  const known = useDeliveries();
  const delivery = known?.deliveries.find((each) => each.id === id);
  const gone = html`<${Empty} icon="scan" title=${t("goods.delivery_gone")}>${t("goods.delivery_gone_text")}<//>`;
  return html`<${Page} title=${delivery?.number ?? t("goods.delivery")} back="#/goods">${delivery ? html`<${Whole} delivery=${delivery} />` : known && listReady.value && gone}<//>`;
}

/** @param {{id: string}} props  what of it: nothing, "count", "receive" or "delivery" */
export function Goods({ id }) {
  const { about } = route.value;
  if (!mayCount(account.value?.user.role))
    return html`<${Page} title=${t("goods.title")} back="#/scan"><${Empty} icon="scan" title=${t("goods.not_allowed.title")}>${t("goods.not_allowed.text")}<//><//>`;
  if (id === "delivery") return html`<${DeliveryScreen} key=${about} id=${about} />`;
  if (id === "count" || id === "receive")
    return html`<${LaterPart} name="goods_session" key=${about} what=${id} id=${about} />`;
  return html`<${Home} />`;
}
