// What this phone is and holds: its clock, its room, its version, and a line for whoever helps.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { find } from "../data.js";
import { diagnosis } from "../diagnosis.js";
import { allDrafts } from "../drafts.js";
import { count, dateTime } from "../format.js";
import { html } from "../html.js";
import { language, t } from "../i18n.js";
import { account, counts, here, received, revision, sent, skew, status } from "../runtime.js";
import { runningBuild } from "../updates.js";
import { withdrawn } from "../withdrawn.js";
import { Button, say } from "./controls.js";

const MEGABYTE = 1_048_576;

/** What the browser says of the room on this phone. */
async function room() {
  const { usage = 0 } = (await navigator.storage?.estimate()) ?? {};
  return { used: usage, kept: (await navigator.storage?.persisted()) ?? false };
}

/** The line for a helper, of this moment. */
async function codeNow() {
  const { db, device } = here();
  const { used, kept } = await room();
  const drafts = (await allDrafts(db)).length;
  const restarts = (await db.get("restarts"))?.count ?? 0;
  const tried = status.value.tried || ((await db.get("tried"))?.tried ?? 0);
  const times = { tried, sent: sent.value?.at ?? 0, received: received.value?.at ?? 0 };
  const queue = { ...counts.value, withdrawn: (await withdrawn(db)).length, drafts };
  const { link } = status.value;
  const epoch = account.value?.gateway.epoch ?? "";
  const about = { build: runningBuild(), device, epoch, link, skew: skew.value, language: language.value };
  return diagnosis({ ...about, ...times, ...queue, used, kept, restarts }, Date.now());
}

/** Shown as well as copied: a clipboard may be refused. */
function Code() {
  const code = useSignal("");
  async function copy() {
    code.value = await codeNow();
    try {
      await navigator.clipboard.writeText(code.value);
      say(t("diagnosis.copied"));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      say(t("diagnosis.select")); // the browser does not let us: the line can be marked by hand
    }
  }
  return html`<div class="diagnosis"><p class="soft">${t("diagnosis.text")}</p>
    ${code.value && html`<output class="code well" aria-label=${t("diagnosis.title")}>${code.value}</output>`}
    <${Button} onClick=${copy}>${t("diagnosis.copy")}<//></div>`;
}

/** Sending stood still and started itself again. @param {{restarts: {count: number, at: number} | null}} props */
const Restarts = ({ restarts }) =>
  restarts && html`<p class="soft">${t("phone.restarts", { count: restarts.count, time: dateTime(restarts.at) })}</p>`;

export function PhoneFacts() {
  const records = useSignal("");
  const used = useSignal("");
  const kept = useSignal(false);
  const restarts = useSignal(/** @type {{count: number, at: number} | null} */ (null));
  useSignalEffect(() => {
    revision.value;
    find("customer", "", 0).then(({ all }) => {
      records.value = count(all);
    });
    room().then((found) => {
      used.value = count(Math.round((found.used / MEGABYTE) * 10) / 10);
      kept.value = found.kept;
    });
    here()
      .db.get("restarts")
      .then((found) => {
        restarts.value = found ?? null;
      });
  });
  const rows = [
    [t("phone.records"), records.value],
    [t("phone.storage"), used.value && t("phone.megabytes", { size: used.value })],
    [t("phone.kept"), t(kept.value ? "phone.kept_yes" : "phone.kept_no")],
    [t("phone.clock"), t("phone.seconds", { count: Math.round(Math.abs(skew.value) / 1000) })],
    [t("phone.version"), html`<span class="code">${runningBuild()}</span>`],
    [t("phone.id"), html`<span class="code">${here().device}</span>`],
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <${Restarts} restarts=${restarts.value} /><${Code} />`;
}
