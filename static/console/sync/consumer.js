// One taker of the journal: its state, its lag, and what a person may do about it.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post } from "../api.js";
import { count, dateTime } from "../format.js";
import { may } from "../may.js";
import { Button, ButtonLink } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Badge } from "../parts/states.js";
import { Ago } from "../parts/time.js";

/** @typedef {import("../types.js").Consumer} Consumer */

/** @param {Consumer} consumer @returns {{tone: "good" | "warn" | "bad" | "calm", words: string}} */
function stateOf(consumer) {
  if (consumer.paused) return { tone: "calm", words: t("sync.paused") };
  if (consumer.alarm) return { tone: "bad", words: t("sync.alarm") };
  if (consumer.closed_until) return { tone: "calm", words: t("sync.closed") };
  if (consumer.moving) return { tone: "good", words: t("schedule.running") };
  if (consumer.circuit === "open") return { tone: "bad", words: t("sync.resting") };
  if (consumer.last_problem) return { tone: "bad", words: t("sync.trouble") };
  if (consumer.waiting > 0) return { tone: "warn", words: t("sync.waiting", { count: consumer.waiting }) };
  return { tone: "good", words: t("sync.up_to_date") };
}

/** Why nothing is pushed at the moment, and when it goes on. @param {{consumer: Consumer}} props */
function Rest({ consumer }) {
  const { alarm, closed_until, resting_until, failures } = consumer;
  return html`
    ${alarm && html`<p class="note bad">${alarm.detail}</p>`}
    ${closed_until && html`<p class="note warn">${t("sync.closed.until", { time: dateTime(closed_until) })}</p>`}
    ${resting_until && html`<p class="note warn">${t("sync.resting.until", { count: failures, time: dateTime(resting_until) })}</p>`}`;
}

/** The round under way. @param {{consumer: Consumer}} props */
function Moving({ consumer }) {
  const { moving } = consumer;
  if (!moving?.total) return null;
  const label = t("schedule.progress", { done: moving.done, total: moving.total });
  return html`<div class="progress">
    <progress max=${moving.total} value=${moving.done} aria-label=${t("sync.moving", { name: consumer.name })}></progress>
    <p class="soft">${label}</p>
  </div>`;
}

/** @param {{consumer: Consumer}} props */
function Progress({ consumer }) {
  // Behind the cursor may lie what is none of its business; it waits for nobody.
  const done = consumer.waiting ? consumer.cursor_seq : consumer.head_seq;
  const label = t("sync.progress", { done, all: consumer.head_seq });
  return html`<div class="progress">
    <progress max=${Math.max(1, consumer.head_seq)} value=${done} aria-label=${label}></progress>
    <p class="soft">${label}</p>
  </div>`;
}

/** How many, and the way to them. @param {{name: string, many: number}} props */
function Held({ name, many }) {
  return many ? html`<a href=${`#/outstanding/${name}`}>${t("sync.held", { count: many })}</a>` : count(0);
}

/** @param {{consumer: Consumer}} props */
function Facts({ consumer }) {
  return html`<dl class="figures">
    <div><dt>${t("sync.waiting_now")}</dt><dd>${count(consumer.waiting)}</dd></div>
    <div><dt>${t("sync.oldest")}</dt><dd><${Ago} at=${consumer.oldest_waiting_at} none=${t("sync.nothing_waits")} /></dd></div>
    <div><dt>${t("sync.success")}</dt><dd><${Ago} at=${consumer.last_success_at} /></dd></div>
    <div><dt>${t("sync.attempt")}</dt><dd><${Ago} at=${consumer.last_attempt_at} /></dd></div>
    <div><dt>${t("sync.deferred")}</dt><dd><${Held} name=${consumer.name} many=${consumer.deferred} /></dd></div>
    <div><dt>${t("sync.rejected")}</dt><dd class=${consumer.rejected ? "bad-text" : ""}><${Held} name=${consumer.name} many=${consumer.rejected} /></dd></div>
  </dl>`;
}

/** Who holds it back, and since when. @param {{consumer: Consumer}} props */
function Paused({ consumer }) {
  if (!consumer.paused || !consumer.paused_at) return null;
  const words = consumer.paused_by ? t("sync.paused.by", { name: consumer.paused_by }) : t("sync.paused");
  return html`<p class="soft">${words} · <${Ago} at=${consumer.paused_at} /></p>`;
}

/** @param {{consumer: Consumer, onChange: () => void, opened?: boolean}} props  opened: on a page of its own */
export function ConsumerCard({ consumer, onChange, opened = false }) {
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
    <div class="card-head"><${opened ? "h2" : "h3"}>${consumer.name}<//><${Badge} tone=${tone}>${words}<//></div>
    <p class="soft">${t(`sync.mode.${consumer.mode}`)}</p>
    <${Paused} consumer=${consumer} />
    ${consumer.last_problem && html`<p class="note bad">${consumer.last_problem.detail}</p>`}
    <${Rest} consumer=${consumer} />
    <${Moving} consumer=${consumer} />
    <${Progress} consumer=${consumer} />
    <${Facts} consumer=${consumer} />
    <div class="actions">
      ${!opened && html`<${ButtonLink} href=${`#/batches/${consumer.name}`}>${t("batches.open")}<//>`}
      ${may("sync run") && consumer.mode === "push" && html`<${Button} look="main" icon="sync" busy=${busy} onClick=${run}>${t("sync.run")}<//>`}
      ${may("sync run") && html`<${Button} icon=${consumer.paused ? "play" : "pause"} busy=${busy} onClick=${pause}>${t(consumer.paused ? "sync.resume" : "sync.pause")}<//>`}
    </div>
  </li>`;
}
