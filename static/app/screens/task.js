// One task: what, for whom, until when, and whether it is done.
import "../later_words.js";
import { useEffect, useRef } from "preact/hooks";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { kindNamed, stepsOf } from "../kinds.js";
import { dataOf, numberOf, useKnown } from "../known.js";
import { Button, ButtonLink, Empty } from "../parts/controls.js";
import { Facts, hasFacts } from "../parts/facts.js";
import { isNarrow } from "../parts/frame.js";
import { Icon } from "../parts/icons.js";
import { Age, Standing } from "../parts/standing.js";
import { Due } from "../parts/task_rows.js";
import { finish, reopen } from "../parts/tasks.js";
import { titleOf } from "../summary.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../known.js").Known} Known */

/** In the head already. */
const HEAD = new Set(["title"]);

/** @param {{id: string, known: Known, data: Data}} props */
function Head({ id, known, data }) {
  const name = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    if (isNarrow()) name.current?.focus({ preventScroll: true });
  }, [id]);
  const { official, reference } = numberOf(known);
  const open = data.status === "open";
  return html`<header class="record-head">
    <span class="monogram large" aria-hidden="true"><${Icon} name="task" /></span>
    <div class="record-name"><h2 ref=${name} tabindex="-1">${titleOf(data) || t("customer.unnamed")}</h2>
      <p><span class="code">${official ?? reference}</span>${!official && html` <span class="soft">${t("customer.provisional")}</span>`} ${open && typeof data.due === "string" && html`<${Due} due=${data.due} />`}</p></div>
    <a class="button plain" href=${`#/edit/${id}`}>${t("edit")}</a>
  </header>
  <div class="reach">${
    open
      ? html`<${Button} look="main" icon="check" onClick=${() => finish(id, titleOf(data))}>${t("tasks.finish")}<//>`
      : html`<${Button} icon="undo" onClick=${() => reopen(id)}>${t("tasks.reopen")}<//>`
  }</div>`;
}

/** @param {{id: string}} props */
export function Task({ id }) {
  const known = useKnown("task", id);
  const data = known && dataOf(known);
  if (!known) return null;
  if (!data)
    return html`<${Empty} icon="task" title=${t("tasks.none_here")} action=${html`<${ButtonLink} href="#/tasks">${t("tasks.title")}<//>`}>${t("tasks.none_here_text")}<//>`;
  const declared = kindNamed("task");
  const steps = declared ? stepsOf(declared) : [];
  const shown = steps.map((step) => ({ ...step, fields: step.fields.filter(({ name }) => !HEAD.has(name)) }));
  return html`<article class="record">
    <${Head} id=${id} known=${known} data=${data} />
    <${Standing} kind="task" id=${id} known=${known} />
    ${shown.filter(({ fields }) => hasFacts(fields, data)).map((step) => html`<section class="card" key=${step.name}><h3 class="card-head">${label(step.labels)}</h3><${Facts} fields=${step.fields} data=${data} /></section>`)}
    <${Age} known=${known} />
  </article>`;
}
