// The sync centre: what needs a person, what waits and since when, what has arrived, and how to take it all along.
import { useSignal, useSignalEffect } from "@preact/signals";
import { wake } from "../data.js";
import { ago, timeOrDate } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { findingsOf } from "../operations.js";
import { allOperations, setAside, takeBack } from "../outbox.js";
import { rowAt } from "../packs.js";
import { Button, ButtonLink, Empty, say } from "../parts/controls.js";
import { Page } from "../parts/frame.js";
import { Icon } from "../parts/icons.js";
import { StageBadge } from "../parts/stage.js";
import { saveUnsent } from "../rescue.js";
import { changed, counts, here, received, revision, sent, status, talking } from "../runtime.js";
import { needsYou } from "../stages.js";

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
const HEALTHY = new Set(["online", "unknown"]);

/** @param {Operation} op */
const titleOf = (op) => op.title || t("customer.unnamed");

/** @param {Operation} op */
const numberOf = (op) => op.number ?? op.reference;

/** The last exchange, in words that are only as sure as the facts. */
function Verdict() {
  const { link, problem, current } = status.value;
  const { waiting } = counts.value;
  const well = link === "online" && current && waiting === 0;
  const title = talking.value ? t("sync.talking") : well ? t("sync.well") : t(`link.${link}.title`);
  return html`<section class="card verdict" data-tone=${well ? "good" : HEALTHY.has(link) ? "calm" : "warn"}>
    <div role="status"><h2>${title}</h2><p>${problem || t(well ? "sync.well_text" : `link.${link}.text`)}</p></div>
    <dl class="facts">
      <div><dt>${t("sync.last_sent")}</dt><dd>${sent.value ? t("sync.sent_at", { time: timeOrDate(sent.value.at), count: sent.value.count }) : t("sync.never")}</dd></div>
      <div><dt>${t("sync.last_received")}</dt><dd>${received.value ? timeOrDate(received.value.at) : t("sync.never")}</dd></div>
    </dl>
    <${Button} look="main" icon="sync" busy=${talking.value} disabled=${talking.value} onClick=${() => wake("tap")}>${t("sync.now")}<//>
  </section>`;
}

/** @param {Operation} op */
async function putAside(op) {
  await setAside(here().db, op, Date.now());
  await changed([{ kind: op.kind, id: op.record }]);
  say(t("sync.aside_done"), { label: t("undo"), run: () => fetchBack(op) });
}

/** @param {Operation} op */
async function fetchBack(op) {
  await takeBack(here().db, op);
  await changed([{ kind: op.kind, id: op.record }]);
}

/** @param {{op: Operation}} props */
function Aside({ op }) {
  return html`<li class="row">
    <span class="row-words"><span class="row-line"><strong>${titleOf(op)}</strong></span><span class="row-line second"><span>${t(`operation.${op.type}`)}</span></span></span>
    <${Button} look="quiet" icon="undo" onClick=${() => fetchBack(op)}>${t("sync.take_back")}<//>
  </li>`;
}

/** @param {{op: Operation}} props */
function Refused({ op }) {
  const erp = op.state === "done";
  const reasons = erp
    ? [op.erp_detail ?? t("stage.needs_you.erp")]
    : findingsOf(op.problem).map(({ detail, code }) => detail || t(`rule.${code}`));
  const href = erp ? `#/edit/${op.record}` : `#/fix/${op.id}`;
  return html`<li class="card need">
    <header><div><h3><a href=${`#/customers/${op.record}`}>${titleOf(op)}</a></h3><p class="soft"><span class="code">${numberOf(op)}</span> ${t(`operation.${op.type}`)}</p></div><${StageBadge} stage="needs_you" /></header>
    <ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
    <p class="soft">${t("sync.kept")}</p>
    <div class="actions"><${ButtonLink} href=${href} look="main" icon="edit">${t("sync.fix")}<//>
      ${!erp && html`<${Button} look="quiet" onClick=${() => putAside(op)}>${t("sync.aside")}<//>`}</div>
  </li>`;
}

/** @param {{op: Operation}} props */
function Conflicting({ op }) {
  return html`<li class="card need">
    <header><div><h3><a href=${`#/customers/${op.record}`}>${titleOf(op)}</a></h3><p class="soft code">${numberOf(op)}</p></div><${StageBadge} stage="conflict" /></header>
    <p>${t(op.kept_out ? "stage.conflict.rule" : "stage.conflict.text")}</p>
    <${ButtonLink} href=${`#/customers/${op.record}`} icon="fork">${t("sync.both")}<//>
  </li>`;
}

/** @param {Operation} op @param {Operation[]} ops */
function waitingWords(op, ops) {
  if (op.state === "sending") return t("sync.sending");
  const parent = op.depends_on
    .map((id) => ops.find((other) => other.id === id))
    .find((other) => other && other.state !== "done");
  if (parent && parent.state === "needs_you") return t("sync.after", { what: titleOf(parent) });
  return op.tries ? t("sync.tried", { count: op.tries }) : t("sync.not_tried");
}

/** @param {{op: Operation, ops: Operation[]}} props */
function Waiting({ op, ops }) {
  return html`<li><a class="row" href=${`#/customers/${op.record}`}>
    <span class="monogram" aria-hidden="true"><${Icon} name="clock" /></span>
    <span class="row-words">
      <span class="row-line"><strong>${titleOf(op)}</strong><span class="row-time">${ago(op.saved_at, Date.now())}</span></span>
      <span class="row-line second"><span>${t(`operation.${op.type}`)} · ${waitingWords(op, ops)}</span><span class="code">${numberOf(op)}</span></span>
    </span>
  </a></li>`;
}

/** @param {{op: Operation}} props */
function Arrived({ op }) {
  return html`<li><a class="row" href=${`#/customers/${op.record}`}>
    <span class="monogram good" aria-hidden="true"><${Icon} name="check" /></span>
    <span class="row-words">
      <span class="row-line"><strong>${titleOf(op)}</strong><span class="row-time">${timeOrDate(op.done_at ?? op.saved_at)}</span></span>
      <span class="row-line second"><span>${t(`operation.${op.type}`)}</span><span class="code">${numberOf(op)}</span></span>
      ${op.kept_out && html`<span class="row-line second">${t("sync.kept_out", { count: op.kept_out.length })}</span>`}
    </span>
  </a></li>`;
}

/** @param {{op: Operation}} props */
function Second({ op }) {
  return html`<li><a class="row" href=${`#/customers/${op.record}`}>
    <span class="monogram" aria-hidden="true"><${Icon} name="clock" /></span>
    <span class="row-words">
      <span class="row-line"><strong>${titleOf(op)}</strong><span class="row-time">${ago(op.saved_at, Date.now())}</span></span>
      <span class="row-line second"><span>${t("second.mark")}</span><span class="code">${numberOf(op)}</span></span>
    </span>
  </a></li>`;
}

/** What was set aside by a person, without what only followed it. @param {Operation[]} ops */
function rootsAside(ops) {
  const aside = ops.filter(({ state }) => state === "aside");
  const ids = new Set(aside.map(({ id }) => id));
  return aside.filter(({ depends_on }) => !depends_on.some((parent) => ids.has(parent)));
}

/** @param {{id: string, title: string, children?: any}} props */
const Part = ({ id, title, children }) =>
  html`<section class="list-part" aria-labelledby=${id}><h2 id=${id}>${title}</h2>${children}</section>`;

/** @param {{ops: Operation[], second: Operation[]}} props */
function Lists({ ops, second }) {
  const need = ops.filter(needsYou);
  const conflicts = ops.filter(({ state }) => state === "conflict");
  const waiting = ops.filter(({ state }) => state === "waiting" || state === "sending");
  const aside = rootsAside(ops);
  const done = ops.filter((op) => op.state === "done" && !needsYou(op)).reverse();
  const save = async () => say(t("sync.file_saved", { name: await saveUnsent(here()) }));
  return html`
    ${
      need.length + conflicts.length > 0 &&
      html`<${Part} id="need-title" title=${t("sync.need", { count: need.length + conflicts.length })}><ul class="needs">
      ${need.map((op) => html`<${Refused} key=${op.id} op=${op} />`)}${conflicts.map((op) => html`<${Conflicting} key=${op.id} op=${op} />`)}</ul><//>`
    }
    ${
      waiting.length > 0 &&
      html`<${Part} id="waiting-title" title=${t("sync.waiting", { count: waiting.length })}><ul class="list">
      ${waiting.slice(0, SHOWN).map((op) => html`<${Waiting} key=${op.id} op=${op} ops=${ops} />`)}</ul><//>`
    }
    ${need.length + waiting.length > 0 && html`<p class="rescue"><${Button} icon="download" onClick=${save}>${t("sync.save_file")}<//><span class="soft">${t("sync.save_file_text")}</span></p>`}
    ${second.length > 0 && html`<${Part} id="second-title" title=${t("second.waits")}><p class="soft">${t("second.sync_text")}</p><ul class="list">${second.map((op) => html`<${Second} key=${op.id} op=${op} />`)}</ul><//>`}
    ${aside.length > 0 && html`<${Part} id="aside-title" title=${t("sync.aside_title")}><ul class="list">${aside.map((op) => html`<${Aside} key=${op.id} op=${op} />`)}</ul><//>`}
    ${
      done.length > 0
        ? html`<${Part} id="done-title" title=${t("sync.done")}><ul class="list">${done.slice(0, SHOWN).map((op) => html`<${Arrived} key=${op.id} op=${op} />`)}</ul><//>`
        : need.length + waiting.length + conflicts.length === 0 &&
          html`<${Empty} icon="cloud" title=${t("sync.nothing")}>${t("sync.nothing_text")}<//>`
    }`;
}

export function SyncCentre() {
  const ops = useSignal(/** @type {Operation[]} */ ([]));
  const second = useSignal(/** @type {Operation[]} */ ([]));
  useSignalEffect(() => {
    revision.value;
    allOperations(here().db).then(async (found) => {
      second.value = await waitingForSecond(found);
      ops.value = found;
    });
  });
  return html`<${Page} title=${t("nav.sync")}><div class="column"><${Verdict} /><${Lists} ops=${ops.value} second=${second.value} /></div><//>`;
}
