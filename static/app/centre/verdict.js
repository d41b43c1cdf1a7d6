// How the last conversation with the gateway went, in words that are only as sure as the facts, and the button for the
// next one. Green takes proof: nothing left in the outbox, and a pull that reached its end.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { wake } from "../data.js";
import { ago, timeOrDate } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { Button } from "../parts/controls.js";
import { counts, here, progress, received, revision, sent, status, talking } from "../runtime.js";

/** @typedef {import("../runtime.js").Status} Status */

/** @type {Record<string, string>} */
const TITLES = { talking: "sync.talking", well: "sync.well", left: "sync.left" };
const HEALTHY = new Set(["online", "unknown"]);

/** @returns {"talking" | "well" | "left" | "failed"} */
function stand() {
  const { link, current } = status.value;
  const { waiting, needsYou } = counts.value;
  if (talking.value) return "talking";
  if (link === "online" && current) return waiting + needsYou === 0 ? "well" : "left";
  return "failed";
}

/** What is under way. */
function Moving() {
  const { waiting } = counts.value;
  const done = progress.value;
  return html`<p>${t("sync.progress", { sent: done.sent, received: done.received })}</p>
    ${done.sent + waiting > 0 && html`<progress class="sync-progress" aria-label=${t("sync.progress_sent")} max=${done.sent + waiting} value=${done.sent}></progress>`}`;
}

/** What the last one came to. @param {{state: string}} props */
function Result({ state }) {
  const { link, problem } = status.value;
  const { waiting, needsYou } = counts.value;
  if (state === "well") return html`<p>${t("sync.well_text")}</p>`;
  if (state === "left")
    return html`<p>${[waiting && t("sync.left_waiting", { count: waiting }), needsYou && t("sync.left_need", { count: needsYou })].filter(Boolean).join(" ")}</p>`;
  return html`<p>${problem || t(`link.${link}.text`)}</p>`;
}

/** The last try of all, also of before this page was loaded. @param {{tried: Status | null}} props */
function LastTry({ tried }) {
  if (!tried?.tried) return html`<dd>${t("sync.never")}</dd>`;
  const words = tried.link === "online" ? t("sync.try_well") : t(`link.${tried.link}.title`);
  return html`<dd>${t("sync.try", { time: timeOrDate(tried.tried), words })}</dd>`;
}

/** @param {{next: number | undefined}} props */
function NextTry({ next }) {
  if (!next || talking.value || status.value.link === "online") return null;
  return html`<div><dt>${t("sync.next")}</dt><dd>${timeOrDate(next)}</dd></div>`;
}

/** @param {{tried: Status | null}} props */
function Times({ tried }) {
  return html`<dl class="facts">
    <div><dt>${t("sync.last_sent")}</dt><dd>${sent.value ? t("sync.sent_at", { time: timeOrDate(sent.value.at), count: sent.value.count }) : t("sync.never")}</dd></div>
    <div><dt>${t("sync.last_received")}</dt><dd>${received.value ? timeOrDate(received.value.at) : t("sync.never")}</dd></div>
    <div><dt>${t("sync.last_try")}</dt><${LastTry} tried=${tried} /></div>
    <${NextTry} next=${tried?.next} />
    ${counts.value.oldest && html`<div><dt>${t("sync.oldest")}</dt><dd>${ago(counts.value.oldest, Date.now())}</dd></div>`}
    <div><dt>${t("sync.data_age")}</dt><dd>${received.value ? ago(received.value.at, Date.now()) : t("sync.never")}</dd></div>
  </dl>`;
}

export function Verdict() {
  const stored = useSignal(/** @type {Status | null} */ (null));
  useSignalEffect(() => {
    revision.value;
    here()
      .db.get("tried")
      .then((found) => {
        stored.value = found ?? null;
      });
  });
  const { link, tried } = status.value;
  const state = stand();
  const title = t(TITLES[state] ?? `link.${link}.title`);
  const tone = state === "well" ? "good" : state === "failed" && !HEALTHY.has(link) ? "warn" : "calm";
  return html`<section class="card verdict" data-tone=${tone} data-state=${state} aria-labelledby="verdict-title">
    <div role="status"><h2 id="verdict-title">${title}</h2>${state === "talking" ? html`<${Moving} />` : html`<${Result} state=${state} />`}</div>
    <${Times} tried=${tried ? status.value : stored.value} />
    <${Button} look="main" icon="sync" busy=${talking.value} disabled=${talking.value} onClick=${() => wake("tap")}>${t("sync.now")}<//>
  </section>`;
}
