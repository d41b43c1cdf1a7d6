// Withdrawing an entry that was not sent: asked once, told what goes with it, and brought back from the list below.
import "../later_words.js";
import { useRef, useState } from "preact/hooks";
import { timeOrDate } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { Button, say } from "../parts/controls.js";
import { changed, here } from "../runtime.js";
import { bringBack, dependants, withdraw } from "../withdrawn.js";
import { deedOf, numberOf, titleOf } from "./names.js";

/** @typedef {import("../types.js").Operation} Operation */

/** @param {Operation[]} moved */
const tell = (moved) => changed(moved.map(({ kind, record }) => ({ kind, id: record })));

/** @param {string} id */
async function fetchBack(id) {
  await tell(await bringBack(here().db, id));
}

/** @param {{op: Operation, goes: Operation[], onDone: () => void}} props */
function Question({ op, goes, onDone }) {
  async function run() {
    onDone();
    const moved = await withdraw(here().db, op.id, Date.now());
    await tell(moved);
    if (moved.length) say(t("withdraw.done"), { label: t("undo"), run: () => fetchBack(op.id) });
    else say(t("withdraw.sending"));
  }
  return html`<div class="withdraw" role="alertdialog" aria-labelledby=${`withdraw-${op.id}`}>
    <h3 id=${`withdraw-${op.id}`}>${t("withdraw.ask", { what: titleOf(op) })}</h3>
    <p>${t(op.state === "needs_you" ? "withdraw.text_refused" : "withdraw.text")}</p>
    ${op.tries > 0 && op.state === "waiting" && html`<p>${t("withdraw.tried")}</p>`}
    ${goes.length > 0 && html`<p>${t("withdraw.goes", { count: goes.length })}</p><ul class="withdraw-goes">${goes.map((other) => html`<li key=${other.id}>${deedOf(other)}: ${titleOf(other)}</li>`)}</ul>`}
    <div class="actions"><${Button} look="bad" onClick=${run}>${t("withdraw.yes")}<//><${Button} look="quiet" onClick=${onDone}>${t("withdraw.no")}<//></div>
  </div>`;
}

/** @param {{op: Operation, ops: Operation[]}} props */
export function WithdrawButton({ op, ops }) {
  const [asked, setAsked] = useState(false);
  const place = useRef(/** @type {HTMLSpanElement | null} */ (null));
  const close = () => {
    setAsked(false);
    place.current?.querySelector("button")?.focus();
  };
  if (asked) return html`<${Question} op=${op} goes=${dependants(ops, op.id)} onDone=${close} />`;
  return html`<span ref=${place}><${Button} look="quiet" disabled=${op.state === "sending"} onClick=${() => setAsked(true)}>${t("withdraw")}<//></span>`;
}

/** One that was withdrawn. @param {{op: Operation, ops: Operation[]}} props */
export function Withdrawn({ op, ops }) {
  const goes = ops.filter(({ state, depends_on }) => state === "aside" && depends_on.includes(op.id)).length;
  return html`<li class="row withdrawn">
    <span class="row-words"><span class="row-line"><strong>${titleOf(op)}</strong><span class="row-time">${op.done_at ? timeOrDate(op.done_at) : ""}</span></span>
      <span class="row-line second"><span>${deedOf(op)}${goes ? ` · ${t("withdraw.with", { count: goes })}` : ""}</span><span class="code">${numberOf(op)}</span></span></span>
    <${Button} look="quiet" icon="undo" onClick=${() => fetchBack(op.id)}>${t("withdraw.back")}<//>
  </li>`;
}
