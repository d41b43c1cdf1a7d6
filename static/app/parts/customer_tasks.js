// The open tasks of one customer.
import "../later_words.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { ButtonLink } from "./controls.js";
import { useFound } from "./found.js";
import { TaskRows } from "./task_rows.js";

const SHOWN = 20;

/** @param {{customer: string}} props */
export function CustomerTasks({ customer }) {
  const answer = useFound("task", "", SHOWN, { customer, status: "usual", byDue: true });
  const entries = answer?.found.entries ?? [];
  if (!kindNamed("task") || !entries.length) return null;
  return html`<section class="card tasks-card"><h3 class="card-head">${t("tasks.open", { count: answer?.found.kept ?? 0 })}</h3>
    <${TaskRows} entries=${entries} about=${false} />
    <${ButtonLink} href=${`#/new/task/${customer}`} look="quiet" icon="plus">${t("tasks.new")}<//></section>`;
}
