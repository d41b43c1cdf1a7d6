// Where the journal goes: each taker of the ERP with its lag in plain words, and the phones with what they still hold.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { rejectedBy, setAttention } from "../attention.js";
import { count } from "../format.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";

/** @typedef {import("../types.js").Consumer} Consumer */

const EVERY_MS = 5_000;

/** @param {Consumer} consumer @returns {{tone: "good" | "warn" | "bad" | "calm", words: string}} */
function stateOf(consumer) {
  if (consumer.paused) return { tone: "calm", words: t("sync.paused") };
  if (consumer.last_problem) return { tone: "bad", words: t("sync.trouble") };
  if (consumer.waiting > 0) return { tone: "warn", words: t("sync.waiting", { count: consumer.waiting }) };
  return { tone: "good", words: t("sync.up_to_date") };
}

/** @param {{consumer: Consumer}} props */
function Progress({ consumer }) {
  const label = t("sync.progress", { done: consumer.cursor_seq, all: consumer.head_seq });
  return html`<div class="progress">
    <progress max=${Math.max(1, consumer.head_seq)} value=${consumer.cursor_seq} aria-label=${label}></progress>
    <p class="soft">${label}</p>
  </div>`;
}

/** How many, and the way to them. @param {{many: number}} props */
function Held({ many }) {
  return many ? html`<a href="#/outstanding">${t("sync.held", { count: many })}</a>` : count(0);
}

/** @param {{consumer: Consumer}} props */
function Facts({ consumer }) {
  return html`<dl class="figures">
    <div><dt>${t("sync.waiting_now")}</dt><dd>${count(consumer.waiting)}</dd></div>
    <div><dt>${t("sync.oldest")}</dt><dd><${Ago} at=${consumer.oldest_waiting_at} none=${t("sync.nothing_waits")} /></dd></div>
    <div><dt>${t("sync.success")}</dt><dd><${Ago} at=${consumer.last_success_at} /></dd></div>
    <div><dt>${t("sync.attempt")}</dt><dd><${Ago} at=${consumer.last_attempt_at} /></dd></div>
    <div><dt>${t("sync.deferred")}</dt><dd><${Held} many=${consumer.deferred} /></dd></div>
    <div><dt>${t("sync.rejected")}</dt><dd class=${consumer.rejected ? "bad-text" : ""}><${Held} many=${consumer.rejected} /></dd></div>
  </dl>`;
}

/** @param {{consumer: Consumer, onChange: () => void}} props */
function ConsumerCard({ consumer, onChange }) {
  const [busy, setBusy] = useState(false);
  const { tone, words } = stateOf(consumer);
  async function act(/** @type {string} */ path, /** @type {object} */ body, /** @type {string} */ done) {
    setBusy(true);
    try {
      await post(path, { consumer: consumer.name, ...body });
      say(done);
      onChange();
    } catch (error) {
      say(asProblem(error).message);
    } finally {
      setBusy(false);
    }
  }
  const run = () => act("/api/v1/sync/run", {}, t("sync.run.done"));
  const pause = () =>
    act(
      "/api/v1/sync/pause",
      { paused: !consumer.paused },
      t(consumer.paused ? "sync.resume.done" : "sync.pause.done"),
    );
  return html`<li class="card">
    <div class="card-head"><h3>${consumer.name}</h3><${Badge} tone=${tone}>${words}<//></div>
    <p class="soft">${t(`sync.mode.${consumer.mode}`)}</p>
    ${consumer.last_problem && html`<p class="note bad">${consumer.last_problem.detail}</p>`}
    <${Progress} consumer=${consumer} />
    <${Facts} consumer=${consumer} />
    ${
      may("sync run") &&
      html`<div class="actions">
      ${consumer.mode === "push" && html`<${Button} look="main" icon="sync" busy=${busy} onClick=${run}>${t("sync.run")}<//>`}
      <${Button} icon=${consumer.paused ? "play" : "pause"} busy=${busy} onClick=${pause}>${t(consumer.paused ? "sync.resume" : "sync.pause")}<//>
    </div>`
    }
  </li>`;
}

/** @param {{phone: import("../types.js").Phone}} props */
function PhoneRow({ phone }) {
  const unsent = phone.unsent_reported ?? 0;
  return html`<tr>
    <td data-label=${t("sync.phone.user")}>${phone.user}</td>
    <td data-label=${t("sync.phone.device")} class="code">${phone.device.slice(0, 8)}</td>
    <td data-label=${t("sync.phone.seen")}><${Ago} at=${phone.last_seen_at} /></td>
    <td data-label=${t("sync.phone.unsent")}>${unsent ? html`<${Badge} tone="warn">${count(unsent)}<//>` : count(0)}</td>
  </tr>`;
}

/** @param {{phones: import("../types.js").Phone[]}} props */
function Phones({ phones }) {
  if (!phones.length)
    return html`<${Empty} icon="phone" title=${t("sync.phones.empty")}><p>${t("sync.phones.empty.help")}</p><//>`;
  return html`<table class="stacking">
    <thead><tr><th>${t("sync.phone.user")}</th><th>${t("sync.phone.device")}</th><th>${t("sync.phone.seen")}</th><th>${t("sync.phone.unsent")}</th></tr></thead>
    <tbody>${phones.map((phone) => html`<${PhoneRow} key=${phone.device} phone=${phone} />`)}</tbody>
  </table>`;
}

export function Sync() {
  const load = useLoad(
    async () => {
      const answer = await read("/api/v1/sync");
      setAttention("sync", rejectedBy(answer.erp.consumers));
      return answer;
    },
    { every: EVERY_MS, deps: [language.value] },
  );
  return html`<header class="head"><div><h1>${t("nav.sync")}</h1><p class="lede">${t("sync.lede")}</p></div></header>
    <${Loaded} load=${load}>${(/** @type {import("../types.js").SyncState} */ { erp, phones }) => html`
      <section aria-labelledby="erp"><h2 id="erp">${t("sync.erp")}${erp.connector && erp.connector !== "none" ? html` <span class="soft">${erp.connector}</span>` : ""}</h2>
        ${
          erp.consumers.length
            ? html`<ul class="cards">${erp.consumers.map((one) => html`<${ConsumerCard} key=${one.name} consumer=${one} onChange=${load.reload} />`)}</ul>`
            : html`<${Empty} icon="sync" title=${t("sync.empty")}><p>${t("sync.empty.help")}</p><//>`
        }</section>
      <section aria-labelledby="phones"><h2 id="phones">${t("sync.phones")}</h2><${Phones} phones=${phones} /></section>`}
    <//>`;
}
