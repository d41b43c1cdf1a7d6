// One batch, entry by entry: what the ERP said of each, when a deferred one is tried again, and a way to do it now.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { count } from "../format.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { CopyShort } from "../parts/copy.js";
import { Icon } from "../parts/icons.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago, now } from "../parts/time.js";
import { rangeOf } from "./batches.js";
import { mapped } from "./preview.js";
import { STATUSES, TONES, titleOf } from "./titles.js";

/** @typedef {import("../types.js").ToldBatch} ToldBatch */
/** @typedef {import("../types.js").BatchEntry} BatchEntry */

const EVERY_MS = 10_000;

/** @param {{batch: ToldBatch}} props */
function Facts({ batch }) {
  return html`<dl class="figures panel">
    <div><dt>${t("batches.entries")}</dt><dd>${count(batch.count)}</dd></div>
    <div><dt>${t("batches.cut")}</dt><dd><${Ago} at=${batch.cut_at} /></dd></div>
    <div><dt>${t("batches.answered")}</dt><dd><${Ago} at=${batch.answered_at} none=${t("batches.not_yet")} /></dd></div>
    <div><dt>${t("batches.done")}</dt><dd><${Ago} at=${batch.done_at} none=${t("batches.not_yet")} /></dd></div>
    <div><dt>${t("batches.sha")}</dt><dd><${CopyShort} text=${batch.sha256} label=${t("batches.sha.copy")} /></dd></div>
  </dl>`;
}

/** @param {{batch: ToldBatch, wanted: string, onWanted: (status: string) => void}} props */
function Choices({ batch, wanted, onWanted }) {
  const there = STATUSES.filter((status) => batch.receipts[status]);
  if (there.length < 2) return null;
  const one = (/** @type {string} */ status, /** @type {string} */ words) =>
    html`<button type="button" class="choice" aria-pressed=${wanted === status} onClick=${() => onWanted(status)}>${words}</button>`;
  return html`<div class="choices" role="group" aria-label=${t("batches.receipts")}>
    ${one("", t("batch.all", { count: batch.count }))}
    ${there.map((status) => one(status, t(`receipt.${status}.many`, { count: batch.receipts[status] ?? 0 })))}
  </div>`;
}

/** What happens next to an entry the ERP still does not have. @param {{entry: BatchEntry}} props */
function Next({ entry }) {
  const { outlook } = entry;
  if (!outlook) {
    const settled = entry.status === "rejected" || entry.status === "deferred";
    return settled ? html`<p class="soft">${t("batch.settled")}</p>` : null;
  }
  if (outlook.status === "rejected") return html`<p class="soft">${t("batch.person")}</p>`;
  const due = outlook.due_at ?? "";
  return html`<p class="soft">${t("outstanding.next")}: ${Date.parse(due) > now.value ? html`<${Ago} at=${due} />` : t("outstanding.next_batch")}</p>`;
}

/** @param {{entry: BatchEntry, consumer: string, onDone: () => void}} props */
function Again({ entry, consumer, onDone }) {
  const [busy, setBusy] = useState(false);
  // What was offered again already has no try behind it.
  if (!entry.outlook?.attempts || !may("sync run")) return null;
  async function offer() {
    setBusy(true);
    try {
      await post(`/api/v1/erp/outstanding/${entry.seq}`, { consumer });
      say(t("outstanding.done"));
      onDone();
    } catch (error) {
      say(asProblem(error).message);
    } finally {
      setBusy(false);
    }
  }
  return html`<${Button} icon="sync" busy=${busy} onClick=${offer}>${t("outstanding.offer")}<//>`;
}

/** @typedef {{id: string, consumer: string, isMapped: boolean, onDone: () => void}} Around */

/** @param {{entry: BatchEntry, around: Around}} props */
function Row({ entry, around }) {
  const { consumer, onDone } = around;
  const [title, under] = titleOf(entry);
  const { problem } = entry;
  const named = [problem?.pointer, problem?.params?.erp_code].filter(Boolean).join(" · ");
  return html`<tr>
    <td><span class="two"><strong>${title}</strong><span class="soft">${under}</span></span></td>
    <td data-label=${t("batches.receipts")}><${Badge} tone=${TONES[entry.status] ?? "calm"}>${t(`receipt.${entry.status}`)}<//></td>
    <td data-label=${t("batch.said")}><div class="said">
      ${problem && html`<p>${problem.detail ?? problem.title ?? problem.code}</p>`}${named && html`<p class="code soft">${named}</p>`}
      ${entry.erp_ref && html`<p>${t("batch.ref", { ref: entry.erp_ref })}</p>`}
      <${Next} entry=${entry} /></div></td>
    <td data-label=${t("batches.answered")}><${Ago} at=${entry.answered_at} none=${t("batches.not_yet")} /></td>
    <td class="row-actions"><${Again} entry=${entry} consumer=${consumer} onDone=${onDone} />
      ${around.isMapped && html`<a class="button" href=${`#/batches/${consumer}/${around.id}/${entry.seq}`}>${t("preview.open")}</a>`}</td>
  </tr>`;
}

/** @param {{entries: BatchEntry[], around: Around}} props */
function Entries({ entries, around }) {
  if (!entries.length) return html`<${Empty} icon="search" title=${t("batch.none")}><p>${t("batch.none.help")}</p><//>`;
  return html`<table class="stacking">
    <thead><tr><th scope="col">${t("batch.entry")}</th><th scope="col">${t("batches.receipts")}</th><th scope="col">${t("batch.said")}</th><th scope="col">${t("batches.answered")}</th><th scope="col"><span class="visually-hidden">${t("actions")}</span></th></tr></thead>
    <tbody>${entries.map((entry) => html`<${Row} key=${entry.seq} entry=${entry} around=${around} />`)}</tbody>
  </table>`;
}

/** @param {string} id @param {string} status @param {number} pages */
async function readEntries(id, status, pages) {
  /** @type {BatchEntry[]} */
  const entries = [];
  let answer = { batch: /** @type {any} */ (null), more: true };
  for (let page = 0; page < pages && answer.more; page++) {
    const after = entries.at(-1)?.seq ?? 0;
    const found = await read(`/api/v1/sync/batches/${id}?after=${after}&status=${status}`);
    entries.push(...found.entries);
    answer = found;
  }
  return { batch: /** @type {ToldBatch} */ (answer.batch), entries, more: answer.more };
}

/** @param {{name: string, id: string}} props */
export function BatchPage({ name, id }) {
  const [wanted, setWanted] = useState("");
  const [pages, setPages] = useState(1);
  const load = useLoad(() => readEntries(id, wanted, pages), {
    every: EVERY_MS,
    deps: [id, wanted, pages, language.value],
  });
  const mapping = useLoad(mapped, { deps: [name] });
  const around = { id, consumer: name, isMapped: !!mapping.data?.includes(name), onDone: load.reload };
  const batch = load.data?.batch;
  const choose = (/** @type {string} */ status) => {
    setWanted(status);
    setPages(1);
  };
  return html`<header class="head">
      <div><h1>${batch ? t("batches.range", { range: rangeOf(batch) }) : t("batches.batch")}</h1><p class="lede">${t("batch.lede", { name })}</p></div>
      <a class="button" href=${`#/batches/${name}`}><${Icon} name="sync" />${t("batch.back", { name })}</a>
    </header>
    <${Loaded} load=${load}>${(/** @type {any} */ data) => html`
      <${Facts} batch=${data.batch} />
      <section aria-labelledby="entries"><div class="section-head"><h2 id="entries">${t("batches.entries")}</h2>
        <${Choices} batch=${data.batch} wanted=${wanted} onWanted=${choose} /></div>
        <${Entries} entries=${data.entries} around=${around} />
        ${data.more && html`<p class="more"><${Button} onClick=${() => setPages(pages + 1)}>${t("more")}<//></p>`}</section>`}<//>`;
}
