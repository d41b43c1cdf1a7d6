// What waits on this phone, since when and for what; and what has arrived.
import "../later_words.js";
import { wake } from "../data.js";
import { ago, timeOrDate } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { hurry } from "../outbox.js";
import { Button } from "../parts/controls.js";
import { Icon } from "../parts/icons.js";
import { here, status, talking } from "../runtime.js";
import { placeOf } from "./deeds.js";
import { deedOf, numberOf, titleOf } from "./names.js";
import { WithdrawButton } from "./withdrawing.js";

/** @typedef {import("../types.js").Operation} Operation */

/** What has to arrive first. @param {Operation} op @param {Operation[]} ops */
const waitsFor = (op, ops) =>
  op.depends_on.map((id) => ops.find((other) => other.id === id)).find((other) => other && other.state !== "done");

/** @param {Operation} op @param {Operation[]} ops */
function inShort(op, ops) {
  if (op.state === "sending") return t("sync.sending");
  const parent = waitsFor(op, ops);
  if (parent && parent.state === "needs_you") return t("sync.after", { what: titleOf(parent) });
  return op.tries ? t("sync.tried", { count: op.tries }) : t("sync.not_tried");
}

/** When this one goes again: its own wait, or the next conversation. @param {Operation} op */
const nextOf = (op) => Math.max(op.next_at ?? 0, status.value.next ?? 0);

/** @param {{op: Operation, ops: Operation[]}} props */
function Story({ op, ops }) {
  const parent = waitsFor(op, ops);
  const next = nextOf(op);
  /** @type {[string, import("../types.js").Children][]} */
  const rows = [
    [t("sync.entered"), timeOrDate(op.saved_at)],
    [t("sync.tries"), op.tries ? t("sync.tried", { count: op.tries }) : t("sync.not_tried")],
    [t("sync.last_try"), op.tried_at && timeOrDate(op.tried_at)],
    [t("sync.next"), next > Date.now() && timeOrDate(next)],
    [t("sync.waits_for"), parent && html`<a href=${placeOf(parent)}>${titleOf(parent)}</a>`],
    [t("sync.said"), op.problem?.detail],
  ];
  return html`<dl class="facts">${rows.filter(([, value]) => value).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** @param {{op: Operation, ops: Operation[]}} props */
export function Waiting({ op, ops }) {
  async function sendNow() {
    await hurry(here().db, op.id);
    await wake("saved");
  }
  return html`<li><details class="queued">
    <summary class="row">
      <span class="monogram" aria-hidden="true"><${Icon} name="clock" /></span>
      <span class="row-words">
        <span class="row-line"><strong>${titleOf(op)}</strong><span class="row-time">${ago(op.saved_at, Date.now())}</span></span>
        <span class="row-line second"><span>${deedOf(op)} · ${inShort(op, ops)}</span><span class="code">${numberOf(op)}</span></span>
      </span>
      <${Icon} name="next" />
    </summary>
    <div class="queued-more"><${Story} op=${op} ops=${ops} />
      <div class="actions"><${Button} icon="sync" disabled=${talking.value} onClick=${sendNow}>${t("sync.send_now")}<//>
        <a class="button quiet" href=${placeOf(op)}>${t("sync.look")}</a>
        <${WithdrawButton} op=${op} ops=${ops} /></div></div>
  </details></li>`;
}

/** @param {{op: Operation}} props */
export function Arrived({ op }) {
  return html`<li><a class="row" href=${placeOf(op)}>
    <span class="monogram good" aria-hidden="true"><${Icon} name="check" /></span>
    <span class="row-words">
      <span class="row-line"><strong>${titleOf(op)}</strong><span class="row-time">${timeOrDate(op.done_at ?? op.saved_at)}</span></span>
      <span class="row-line second"><span>${deedOf(op)}</span><span class="code">${numberOf(op)}</span></span>
      ${op.kept_out && html`<span class="row-line second">${t("sync.kept_out", { count: op.kept_out.length })}</span>`}
    </span>
  </a></li>`;
}

/** A part of it waits for a second person. @param {{op: Operation}} props */
export function Second({ op }) {
  return html`<li><a class="row" href=${placeOf(op)}>
    <span class="monogram" aria-hidden="true"><${Icon} name="clock" /></span>
    <span class="row-words">
      <span class="row-line"><strong>${titleOf(op)}</strong><span class="row-time">${ago(op.saved_at, Date.now())}</span></span>
      <span class="row-line second"><span>${t("second.mark")}</span><span class="code">${numberOf(op)}</span></span>
    </span>
  </a></li>`;
}
