// Tasks: mine, those that are due, all of them, and what was finished. On a wide screen the chosen one stands beside.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { today } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { ChipChoice } from "../parts/chips.js";
import { ButtonLink, Empty } from "../parts/controls.js";
import { useFound } from "../parts/found.js";
import { Page } from "../parts/frame.js";
import { Icon } from "../parts/icons.js";
import { TaskRows } from "../parts/task_rows.js";
import { me } from "../parts/tasks.js";
import { route } from "../router.js";
import { listReady } from "../runtime.js";
import { Task } from "./task.js";

/** @typedef {import("../types.js").Narrowing} Narrowing */

const PAGE = 30;
const FILTERS = ["mine", "due", "all", "done"];

/** Kept while a task is looked at. */
const chosen = { filter: "mine" };

/** @param {string} filter @returns {Narrowing} */
function narrowing(filter) {
  if (filter === "done") return { status: "done", byDue: true };
  const open = { status: "usual", byDue: true };
  if (filter === "mine") return { ...open, mine: me(), orNobody: true };
  return filter === "due" ? { ...open, until: today() } : open;
}

const create = () => html`<${ButtonLink} href="#/new/task" look="main" icon="plus">${t("tasks.new")}<//>`;

/** @param {{filter: string}} props */
function Nothing({ filter }) {
  if (!listReady.value) return html`<p class="loading" role="status">${t("tasks.loading")}</p>`;
  return html`<${Empty} icon="task" title=${t(`tasks.none.${filter}`)} action=${filter !== "done" && create()}>${t(`tasks.none.${filter}_text`)}<//>`;
}

/** @param {{filter: string}} props */
function Found({ filter }) {
  const pages = useSignal(1);
  const answer = useFound("task", "", PAGE * pages.value, narrowing(filter));
  if (!answer) return null;
  const { entries, more, kept } = answer.found;
  if (!entries.length) return html`<${Nothing} filter=${filter} />`;
  return html`<section class="list-part" aria-labelledby="tasks-title"><h2 id="tasks-title">${t("tasks.count", { count: kept })}</h2>
    <${TaskRows} entries=${entries} />
    ${
      more &&
      html`<button type="button" class="button plain show-more" onClick=${() => {
        pages.value += 1;
      }}>${t("customers.more")}</button>`
    }</section>`;
}

function List() {
  const filter = useSignal(chosen.filter);
  const choose = (/** @type {string} */ value) => {
    filter.value = value;
    chosen.filter = value;
  };
  const chips = FILTERS.map((value) => ({ value, label: t(`tasks.filter.${value}`) }));
  return html`<div class="pane-list">
    <${ChipChoice} name="tasks" title=${t("tasks.which")} chips=${chips} value=${filter.value} onChoose=${choose} />
    <${Found} key=${filter.value} filter=${filter.value} />
    <a class="button main new" href="#/new/task"><${Icon} name="plus" /><span>${t("tasks.new")}</span></a>
  </div>`;
}

export function Tasks() {
  const { id } = route.value;
  return html`<${Page} title=${t("tasks.title")} back=${id ? "#/tasks" : "#/today"} action=${create()}>
    <div class="panes" data-open=${id ? "detail" : "list"}>
      <${List} />
      <div class="pane-detail">${id ? html`<${Task} key=${id} id=${id} />` : html`<div class="nothing-open"><${Empty} icon="task" title=${t("tasks.choose")}>${t("tasks.choose_text")}<//></div>`}</div>
    </div>
  <//>`;
}
