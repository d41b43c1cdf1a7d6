// When a job has its turns: a pause, a time of day, or cron for those who know it.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, call } from "../api.js";
import { useForm } from "../load.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { SelectField, TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { ProblemNote } from "../parts/states.js";
import { titleOf, whenOf } from "./told.js";
import { DAYS, formOf, triggerOf, UNITS } from "./trigger.js";

/** @typedef {import("../types.js").Job} Job */
/** @typedef {{value: string, error?: string, onValue: (value: string) => void}} Bound */

const MODES = ["every", "days", "cron"];

/** @param {Job} job @param {{trigger: object | null, paused: boolean}} body */
export const setJob = (job, body) =>
  call("PUT", `/api/v1/schedule/${encodeURIComponent(job.name)}`, JSON.stringify(body));

/** As somebody set it, or null where nobody did: resting changes nothing of that. @param {Job} job */
export const ownTrigger = ({ trigger, delivered }) =>
  JSON.stringify(trigger) === JSON.stringify(delivered) ? null : trigger;

/** @param {{mode: string, bound: (name: string, error?: string) => Bound, zone: string}} props */
function When({ mode, bound, zone }) {
  const hint = zone ? t("schedule.zone", { zone }) : t("schedule.zone.own");
  if (mode === "every")
    return html`<div class="pair">
      <${TextField} name="job-count" label=${t("schedule.count")} type="number" inputmode="numeric" required ...${bound("count", "every_s")} />
      <${SelectField} name="job-unit" label=${t("schedule.unit")} ...${bound("unit")}
        choices=${UNITS.map(([value]) => ({ value, label: t(`schedule.unit.${value}`) }))} />
    </div>`;
  if (mode === "days")
    return html`<div class="pair">
      <${TextField} name="job-at" label=${t("schedule.time")} type="time" required hint=${hint} ...${bound("at", "cron")} />
      <${SelectField} name="job-days" label=${t("schedule.days")} ...${bound("days")}
        choices=${DAYS.map((value) => ({ value, label: t(`schedule.days.${value}`) }))} />
    </div>`;
  return html`<${TextField} name="job-cron" label=${t("schedule.cron")} code required hint=${`${t("schedule.cron.hint")} ${hint}`}
    autocomplete="off" autocapitalize="none" ...${bound("cron", "cron")} />`;
}

/** @param {{job: Job, zone: string, onDone: () => void, onClose: () => void}} props */
export function EditJob({ job, zone, onDone, onClose }) {
  const [busy, setBusy] = useState(false);
  const form = useForm(formOf(job.trigger), async (values) => {
    await setJob(job, { trigger: triggerOf(values), paused: job.paused });
    done();
  });
  function done() {
    say(t("schedule.saved", { job: titleOf(job.name) }));
    onDone();
  }
  async function deliver() {
    setBusy(true);
    try {
      await setJob(job, { trigger: null, paused: job.paused });
      done();
    } catch (error) {
      say(asProblem(error).message);
      setBusy(false);
    }
  }
  const errors = /** @type {Record<string, string>} */ (form.errors);
  const bound = (/** @type {any} */ name, error = "") => ({
    value: /** @type {Record<string, string>} */ (form.values)[name] ?? "",
    ...(errors[error] && { error: errors[error] }),
    onValue: (/** @type {string} */ value) => form.set(name, value),
  });
  return html`<${Dialog} title=${titleOf(job.name)} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <${ProblemNote} problem=${form.problem} />
      <${SelectField} name="job-mode" label=${t("schedule.mode")} ...${bound("mode")}
        choices=${MODES.map((value) => ({ value, label: t(`schedule.mode.${value}`) }))} />
      <${When} mode=${form.values.mode} bound=${bound} zone=${zone} />
      <${TextField} name="job-jitter" label=${t("schedule.jitter")} type="number" inputmode="numeric" optional hint=${t("schedule.jitter.hint")} ...${bound("jitter", "jitter_s")} />
      <footer>
        ${job.edited_at && html`<${Button} look="quiet" busy=${busy} onClick=${deliver}>${t("schedule.deliver", { when: whenOf(job.delivered) })}<//>`}
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy}>${t("save")}<//>
      </footer>
    </form>
  <//>`;
}
