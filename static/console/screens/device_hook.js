// A device that other services call: the address to give them, and what would become of a message.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { post } from "../api.js";
import { useForm } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { AreaField, TextField } from "../parts/fields.js";
import { Badge, ProblemNote } from "../parts/states.js";
import { wordFor } from "../words.js";

/** @typedef {{type: string, id: string, data: Record<string, unknown>, fault?: string, place?: string}} Told */

/** @param {{told: Told}} props */
function Fact({ told }) {
  const tone = told.fault ? "warn" : told.type ? "good" : "calm";
  const word = told.fault ? t("hook.unmapped") : told.type ? wordFor("type", told.type) : t("hook.set_aside");
  return html`<li class="card">
    <div class="card-head"><h3>${word}</h3><${Badge} tone=${tone}>${t(told.fault ? "hook.waits" : told.type ? "hook.mapped" : "hook.not_kept")}<//></div>
    ${told.fault && html`<p class="note warn">${wordFor("hook.fault", told.fault)}${told.place && html` <span class="code">${told.place}</span>`}</p>`}
    ${told.type && !told.fault && html`<pre class="code">${JSON.stringify(told.data, null, 2)}</pre>`}
  </li>`;
}

/** @param {{path: string}} props */
function TryOut({ path }) {
  const [facts, setFacts] = useState(/** @type {Told[]} */ ([]));
  const form = useForm({ body: "", topic: "" }, async (args) => {
    const answer = await post(`${path}/commands`, { command: "try_out", args });
    setFacts(answer.data.facts ?? []);
  });
  return html`<form class="stack" onSubmit=${form.onSubmit}>
    <h3>${t("hook.try")}</h3>
    <p class="soft">${t("hook.try.help")}</p>
    <${ProblemNote} problem=${form.problem} />
    <${AreaField} name="hook-body" label=${t("hook.body")} rows=${8} code required value=${form.values.body}
      onValue=${(/** @type {string} */ value) => form.set("body", value)} />
    <${TextField} name="hook-topic" label=${t("hook.topic")} hint=${t("hook.topic.hint")} code optional autocomplete="off" value=${form.values.topic}
      onValue=${(/** @type {string} */ value) => form.set("topic", value)} />
    <div class="actions"><${Button} look="main" type="submit" busy=${form.busy}>${t("hook.try.do")}<//></div>
    <div role="status">${facts.length > 0 && html`<ul class="cards">${facts.map((told) => html`<${Fact} key=${told.id} told=${told} />`)}</ul>`}</div>
  </form>`;
}

/** @param {{device: import("../types.js").Device, onClose: () => void}} props */
export function Hook({ device, onClose }) {
  const path = `/api/v1/devices/${encodeURIComponent(device.id)}`;
  return html`<${Dialog} wide title=${t("hook.title", { name: device.name })} onClose=${onClose}>
    <div class="stack">
      <p>${t("hook.address")}<br /><strong class="code">${`${location.origin}/api/v1/hooks/${device.id}`}</strong></p>
      <p class="soft">${t("hook.address.help")}</p>
      ${may("device run") && html`<${TryOut} path=${path} />`}
    </div>
  <//>`;
}
