// Two versions side by side, and the way back to the older one: for one field, or for all of them.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Loaded, ProblemNote } from "../parts/states.js";
import { fieldAt, Side } from "../parts/value.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Row} Row */
/** @typedef {import("../types.js").Difference} Difference */

/** A number a person typed, within what there is. @param {string} text @param {number} newest */
const within = (text, newest) => Math.min(Math.max(Number.parseInt(text, 10) || 1, 1), newest);

/** What restoring refuses, by field, in words. @param {{problem: any, declaration: Kind}} props */
function Refused({ problem, declaration }) {
  if (!problem) return null;
  const errors = /** @type {{pointer?: string, detail: string}[]} */ (problem.errors);
  return html`<${ProblemNote} problem=${problem} />
    <ul>${errors.map((one) => html`<li key=${one.pointer}><strong>${fieldAt(declaration, one.pointer ?? "").name}</strong> ${one.detail}</li>`)}</ul>`;
}

/** @param {{told: Difference, declaration: Kind, busy: string, restore?: (field: string) => void}} props */
function Differences({ told, declaration, busy, restore }) {
  if (!told.changes.length) return html`<p>${t("history.same")}</p>`;
  return html`<ul class="differences">${told.changes.map((one) => {
    const { field, name } = fieldAt(declaration, one.field);
    return html`<li key=${one.field}><p class="clash-field">${name}</p><div class="sides">
      <${Side} title=${t("history.version", { version: told.from.version })} value=${one.old} field=${field}>
        ${restore && html`<${Button} busy=${busy === one.field} disabled=${busy !== ""} onClick=${() => restore(one.field)}>${t("history.restore.field")}<//>`}
      <//>
      <${Side} strong title=${t("history.version", { version: told.to.version })} value=${one.new} field=${field} />
    </div></li>`;
  })}</ul>`;
}

/** @param {{row: Row, declaration: Kind, version: number, onClose: () => void, onRestored: () => void}} props */
export function Compare({ row, declaration, version, onClose, onRestored }) {
  const [from, setFrom] = useState(version);
  const [to, setTo] = useState(row.version);
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState(/** @type {any} */ (undefined));
  const place = `/api/v1/records/${row.kind}/${row.id}`;
  const load = useLoad(() => read(`${place}/diff?from=${from}&to=${to}`), { deps: [place, from, to] });
  const restorable = may("customer update") && to === row.version && from !== to;

  /** @param {string[]} fields  none: all */
  async function restore(fields) {
    setBusy(fields[0] ?? "all");
    setProblem(undefined);
    try {
      const answer = await post(`${place}/restore`, { version: from, base_version: row.version, fields });
      say(t(`history.restored.${answer.status}`, { version: from }));
      onClose();
      onRestored();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setBusy("");
    }
  }
  return html`<${Dialog} wide title=${t("history.compare.title")} onClose=${onClose}>
    <div class="compare-choice">
      <${TextField} name="from" type="number" min="1" max=${row.version} label=${t("history.from")} value=${String(from)} onValue=${(/** @type {string} */ text) => setFrom(within(text, row.version))} />
      <${TextField} name="to" type="number" min="1" max=${row.version} label=${t("history.to")} value=${String(to)} onValue=${(/** @type {string} */ text) => setTo(within(text, row.version))} />
    </div>
    <${Refused} problem=${problem} declaration=${declaration} />
    <${Loaded} load=${load}>${(/** @type {Difference} */ told) =>
      html`<${Differences} told=${told} declaration=${declaration} busy=${busy} restore=${restorable ? (/** @type {string} */ field) => restore([field]) : undefined} />`}<//>
    ${restorable && html`<p class="soft">${t("history.restore.help")}</p>`}
    <footer><${Button} onClick=${onClose}>${t("close")}<//>
      ${restorable && html`<${Button} look="main" busy=${busy === "all"} disabled=${busy !== ""} onClick=${() => restore([])}>${t("history.restore", { version: from })}<//>`}
    </footer>
  <//>`;
}
