// What a printer was to print and what became of it; what nobody is sure of waits for somebody who can see the paper.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { uuid7 } from "../../app/ids.js";
import { asProblem, post, read } from "../api.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";

/** @typedef {import("../types.js").PrintJob} PrintJob */

const EVERY_MS = 2_000;

/** @type {Record<string, "good" | "warn" | "bad" | "calm">} */
const TONES = { queued: "warn", printing: "warn", done: "good", failed: "bad", uncertain: "bad", cancelled: "calm" };

/** @param {{job: PrintJob, onChange: () => void}} props */
function Decisions({ job, onChange }) {
  const [busy, setBusy] = useState("");
  const [copy, setCopy] = useState(() => uuid7(Date.now())); // a copy whose answer got lost is asked for once more
  const decide = async (/** @type {string} */ action) => {
    setBusy(action);
    try {
      await post(`/api/v1/print-jobs/${job.id}`, action === "reprint" ? { action, id: copy } : { action });
      setCopy(uuid7(Date.now()));
    } catch (error) {
      say(asProblem(error).message);
    }
    setBusy("");
    onChange();
  };
  const button = (/** @type {string} */ action, /** @type {string} */ word, look = "plain") =>
    html`<${Button} look=${look} busy=${busy === action} onClick=${() => decide(action)}>${t(word)}<//>`;
  if (job.state === "printing") return null;
  if (job.state === "queued") return html`<div class="actions">${button("cancel", "print.cancel")}</div>`;
  if (job.state === "uncertain")
    return html`<div class="actions">${button("confirm", "print.confirm", "main")}${button("reprint", "print.reprint")}${button("cancel", "print.let_be")}</div>`;
  return html`<div class="actions">${button("reprint", "print.reprint")}</div>`;
}

/** What there is to say beside the state. @param {PrintJob} job */
function remark(job) {
  if (job.reason) return job.reason;
  if (job.state === "done" && !job.confirmed) return t("print.unconfirmed");
  return "";
}

/** @param {{job: PrintJob, onChange: () => void}} props */
function JobRow({ job, onChange }) {
  const text = remark(job);
  return html`<li class="card">
    <div class="card-head"><h4>${job.title}</h4><${Badge} tone=${TONES[job.state]}>${t(`print.state.${job.state}`)}<//></div>
    <p class="soft"><${Ago} at=${job.updated_at} />${text && html` · ${text}`}</p>
    ${job.lost > 0 && html`<p class="note warn">${t("print.lost", { count: job.lost })}</p>`}
    ${may("print update") && html`<${Decisions} key=${job.state} job=${job} onChange=${onChange} />`}
  </li>`;
}

/** @param {{printer: string, turn: number}} props  turn: rises when something new was asked for */
export function PrintQueue({ printer, turn }) {
  const load = useLoad(() => read(`/api/v1/print-jobs?printer=${encodeURIComponent(printer)}&limit=30`), {
    every: EVERY_MS,
    deps: [printer, language.value],
  });
  useEffect(() => {
    if (turn) load.reload();
  }, [turn]);
  return html`<section class="stack" aria-labelledby="queue"><h3 id="queue">${t("print.queue")}</h3>
    <${Loaded} load=${load}>${(/** @type {{jobs: PrintJob[]}} */ { jobs }) =>
      jobs.length
        ? html`<ul class="cards">${jobs.map((job) => html`<${JobRow} key=${job.id} job=${job} onChange=${load.reload} />`)}</ul>`
        : html`<${Empty} icon="devices" title=${t("print.empty")}><p>${t("print.empty.help")}</p><//>`}
    <//>
  </section>`;
}
