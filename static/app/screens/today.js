// The first screen: what needs somebody, what was begun, what is due, how the day goes. All of it is on this phone.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { placeOf } from "../centre/deeds.js";
import { midnight, numbersOf } from "../day.js";
import { count, dayNear, today } from "../format.js";
import { mayCount } from "../goods/events.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { findingsOf } from "../operations.js";
import { allOperations } from "../outbox.js";
import { Begun, useDrafts } from "../parts/begun.js";
import { ButtonLink, Empty } from "../parts/controls.js";
import { Recents, useRecents } from "../parts/customer_row.js";
import { useFound } from "../parts/found.js";
import { Page } from "../parts/frame.js";
import { Icon } from "../parts/icons.js";
import { StageBadge } from "../parts/stage.js";
import { TaskRows } from "../parts/task_rows.js";
import { me } from "../parts/tasks.js";
import { account, here, listReady, received, revision } from "../runtime.js";
import { needsYou } from "../stages.js";

/** @typedef {import("../types.js").Operation} Operation */

const DUE_SHOWN = 8;
const NEEDS_SHOWN = 3;

/** @returns {Operation[] | null} null before they are read */
function useOperations() {
  const ops = useSignal(/** @type {Operation[] | null} */ (null));
  useSignalEffect(() => {
    revision.value;
    allOperations(here().db).then((found) => {
      ops.value = found;
    });
  });
  return ops.value;
}

/** Where it is mended, and why it stopped. @param {Operation} op */
function stopOf(op) {
  if (op.state === "conflict") return { href: placeOf(op), stage: "conflict", why: t("today.conflict") };
  if (op.state === "done")
    return { href: `#/edit/${op.record}`, stage: "needs_you", why: op.erp_detail ?? t("today.refused_by_erp") };
  const [finding] = findingsOf(op.problem);
  return { href: `#/fix/${op.id}`, stage: "needs_you", why: finding?.detail || t("today.refused") };
}

/** @param {{op: Operation}} props */
function Need({ op }) {
  const { href, stage, why } = stopOf(op);
  return html`<li><a class="row" href=${href}>
    <span class="monogram bad" aria-hidden="true"><${Icon} name=${stage === "conflict" ? "fork" : "alert"} /></span>
    <span class="row-words"><span class="row-line"><strong>${op.title || t("customer.unnamed")}</strong><${StageBadge} stage=${stage} /></span>
      <span class="row-line second"><span>${why}</span></span></span>
    <span class="row-go">${t(stage === "conflict" ? "today.decide" : "today.mend")}<${Icon} name="next" /></span>
  </a></li>`;
}

/** @param {{ops: readonly Operation[]}} props */
function Needs({ ops }) {
  const conflicts = new Map(ops.filter(({ state }) => state === "conflict").map((op) => [op.record, op]));
  const stopped = [...ops.filter(needsYou), ...conflicts.values()];
  if (!stopped.length) return null;
  return html`<section class="list-part" aria-labelledby="needs-title"><h2 id="needs-title">${t("today.needs", { count: stopped.length })}</h2>
    <ul class="list">${stopped.slice(0, NEEDS_SHOWN).map((op) => html`<${Need} key=${op.id} op=${op} />`)}</ul>
    ${stopped.length > NEEDS_SHOWN && html`<${ButtonLink} href="#/sync" look="quiet">${t("today.needs_all", { count: stopped.length })}<//>`}</section>`;
}

/** Nothing today; what comes next is said where there is anything. @param {{next: string | undefined, open: number}} props */
function NothingDue({ next, open }) {
  const words = next
    ? t("today.next", { date: dayNear(next) })
    : t(open ? "today.no_day" : "today.no_tasks", { count: open });
  return html`<div class="card calm"><span class="monogram good" aria-hidden="true"><${Icon} name="check" /></span><p><strong>${t("today.nothing_due")}</strong> <span class="soft">${words}</span></p></div>`;
}

/** Tasks of mine: those that are due and the first of all that are open; undefined before they are read. */
function useTasks() {
  const mine = { status: "usual", mine: me(), orNobody: true, byDue: true };
  const due = useFound("task", "", DUE_SHOWN, { ...mine, until: today() })?.found;
  const open = useFound("task", "", 1, mine)?.found;
  return due && open && { due, open };
}

/** @param {NonNullable<ReturnType<typeof useTasks>>} props */
function DueTasks({ due, open }) {
  if (!kindNamed("task")) return null;
  return html`<section class="list-part" aria-labelledby="due-title"><h2 id="due-title">${t("today.due", { count: due.kept })}</h2>
    ${due.kept ? html`<${TaskRows} entries=${due.entries} />` : html`<${NothingDue} next=${open.entries[0]?.marks?.due} open=${open.kept} />`}
    <div class="actions"><${ButtonLink} href="#/tasks" look="quiet" icon="task">${t("today.all_tasks", { count: open.kept })}<//></div></section>`;
}

/** @param {{ops: readonly Operation[]}} props */
function Numbers({ ops }) {
  const { entered, sent, visits } = numbersOf(ops, midnight(Date.now()));
  const all = [
    { name: t("today.entered"), value: entered },
    { name: t("today.sent"), value: sent },
    { name: t("today.visits"), value: visits },
  ];
  return html`<section class="list-part" aria-labelledby="numbers-title"><h2 id="numbers-title">${t("today.numbers")}</h2>
    <dl class="numbers card">${all.map(({ name, value }) => html`<div key=${name}><dt>${name}</dt><dd>${count(value)}</dd></div>`)}</dl></section>`;
}

/** A phone that knows nobody yet, and nobody has entered anything on. */
function FirstDay() {
  if (!listReady.value || (!received.value && navigator.onLine))
    return html`<p class="loading" role="status">${t("customers.loading")}</p>`;
  const action = html`<${ButtonLink} href="#/new/customer" look="main" icon="plus">${t("customers.new")}<//>`;
  return html`<${Empty} icon="today" title=${t("today.first")} action=${action}>${t("today.first_text")}<//>`;
}

const Begin =
  () => html`<div class="reach"><${ButtonLink} href="#/new/customer" look="main" icon="plus">${t("customers.new")}<//>
  ${kindNamed("task") && html`<${ButtonLink} href="#/new/task" icon="task">${t("tasks.new")}<//>`}
  ${mayCount(account.value?.user.role) && html`<${ButtonLink} href="#/goods" icon="scan">${t("goods.title")}<//>`}</div>`;

export function Today() {
  const ops = useOperations();
  const drafts = useDrafts();
  const recents = useRecents();
  const customers = useFound("customer", "", 0)?.found;
  const tasks = useTasks();
  // All of it at once: what comes later would push away what somebody is about to touch.
  if (!ops || !customers || !tasks) return html`<${Page} title=${t("nav.today")} />`;
  const fresh = !customers.all && !ops.length && !drafts.length;
  const parts = html`<${Begin} /><${Needs} ops=${ops} />${drafts.length > 0 && html`<${Begun} drafts=${drafts} />`}
    <${DueTasks} ...${tasks} /><${Numbers} ops=${ops} />${recents.length > 0 && html`<${Recents} entries=${recents} />`}`;
  return html`<${Page} title=${t("nav.today")}><div class="column today">${fresh ? html`<${FirstDay} />` : parts}</div><//>`;
}
