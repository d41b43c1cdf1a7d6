// What was counted and taken in on this phone: how far it has come, and the way to take it back by a fact of its own.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { deedOf } from "../centre/names.js";
import { wake } from "../data.js";
import { timeOrDate } from "../format.js";
import { STOCK } from "../goods/events.js";
import { sentGoods, takeBack } from "../goods/saving.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { changed, here, revision } from "../runtime.js";
import { Button, say } from "./controls.js";
import { placeName } from "./goods_words.js";

/** @typedef {import("../goods/saving.js").Sent} Sent */

const SHOWN = 10;
const REASON_MAX = 400;

/** The delivery, or else the place in the language of whoever looks. @param {Sent} sent */
const titleOf = ({ event, title }) => (event.data.document ? title : placeName(event.data.location));

/** "Count · Shop". @param {Sent} sent */
const whatOf = (sent) => [sent.ops[0] ? deedOf(sent.ops[0]) : "", titleOf(sent)].filter(Boolean).join(" · ");

/** @param {{sent: Sent, onDone: () => void}} props */
function Question({ sent, onDone }) {
  const reason = useSignal("");
  const run = async () => {
    const done = await takeBack(here().db, sent, reason.value.trim() || t("goods.mistake"), Date.now());
    await changed([{ kind: STOCK, id: sent.event.id }]);
    await wake("saved");
    if (done) say(t("goods.taken_back"));
    onDone();
  };
  return html`<div class="withdraw" role="alertdialog" aria-labelledby=${`back-${sent.event.id}`}><h3 id=${`back-${sent.event.id}`}>${t("goods.take_back_ask", { what: whatOf(sent) })}</h3>
    <p>${t("goods.take_back_text")}</p>
    <label class="label" for=${`why-${sent.event.id}`}>${t("goods.why")}</label><input id=${`why-${sent.event.id}`} class="input" maxlength=${REASON_MAX} value=${reason.value} autocomplete="off" onInput=${(
      /** @type {any} */ event,
    ) => {
      reason.value = event.currentTarget.value;
    }} />
    <div class="actions"><${Button} look="bad" onClick=${run}>${t("goods.take_back")}<//><${Button} look="quiet" onClick=${onDone}>${t("withdraw.no")}<//></div></div>`;
}

/** @param {{sent: Sent}} props */
function Row({ sent }) {
  const asked = useSignal(false);
  const [op] = sent.ops;
  const state = sent.undone ? t("goods.undone") : t(sent.settled ? "goods.arrived" : "goods.waits");
  return html`<li class="goods-told" data-undone=${sent.undone}><div class="row"><span class="row-words"><span class="row-line"><strong>${titleOf(sent)}</strong><span class="row-time">${timeOrDate(sent.at)}</span></span>
      <span class="row-line second"><span>${op && deedOf(op)} · ${t("goods.lines", { count: sent.lines })} · ${state}</span></span></span>
      ${!sent.undone && !asked.value && html`<${Button} look="quiet" icon="undo" label=${t("goods.take_back_of", { what: whatOf(sent) })} onClick=${() => (asked.value = true)} />`}</div>
    ${asked.value && html`<${Question} sent=${sent} onDone=${() => (asked.value = false)} />`}</li>`;
}

export function Told() {
  const sent = useSignal(/** @type {Sent[]} */ ([]));
  useSignalEffect(() => {
    revision.value;
    void sentGoods(here().db).then((found) => {
      sent.value = found.slice(0, SHOWN);
    });
  });
  if (!sent.value.length) return null;
  return html`<section class="list-part" aria-labelledby="told-title"><h2 id="told-title">${t("goods.told")}</h2>
    <ul class="list">${sent.value.map((each) => html`<${Row} key=${each.event.id} sent=${each} />`)}</ul></section>`;
}
