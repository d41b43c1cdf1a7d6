// What has been merged, by whom, and the way back.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post } from "../api.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { say } from "../parts/notice.js";
import { Badge, Empty } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { fieldAt } from "../parts/value.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Merge} Merge */

/**
 * Asks whether two are to be two again, and whether they are to be proposed once more.
 * @param {{merge: {id: string, record: {number: string}, alias: {number: string}}, kind: Kind | undefined, onDone: () => void, onClose: () => void}} props
 */
export function Undo({ merge, kind, onDone, onClose }) {
  const [notSame, setNotSame] = useState(true);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {any} */ (undefined));
  async function act() {
    setBusy(true);
    try {
      const answer = await post(`/api/v1/merges/${merge.id}/undo`, { not_same: notSame });
      const stays = answer.stays.map((/** @type {string} */ place) => fieldAt(kind, place).name);
      const names = { number: merge.record.number, alias: merge.alias.number, fields: [...new Set(stays)].join(", ") };
      say(t(stays.length ? "merge.undone.stays" : "merge.undone", names));
      onDone();
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  }
  return html`<${Dialog} title=${t("merge.undo")} onClose=${onClose}>
    <p>${t("merge.undo.text", { number: merge.record.number, alias: merge.alias.number })}</p>
    <label class="check"><input type="checkbox" checked=${notSame} onChange=${(/** @type {any} */ event) => setNotSame(event.currentTarget.checked)} /> ${t("merge.undo.not_same")}</label>
    ${problem && html`<p class="note bad" role="alert">${problem.message}</p>`}
    <footer><${Button} onClick=${onClose}>${t("cancel")}<//><${Button} look="main" busy=${busy} onClick=${act}>${t("merge.undo")}<//></footer>
  <//>`;
}

/** @param {{merge: Merge, onUndo: () => void}} props */
function MergeCard({ merge, onUndo }) {
  const { record, alias, by, approved_by: second, at, undone_by: undoneBy, undone_at: undoneAt } = merge;
  return html`<li class="card">
    <div class="card-head"><h2>${record.title}</h2><span class="soft">${record.number}</span></div>
    <p>${t("merge.was", { title: alias.title, number: alias.number })}</p>
    <p class="soft">${t("merge.by", { name: by })} ${second && t("merge.approved_by", { name: second })} <${Ago} at=${at} /></p>
    ${undoneAt && html`<p><${Badge} tone="calm">${t("merge.is_undone")}<//> ${undoneBy} <${Ago} at=${undoneAt} /></p>`}
    ${!undoneAt && may("customer unmerge") && html`<div class="actions"><${Button} onClick=${onUndo}>${t("merge.undo")}<//></div>`}
  </li>`;
}

/** @param {{found: Merge[], kind: Kind | undefined, onChange: () => void}} props */
export function Done({ found, kind, onChange }) {
  const [asked, setAsked] = useState(/** @type {Merge | undefined} */ (undefined));
  if (!found.length) return html`<${Empty} icon="merge" title=${t("merge.none")}><p>${t("merge.none.help")}</p><//>`;
  function onDone() {
    setAsked(undefined);
    onChange();
  }
  return html`<ul class="cards wide">${found.map((merge) => html`<${MergeCard} key=${merge.id} merge=${merge} onUndo=${() => setAsked(merge)} />`)}</ul>
    ${asked && html`<${Undo} merge=${asked} kind=${kind} onDone=${onDone} onClose=${() => setAsked(undefined)} />`}`;
}
