// What a person has to look at: entries that were refused, with the reason at each field, and values that two people
// gave one field, to be decided right here.
import "../later_words.js";
import { placeName } from "../forms/place_name.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { findingsOf } from "../operations.js";
import { Clashes } from "../parts/clashes.js";
import { ButtonLink } from "../parts/controls.js";
import { StageBadge } from "../parts/stage.js";
import { placeOf } from "./deeds.js";
import { deedOf, numberOf, titleOf } from "./names.js";
import { WithdrawButton } from "./withdrawing.js";

/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../types.js").Finding} Finding */

/** "Tax number: It has too many digits." @param {Operation} op @param {Finding} finding */
function reasonOf({ kind }, { path, detail, code }) {
  const words = detail || t(`rule.${code}`);
  const found = kindNamed(kind);
  const fields = found?.fields ?? [];
  const where = path.length && fields.some(({ name }) => name === path[0]) ? placeName(fields, path) : "";
  return where ? html`<strong>${t("sync.reason_at", { field: where })}</strong> ${words}` : words;
}

/** @param {{op: Operation}} props */
const Head = ({ op }) =>
  html`<div><h3><a href=${placeOf(op)}>${titleOf(op)}</a></h3><p class="soft"><span class="code">${numberOf(op)}</span> ${deedOf(op)}</p></div>`;

/** @param {{op: Operation, ops: Operation[]}} props */
export function Refused({ op, ops }) {
  const erp = op.state === "done";
  const reasons = erp
    ? [op.erp_detail ?? t("stage.needs_you.erp")]
    : findingsOf(op.problem).map((finding) => reasonOf(op, finding));
  const href = erp ? `#/edit/${op.record}` : `#/fix/${op.id}`;
  return html`<li class="card need">
    <header><${Head} op=${op} /><${StageBadge} stage="needs_you" /></header>
    <ul class="reasons">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>
    <p class="soft">${t("sync.kept")}</p>
    <div class="actions"><${ButtonLink} href=${href} look="main" icon="edit">${t("sync.fix")}<//>
      ${!erp && html`<${WithdrawButton} op=${op} ops=${ops} />`}</div>
  </li>`;
}

/** @param {{op: Operation}} props */
export function Conflicting({ op }) {
  return html`<li class="card need">
    <header><${Head} op=${op} /><${StageBadge} stage="conflict" /></header>
    <p>${t(op.kept_out ? "stage.conflict.rule" : "stage.conflict.text")}</p>
    <${Clashes} kind=${op.kind} record=${op.record} version=${op.done_at ?? 0} plain />
  </li>`;
}
