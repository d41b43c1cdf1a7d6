// What a check, a run or its undoing came to, and what can be done next.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { Counts, ProblemFile, Progress, Rows } from "./outcome.js";

/** @typedef {import("../types.js").ImportDetail} ImportDetail */
/** @typedef {ReturnType<typeof import("./one.js").useActions>} Actions */

export const WORKING = ["checking", "running", "undoing"];

/** How many records an import makes or changes. @param {ImportDetail} found */
const taken = ({ counts }) => (counts.created ?? 0) + (counts.updated ?? 0) + (counts.waiting ?? 0);

/** What to know before the next step. @param {{found: ImportDetail}} props */
function Notes({ found }) {
  if (found.state === "undone") return html`<p>${t("transfer.undone.text")}</p>`;
  if (found.state !== "checked") return null;
  const { unknown, warnings } = found;
  return html`<p>${t(taken(found) ? "transfer.checked.text" : "transfer.checked.nothing")}</p>
    ${unknown.length > 0 && html`<div class="note warn"><p>${t("transfer.checked.values", { count: unknown.length })}</p></div>`}
    ${warnings.length > 0 && html`<div class="note warn"><p>${t("transfer.checked.warnings", { count: warnings.length })}</p></div>`}`;
}

/** The one step that leads on from a state. @param {{found: ImportDetail, actions: Actions}} props */
function Next({ found, actions }) {
  const { state } = found;
  if (state === "checked" && taken(found) > 0)
    return html`<${Button} look="main" icon="play" busy=${actions.busy === "run"} onClick=${actions.start}>${t("transfer.import", { count: taken(found) })}<//>`;
  if (state === "stopped")
    return html`<${Button} look="main" icon="play" busy=${actions.busy === "run"} onClick=${actions.start}>${t("transfer.resume")}<//>`;
  if (state === "halted")
    return html`<${Button} look="main" icon="play" busy=${actions.busy === "undo"} onClick=${actions.undo}>${t("transfer.undo.go_on")}<//>`;
  return null;
}

/** @param {{found: ImportDetail, actions: Actions}} props */
function Undo({ found, actions }) {
  const [asking, setAsking] = useState(false);
  if (!["done", "stopped"].includes(found.state) || !taken(found)) return null;
  const undo = () => actions.undo().then(() => setAsking(false));
  return html`<${Button} look="quiet" onClick=${() => setAsking(true)}>${t("transfer.undo")}<//>
    ${asking && html`<${Confirm} title=${t("transfer.undo")} text=${t("transfer.undo.text")} yes=${t("transfer.undo")} busy=${actions.busy === "undo"} onYes=${undo} onClose=${() => setAsking(false)} />`}`;
}

/** @param {{found: ImportDetail, actions: Actions}} props */
export function Result({ found, actions }) {
  const working = WORKING.includes(found.state);
  const shows = working || ["stopped", "halted"].includes(found.state);
  return html`<section class="panel" aria-labelledby="result">
    <h2 id="result">${t(`transfer.result.${found.state}`)}</h2>
    ${shows && html`<${Progress} found=${found} />`}
    ${found.problem && html`<div class="note bad" role="alert"><p>${found.problem.detail}</p></div>`}
    <${Counts} found=${found} />
    ${found.for_shop && html`<p>${t("transfer.for_shop.stands")}</p>`}
    <${Notes} found=${found} />
    <div class="actions">
      <${Next} found=${found} actions=${actions} />
      ${working && html`<${Button} icon="pause" busy=${actions.busy === "stop"} onClick=${actions.stop}>${t("transfer.stop")}<//>`}
      ${!working && html`<${ProblemFile} found=${found} />`}
      <${Undo} found=${found} actions=${actions} />
    </div>
    ${!working && html`<${Rows} found=${found} />`}
  </section>`;
}
