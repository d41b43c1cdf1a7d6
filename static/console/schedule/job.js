// One job: when it has its turns, what came of the last one, and what a person may do about it.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post } from "../api.js";
import { dateTime } from "../format.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Badge } from "../parts/states.js";
import { Ago, now } from "../parts/time.js";
import { EditJob, ownTrigger, setJob } from "./edit.js";
import { countsOf, Outcome, Running, titleOf, whenOf } from "./told.js";

/** @typedef {import("../types.js").Job} Job */

/** @param {{job: Job}} props */
function State({ job }) {
  if (job.running_since) return html`<${Badge} tone="good">${t("schedule.running")}<//>`;
  if (job.paused) return html`<${Badge} tone="calm">${t("sync.paused")}<//>`;
  return job.last && html`<${Outcome} turn=${job.last} />`;
}

/** @param {{at: string | null}} props */
function Next({ at }) {
  if (!at) return html`<span class="soft">–</span>`;
  return Date.parse(at) > now.value ? html`<${Ago} at=${at} />` : t("schedule.soon");
}

/** @param {{job: Job}} props */
function Facts({ job }) {
  return html`<dl class="figures">
    <div><dt>${t("schedule.when")}</dt><dd>${whenOf(job.trigger)}</dd></div>
    <div><dt>${t("schedule.last")}</dt><dd><${Ago} at=${job.last?.began_at} none="–" /></dd></div>
    <div><dt>${t("schedule.next")}</dt><dd><${Next} at=${job.paused ? null : job.next_at} /></dd></div>
  </dl>`;
}

/** What came of the last turn, and who set the job. @param {{job: Job}} props */
function Told({ job }) {
  const { last } = job;
  const counts = last ? countsOf(last.counts) : "";
  return html`
    ${last?.problem && html`<p class=${`note ${last.outcome === "held" ? "warn" : "bad"}`}>${last.problem.detail}</p>`}
    ${counts && html`<p class="soft">${counts}</p>`}
    ${job.upcoming.length > 0 && !job.paused && html`<p class="soft">${t("schedule.upcoming", { times: job.upcoming.map(dateTime).join(", ") })}</p>`}
    ${job.edited_at && html`<p class="soft">${t("schedule.edited", { name: job.edited_by })} · <${Ago} at=${job.edited_at} /></p>`}`;
}

/** @param {{job: Job, zone: string, opened?: boolean, onChange: () => void}} props  opened: on a page of its own */
export function JobCard({ job, zone, opened = false, onChange }) {
  const [busy, setBusy] = useState(false);
  const [editing, setEditing] = useState(false);
  const title = titleOf(job.name);
  async function act(/** @type {() => Promise<unknown>} */ call, /** @type {string} */ done) {
    setBusy(true);
    try {
      await call();
      say(done);
      onChange();
    } catch (error) {
      say(asProblem(error).message);
    } finally {
      setBusy(false);
    }
  }
  const path = `/api/v1/schedule/${encodeURIComponent(job.name)}`;
  const run = () => act(() => post(`${path}/turns`, undefined), t("schedule.run.done", { job: title }));
  const pause = () =>
    act(
      () => setJob(job, { trigger: ownTrigger(job), paused: !job.paused }),
      t(job.paused ? "schedule.resume.done" : "schedule.pause.done", { job: title }),
    );
  return html`<li class="card">
    <div class="card-head"><${opened ? "h2" : "h3"}>${opened ? title : html`<a href=${`#/schedule/${encodeURIComponent(job.name)}`}>${title}</a>`}<//><${State} job=${job} /></div>
    <${Running} job=${job} />
    <${Facts} job=${job} />
    <${Told} job=${job} />
    <div class="actions">
      ${may("schedule run") && html`<${Button} icon="play" busy=${busy} onClick=${run}>${t("schedule.run")}<//>`}
      ${may("schedule update") && html`<${Button} icon="edit" onClick=${() => setEditing(true)}>${t("schedule.edit")}<//>`}
      ${may("schedule update") && html`<${Button} icon="pause" busy=${busy} pressed=${job.paused} onClick=${pause}>${t("sync.pause")}<//>`}
    </div>
    ${
      editing &&
      html`<${EditJob} job=${job} zone=${zone} onClose=${() => setEditing(false)}
      onDone=${() => {
        setEditing(false);
        onChange();
      }} />`
    }
  </li>`;
}
