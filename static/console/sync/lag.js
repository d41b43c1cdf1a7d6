// How far behind a consumer was: how many entries waited and how long the oldest had, hour by hour or day by day.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { byDay, byHour } from "../charts.js";
import { count, day, hour, span } from "../format.js";
import { useLoad } from "../load.js";
import { AsTable, Bars } from "../parts/bars.js";
import { Loaded } from "../parts/states.js";

/** @typedef {import("../charts.js").LagColumn} LagColumn */

const EVERY_MS = 60_000;
const RANGES = { days: 48, weeks: 35 * 24 };
const MARKS = 6;

/** @param {LagColumn[]} columns @param {boolean} daily */
function marksOf(columns, daily) {
  const every = Math.ceil(columns.length / MARKS);
  const said = (/** @type {number} */ at) => (daily ? day(at) : hour(new Date(at).toISOString()));
  return columns.filter((_, at) => at % every === 0).map(({ at }) => said(at));
}

/** @param {{title: string, words: string, columns: LagColumn[], value: "waiting" | "oldest_s", marks: string[]}} props */
function Chart({ title, words, columns, value, marks }) {
  return html`<figure class="lag-chart"><figcaption><strong>${title}</strong><span>${words}</span></figcaption>
    <${Bars} columns=${columns.map(({ seen }) => seen && [seen[value]])} marks=${marks} /></figure>`;
}

/** @param {{lag: {since: string, until: string, hours: import("../charts.js").LagHour[]}, range: keyof typeof RANGES}} props */
function Charts({ lag, range }) {
  const daily = range === "weeks";
  const hours = byHour(lag.hours, lag.since, lag.until);
  const columns = daily ? byDay(hours) : hours;
  const seen = columns.filter((one) => one.seen);
  if (!seen.length) return html`<p class="soft">${t("lag.empty")}</p>`;
  const marks = marksOf(columns, daily);
  const most = Math.max(...seen.map((one) => one.seen?.waiting ?? 0));
  const oldest = Math.max(...seen.map((one) => one.seen?.oldest_s ?? 0));
  const when = (/** @type {number} */ at) => (daily ? day(at) : `${day(at)}, ${hour(new Date(at).toISOString())}`);
  const rows = columns.map(({ at, seen: one }) =>
    one ? [when(at), count(one.waiting), span(one.oldest_s * 1000), count(one.held)] : [when(at), "–", "–", "–"],
  );
  const heads = [t(daily ? "lag.day" : "today.hour"), t("lag.waiting"), t("lag.oldest"), t("lag.held")];
  const unseen = columns.length - seen.length;
  return html`<div class="lag-charts">
      <${Chart} title=${t("lag.waiting")} words=${t("lag.most", { count: most })} columns=${columns} value="waiting" marks=${marks} />
      <${Chart} title=${t("lag.oldest")} words=${t("lag.longest", { span: span(oldest * 1000) })} columns=${columns} value="oldest_s" marks=${marks} />
    </div>
    ${unseen > 0 && html`<p class="soft">${t(daily ? "lag.unseen.days" : "lag.unseen.hours", { count: unseen })}</p>`}
    <${AsTable} label=${t("lag.title")} heads=${heads} rows=${rows} />`;
}

/** @param {{name: string}} props */
export function LagOf({ name }) {
  const [range, setRange] = useState(/** @type {keyof typeof RANGES} */ ("days"));
  const load = useLoad(
    async () => ({ range, lag: await read(`/api/v1/sync/lag?consumer=${name}&hours=${RANGES[range]}`) }),
    { every: EVERY_MS, deps: [name, range, language.value] },
  );
  return html`<section aria-labelledby="lag"><div class="section-head"><h2 id="lag">${t("lag.title")}</h2>
      <div class="choices" role="group" aria-label=${t("lag.range")}>
        ${Object.keys(RANGES).map((one) => html`<button type="button" class="choice" aria-pressed=${one === range} onClick=${() => setRange(/** @type {any} */ (one))}>${t(`lag.range.${one}`)}</button>`)}
      </div></div>
    <div class="panel"><${Loaded} load=${load} rows=${2}>${(/** @type {any} */ data) => html`<${Charts} lag=${data.lag} range=${data.range} />`}<//></div></section>`;
}
