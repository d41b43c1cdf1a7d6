// The paired phones: whose each is, when it was here last and what it still holds; letting one in and putting it out.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { count, dateTime } from "../format.js";
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

/** @typedef {"retire" | "lose"} Act */

/** What it held when it was heard last. @param {PairedPhone} phone */
function toldOf({ unsent, told_at }) {
  if (unsent === null || !told_at) return t("phones.told.never");
  const when = dateTime(told_at);
  return unsent ? t("phones.told", { when, count: unsent }) : t("phones.told.none", { when });
}

/** @param {{phone: PairedPhone, act: Act, onDone: () => void, onClose: () => void}} props */
function PutOut({ phone, act, onDone, onClose }) {
  const [state, setState] = useState(/** @type {{busy: boolean, problem?: any}} */ ({ busy: false }));
  const { name, user_name } = phone;
  async function putOut() {
    setState({ busy: true });
    try {
      await post(`/api/v1/phones/${phone.id}`, { action: act });
      say(t(`phones.${act}.done`, { name }));
      onDone();
    } catch (error) {
      setState({ busy: false, problem: asProblem(error) });
    }
  }
  const text = `${t(`phones.${act}.text`, { user: user_name })} ${toldOf(phone)}`;
  return html`<${Confirm} title=${t(`phones.${act}.title`, { name })} text=${text}
    yes=${t(`phones.${act}`)} busy=${state.busy} problem=${state.problem} onYes=${putOut} onClose=${onClose} />`;
}

/** How a phone stands that was put out. @param {{phone: PairedPhone}} props */
function Stands({ phone }) {
  const { state, order, unsent, wiped_at, wiped_unsent } = phone;
  if (state === "draining")
    return html`<${Badge} tone="warn">${unsent === null ? t("phones.draining.unsaid") : t("phones.draining", { count: unsent })}<//>`;
  if (state === "lost")
    return html`<span class="two"><${Badge} tone="bad">${t("phones.lost")}<//><${Ago} at=${phone.last_seen_at} /></span>`;
  if (state !== "wiped" || !wiped_at) return html`<${Badge} tone="calm">${t("phones.retired")}<//>`;
  return html`<span class="two"><${Badge} tone="calm">${t(order === "lose" ? "phones.wiped.lose" : "phones.wiped")}<//><span><${Ago} at=${wiped_at} />${wiped_unsent ? html` · ${t("phones.wiped.unsent", { count: wiped_unsent })}` : ""}</span></span>`;
}

/** @param {{unsent: number | null}} props */
function Unsent({ unsent }) {
  if (unsent === null) return html`<span class="soft">${t("phones.unsaid")}</span>`;
  return unsent ? html`<${Badge} tone="warn">${count(unsent)}<//>` : count(0);
}

/** @param {{phone: PairedPhone, onAct: (act: Act) => void}} props */
function PhoneRow({ phone, onAct }) {
  const acts = /** @type {Act[]} */ (
    { in_use: ["retire", "lose"], draining: ["lose"] }[/** @type {string} */ (phone.state)] ?? []
  );
  return html`<tr class=${phone.retired ? "off" : ""}>
    <td data-label=${t("field.name")}><strong>${phone.name}</strong></td>
    <td data-label=${t("sync.phone.user")}>${phone.user_name}</td>
    <td data-label=${t("phones.paired")}><span><${Ago} at=${phone.paired_at} />${phone.paired_by && html` <span class="soft">${t("phones.by", { name: phone.paired_by })}</span>`}</span></td>
    <td data-label=${t("sync.phone.seen")}><${Ago} at=${phone.last_seen_at} /></td>
    <td data-label=${t("sync.phone.unsent")}><${Unsent} unsent=${phone.unsent} /></td>
    <td class="row-actions">${phone.retired && html`<${Stands} phone=${phone} />`}${may("phone retire") && acts.map((act) => html`<${Button} look="quiet" onClick=${() => onAct(act)}>${t(`phones.${act}`)}<//>`)}</td>
  </tr>`;
}

/** @param {{phones: PairedPhone[], onAct: (phone: PairedPhone, act: Act) => void}} props */
function PhoneTable({ phones, onAct }) {
  return html`<table class="stacking">
    <thead><tr><th>${t("field.name")}</th><th>${t("sync.phone.user")}</th><th>${t("phones.paired")}</th><th>${t("sync.phone.seen")}</th><th>${t("sync.phone.unsent")}</th><th><span class="visually-hidden">${t("actions")}</span></th></tr></thead>
    <tbody>${phones.map((phone) => html`<${PhoneRow} key=${phone.id} phone=${phone} onAct=${(/** @type {Act} */ act) => onAct(phone, act)} />`)}</tbody>
  </table>`;
}

/** A section of the screen "Devices". */
export function Phones() {
  const [pairing, setPairing] = useState(false);
  const [leaving, setLeaving] = useState(/** @type {{phone: PairedPhone, act: Act} | null} */ (null));
  /** @type {import("../types.js").Load<import("../types.js").PairedPhones>} */
  const load = useLoad(() => read("/api/v1/phones"), { every: EVERY_MS, deps: [language.value] });
  const people = load.data?.people ?? [];
  return html`<section aria-labelledby="paired-phones">
    <div class="section-head"><h2 id="paired-phones">${t("phones.title")}</h2>
      ${people.length > 0 && html`<${Button} look="main" icon="phone" onClick=${() => setPairing(true)}>${t("pairing.title")}<//>`}</div>
    <${Loaded} load=${load}>${(/** @type {import("../types.js").PairedPhones} */ { phones }) =>
      phones.length
        ? html`<${PhoneTable} phones=${phones} onAct=${(/** @type {PairedPhone} */ phone, /** @type {Act} */ act) => setLeaving({ phone, act })} />`
        : html`<${Empty} icon="phone" title=${t("phones.empty")}><p>${t("phones.empty.help")}</p><//>`}<//>
    ${pairing && html`<${PairPhone} people=${people} onPaired=${load.reload} onClose=${() => setPairing(false)} />`}
    ${
      leaving &&
      html`<${PutOut} ...${leaving} onClose=${() => setLeaving(null)} onDone=${() => {
        setLeaving(null);
        load.reload();
      }} />`
    }</section>`;
}
