// How long personal data is kept: what the last dry run found over its time, what holds it back, and what went.
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { count, dateTime } from "../format.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { ButtonLink } from "../parts/button.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";

/** @typedef {import("../types.js").RetentionRun} Run */
/** @typedef {import("../types.js").RetentionSort} Sort */

const EVERY_MS = 10_000;
const dayOf = (/** @type {string} */ at) =>
  new Intl.DateTimeFormat(language.value, { dateStyle: "medium" }).format(new Date(at));

/** @param {{sort: Sort, done: boolean}} props */
function SortCard({ sort, done }) {
  const held = Object.entries(sort.held);
  return html`<li class="card">
    <div class="card-head"><h2>${t(`retention.sort.${sort.sort}`)}</h2>
      <${Badge} tone=${sort.due ? "warn" : "good"}>${sort.due ? t("retention.due", { count: count(sort.due) }) : t("retention.due.none")}<//></div>
    <dl class="figures">
      <div><dt>${t("retention.term")}</dt><dd>${t("retention.months", { count: count(sort.months) })}</dd></div>
      <div><dt>${t("retention.before")}</dt><dd>${dayOf(sort.before)}</dd></div>
      <div><dt>${t("retention.next")}</dt><dd>${sort.next_at ? dayOf(sort.next_at) : "–"}</dd></div>
      ${done && html`<div><dt>${t(sort.sort === "customers" ? "retention.asked" : "retention.taken")}</dt><dd>${count(sort.taken)}</dd></div>`}
    </dl>
    ${sort.examples.length > 0 && html`<p class="soft">${t("retention.examples", { numbers: sort.examples.join(", ") })}</p>`}
    ${held.length > 0 && html`<h3>${t("retention.held")}</h3><ul class="plain">${held.map(([why, many]) => html`<li key=${why}><strong>${count(many)} ×</strong> ${t(`retention.held.${why}`)}</li>`)}</ul>`}
  </li>`;
}

/** The sorts that have no term. @param {{run: Run}} props */
function Kept({ run }) {
  const names = Object.keys(run.terms).filter((name) => !run.terms[name]);
  if (!names.length) return null;
  return html`<section aria-labelledby="kept"><h2 id="kept">${t("retention.kept")}</h2>
    <ul class="plain">${names.map((name) => html`<li key=${name}>${t(`retention.sort.${name}`)}</li>`)}</ul></section>`;
}

/** @param {{run: Run}} props */
function Body({ run }) {
  return html`<div class="backups">
    <p class=${`note ${run.carries_out ? "" : "warn"}`}>${t(run.carries_out ? "retention.does" : "retention.tells")}</p>
    <dl class="figures panel">
      <div><dt>${t("retention.told_at")}</dt><dd title=${run.told_at && dateTime(run.told_at)}><${Ago} at=${run.told_at || null} none=${t("retention.never")} /></dd></div>
      <div><dt>${t("retention.done_at")}</dt><dd title=${run.done_at && dateTime(run.done_at)}><${Ago} at=${run.done_at || null} none=${t("retention.never")} /></dd></div>
    </dl>
    ${
      run.sorts.length
        ? html`<ul class="cards">${run.sorts.map((sort) => html`<${SortCard} key=${sort.sort} sort=${sort} done=${run.done_at !== ""} />`)}</ul>`
        : html`<${Empty} title=${t("retention.empty")}><p>${t("retention.empty.help")}</p><//>`
    }
    <${Kept} run=${run} /></div>`;
}

export function Retention() {
  const load = useLoad(() => read("/api/v1/retention"), { every: EVERY_MS, deps: [language.value] });
  return html`<header class="head">
      <div><h1>${t("nav.retention")}</h1><p class="lede">${t("retention.lede")}</p></div>
      ${may("schedule list") && html`<${ButtonLink} icon="sync" href="#/schedule/retention">${t("nav.schedule")}<//>`}
    </header>
    <${Loaded} load=${load}>${(/** @type {Run} */ run) => html`<${Body} run=${run} />`}<//>`;
}
