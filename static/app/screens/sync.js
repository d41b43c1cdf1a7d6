// The sync centre: what needs a person, what waits and since when, what has arrived, what was withdrawn, and how to take
// it all along.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { Conflicting, Refused } from "../centre/needs.js";
import { Arrived, Second, Waiting } from "../centre/queue.js";
import { Verdict } from "../centre/verdict.js";
import { Withdrawn } from "../centre/withdrawing.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { allOperations } from "../outbox.js";
import { rowAt } from "../packs.js";
import { Empty } from "../parts/controls.js";
import { Page } from "../parts/frame.js";
import { PhoneFacts } from "../parts/phone_facts.js";
import { BringIn, SaveFile } from "../parts/rescue_form.js";
import { here, revision } from "../runtime.js";
import { needsYou } from "../stages.js";
import { withdrawnRoots } from "../withdrawn.js";

/** @typedef {import("../types.js").Operation} Operation */

/**
 * The operations of which something still waits for a second person: what they proposed stands beside the record.
 * @param {Operation[]} ops @returns {Promise<Operation[]>}
 */
async function waitingForSecond(ops) {
  const asked = ops.filter(({ proposals }) => proposals?.length);
  const rows = await here().db.read(["packs"], (tx) =>
    Promise.all(asked.map(({ kind, record }) => rowAt(tx, kind, record))),
  );
  return asked.filter((op, at) =>
    rows[at]?.proposals?.some((/** @type {{id: string}} */ { id }) => op.proposals?.includes(id)),
  );
}

const SHOWN = 50;

/** @param {Operation} op */
const isToday = ({ done_at = 0 }) => new Date(done_at).toDateString() === new Date().toDateString();

/** Several edits of one record clash in one card. @param {Operation[]} ops */
const onePerRecord = (ops) => [...new Map(ops.map((op) => [op.record, op])).values()];

/** @param {{id: string, title: string, text?: string, look?: string, children?: any}} props */
const Part = ({ id, title, text, look = "list", children }) =>
  html`<section class="list-part" aria-labelledby=${id}><h2 id=${id}>${title}</h2>${text && html`<p class="soft">${text}</p>`}<ul class=${look}>${children}</ul></section>`;

/** @param {{ops: Operation[]}} props */
function Needs({ ops }) {
  const refused = ops.filter(needsYou);
  const conflicts = onePerRecord(ops.filter(({ state }) => state === "conflict"));
  const count = refused.length + conflicts.length;
  if (!count) return null;
  return html`<${Part} id="need-title" look="needs" title=${t("sync.need", { count })}>
    ${refused.map((op) => html`<${Refused} key=${op.id} op=${op} ops=${ops} />`)}${conflicts.map((op) => html`<${Conflicting} key=${op.id} op=${op} />`)}<//>`;
}

/** @param {{ops: Operation[]}} props */
function Queue({ ops }) {
  const waiting = ops.filter(({ state }) => state === "waiting" || state === "sending");
  if (!waiting.length) return null;
  return html`<${Part} id="waiting-title" title=${t("sync.waiting", { count: waiting.length })}>
    ${waiting.slice(0, SHOWN).map((op) => html`<${Waiting} key=${op.id} op=${op} ops=${ops} />`)}<//>`;
}

/** @param {{ops: Operation[]}} props */
function Done({ ops }) {
  const done = ops.filter((op) => op.state === "done" && !needsYou(op)).reverse();
  const today = done.filter(isToday);
  const earlier = done.filter((op) => !isToday(op));
  return html`${today.length > 0 && html`<${Part} id="today-title" title=${t("sync.today", { count: today.length })}>${today.slice(0, SHOWN).map((op) => html`<${Arrived} key=${op.id} op=${op} />`)}<//>`}
    ${earlier.length > 0 && html`<${Part} id="done-title" title=${t("sync.earlier")}>${earlier.slice(0, SHOWN).map((op) => html`<${Arrived} key=${op.id} op=${op} />`)}<//>`}`;
}

/** @param {{ops: Operation[]}} props */
function Rescue({ ops }) {
  const unsent = ops.some(({ state }) => !["done", "conflict"].includes(state));
  return html`<section class="card rescue" aria-labelledby="rescue-title"><h2 class="card-head" id="rescue-title">${t("rescue.title")}</h2>
    <p class="soft">${t(unsent ? "sync.save_file_text" : "rescue.none")}</p>
    ${unsent && html`<${SaveFile} />`}<${BringIn} /></section>`;
}

/** @param {{ops: Operation[], second: Operation[]}} props */
function Lists({ ops, second }) {
  const aside = withdrawnRoots(ops);
  const rest = ops.some(({ state }) => state !== "aside");
  return html`<${Needs} ops=${ops} /><${Queue} ops=${ops} />
    ${second.length > 0 && html`<${Part} id="second-title" title=${t("second.waits")} text=${t("second.sync_text")}>${second.map((op) => html`<${Second} key=${op.id} op=${op} />`)}<//>`}
    <${Done} ops=${ops} />
    ${aside.length > 0 && html`<${Part} id="aside-title" title=${t("withdraw.list")} text=${t("withdraw.list_text")}>${aside.map((op) => html`<${Withdrawn} key=${op.id} op=${op} ops=${ops} />`)}<//>`}
    ${!rest && html`<${Empty} icon="cloud" title=${t("sync.nothing")}>${t("sync.nothing_text")}<//>`}
    <${Rescue} ops=${ops} />`;
}

export function SyncCentre() {
  const ops = useSignal(/** @type {Operation[] | null} */ (null));
  const second = useSignal(/** @type {Operation[]} */ ([]));
  useSignalEffect(() => {
    revision.value;
    allOperations(here().db).then(async (found) => {
      second.value = await waitingForSecond(found);
      ops.value = found;
    });
  });
  return html`<${Page} title=${t("nav.sync")}><div class="column"><${Verdict} />
    ${ops.value && html`<${Lists} ops=${ops.value} second=${second.value} />`}
    <section class="card" aria-labelledby="phone-title"><h2 class="card-head" id="phone-title">${t("phone.title")}</h2><${PhoneFacts} /></section></div><//>`;
}
