// Erasing a customer for good: what would go, what stays and why, and the question to a second person.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { AreaField, SelectField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Loaded } from "../parts/states.js";
import { titleOf } from "./list.js";

/** @typedef {{what: string, count?: number}} Portion */
/** @typedef {{goes: Portion[], stays: Portion[]}} Reach */

const REASONS = ["asked", "expired", "unlawful"];
/** What goes, and what stays, in any case. @type {Reach} */
const ALWAYS = { goes: [{ what: "phones" }], stays: [{ what: "ledger" }, { what: "backups" }, { what: "erp" }] };

/** @param {{side: "goes" | "stays", found: Portion[]}} props */
function Side({ side, found }) {
  return html`<section><h3>${t(`erase.${side}`)}</h3>
    <ul class="plain">${[...found, ...ALWAYS[side]].map(
      ({ what, count }) =>
        html`<li key=${what}>${count !== undefined && html`<strong>${count} ×</strong> `}${t(`erase.${side}.${what}`)}</li>`,
    )}</ul>
  </section>`;
}

/** @param {{row: import("../types.js").Row, onClose: () => void}} props */
function Question({ row, onClose }) {
  const [reason, setReason] = useState(REASONS[0]);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const place = `/api/v1/records/customer/${row.id}/erasure`;
  const load = useLoad(() => read(place), { deps: [row.id] });
  /** @param {Event} event */
  async function ask(event) {
    event.preventDefault();
    setBusy(true);
    try {
      await post(place, { reason, note });
      say(t("erase.asked"));
      onClose();
    } catch (error) {
      say(asProblem(error).message);
    } finally {
      setBusy(false);
    }
  }
  const choices = REASONS.map((value) => ({ value, label: t(`erase.reason.${value}`) }));
  return html`<${Dialog} wide title=${t("erase.title", { title: titleOf(row) })} onClose=${onClose}>
    <${Loaded} load=${load} rows=${4}>${(/** @type {Reach} */ reach) => html`<form onSubmit=${ask}>
      <${Side} side="goes" found=${reach.goes} /><${Side} side="stays" found=${reach.stays} />
      <${SelectField} name="erase-reason" label=${t("erase.reason")} value=${reason} choices=${choices} onValue=${setReason} />
      <${AreaField} name="erase-note" rows=${2} optional label=${t("erase.note")} value=${note} onValue=${setNote} />
      <p class="soft">${t("erase.two")}</p>
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} type="submit" look="bad" busy=${busy}>${t("erase.ask")}<//>
      </footer></form>`}<//>
  <//>`;
}

/** @param {{row: import("../types.js").Row}} props */
export function Erase({ row }) {
  const [open, setOpen] = useState(false);
  return html`<${Button} onClick=${() => setOpen(true)}>${t("erase.button")}<//>
    ${open && html`<${Question} row=${row} onClose=${() => setOpen(false)} />`}`;
}
