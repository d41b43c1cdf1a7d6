// One article at one place: what is on hand, and each entry that brought it there, the newest first.
import { day } from "../../app/format.js";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { usePages } from "../customers/pages.js";
import { dateTime } from "../format.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { Icon } from "../parts/icons.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { wordFor } from "../words.js";
import { movements, placeName } from "./reading.js";

/** @typedef {import("./reading.js").Level} Level */
/** @typedef {import("./reading.js").Movement} Movement */
/** @typedef {{place: string, scheme: string, item: string}} Article */

/** @param {Article} article */
const levelOf = ({ place, scheme, item }) =>
  read(`/api/v1/stock?${new URLSearchParams({ location: place, [scheme]: item })}`);

/** What the fact says beside the quantity, in words. @param {Movement} movement */
function told({ entry, other, quantity }) {
  const { register, receipt, document, supplier, reason } = entry;
  const way = quantity.startsWith("-") ? "stock.to" : "stock.from";
  return [
    receipt && t("stock.receipt", { receipt, register: register ?? "" }),
    other && t(way, { place: placeName(other) }),
    document,
    supplier,
    reason,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {{entry: Record<string, string>}} props */
function Lot({ entry: { lot, expiry } }) {
  if (!lot && !expiry) return html`<span class="soft">–</span>`;
  return html`<span>${lot && html`<span class="code">${lot}</span>`}${lot && expiry && " · "}${expiry && t("stock.best_before", { date: day(expiry) })}</span>`;
}

/** "+3", "−2", and of a count what was there. @param {Movement} movement */
const change = ({ quantity, counted }) =>
  counted ? `= ${quantity}` : quantity.startsWith("-") ? quantity.replace("-", "−") : `+${quantity}`;

/** @param {{movement: Movement}} props */
function Row({ movement }) {
  return html`<tr>
    <td><span class="range"><strong>${wordFor("type", movement.type)}</strong>${movement.reversed && html` <${Badge} tone="calm">${t("stock.taken_back")}<//>`}</span></td>
    <td data-label=${t("stock.change")} class="number">${change(movement)}</td>
    <td data-label=${t("stock.when")}><time datetime=${movement.at}>${dateTime(movement.at)}</time></td>
    <td data-label=${t("stock.entry")}>${told(movement) || html`<span class="soft">–</span>`}</td>
    <td data-label=${t("stock.lot")}><${Lot} entry=${movement.entry} /></td>
    <td data-label=${t("stock.device")}>${movement.device_name || t("live.gateway")}</td>
  </tr>`;
}

/** @param {{rows: Movement[]}} props */
function Table({ rows }) {
  const heads = ["stock.movement", "stock.change", "stock.when", "stock.entry", "stock.lot", "stock.device"];
  return html`<table class="stacking">
    <thead><tr>${heads.map((head, at) => html`<th scope="col" class=${at === 1 ? "number" : ""}>${t(head)}</th>`)}</tr></thead>
    <tbody>${rows.map((movement, at) => html`<${Row} key=${`${movement.id} ${at}`} movement=${movement} />`)}</tbody>
  </table>`;
}

/** @param {{level: Level}} props */
function Standing({ level }) {
  return html`<div class="card"><dl class="figures">
    <div><dt>${t("stock.quantity")}</dt><dd>${level.quantity}</dd></div>
    <div><dt>${t("stock.place")}</dt><dd>${placeName(level.location)}</dd></div>
    <div><dt>${t("stock.article")}</dt><dd class="code">${level.gtin || level.sku}</dd></div>
    <div><dt>${t("stock.counted")}</dt><dd><${Ago} at=${level.counted_at} /></dd></div>
  </dl>${level.quantity.startsWith("-") && html`<${Badge} tone="warn">${t("stock.less")}<//>`}</div>`;
}

/** @param {Article} article */
export function ArticlePage(article) {
  const load = useLoad(() => levelOf(article));
  const pages = usePages((after) => movements(article, after), [language.value]);
  /** @type {Level | undefined} */
  const level = load.data?.levels[0];
  return html`<header class="head">
      <div><h1>${level?.product?.name ?? article.item}</h1><p class="lede">${t("stock.article.lede")}</p></div>
      <a class="button" href="#/stock"><${Icon} name="products" />${t("stock.back")}</a>
    </header>
    <${Loaded} load=${load} rows=${1}>${() =>
      level
        ? html`<${Standing} level=${level} />`
        : html`<${Empty} icon="products" title=${t("stock.unknown")}><p>${t("stock.unknown.help")}</p><//>`}<//>
    <section aria-labelledby="movements"><h2 id="movements">${t("stock.movements")}</h2>
      <${Loaded} load=${pages.load}>${() => html`<${Table} rows=${pages.rows} />`}<//>
      ${pages.next && html`<p class="more"><${Button} onClick=${pages.show}>${t("more")}<//></p>`}</section>`;
}
