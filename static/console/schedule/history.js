// What came of one job's turns, the newest first.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { dateTime, span } from "../format.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { Icon } from "../parts/icons.js";
import { Empty, Loaded } from "../parts/states.js";
import { JobCard } from "./job.js";
import { countsOf, Outcome, titleOf } from "./told.js";

/** @typedef {import("../types.js").JobTurn} JobTurn */

const EVERY_MS = 5_000;

/** @param {string} name @param {number} pages */
async function readTurns(name, pages) {
  /** @type {JobTurn[]} */
  const turns = [];
  let more = true;
  for (let page = 0; page < pages && more; page++) {
    const before = turns.at(-1)?.id ?? 0;
    const answer = await read(`/api/v1/schedule/${encodeURIComponent(name)}/turns?before=${before}`);
    turns.push(...answer.turns);
    more = answer.more;
  }
  return { turns, more };
}

/** @param {{turn: JobTurn}} props */
function Row({ turn }) {
  const counts = countsOf(turn.counts);
  return html`<tr>
    <td data-label=${t("schedule.began")}>${dateTime(turn.began_at)}</td>
    <td data-label=${t("schedule.took")}>${span(turn.took_ms)}</td>
    <td data-label=${t("schedule.outcome")}><${Outcome} turn=${turn} /></td>
    <td data-label=${t("schedule.told")}>${[counts, turn.problem?.detail].filter(Boolean).join(" · ") || "–"}</td>
    <td data-label=${t("schedule.by")}>${turn.asked_by || t("schedule.by.clock")}</td>
  </tr>`;
}

/** @param {{page: {turns: JobTurn[], more: boolean}, onMore: () => void}} props */
function Turns({ page, onMore }) {
  if (!page.turns.length) return html`<${Empty} title=${t("schedule.empty")}><p>${t("schedule.empty.help")}</p><//>`;
  const heads = ["began", "took", "outcome", "told", "by"];
  return html`<table class="stacking">
      <thead><tr>${heads.map((head) => html`<th scope="col">${t(`schedule.${head}`)}</th>`)}</tr></thead>
      <tbody>${page.turns.map((turn) => html`<${Row} key=${turn.id} turn=${turn} />`)}</tbody>
    </table>
    ${page.more && html`<p class="more"><${Button} onClick=${onMore}>${t("batches.older")}<//></p>`}`;
}

/** @param {{name: string}} props */
export function JobPage({ name }) {
  const [pages, setPages] = useState(1);
  const standing = useLoad(() => read("/api/v1/schedule"), { every: EVERY_MS, deps: [language.value] });
  const load = useLoad(() => readTurns(name, pages), { every: EVERY_MS, deps: [name, pages, language.value] });
  const reload = () => {
    standing.reload();
    load.reload();
  };
  return html`<header class="head">
      <div><h1>${titleOf(name)}</h1><p class="lede">${t("schedule.history.lede")}</p></div>
      <a class="button" href="#/schedule"><${Icon} name="sync" />${t("schedule.back")}</a>
    </header>
    <${Loaded} load=${standing} rows=${3}>${(/** @type {import("../types.js").Jobs} */ { jobs, time_zone }) => {
      const job = jobs.find((one) => one.name === name);
      return (
        job &&
        html`<ul class="cards wide whole"><${JobCard} opened job=${job} zone=${time_zone} onChange=${reload} /></ul>`
      );
    }}<//>
    <section aria-labelledby="turns"><h2 id="turns">${t("schedule.history")}</h2>
      <${Loaded} load=${load}>${(/** @type {any} */ page) => html`<${Turns} page=${page} onMore=${() => setPages(pages + 1)} />`}<//></section>`;
}
