// The paired phones: whose each is, when it was here last and what it still holds; letting one in and putting it out.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { count } from "../format.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { PairPhone } from "./pair_phone.js";

/** @typedef {import("../types.js").PairedPhone} PairedPhone */

const EVERY_MS = 10_000;

/** @param {{phone: PairedPhone, onDone: () => void, onClose: () => void}} props */
function Retire({ phone, onDone, onClose }) {
  const [state, setState] = useState(/** @type {{busy: boolean, problem?: any}} */ ({ busy: false }));
  async function retire() {
    setState({ busy: true });
    try {
      await post(`/api/v1/phones/${phone.id}`, { action: "retire" });
      say(t("phones.retired.done", { name: phone.name }));
      onDone();
    } catch (error) {
      setState({ busy: false, problem: asProblem(error) });
    }
  }
  const held = phone.unsent ? ` ${t("phones.retire.unsent", { count: phone.unsent })}` : "";
  return html`<${Confirm} title=${t("phones.retire.title", { name: phone.name })} text=${t("phones.retire.text", { user: phone.user_name }) + held}
    yes=${t("phones.retire")} busy=${state.busy} problem=${state.problem} onYes=${retire} onClose=${onClose} />`;
}

/** @param {{unsent: number | null}} props */
function Unsent({ unsent }) {
  if (unsent === null) return html`<span class="soft">${t("phones.unsaid")}</span>`;
  return unsent ? html`<${Badge} tone="warn">${count(unsent)}<//>` : count(0);
}

/** @param {{phone: PairedPhone, onRetire: () => void}} props */
function PhoneRow({ phone, onRetire }) {
  return html`<tr class=${phone.retired ? "off" : ""}>
    <td data-label=${t("field.name")}><strong>${phone.name}</strong></td>
    <td data-label=${t("sync.phone.user")}>${phone.user_name}</td>
    <td data-label=${t("phones.paired")}><span><${Ago} at=${phone.paired_at} />${phone.paired_by && html` <span class="soft">${t("phones.by", { name: phone.paired_by })}</span>`}</span></td>
    <td data-label=${t("sync.phone.seen")}><${Ago} at=${phone.last_seen_at} /></td>
    <td data-label=${t("sync.phone.unsent")}><${Unsent} unsent=${phone.unsent} /></td>
    <td class="row-actions">${phone.retired ? html`<${Badge} tone="calm">${t("phones.retired")}<//>` : may("phone retire") && html`<${Button} look="quiet" onClick=${onRetire}>${t("phones.retire")}<//>`}</td>
  </tr>`;
}

/** @param {{phones: PairedPhone[], onRetire: (phone: PairedPhone) => void}} props */
function PhoneTable({ phones, onRetire }) {
  return html`<table class="stacking">
    <thead><tr><th>${t("field.name")}</th><th>${t("sync.phone.user")}</th><th>${t("phones.paired")}</th><th>${t("sync.phone.seen")}</th><th>${t("sync.phone.unsent")}</th><th><span class="visually-hidden">${t("actions")}</span></th></tr></thead>
    <tbody>${phones.map((phone) => html`<${PhoneRow} key=${phone.id} phone=${phone} onRetire=${() => onRetire(phone)} />`)}</tbody>
  </table>`;
}

/** A section of the screen "Devices". */
export function Phones() {
  const [pairing, setPairing] = useState(false);
  const [leaving, setLeaving] = useState(/** @type {PairedPhone | null} */ (null));
  /** @type {import("../types.js").Load<import("../types.js").PairedPhones>} */
  const load = useLoad(() => read("/api/v1/phones"), { every: EVERY_MS, deps: [language.value] });
  const people = load.data?.people ?? [];
  return html`<section aria-labelledby="paired-phones">
    <div class="section-head"><h2 id="paired-phones">${t("phones.title")}</h2>
      ${people.length > 0 && html`<${Button} look="main" icon="phone" onClick=${() => setPairing(true)}>${t("pairing.title")}<//>`}</div>
    <${Loaded} load=${load}>${(/** @type {import("../types.js").PairedPhones} */ { phones }) =>
      phones.length
        ? html`<${PhoneTable} phones=${phones} onRetire=${setLeaving} />`
        : html`<${Empty} icon="phone" title=${t("phones.empty")}><p>${t("phones.empty.help")}</p><//>`}<//>
    ${pairing && html`<${PairPhone} people=${people} onPaired=${load.reload} onClose=${() => setPairing(false)} />`}
    ${
      leaving &&
      html`<${Retire} phone=${leaving} onClose=${() => setLeaving(null)} onDone=${() => {
        setLeaving(null);
        load.reload();
      }} />`
    }</section>`;
}
