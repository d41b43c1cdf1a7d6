// What the gateway does by the clock: "schedule", and one job with what came of it, "schedule/NAME".
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { useLoad } from "../load.js";
import { Icon } from "../parts/icons.js";
import { Loaded } from "../parts/states.js";
import { route } from "../router.js";
import { JobPage } from "../schedule/history.js";
import { JobCard } from "../schedule/job.js";
import { isErp } from "../schedule/told.js";

/** @typedef {import("../types.js").Job} Job */

const EVERY_MS = 3_000;

/** @param {{id: string, jobs: Job[], zone: string, onChange: () => void}} props */
function Group({ id, jobs, zone, onChange }) {
  if (!jobs.length) return null;
  return html`<section aria-labelledby=${id}><h2 id=${id}>${t(`schedule.group.${id}`)}</h2>
    <ul class="cards">${jobs.map((job) => html`<${JobCard} key=${job.name} job=${job} zone=${zone} onChange=${onChange} />`)}</ul></section>`;
}

function Jobs() {
  const load = useLoad(() => read("/api/v1/schedule"), { every: EVERY_MS, deps: [language.value] });
  return html`<header class="head">
      <div><h1>${t("nav.schedule")}</h1><p class="lede">${t("schedule.lede")}</p></div>
      <a class="button" href="#/sync"><${Icon} name="sync" />${t("outstanding.back")}</a>
    </header>
    <${Loaded} load=${load}>${(/** @type {import("../types.js").Jobs} */ { jobs, time_zone }) => html`
      <${Group} id="erp" jobs=${jobs.filter(isErp)} zone=${time_zone} onChange=${load.reload} />
      <${Group} id="house" jobs=${jobs.filter((job) => !isErp(job))} zone=${time_zone} onChange=${load.reload} />`}<//>`;
}

export function Schedule() {
  const [, name = ""] = route.value.split("/").map(decodeURIComponent);
  return name ? html`<${JobPage} key=${name} name=${name} />` : html`<${Jobs} />`;
}
