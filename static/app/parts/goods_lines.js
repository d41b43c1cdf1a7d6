// The lines of a count or an arrival while they come in: what each is, how much of it, and what is to be asked about it.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { minus, plus, quantityIn } from "../goods/amounts.js";
import { articleOf } from "../goods/lines.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { Button, say } from "./controls.js";
import { measured, nameOf, Remark, remarksOf, Which } from "./goods_words.js";

/** @typedef {import("../types.js").GoodsLine} GoodsLine */
/** @typedef {import("../goods/session.js").GoodsEntry} GoodsEntry */

/** The lines that were touched last; the others wait behind one tap. */
const SHOWN = 50;

/** Where a line is on the page. @param {GoodsLine} line */
export const placeOfLine = ({ key }) => `line-${key.replace(/\s/g, "_")}`;

/** @param {{entry: GoodsEntry, line: GoodsLine}} props */
function Quantity({ entry, line }) {
  const name = nameOf(line);
  const set = (/** @type {string} */ quantity) => entry.change(line.key, { quantity, again: false });
  const step = (/** @type {string} */ by) => {
    const next = plus(line.quantity, by);
    void set(next.startsWith("-") ? "0" : next);
  };
  const typed = (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.currentTarget);
    const quantity = quantityIn(field.value);
    if (quantity) void set(quantity);
    else if (event.type === "change") field.value = line.quantity;
  };
  return html`<div class="goods-quantity">
    <${Button} label=${t("goods.less", { name })} onClick=${() => step("-1")}><span aria-hidden="true">−</span><//>
    <input class="input" data-scannable inputmode="decimal" autocomplete="off" value=${line.quantity} aria-label=${t("goods.quantity", { name })} onInput=${typed} onChange=${typed} />
    <${Button} icon="plus" label=${t("goods.more", { name })} onClick=${() => step("1")} />
    ${line.unit && html`<span class="soft">${line.unit}</span>`}
  </div>`;
}

/** What is asked about a line, until somebody answers. @param {{entry: GoodsEntry, line: GoodsLine}} props */
function Question({ entry, line }) {
  const question = entry.questions.value.get(line.key);
  if (!question) return null;
  const { mark, room } = question;
  const much = measured(minus(line.quantity, room), line.unit);
  const words = t(`goods.ask.${mark}`, { count: much });
  if (line.mark) return html`<${Remark}>${words} ${t("goods.ask.taken")}<//>`;
  const leave = () => {
    if (room !== "0") return void entry.change(line.key, { quantity: room });
    say(t("goods.dropped", { name: nameOf(line) }), { label: t("undo"), run: entry.drop(line.key) });
  };
  return html`<div class="goods-ask" role="group" aria-label=${words}><${Remark}>${words}<//>
    <div class="actions"><${Button} onClick=${() => entry.change(line.key, { mark })}>${t("goods.ask.take")}<//>
      <${Button} look="quiet" onClick=${leave}>${t(room === "0" ? "goods.ask.leave" : "goods.ask.only", { count: measured(room, line.unit) })}<//></div></div>`;
}

/** How much is expected, where whoever counts may see it. @param {{entry: GoodsEntry, line: GoodsLine, levels: Map<string, string> | null}} props */
function Expected({ entry, line, levels }) {
  const { what, blind } = entry.goods.value;
  const row = entry.rows.value?.find(
    (each) => articleOf(each) === articleOf(line) || (each.sku !== "" && each.sku === line.sku),
  );
  const words = row
    ? t("goods.open_of", { open: measured(row.open, row.unit), expected: measured(row.expected, row.unit) })
    : what === "count" &&
      !blind &&
      levels &&
      t("goods.expected_here", { count: measured(levels.get(articleOf(line)) ?? "0", line.unit) });
  return words ? html`<p class="soft goods-expected">${words}</p>` : null;
}

/** @param {{entry: GoodsEntry, line: GoodsLine, levels: Map<string, string> | null}} props */
function Line({ entry, line, levels }) {
  const drop = () => say(t("goods.dropped", { name: nameOf(line) }), { label: t("undo"), run: entry.drop(line.key) });
  const asks = entry.questions.value.has(line.key) && !line.mark;
  return html`<li class="goods-line" id=${placeOfLine(line)} tabindex="-1" data-asks=${asks} data-unknown=${line.code !== undefined}>
    <div class="goods-line-head"><span class="row-words"><strong>${nameOf(line)}</strong><${Which} line=${line} /></span>
      <${Button} look="quiet" icon="trash" label=${t("goods.drop", { name: nameOf(line) })} onClick=${drop} /></div>
    <${Quantity} entry=${entry} line=${line} />
    <${Expected} entry=${entry} line=${line} levels=${levels} />
    ${line.again && html`<p class="soft">${t("goods.again")}</p>`}
    ${remarksOf(line).map((words) => html`<${Remark} key=${words}>${words}<//>`)}
    <${Question} entry=${entry} line=${line} />
  </li>`;
}

/** @param {{entry: GoodsEntry, levels: Map<string, string> | null}} props */
export function Lines({ entry, levels }) {
  const { lines, what } = entry.goods.value;
  const all = useSignal(false);
  const asks = new Set(entry.open.value.map(({ key }) => key));
  // A long list that is drawn anew with every scan would be slower than the scanner.
  const shown = all.value ? lines : lines.filter(({ key }, at) => at < SHOWN || asks.has(key));
  if (!lines.length) return html`<p class="card calm goods-none">${t(`goods.none.${what}`)}</p>`;
  return html`<section class="list-part" aria-labelledby="lines-title"><h2 id="lines-title">${t("goods.lines", { count: lines.length })}</h2>
    <ul class="list goods-lines">${shown.map((line) => html`<${Line} key=${line.key} entry=${entry} line=${line} levels=${levels} />`)}</ul>
    ${
      shown.length < lines.length &&
      html`<button type="button" class="button plain show-more" onClick=${() => {
        all.value = true;
      }}>${t("goods.show_all", { count: lines.length })}</button>`
    }</section>`;
}
