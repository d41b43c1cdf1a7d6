// What is plugged in and what was found: each device with its state and figures, each proposal with a decision.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { setAttention, setPlugged } from "../attention.js";
import { clock, count } from "../format.js";
import { useForm, useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { SelectField, TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded, ProblemNote } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { wordFor } from "../words.js";
import { AddDevice } from "./device_add.js";
import { DeviceOptions } from "./device_options.js";
import { Wire } from "./device_wire.js";
import { Frames } from "./frames.js";
import { Phones } from "./phones.js";

/** @typedef {import("../types.js").Device} Device */

const EVERY_MS = 3_000;

/** @type {Record<string, "good" | "warn" | "bad" | "calm">} */
const TONES = { online: "good", connecting: "warn", degraded: "warn", offline: "bad", disabled: "calm" };

/**
 * @param {{title: string, start: string, drivers?: string[], send: (name: string, driver: string) => Promise<unknown>,
 *   onClose: () => void}} props  drivers: those that may serve it, the surest first
 */
function NameDialog({ title, start, drivers = [], send, onClose }) {
  const form = useForm({ name: start, driver: drivers[0] ?? "" }, async ({ name, driver }) => {
    await send(name.trim(), driver);
    onClose();
  });
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <${ProblemNote} problem=${form.problem} />
      <${TextField} name="device-name" label=${t("field.name")} hint=${t("devices.name.hint")} required autocomplete="off" value=${form.values.name}
        error=${form.errors.name} onValue=${(/** @type {string} */ value) => form.set("name", value)} />
      ${
        drivers.length > 1 &&
        html`<${SelectField} name="device-kind" label=${t("devices.add.kind")} value=${form.values.driver}
        choices=${drivers.map((kind) => ({ value: kind, label: wordFor("driver", kind) }))}
        onValue=${(/** @type {string} */ value) => form.set("driver", value)} />`
      }
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy}>${t("save")}<//>
      </footer>
    </form>
  <//>`;
}

/** @param {{proposal: import("../types.js").Proposal, ignored?: boolean, onChange: () => void}} props */
function ProposalCard({ proposal, ignored = false, onChange }) {
  const [naming, setNaming] = useState(false);
  const path = `/api/v1/devices/proposals/${proposal.id}`;
  const ignore = () => post(path, { action: "ignore" }).then(onChange, (error) => say(asProblem(error).message));
  const confirm = async (/** @type {string} */ name, /** @type {string} */ driver) => {
    await post(path, { action: "confirm", name, driver });
    say(t("devices.confirmed", { name }));
    onChange();
  };
  return html`<li class=${ignored ? "card" : "card proposal"}>
    <div class="card-head"><h3>${proposal.description || proposal.identity}</h3><${Badge} tone=${ignored ? "calm" : "warn"}>${t(ignored ? "devices.ignored" : "devices.new")}<//></div>
    <p class="soft"><span class="code">${proposal.identity}</span> · ${t("devices.seen")} <${Ago} at=${proposal.seen_at} /></p>
    ${proposal.warning && html`<p class="note warn">${proposal.warning}</p>`}
    ${
      may("device update") &&
      html`<div class="actions">
      <${Button} look="main" onClick=${() => setNaming(true)}>${t("devices.confirm")}<//>
      ${!ignored && html`<${Button} onClick=${ignore}>${t("devices.ignore")}<//>`}
    </div>`
    }
    ${naming && html`<${NameDialog} title=${t("devices.confirm.title")} start=${proposal.description} drivers=${proposal.drivers} send=${confirm} onClose=${() => setNaming(false)} />`}
  </li>`;
}

/** @param {{device: Device}} props */
function Figures({ device }) {
  return html`<dl class="figures">
    <div><dt>${t("devices.last")}</dt><dd><${Ago} at=${device.last_frame_at} none=${t("devices.nothing_yet")} /></dd></div>
    <div><dt>${t("devices.frames")}</dt><dd>${count(device.frames)}</dd></div>
    <div><dt>${t("devices.errors")}</dt><dd class=${device.errors ? "bad-text" : ""}>${count(device.errors)}</dd></div>
    ${device.noise_bytes > 0 && html`<div><dt>${t("devices.noise")}</dt><dd>${count(device.noise_bytes)}</dd></div>`}
    ${device.lines.length > 0 && html`<div><dt>${t("devices.lines")}</dt><dd>${count(device.lines.length)}</dd></div>`}
  </dl>`;
}

/** @param {{device: Device, onChange: () => void}} props */
function DeviceCard({ device, onChange }) {
  const [dialog, setDialog] = useState("");
  const path = `/api/v1/devices/${encodeURIComponent(device.id)}`;
  const close = () => setDialog("");
  const act = (/** @type {string} */ action) =>
    post(path, { action }).then(
      () => {
        say(t(`devices.done.${action}`, { name: device.name }));
        onChange();
      },
      (error) => say(asProblem(error).message),
    );
  const rename = async (/** @type {string} */ name) => {
    await post(path, { action: "rename", name });
    onChange();
  };
  const off = device.state === "disabled";
  return html`<li class="card">
    <div class="card-head"><h3>${device.name}</h3><${Badge} tone=${TONES[device.state] ?? "calm"}>${t(`devices.state.${device.state}`)}<//></div>
    <p class="soft">${wordFor("driver", device.driver)} · <span class="code">${device.identity}</span></p>
    <p class="soft">${t("devices.since")} <${Ago} at=${device.since} />${device.retry_at && html` · ${t("devices.retry", { at: clock(device.retry_at), count: device.attempts })}`}</p>
    ${device.reason && html`<p class="note warn">${device.reason}</p>`}
    <${Figures} device=${device} />
    <div class="actions">
      <${Button} onClick=${() => setDialog("frames")}>${t("devices.show_frames")}<//>
      ${!off && html`<${Button} onClick=${() => setDialog("wire")}>${t("devices.try")}<//>`}
      ${
        may("device update") &&
        html`
        ${!off && html`<${Button} onClick=${() => act("reconnect")}>${t("devices.reconnect")}<//>`}
        <${Button} onClick=${() => setDialog("rename")}>${t("devices.rename")}<//>
        <${Button} onClick=${() => setDialog("options")}>${t("devices.options")}<//>
        <${Button} onClick=${() => act(off ? "enable" : "disable")}>${t(off ? "devices.enable" : "devices.disable")}<//>`
      }
    </div>
    ${dialog === "rename" && html`<${NameDialog} title=${t("devices.rename")} start=${device.name} send=${rename} onClose=${close} />`}
    ${dialog === "options" && html`<${DeviceOptions} device=${device} onClose=${close} onChange=${onChange} />`}
    ${dialog === "wire" && html`<${Wire} device=${device} onClose=${close} />`}
    ${dialog === "frames" && html`<${Frames} device=${device} onClose=${close} />`}
  </li>`;
}

export function Devices() {
  const load = useLoad(
    async () => {
      const answer = await read("/api/v1/devices");
      setAttention("devices", answer.proposals.length);
      setPlugged(answer.devices);
      return answer;
    },
    { every: EVERY_MS, deps: [language.value] },
  );
  const [adding, setAdding] = useState(false);
  return html`<header class="head"><div><h1>${t("nav.devices")}</h1><p class="lede">${t("devices.lede")}</p></div>
      ${may("device update") && html`<${Button} icon="plus" onClick=${() => setAdding(true)}>${t("devices.add")}<//>`}</header>
    ${adding && html`<${AddDevice} onClose=${() => setAdding(false)} onChange=${load.reload} />`}
    <${Loaded} load=${load}>${(/** @type {import("../types.js").Plugged} */ { devices, proposals, ignored }) => html`
      ${
        proposals.length > 0 &&
        html`<section aria-labelledby="found"><h2 id="found">${t("devices.found")}</h2>
        <ul class="cards">${proposals.map((one) => html`<${ProposalCard} key=${one.id} proposal=${one} onChange=${load.reload} />`)}</ul></section>`
      }
      <section aria-labelledby="confirmed"><h2 id="confirmed">${t("devices.in_use")}</h2>
        ${
          devices.length
            ? html`<ul class="cards">${devices.map((one) => html`<${DeviceCard} key=${one.id} device=${one} onChange=${load.reload} />`)}</ul>`
            : html`<${Empty} icon="devices" title=${t("devices.empty")}><p>${t("devices.empty.help")}</p><//>`
        }</section>
      ${
        ignored.length > 0 &&
        html`<details><summary>${t("devices.ignored.title", { count: ignored.length })}</summary>
        <ul class="cards">${ignored.map((one) => html`<${ProposalCard} ignored key=${one.id} proposal=${one} onChange=${load.reload} />`)}</ul></details>`
      }`}
    <//>
    <${Phones} />`;
}
