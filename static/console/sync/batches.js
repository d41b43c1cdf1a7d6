// One consumer of the journal on its own page: how it stands, how far behind it was, and its batches, the newest first.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { count } from "../format.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { CopyShort } from "../parts/copy.js";
import { Icon } from "../parts/icons.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { ConsumerCard } from "./consumer.js";
import { LagOf } from "./lag.js";
import { STATUSES, TONES } from "./titles.js";

/** @typedef {import("../types.js").ToldBatch} ToldBatch */

const EVERY_MS = 10_000;

/** Receipts by status, those there are. @param {{receipts: Record<string, number>}} props */
export function Receipts({ receipts }) {
  const there = STATUSES.filter((status) => receipts[status]);
  return html`<span class="receipts">${there.map(
    (status) =>
      html`<${Badge} key=${status} tone=${TONES[status] ?? "calm"}>${t(`receipt.${status}.many`, { count: receipts[status] ?? 0 })}<//>`,
  )}</span>`;
}

/** A range in the journal. @param {ToldBatch} batch */
export const rangeOf = ({ first_seq, last_seq }) =>
  first_seq === last_seq ? String(first_seq) : `${first_seq}–${last_seq}`;

/** @param {{batch: ToldBatch}} props */
function Row({ batch }) {
  return html`<tr>
    <td><a class="range" href=${`#/batches/${batch.consumer}/${batch.id}`}><strong>${t("batches.range", { range: rangeOf(batch) })}</strong></a></td>
    <td data-label=${t("batches.entries")} class="number">${count(batch.count)}</td>
    <td data-label=${t("batches.cut")}><${Ago} at=${batch.cut_at} /></td>
    <td data-label=${t("batches.answered")}><${Ago} at=${batch.answered_at} none=${t("batches.not_yet")} /></td>
    <td data-label=${t("batches.receipts")}><${Receipts} receipts=${batch.receipts} /></td>
    <td data-label=${t("batches.sha")}><${CopyShort} text=${batch.sha256} label=${t("batches.sha.copy")} /></td>
  </tr>`;
}

/** @param {{page: {batches: ToldBatch[], more: boolean}, onMore: () => void}} props */
function Table({ page, onMore }) {
  if (!page.batches.length)
    return html`<${Empty} icon="sync" title=${t("batches.empty")}><p>${t("batches.empty.help")}</p><//>`;
  const heads = ["batches.batch", "batches.entries", "batches.cut", "batches.answered", "batches.receipts"];
  return html`<table class="stacking">
      <thead><tr>${heads.map((head, at) => html`<th scope="col" class=${at === 1 ? "number" : ""}>${t(head)}</th>`)}<th scope="col">${t("batches.sha")}</th></tr></thead>
      <tbody>${page.batches.map((batch) => html`<${Row} key=${batch.id} batch=${batch} />`)}</tbody>
    </table>
    ${page.more && html`<p class="more"><${Button} onClick=${onMore}>${t("batches.older")}<//></p>`}`;
}

/** So many pages, each beginning where the one before ended. @param {string} name @param {number} pages */
async function readPages(name, pages) {
  /** @type {ToldBatch[]} */
  const batches = [];
  let more = true;
  for (let page = 0; page < pages && more; page++) {
    const before = batches.at(-1)?.id ?? "";
    const answer = await read(`/api/v1/sync/batches?consumer=${encodeURIComponent(name)}&before=${before}`);
    batches.push(...answer.batches);
    more = answer.more;
  }
  return { batches, more };
}

/** @param {{name: string}} props */
function Standing({ name }) {
  const load = useLoad(() => read("/api/v1/sync"), { every: EVERY_MS, deps: [language.value] });
  return html`<${Loaded} load=${load} rows=${3}>${(/** @type {import("../types.js").SyncState} */ { erp }) => {
    const consumer = erp.consumers.find((one) => one.name === name);
    if (!consumer)
      return html`<${Empty} icon="sync" title=${t("batches.unknown", { name })}><p>${t("sync.empty.help")}</p><//>`;
    return html`<ul class="cards wide whole"><${ConsumerCard} opened consumer=${consumer} onChange=${load.reload} /></ul>`;
  }}<//>`;
}

/** @param {{name: string}} props */
export function ConsumerPage({ name }) {
  const [pages, setPages] = useState(1);
  const load = useLoad(() => readPages(name, pages), { every: EVERY_MS, deps: [name, pages, language.value] });
  return html`<header class="head">
      <div><h1>${name}</h1><p class="lede">${t("batches.lede")}</p></div>
      <a class="button" href="#/sync"><${Icon} name="sync" />${t("outstanding.back")}</a>
    </header>
    <${Standing} name=${name} />
    <${LagOf} name=${name} />
    <section aria-labelledby="batches"><h2 id="batches">${t("batches.title")}</h2>
      <${Loaded} load=${load}>${(/** @type {any} */ page) => html`<${Table} page=${page} onMore=${() => setPages(pages + 1)} />`}<//></section>`;
}
