// The end of a count or an arrival: what differs from what was expected, what is still to come, and what was not asked.
import "../later_words.js";
import { timeOrDate } from "../format.js";
import { compare, minus } from "../goods/amounts.js";
import { isSame, varianceOf } from "../goods/progress.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { Button } from "./controls.js";
import { measured, nameOf, Remark, StateBadge, signed, Table } from "./goods_words.js";

/** @typedef {import("../goods/session.js").GoodsEntry} GoodsEntry */
/** @typedef {import("../goods/stock.js").Stock} Stock */

/** @param {GoodsEntry} entry @param {ReturnType<typeof varianceOf>["rows"][number]} row */
function varianceRow(entry, { article, line, counted, expected, difference }) {
  const state = difference && difference !== "0" ? "differs" : "";
  const again = async () => {
    await entry.recount(article);
    document.getElementById("goods-code")?.focus();
  };
  const unknown = line.code !== undefined && html` <span class="soft">${t("goods.unknown_short")}</span>`;
  const cells = [
    expected === null ? "–" : measured(expected, line.unit),
    measured(counted, line.unit),
    html`<strong>${difference === null ? "–" : signed(difference)}</strong>`,
    html`<${Button} look="quiet" label=${t("goods.recount_of", { name: nameOf(line) })} icon="undo" onClick=${again} />`,
  ];
  return { key: article, state, head: html`${nameOf(line)}${unknown}`, cells };
}

/** How old what was expected is. @param {{stock: Stock | null}} props */
const Age = ({ stock }) =>
  stock
    ? html`<p class="soft">${t("goods.expected_as_of", { time: timeOrDate(stock.at) })}</p>`
    : html`<${Remark}>${t("goods.expected_unknown")}<//>`;

/** @param {{entry: GoodsEntry, stock: Stock | null, levels: Map<string, string> | null}} props */
export function CountReview({ entry, stock, levels }) {
  const { rows, uncounted } = varianceOf(entry.goods.value.lines, levels);
  const differs = rows.filter(({ difference }) => difference && difference !== "0").length;
  const verdict = stock
    ? t(differs ? "goods.differs" : "goods.agrees", { count: differs })
    : t("goods.counted_all", { count: rows.length });
  const again = html`<span class="visually-hidden">${t("goods.recount")}</span>`;
  const columns = [t("goods.article"), t("goods.expected"), t("goods.counted"), t("goods.difference"), again];
  return html`<section class="card goods-review" aria-labelledby="review-title"><h2 id="review-title" tabindex="-1">${verdict}</h2>
    <${Age} stock=${stock} />
    <${Table} columns=${columns} rows=${rows.map((row) => varianceRow(entry, row))} />
    ${uncounted > 0 && html`<p class="soft">${t("goods.uncounted", { count: uncounted })}</p>`}
  </section>`;
}

/** What will still be open when these lines are in. @param {GoodsEntry} entry */
function leftOf(entry) {
  const { lines } = entry.goods.value;
  return (entry.rows.value ?? []).flatMap((row) => {
    const came = lines.filter((line) => isSame(row, line)).map(({ quantity }) => quantity);
    const rest = came.reduce((open, quantity) => (compare(open, quantity) > 0 ? minus(open, quantity) : "0"), row.open);
    return rest === "0" ? [] : [{ ...row, rest }];
  });
}

/** @param {{entry: GoodsEntry}} props */
export function ArrivalReview({ entry }) {
  const { lines, delivery } = entry.goods.value;
  const kept = lines.filter(({ quantity }) => quantity !== "0");
  const left = delivery && entry.rows.value ? leftOf(entry) : [];
  const asked = entry.open.value.length;
  const rows = kept.map((line) => ({
    key: line.key,
    head: html`${nameOf(line)}${line.lot && html` <span class="soft">${t("goods.lot", { lot: line.lot })}</span>`}`,
    cells: [measured(line.quantity, line.unit)],
  }));
  return html`<section class="card goods-review" aria-labelledby="review-title"><h2 id="review-title" tabindex="-1">${t("goods.arriving", { count: kept.length })}</h2>
    ${entry.rows.value && html`<p><${StateBadge} state=${left.length ? "partly" : "complete"} /></p>`}
    ${asked > 0 && html`<${Remark} tone="bad">${t("goods.unanswered", { count: asked })}<//>`}
    <${Table} columns=${[t("goods.article"), t("goods.came")]} rows=${rows} />
    ${left.length > 0 && html`<h3>${t("goods.left", { count: left.length })}</h3><ul class="goods-left">${left.map((row) => html`<li key=${row.id}>${nameOf(row)}: ${measured(row.rest, row.unit)}</li>`)}</ul>`}
  </section>`;
}
