// One count or arrival: scanned with whatever is at hand, put right, looked over, and saved.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Once } from "../codes/once.js";
import { wake } from "../data.js";
import { isFull } from "../db.js";
import { timeOrDate } from "../format.js";
import { useOpened } from "../forms/opened.js";
import { deliveryBy } from "../goods/deliveries.js";
import { keepEarly, takeEarly } from "../goods/early.js";
import { STOCK } from "../goods/events.js";
import { GoodsEntry, openGoods } from "../goods/session.js";
import { keptStock, levelsAt, refreshStock } from "../goods/stock.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { go } from "../router.js";
import { call, changed, here, revision, trouble } from "../runtime.js";
import { feedback } from "../scan/feedback.js";
import { readNow, takeScans } from "../scan/heard.js";
import { CameraView } from "./camera_view.js";
import { Banner, Button, ButtonLink, Empty, say } from "./controls.js";
import { Page } from "./frame.js";
import { Lines, placeOfLine } from "./goods_lines.js";
import { ArrivalReview, CountReview } from "./goods_review.js";
import { measured, nameOf, placeName, Remark, remarksOf } from "./goods_words.js";

/** @typedef {import("../goods/stock.js").Stock} Stock */
/** @typedef {{entry: GoodsEntry}} Props */

/** @param {unknown} error */
function failureWords(error) {
  if (isFull(error)) return t("save.full");
  if (!(error instanceof Error) || error.name !== "StorageLost") throw error;
  trouble.value = "lost";
  return t("save.lost");
}

/** @param {GoodsEntry} entry @returns {(code: string) => Promise<boolean>} */
const taking = (entry) => async (code) => {
  const { line, again } = await entry.scan(code);
  feedback(again || line.code !== undefined ? "miss" : "hit");
  return true;
};

/** @param {Props} props */
function Typed({ entry }) {
  const typed = useSignal("");
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const code = typed.value.trim();
    typed.value = "";
    if (code) void taking(entry)(code);
  };
  return html`<form class="card scan-typed" onSubmit=${submit}><label class="label" for="goods-code">${t("scan.code")}</label>
    <div class="scan-line"><input id="goods-code" class="input code" value=${typed.value} data-scannable autocomplete="off" autocapitalize="characters" spellcheck=${false} maxlength="512" enterkeyhint="done" aria-describedby="goods-code-help"
      onInput=${(/** @type {any} */ event) => {
        typed.value = event.currentTarget.value;
      }} /><${Button} type="submit" icon="plus">${t("goods.add")}<//></div>
    <p class="soft" id="goods-code-help">${t("goods.type_hint")}</p></form>`;
}

/** What came in last: seen at a glance, and said to whoever does not look. @param {Props} props */
function Last({ entry }) {
  const { line, again } = entry.last.value ?? {};
  const now = line && entry.goods.value.lines.find(({ key }) => key === line.key);
  return html`<div role="status" class="goods-last">${
    now &&
    html`<p class="card goods-heard" data-tone=${again || now.code !== undefined ? "warn" : "good"}><strong>${nameOf(now)}</strong><span class="goods-count">${measured(now.quantity, now.unit)}</span></p>
    ${again && html`<${Remark}>${t("goods.same_thing")}<//>`}${remarksOf(now).map((words) => html`<${Remark} key=${words}>${words}<//>`)}`
  }</div>`;
}

/** @param {Props} props */
function Head({ entry }) {
  const { what, location, blind, delivery } = entry.goods.value;
  const where = t("goods.at_place", { place: placeName(location) });
  return html`<section class="card goods-head"><p><strong>${delivery ? `${delivery.number}${delivery.supplier ? ` · ${delivery.supplier}` : ""}` : where}</strong></p>
    <p class="soft">${delivery ? `${where} · ` : ""}${t("goods.since", { time: timeOrDate(entry.draft.started_at) })}${what === "count" ? ` · ${t(blind ? "goods.blind" : "goods.not_blind")}` : ""}</p></section>`;
}

/** @param {{entry: GoodsEntry, saving: boolean, onSave: () => void, onReview: (on: boolean) => void}} props */
function Bar({ entry, saving, onSave, onReview }) {
  const { what, review } = entry.goods.value;
  return html`<div class="entry-bar"><div class="entry-bar-inside">${
    review
      ? html`<${Button} icon="back" label=${t(`goods.on.${what}`)} onClick=${() => onReview(false)} /><${Button} look="main" busy=${saving} disabled=${saving} onClick=${onSave}>${t(`goods.save.${what}`)}<//>`
      : html`<${Button} look="main" disabled=${entry.isEmpty} onClick=${() => onReview(true)}>${t("goods.review")}<//>`
  }</div></div>`;
}

/** @param {Props} props */
function Discard({ entry }) {
  const { what } = entry.goods.value;
  const discard = async () => {
    const back = await entry.discard();
    go("goods", { replace: true });
    say(t(`goods.discarded.${what}`), {
      label: t("undo"),
      run: async () => {
        await back();
        revision.value += 1;
      },
    });
  };
  return html`<div class="actions"><${Button} look="quiet" icon="trash" onClick=${discard}>${t(`goods.discard.${what}`)}<//></div>`;
}

/** What this phone knows of what is on hand, asked anew when somebody begins. */
function useStock() {
  const stock = useSignal(/** @type {Stock | null} */ (null));
  const look = async () => {
    stock.value = await keptStock(here().db);
  };
  useEffect(() => {
    void look();
    refreshStock({ db: here().db, call, now: Date.now }).then((news) => (news ? look() : undefined));
  }, []);
  return stock.value;
}

/** What the delivery expects, while facts come and go. @param {GoodsEntry} entry */
function useDelivery(entry) {
  useSignalEffect(() => {
    revision.value;
    const { delivery } = entry.goods.peek();
    if (!delivery?.id) return;
    void deliveryBy(here().db, delivery.id).then((found) => {
      entry.rows.value = found?.rows ?? null;
    });
  });
}

/** @param {Props} props */
function Scanning({ entry }) {
  const once = useRef(new Once());
  const seen = async (/** @type {string} */ code) =>
    once.current.counts(code, performance.now()) && taking(entry)(code);
  return html`<div class="goods-ways"><${Typed} entry=${entry} /><${CameraView} onCode=${seen} /></div>`;
}

/** @param {Props} props */
function Session({ entry }) {
  const saving = useSignal(false);
  const failed = useSignal("");
  const stock = useStock();
  useDelivery(entry);
  useEffect(() => {
    for (const code of takeEarly()) void taking(entry)(code);
    return takeScans(taking(entry));
  }, []);
  const { what, location, review } = entry.goods.value;
  const levels = levelsAt(stock, location);
  const onReview = async (/** @type {boolean} */ on) => {
    await entry.put({ review: on });
    scrollTo(0, 0);
    document.getElementById(on ? "review-title" : "goods-code")?.focus({ preventScroll: true });
  };
  const onSave = async () => {
    const [first] = entry.open.value;
    if (first) {
      await entry.put({ review: false });
      document.getElementById(placeOfLine(first))?.focus();
      return;
    }
    saving.value = true;
    failed.value = "";
    try {
      const result = await entry.save();
      if (result !== "gone") {
        await changed([{ kind: STOCK, id: entry.draft.record }]);
        await wake("saved");
      }
      say(t(result === "gone" ? "save.elsewhere" : "save.saved"));
      go(entry.draft.operation ? "sync" : "goods", { replace: true });
    } catch (error) {
      failed.value = failureWords(error);
    } finally {
      saving.value = false;
    }
  };
  const problem = failed.value || (entry.unsaved.value ? failureWords(entry.unsaved.value) : "");
  const counting = html`<div class="goods-columns"><${Scanning} entry=${entry} /><div class="goods-list"><${Last} entry=${entry} /><${Lines} entry=${entry} levels=${levels} /></div></div>`;
  const end =
    what === "count"
      ? html`<${CountReview} entry=${entry} stock=${stock} levels=${levels} />`
      : html`<${ArrivalReview} entry=${entry} />`;
  return html`<div class="goods entry-form">${problem && html`<${Banner} tone="bad" alert title=${t("save.not_saved")}>${problem}<//>`}
    <${Head} entry=${entry} />${review ? end : counting}${!review && html`<${Discard} entry=${entry} />`}
    <${Bar} entry=${entry} saving=${saving.value} onSave=${onSave} onReview=${onReview} /></div>`;
}

/** @param {{what: string, id: string}} props  id: of the draft, or of a fact that was refused */
export function GoodsSession({ what, id }) {
  const place = () => ({ ...here(), readNow, now: Date.now });
  const state = useOpened(id, () => openGoods(place(), id));
  const entry = state instanceof GoodsEntry ? state : null;
  useEffect(() => takeScans(keepEarly), []); // the session takes them over once it is open
  const action = html`<${ButtonLink} href="#/goods" look="main">${t("goods.title")}<//>`;
  return html`<${Page} title=${t(`goods.title.${what}`)} alone back=${entry?.draft.operation ? "#/sync" : "#/goods"}>
    ${entry ? html`<${Session} key=${entry.draft.id} entry=${entry} />` : state !== "opening" && html`<${Empty} icon="scan" title=${t(`goods.${state}.title`)} action=${action}>${t(`goods.${state}.text`)}<//>`}<//>`;
}
