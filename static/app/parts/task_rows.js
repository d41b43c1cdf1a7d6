// Tasks in a list: what, for whom, until when, and the one tap that finishes one.
import "../later_words.js";
import { dayNear, today } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { route } from "../router.js";
import { Icon } from "./icons.js";
import { StageBadge } from "./stage.js";
import { finish, reopen } from "./tasks.js";

/** @typedef {import("../types.js").Entry} Entry */

/** Stages that need no badge in a list: everything is as it should be. */
const QUIET = new Set(["at_gateway", "taken", "accepted"]);

/** @param {{due: string}} props */
export function Due({ due }) {
  const now = today();
  if (due < now)
    return html`<span class="due" data-tone="bad"><${Icon} name="alert" />${t("tasks.overdue", { date: dayNear(due) })}</span>`;
  if (due === now)
    return html`<span class="due" data-tone="warn"><${Icon} name="clock" />${t("tasks.due_today")}</span>`;
  return html`<span>${t("tasks.due", { date: dayNear(due) })}</span>`;
}

/** The button of the row below, or else the name of the screen: where to go on when a row leaves. @param {Element} pressed */
function nextStop(pressed) {
  const row = pressed.closest("li");
  const near = row?.nextElementSibling ?? row?.previousElementSibling;
  return /** @type {HTMLElement | null} */ (near?.querySelector(".task-done") ?? document.querySelector("h1"));
}

/** @param {{entry: Entry, about?: boolean}} props  about: say for whom */
export function TaskRow({ entry, about = true }) {
  const { id, title, state, marks = {} } = entry;
  const done = marks.status !== undefined;
  const name = title || t("customer.unnamed");
  const press = async (/** @type {MouseEvent} */ event) => {
    const next = nextStop(/** @type {Element} */ (event.currentTarget));
    await (done ? reopen(id) : finish(id, name));
    next?.focus({ preventScroll: true });
  };
  return html`<li class="task" data-done=${done}>
    <button type="button" class="task-done" aria-label=${t(done ? "tasks.reopen_it" : "tasks.finish_it", { title: name })} onClick=${press}><span class="task-mark"><${Icon} name="check" /></span></button>
    <a class="row" href=${`#/tasks/${id}`} aria-current=${route.value.id === id ? "true" : undefined}><span class="row-words">
      <span class="row-line"><strong>${name}</strong>${!QUIET.has(state) && html`<${StageBadge} stage=${state} />`}</span>
      <span class="row-line second">${about && entry.about && html`<span>${entry.about}</span>`}${marks.priority === "high" && !done && html`<span class="due">${t("tasks.high")}</span>`}${marks.due && !done && html`<${Due} due=${marks.due} />`}</span>
    </span></a>
  </li>`;
}

/** @param {{entries: readonly Entry[], about?: boolean}} props */
export const TaskRows = ({ entries, about = true }) =>
  html`<ul class="list">${entries.map((entry) => html`<${TaskRow} key=${entry.id} entry=${entry} about=${about} />`)}</ul>`;
