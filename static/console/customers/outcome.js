// What became of the form that was just saved: how both people's changes were joined, what is contested, what waits.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Badge } from "../parts/states.js";
import { fieldAt, Side, Value } from "../parts/value.js";
import { isAmong, outcome } from "./saving.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("./saving.js").Outcome} Outcome */

/** Each place that changed since the form was opened, and whose change it is. @param {{done: Outcome, declaration: Kind}} props */
function Joined({ done, declaration }) {
  if (!done.told.length) return null;
  return html`<ul class="joined">${done.told.map((one) => {
    const { field, name } = fieldAt(declaration, one.field);
    const mine = isAmong(one.field, done.mine);
    return html`<li key=${one.field}><${Badge} tone=${mine ? "good" : "calm"}>${t(mine ? "outcome.mine" : "outcome.theirs")}<//> ${name}: <strong><${Value} value=${one.new} field=${field} /></strong></li>`;
  })}</ul>`;
}

/** @param {{done: Outcome, declaration: Kind}} props */
function Contested({ done, declaration }) {
  return html`${done.conflicts.map((one) => {
    const { field, name } = fieldAt(declaration, one.field);
    return html`<div key=${one.id}><p class="clash-field">${name}</p><div class="sides">
      <${Side} title=${t("conflicts.current")} value=${one.current} field=${field} />
      <${Side} strong title=${t("outcome.yours")} value=${one.proposed} field=${field} />
    </div></div>`;
  })}
  ${done.conflicts.length > 0 && may("conflict list") && html`<p><a href="#/conflicts">${t("customer.conflicts.open")}</a></p>`}`;
}

/** @param {{done: Outcome, declaration: Kind}} props */
function Waits({ done, declaration }) {
  if (!done.proposals.length) return null;
  return html`<p>${t("outcome.waits")}</p><ul>${done.proposals.map((one) => {
    const { field, name } = fieldAt(declaration, one.field);
    return html`<li key=${one.id}>${name}: <strong><${Value} value=${one.proposed} field=${field} /></strong></li>`;
  })}</ul>`;
}

/** @param {{record: string, declaration: Kind}} props */
export function OutcomePanel({ record, declaration }) {
  const done = outcome.value;
  if (done?.record !== record) return null;
  const { warnings, duplicates, conflicts, proposals, told } = done;
  if (!(warnings.length || duplicates.length || conflicts.length || proposals.length || told.length)) return null;
  const close = () => {
    outcome.value = null;
  };
  return html`<section class="panel side-note ${conflicts.length ? "warn" : "calm"}" aria-labelledby="outcome"><div class="card-head"><h2 id="outcome">${t(`outcome.${done.status}`)}</h2><${Button} look="quiet" icon="close" label=${t("close")} onClick=${close} /></div>
    <${Joined} done=${done} declaration=${declaration} /><${Contested} done=${done} declaration=${declaration} /><${Waits} done=${done} declaration=${declaration} />
    ${warnings.length > 0 && html`<p>${t("outcome.check")}</p><ul>${warnings.map((one) => html`<li key=${one.pointer}><strong>${fieldAt(declaration, one.pointer).name}</strong> ${one.detail}</li>`)}</ul>`}
    ${duplicates.length > 0 && html`<p>${t("outcome.duplicates")}</p><ul>${duplicates.map((one) => html`<li key=${one.id}><a href=${`#/customers/${one.id}`}>${one.title}</a> <span class="code soft">${one.number}</span></li>`)}</ul>`}
  </section>`;
}
