// Who is told of alarms: what stands, how each way out went of late, and a test of all of them.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, call, read } from "../api.js";
import { dateTime } from "../format.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { Badge, Loaded } from "../parts/states.js";

/** @typedef {import("../types.js").AllAlerts} AllAlerts */

const EVERY_MS = 30_000;

/** @param {{way: AllAlerts["ways"][number]}} props */
function Way({ way }) {
  return html`<div><dt>${t(`alerts.way.${way.name}`)}</dt>
    <dd><${Badge} tone=${way.problem ? "bad" : "good"}>${t(way.problem ? "alerts.failing" : "alerts.working")}<//>
      ${way.waiting > 0 && html` ${t("alerts.waiting", { count: way.waiting })}`}
      ${way.sent_at && html` <span class="soft">${t("alerts.sent", { at: dateTime(way.sent_at) })}</span>`}
      ${way.problem && html`<p class="note bad">${way.problem.detail}</p>`}</dd></div>`;
}

/** @param {{alarm: AllAlerts["alarms"][number]}} props */
function Alarm({ alarm }) {
  return html`<p class=${`note ${alarm.over ? "warn" : "bad"}`}>${alarm.problem.detail}
    <span class="soft">${t("alerts.since", { at: dateTime(alarm.since) })}${!alarm.told && ` ${t("alerts.untold")}`}${alarm.over && ` ${t("alerts.over")}`}</span></p>`;
}

/** @param {{onDone: () => void}} props */
function Test({ onDone }) {
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState(/** @type {{bad: boolean, text: string}[]} */ ([]));
  const send = async () => {
    setBusy(true);
    try {
      const { ways } = await call("POST", "/api/v1/alerts/test", "{}");
      setSaid(
        ways.map((/** @type {any} */ way) => ({
          bad: way.problem !== null,
          text: way.problem?.detail ?? t("alerts.test.sent", { way: t(`alerts.way.${way.name}`) }),
        })),
      );
      onDone();
    } catch (error) {
      setSaid([{ bad: true, text: asProblem(error).message }]);
    } finally {
      setBusy(false);
    }
  };
  return html`<div class="actions"><${Button} busy=${busy} onClick=${send}>${t("alerts.test")}<//></div>
    <div role="status">${said.map(({ bad, text }) => html`<p class=${`note ${bad ? "bad" : "good"}`}>${text}</p>`)}</div>`;
}

export function Alerting() {
  const load = useLoad(() => read("/api/v1/alerts"), { every: EVERY_MS, deps: [language.value] });
  return html`<section aria-labelledby="alerts"><h2 id="alerts">${t("alerts.title")}</h2>
    <${Loaded} load=${load} rows=${2}>${(/** @type {AllAlerts} */ all) => html`<div class="panel">
      ${all.ways.length ? html`<dl class="figures">${all.ways.map((way) => html`<${Way} key=${way.name} way=${way} />`)}</dl>` : html`<p class="soft">${t("alerts.nobody")}</p>`}
      ${all.alarms.length ? all.alarms.map((alarm) => html`<${Alarm} key=${alarm.key} alarm=${alarm} />`) : html`<p class="soft">${t("alerts.none")}</p>`}
      ${all.ways.length > 0 && html`<${Test} onDone=${load.reload} />`}
    </div>`}<//></section>`;
}
