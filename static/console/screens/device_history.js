// Who decided what about a device, and when: its entries of the journal, the newest first.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, read } from "../api.js";
import { useLoad } from "../load.js";
import { written } from "../options.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { wordFor } from "../words.js";

const EVERY_MS = 10_000;

/** @typedef {{what: string, before: unknown, after: unknown}} Change */
/**
 * @typedef {{seq: number, at: string, event: string, by: string, changes: Change[], command: string, outcome: string,
 *   reason: string | null}} Happening
 */

/** @param {Change} change */
const nameOf = ({ what }) => (what === "name" || what === "identity" ? t(`device.${what}`) : wordFor("option", what));

/** @param {{change: Change}} props */
function ChangeRow({ change }) {
  const shown = (/** @type {unknown} */ value) => written(value) || t("options.none");
  return html`<li><span class="changes-name">${nameOf(change)}</span>
    ${change.before !== null && html`<del class="code">${shown(change.before)}</del> <span aria-hidden="true">→</span><span class="visually-hidden">${t("history.becomes")}</span>`}
    <ins class="code">${change.after === null ? t("device.standard") : shown(change.after)}</ins></li>`;
}

/** @param {{one: Happening}} props */
function Moment({ one }) {
  const what = one.command ? wordFor("command", one.command) : wordFor("device.event", one.event);
  return html`<li class="moment">
    <p><strong>${what}</strong> <span class="soft">${one.by || t("history.machine")} · <${Ago} at=${one.at} /></span></p>
    ${one.reason && html`<p class="soft">${one.reason}</p>`}
    ${one.changes.length > 0 && html`<ul class="changes">${one.changes.map((change) => html`<${ChangeRow} key=${change.what} change=${change} />`)}</ul>`}
  </li>`;
}

/** @param {{path: string, changed: string}} props  changed: differs when something may have happened */
export function DeviceHistory({ path, changed }) {
  const [older, setOlder] = useState(/** @type {Happening[]} */ ([]));
  const [more, setMore] = useState(true);
  const load = useLoad(() => read(`${path}/history`), { every: EVERY_MS, deps: [path, changed] });
  const goBack = async (/** @type {number} */ before) => {
    try {
      const page = await read(`${path}/history?before=${before}`);
      setOlder([...older, ...page.history]);
      setMore(page.more);
    } catch (error) {
      say(asProblem(error).message);
    }
  };
  return html`<section class="panel"><h2>${t("device.history")}</h2>
    <${Loaded} load=${load}>${(/** @type {{history: Happening[], more: boolean}} */ newest) => {
      const last = newest.history[newest.history.length - 1]?.seq ?? 0;
      const shown = [...newest.history, ...older.filter(({ seq }) => seq < last)];
      const oldest = shown[shown.length - 1];
      return html`
        <ul class="moments">${shown.map((one) => html`<${Moment} key=${one.seq} one=${one} />`)}</ul>
        ${oldest?.event !== "confirmed" && !(newest.more && more) && html`<p class="soft">${t("device.history.archived")}</p>`}
        ${newest.more && more && oldest && html`<div class="actions"><${Button} onClick=${() => goBack(oldest.seq)}>${t("device.history.older")}<//></div>`}`;
    }}<//>
  </section>`;
}
