// One device, whole: how it is doing, what it sent last, what it was told and by whom; and the way to take it away.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, call, post, read } from "../api.js";
import { count } from "../format.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { written } from "../options.js";
import { Button } from "../parts/button.js";
import { Confirm } from "../parts/dialog.js";
import { say } from "../parts/notice.js";
import { Loaded } from "../parts/states.js";
import { go } from "../router.js";
import { wordFor } from "../words.js";
import { DeviceHistory } from "./device_history.js";
import { Lines } from "./device_wire.js";
import { FrameTable } from "./frames.js";

/** @typedef {import("../types.js").Device} Device */
/** @typedef {{name: string, takes: Record<string, {default?: unknown}>}} Command */

const EVERY_MS = 2_000;
const OUTCOMES = ["captured", "suppressed", "invalid", "partial", "overflow"];

/** @param {{device: Device}} props */
function Counted({ device }) {
  const rows = [
    ...OUTCOMES.map((name) => [t(`device.outcome.${name}`), device.outcomes[name] ?? 0]),
    [t("devices.facts"), device.facts],
    [t("devices.errors"), device.errors],
    [t("devices.noise"), device.noise_bytes],
    [t("device.restarts"), device.restarts],
  ].filter(([, number], at) => at === 0 || Number(number) > 0);
  return html`<section class="panel"><h2>${t("device.figures")}</h2>
    <p class="soft">${t("device.figures.help")}</p>
    <dl class="lines">${rows.map(([name, number]) => html`<div key=${name}><dt>${name}</dt><dd>${count(Number(number))}</dd></div>`)}
      ${device.kept_ms_median !== null && html`<div><dt>${t("device.kept")}</dt><dd>${t("device.kept.ms", { median: device.kept_ms_median, longest: device.kept_ms_longest ?? 0 })}</dd></div>`}
    </dl>
    <${Lines} device=${device} />
  </section>`;
}

/** @param {{device: Device}} props */
function ToldOptions({ device }) {
  const told = Object.entries(device.config);
  return html`<section class="panel"><h2>${t("device.told")}</h2>
    ${
      told.length
        ? html`<dl class="lines">${told.map(([name, value]) => html`<div key=${name}><dt>${wordFor("option", name)}</dt><dd class="code">${written(value) || t("options.none")}</dd></div>`)}</dl>`
        : html`<p class="soft">${t("device.told.nothing")}</p>`
    }
  </section>`;
}

/** What it can be made to do without being told more; the rest is for programs. @param {{device: Device, path: string}} props */
function Commands({ device, path }) {
  const [said, setSaid] = useState("");
  const load = useLoad(() => read("/api/v1/drivers"));
  const kinds = /** @type {{kind: string, commands: Command[]}[]} */ (load.data?.drivers ?? []);
  const plain = (/** @type {Command} */ one) =>
    Object.values(one.takes).every((/** @type {any} */ option) => option.default !== undefined);
  const commands = kinds.find((one) => one.kind === device.driver)?.commands.filter(plain) ?? [];
  if (!commands.length || !may("device run")) return null;
  const run = async (/** @type {string} */ command) => {
    try {
      const result = await post(`${path}/commands`, { command });
      const data = Object.entries(result.data).map(([name, value]) => `${name}: ${written(value)}`);
      setSaid(result.reason ?? (data.join(" · ") || t("wire.done")));
    } catch (error) {
      setSaid(asProblem(error).message);
    }
  };
  return html`<section class="panel"><h2>${t("device.commands")}</h2>
    <div class="actions">${commands.map((one) => html`<${Button} key=${one.name} onClick=${() => run(one.name)}>${wordFor("command", one.name)}<//>`)}</div>
    <p role="status">${said}</p>
  </section>`;
}

/** @param {{device: Device, path: string}} props */
function TakeAway({ device, path }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {any} */ (undefined));
  const remove = async () => {
    setBusy(true);
    try {
      await call("DELETE", path);
      say(t("device.remove.done", { name: device.name }));
      go("devices");
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return html`<section class="panel"><h2>${t("device.remove")}</h2>
    <p class="soft">${t("device.remove.help")}</p>
    <div class="actions"><${Button} onClick=${() => setAsking(true)}>${t("device.remove.do")}<//></div>
    ${
      asking &&
      html`<${Confirm} title=${t("device.remove.title", { name: device.name })} text=${t("device.remove.text")} yes=${t("device.remove.do")}
        busy=${busy} problem=${problem} onYes=${remove} onClose=${() => setAsking(false)} />`
    }
  </section>`;
}

/** @param {{id: string, card: any}} props  card: how the list shows a device, here with all that can be done to it */
export function DevicePage({ id, card }) {
  const path = `/api/v1/devices/${encodeURIComponent(id)}`;
  const load = useLoad(() => read(path), { every: EVERY_MS, deps: [id, language.value] });
  return html`<${Loaded} load=${load} rows=${8}>${(/** @type {Device} */ device) => html`
    <header class="head"><div>
      <p><a href="#/devices">${t("nav.devices")}</a></p>
      <h1>${device.name}</h1>
    </div></header>
    <div class="record-page">
      <div class="record-main">
        <ul class="cards wide"><${card} device=${device} whole onChange=${load.reload} /></ul>
        <${Commands} device=${device} path=${path} />
        <section class="panel"><h2>${t("devices.show_frames")}</h2><${FrameTable} path=${path} name=${device.name} /></section>
      </div>
      <div class="device-side">
        <${Counted} device=${device} />
        <${ToldOptions} device=${device} />
        <${DeviceHistory} path=${path} changed=${`${device.name} ${device.identity} ${device.state} ${JSON.stringify(device.config)}`} />
        ${may("device update") && html`<${TakeAway} device=${device} path=${path} />`}
      </div>
    </div>`}
  <//>`;
}
