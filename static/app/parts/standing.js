// Where a record stands: on its way to the ERP, with a person it waits for, and how old what is shown of it is.
import "../later_words.js";
import { dateTime, timeOrDate } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { received } from "../runtime.js";
import { stageOf } from "../stages.js";
import { Clashes } from "./clashes.js";
import { ButtonLink } from "./controls.js";
import { Proposals } from "./proposals.js";
import { StageTrack } from "./stage.js";

/** @typedef {import("../known.js").Known} Known */

/** What the person can do about a stop on the way. @param {{known: Known}} props */
function Stop({ known }) {
  const refused = known.ops.find(({ state }) => state === "needs_you");
  if (!refused) return null;
  return html`<p class="stop-action"><${ButtonLink} href=${`#/fix/${refused.id}`} look="main" icon="edit">${t("sync.fix")}<//></p>`;
}

/** Why it stopped, in words. @param {Known} known */
function reasonOf({ record, ops }) {
  const refused = ops.find(({ state }) => state === "needs_you");
  if (refused)
    return refused.problem?.errors?.length
      ? t("stage.needs_you.fields", { count: refused.problem.errors.length })
      : refused.problem?.detail;
  return record?.stage === "rejected" ? (record.stage_detail ?? t("stage.needs_you.erp")) : undefined;
}

/** @param {{kind: string, id: string, known: Known}} props */
export function Standing({ kind, id, known }) {
  const { record, ops } = known;
  const waiting = record?.proposals ?? [];
  return html`<${StageTrack} stage=${stageOf(record, ops)} detail=${reasonOf(known)} atErp=${record?.stage === "rejected"} />
    <${Stop} known=${known} />
    ${(record?.conflicts ?? 0) > 0 && html`<${Clashes} kind=${kind} record=${id} version=${record?.version ?? 0} />`}
    ${waiting.length > 0 && html`<${Proposals} kind=${kind} record=${id} proposals=${waiting} />`}`;
}

/** @param {{known: Known}} props */
export function Age({ known }) {
  if (!known.record)
    return html`<p class="age">${t("customer.only_here", { time: timeOrDate(known.own?.at ?? Date.now()) })}</p>`;
  const at = received.value?.at;
  return html`<p class="age">${t("customer.changed", { time: dateTime(Date.parse(known.record.updated_at)) })}${at ? ` ${t("customer.as_of", { time: timeOrDate(at) })}` : ""}</p>`;
}
