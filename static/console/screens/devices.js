// What is plugged in and what was found: each device with its state and figures, each proposal with a decision.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { setAttention, setPlugged } from "../attention.js";
import { clock, count } from "../format.js";
import { useForm, useLoad } from "../load.js";
import { may } from "../may.js";
import { Button, ButtonLink } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded, ProblemNote } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { route } from "../router.js";
import { wordFor } from "../words.js";
import { AddDevice } from "./device_add.js";
import { ConfirmDevice } from "./device_confirm.js";
import { OnTheNetwork } from "./device_network.js";
import { DeviceOptions } from "./device_options.js";
import { OWN } from "./device_own.js";
import { DevicePage } from "./device_page.js";
import { Replace, replaceable } from "./device_replace.js";
import { isWeight, weightText } from "./device_weigh.js";
import { Wire } from "./device_wire.js";
import { Phones } from "./phones.js";

/** @typedef {import("../types.js").Device} Device */

const EVERY_MS = 3_000;

/** @type {Record<string, "good" | "warn" | "bad" | "calm">} */
const TONES = { online: "good", connecting: "warn", degraded: "warn", offline: "bad", disabled: "calm" };

/** @param {{title: string, start: string, send: (name: string) => Promise<unknown>, onClose: () => void}} props */
function NameDialog({ title, start, send, onClose }) {
  const form = useForm({ name: start }, async ({ name }) => {
    await send(name.trim());
    onClose();
  });
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <${ProblemNote} problem=${form.problem} />
      <${TextField} name="device-name" label=${t("field.name")} hint=${t("devices.name.hint")} required autocomplete="off" value=${form.values.name}
        error=${form.errors.name} onValue=${(/** @type {string} */ value) => form.set("name", value)} />
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy}>${t("save")}<//>
      </footer>
    </form>
  <//>`;
}

/** @param {{proposal: import("../types.js").Proposal, devices: Device[], ignored?: boolean, onChange: () => void}} props */
function ProposalCard({ proposal, devices, ignored = false, onChange }) {
  const [naming, setNaming] = useState(false);
  const [replacing, setReplacing] = useState(false);
  const known = proposal.drivers.length > 0;
  const away = replaceable(proposal, devices);
  const path = `/api/v1/devices/proposals/${proposal.id}`;
  const ignore = () => post(path, { action: "ignore" }).then(onChange, (error) => say(asProblem(error).message));
  return html`<li class=${ignored ? "card" : "card proposal"}>
    <div class="card-head"><h3>${proposal.description || proposal.identity}</h3><${Badge} tone=${ignored ? "calm" : "warn"}>${t(ignored ? "devices.ignored" : "devices.new")}<//></div>
    <p class="soft"><span class="code">${proposal.identity}</span> · ${t("devices.seen")} <${Ago} at=${proposal.seen_at} /></p>
    ${proposal.warning && html`<p class="note warn">${proposal.warning}</p>`}
    ${!known && html`<p class="note">${t("devices.unknown")}</p>`}
    ${
      may("device update") &&
      html`<div class="actions">
      ${known && html`<${Button} look="main" onClick=${() => setNaming(true)}>${t("devices.confirm")}<//>`}
      ${away.length > 0 && html`<${Button} onClick=${() => setReplacing(true)}>${t("device.replace")}<//>`}
      ${!ignored && html`<${Button} onClick=${ignore}>${t("devices.ignore")}<//>`}
    </div>`
    }
    ${naming && html`<${ConfirmDevice} proposal=${proposal} onChange=${onChange} onClose=${() => setNaming(false)} />`}
    ${replacing && html`<${Replace} proposal=${proposal} devices=${away} onClose=${() => setReplacing(false)} onChange=${onChange} />`}
  </li>`;
}

/** @param {{device: Device}} props */
function Figures({ device }) {
  const shown = device.measured && device.state !== "offline" ? device.measured : undefined;
  return html`<dl class="figures">
    ${shown && isWeight(shown.values) && html`<div><dt>${t("devices.weight")}</dt><dd>${weightText(shown.values)} <span class="soft"><${Ago} at=${shown.at} /></span></dd></div>`}
    <div><dt>${t("devices.last")}</dt><dd><${Ago} at=${device.last_frame_at} none=${t("devices.nothing_yet")} /></dd></div>
    <div><dt>${t("devices.frames")}</dt><dd>${count(device.frames)}</dd></div>
    ${device.facts > 0 && html`<div><dt>${t("devices.facts")}</dt><dd>${count(device.facts)}</dd></div>`}
    <div><dt>${t("devices.errors")}</dt><dd class=${device.errors ? "bad-text" : ""}>${count(device.errors)}</dd></div>
    ${device.noise_bytes > 0 && html`<div><dt>${t("devices.noise")}</dt><dd>${count(device.noise_bytes)}</dd></div>`}
    ${device.lines.length > 0 && html`<div><dt>${t("devices.lines")}</dt><dd>${count(device.lines.length)}</dd></div>`}
  </dl>`;
}

/** What is open over a card. @param {{dialog: string, device: Device, rename: (name: string) => Promise<void>, close: () => void, onChange: () => void}} props */
function CardDialog({ dialog, device, rename, close, onChange }) {
  return html`${dialog === "rename" && html`<${NameDialog} title=${t("devices.rename")} start=${device.name} send=${rename} onClose=${close} />`}
    ${dialog === "options" && html`<${DeviceOptions} device=${device} onClose=${close} onChange=${onChange} />`}
    ${dialog === "own" && html`<${OWN[device.driver]?.Part} device=${device} onClose=${close} />`}
    ${dialog === "wire" && html`<${Wire} device=${device} onClose=${close} />`}`;
}

/** @param {{device: Device, whole?: boolean, onChange: () => void}} props  whole: on its own page, with all that can be done to it */
function DeviceCard({ device, whole = false, onChange }) {
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
  const own = OWN[device.driver];
  return html`<li class="card">
    <div class="card-head">${whole ? html`<h2>${t("device.now")}</h2>` : html`<h3><a href=${`#/devices/${device.id}`}>${device.name}</a></h3>`}<${Badge} tone=${TONES[device.state] ?? "calm"}>${t(`devices.state.${device.state}`)}<//></div>
    <p class="soft">${wordFor("driver", device.driver)} · <span class="code">${device.identity}</span></p>
    <p class="soft">${t("devices.since")} <${Ago} at=${device.since} />${device.retry_at && html` · ${t("devices.retry", { at: clock(device.retry_at), count: device.attempts })}`}</p>
    ${device.reason && html`<p class="note warn">${device.reason}</p>`}
    <${Figures} device=${device} />
    <div class="actions">
      ${own && (!own.acts || (!off && may("device run"))) && html`<${Button} look=${own.look} onClick=${() => setDialog("own")}>${t(own.word)}<//>`}
      ${!whole && html`<${ButtonLink} href=${`#/devices/${device.id}`}>${t("devices.open")}<//>`}
      ${!off && html`<${Button} onClick=${() => setDialog("wire")}>${t("devices.try")}<//>`}
      ${
        whole &&
        may("device update") &&
        html`
        ${!off && html`<${Button} onClick=${() => act("reconnect")}>${t("devices.reconnect")}<//>`}
        <${Button} onClick=${() => setDialog("rename")}>${t("devices.rename")}<//>
        <${Button} onClick=${() => setDialog("options")}>${t("devices.options")}<//>
        <${Button} onClick=${() => act(off ? "enable" : "disable")}>${t(off ? "devices.enable" : "devices.disable")}<//>`
      }
    </div>
    <${CardDialog} ...${{ dialog, device, rename, close, onChange }} />
  </li>`;
}

export function Devices() {
  const id = route.value.split("/")[1];
  return id ? html`<${DevicePage} key=${id} id=${id} card=${DeviceCard} />` : html`<${DeviceList} />`;
}

function DeviceList() {
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
        <ul class="cards">${proposals.map((one) => html`<${ProposalCard} key=${one.id} proposal=${one} devices=${devices} onChange=${load.reload} />`)}</ul></section>`
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
        <ul class="cards">${ignored.map((one) => html`<${ProposalCard} ignored key=${one.id} proposal=${one} devices=${devices} onChange=${load.reload} />`)}</ul></details>`
      }`}
    <//>
    <${OnTheNetwork} />
    <${Phones} />`;
}
