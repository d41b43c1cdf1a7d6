// A job, its trigger and its turns in words.
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { count } from "../format.js";
import { Badge } from "../parts/states.js";
import { wordFor } from "../words.js";
import { daily, inUnits } from "./trigger.js";

/** @typedef {import("../types.js").Job} Job */
/** @typedef {import("../types.js").JobTurn} JobTurn */

/** Jobs that are one for each ERP: what the gateway calls them before the ERP's name. */
const FAMILIES = ["push", "erp bring"];

/** @param {string} name  as the gateway calls it, such as "push tryton" */
export function titleOf(name) {
  const family = FAMILIES.find((one) => name.startsWith(`${one} `));
  if (family) return t(`job.${family.replaceAll(" ", "_")}`, { name: name.slice(family.length + 1) });
  return wordFor("job", name.replaceAll(" ", "_"));
}

/** Whether a job has to do with an ERP. @param {Job} job */
export const isErp = ({ name }) => ["push", "erp"].includes(name.split(" ")[0] ?? "");

/** "every 5 min", "at 02:30, Monday to Friday", or the cron itself. @param {Job["trigger"]} trigger */
export function whenOf({ every_s, cron }) {
  if (every_s !== null) {
    const [many, unit] = inUnits(every_s);
    const length = new Intl.NumberFormat(language.value, { style: "unit", unit, unitDisplay: "long" });
    return t("schedule.every", { span: length.format(many) });
  }
  const simple = daily(cron);
  return simple ? t("schedule.at", { time: simple.at, days: t(`schedule.days.${simple.days}`) }) : cron;
}

/** @type {Record<JobTurn["outcome"], "good" | "warn" | "bad" | "calm">} */
const TONES = { done: "good", idle: "calm", held: "warn", failed: "bad" };

/** @param {{turn: JobTurn}} props */
export const Outcome = ({ turn }) =>
  html`<${Badge} tone=${TONES[turn.outcome]}>${t(`schedule.outcome.${turn.outcome}`)}<//>`;

/** "12 accepted, 1 refused". @param {JobTurn["counts"]} counts */
export const countsOf = (counts) =>
  Object.entries(counts)
    .map(([what, many]) => `${count(many)} ${wordFor("schedule.count", what)}`)
    .join(", ");

/** The bar of a turn under way; without an end in sight it only says that it runs. @param {{job: Job}} props */
export function Running({ job }) {
  if (!job.running_since) return null;
  const { done = 0, total = 0 } = job.progress ?? {};
  const label = total ? t("schedule.progress", { done, total }) : t("schedule.running");
  return html`<div class="progress">
    ${total > 0 && html`<progress max=${total} value=${done} aria-label=${titleOf(job.name)}></progress>`}
    <p class="soft">${label}</p>
  </div>`;
}
