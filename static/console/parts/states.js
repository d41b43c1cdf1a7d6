// What a screen shows while it has nothing yet, nothing at all, or nothing new.

import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { clock } from "../format.js";
import { Button } from "./button.js";
import { Icon } from "./icons.js";

/** @param {{problem: import("../api.js").Problem | undefined, onRetry?: () => void}} props */
export function ProblemNote({ problem, onRetry }) {
  // What stands beside its field, and has the focus there, need not be said a second time.
  if (!problem || Object.values(problem.byField).includes(problem.message)) return null;
  return html`<div class="note bad" role="alert" tabindex="-1">
    <${Icon} name="warn" />
    <p>${problem.message}</p>
    ${onRetry && html`<${Button} onClick=${onRetry}>${t("retry")}<//>`}
  </div>`;
}

/** @param {{title: string, children?: import("../types.js").Children, icon?: string}} props */
export function Empty({ title, children, icon = "empty" }) {
  return html`<div class="empty">
    <${Icon} name=${icon} />
    <p class="empty-title">${title}</p>
    <div class="empty-help">${children}</div>
  </div>`;
}

/** @param {{rows?: number}} props */
export function Waiting({ rows = 4 }) {
  return html`<div class="waiting" role="status">
    <span class="visually-hidden">${t("loading")}</span>
    ${Array.from({ length: rows }, () => html`<span class="waiting-row"></span>`)}
  </div>`;
}

/**
 * Waiting, trouble or the content; when a later read fails, the last known content stays with its age said.
 * @template T
 * @param {{load: import("../types.js").Load<T>, rows?: number, children: (data: T) => any}} props
 */
export function Loaded({ load, rows, children }) {
  const { data, problem, at, reload } = load;
  if (data === undefined)
    return problem ? html`<${ProblemNote} problem=${problem} onRetry=${reload} />` : html`<${Waiting} rows=${rows} />`;
  return html`
    ${
      problem &&
      html`<div class="note warn" role="status"><${Icon} name="warn" />
      <p>${t("stale", { time: clock(new Date(at).toISOString()) })} ${problem.message}</p>
      <${Button} onClick=${reload}>${t("retry")}<//>
    </div>`
    }
    ${children(data)}
  `;
}

/** @param {{tone: "good" | "warn" | "bad" | "calm", children: import("../types.js").Children}} props */
export function Badge({ tone, children }) {
  return html`<span class=${`badge ${tone}`}>${children}</span>`;
}
