// Beside the form: what is wrong in it, what somebody else changed meanwhile, and what will wait for a second person.
import { REASON_MAX, waitingFields } from "../../app/forms/second.js";
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { formFields } from "../../app/kinds.js";
import { read } from "../api.js";
import { placeName, sentence } from "../forms/findings.js";
import { focusField } from "../forms/kind_fields.js";
import { useLoad } from "../load.js";
import { AreaField } from "../parts/fields.js";
import { Icon } from "../parts/icons.js";
import { Badge } from "../parts/states.js";
import { fieldAt, Value } from "../parts/value.js";
import { differences, isAmong, patchOf, placesOf } from "./saving.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Difference} Difference */
/** @typedef {import("../../app/types.js").Data} Data */
/** @typedef {import("../forms/sheet.js").Sheet} Sheet */
/** @typedef {import("./drafts.js").Draft} Draft */

const EVERY_MS = 10_000;

/** Everything that is wrong, each a way to its field. @param {{sheet: Sheet}} props */
export function Problems({ sheet }) {
  const found = [...sheet.objections.filter(({ path }) => path.length), ...sheet.findings];
  if (!found.length) return null;
  return html`<section class="panel side-note bad" aria-labelledby="form-problems"><h2 id="form-problems"><${Icon} name="warn" />${t("customer.form.problems", { count: found.length })}</h2>
    <ul>${found.map((one) => html`<li key=${one.path.join(".")}><button type="button" class="link" onClick=${() => focusField(one.path)}><strong>${placeName(sheet.kind.fields, one.path)}</strong> ${sentence(one)}</button></li>`)}</ul>
  </section>`;
}

/** What others made of the record since the form was opened. @param {{declaration: Kind, record: string, base: {version: number}, data: Data & object}} props */
export function Meanwhile({ declaration, record, base, data }) {
  const load = useLoad(
    async () => {
      const row = await read(`/api/v1/records/customer/${record}`);
      return row.version > base.version ? differences(record, base.version, row.version) : null;
    },
    { every: EVERY_MS, deps: [record, base.version] },
  );
  const told = /** @type {Difference | null | undefined} */ (load.data);
  if (!told) return null;
  const mine = placesOf(patchOf(/** @type {any} */ ({ base }), data));
  return html`<section class="panel side-note warn" role="status" aria-labelledby="form-meanwhile"><h2 id="form-meanwhile"><${Icon} name="warn" />${t("customer.meanwhile", { name: told.to.actor })}</h2>
    <p>${t("customer.meanwhile.text")}</p>
    <ul>${told.changes.map((one) => {
      const { field, name } = fieldAt(declaration, one.field);
      return html`<li key=${one.field}><strong>${name}</strong> <${Value} value=${one.new} field=${field} /> ${isAmong(one.field, mine) && html`<${Badge} tone="warn">${t("customer.meanwhile.both")}<//>`}</li>`;
    })}</ul>
  </section>`;
}

/** Said before it is saved: which of these changes one person does not decide alone. @param {{declaration: Kind, draft: Draft, data: Data, currency: string, onReason: (reason: string) => void}} props */
export function SecondPerson({ declaration, draft, data, currency, onReason }) {
  const about = { edits: draft.base !== undefined, currency };
  const waiting = waitingFields(formFields(declaration), draft.base?.data ?? {}, data, about);
  if (!waiting.length) return null;
  return html`<section class="panel side-note calm" aria-labelledby="form-second"><h2 id="form-second"><${Icon} name="users" />${t("customer.second")}</h2>
    <p>${t("customer.second.text")}</p>
    <ul>${waiting.map((field) => html`<li key=${field.name}><strong>${label(field.labels)}</strong></li>`)}</ul>
    <${AreaField} name="second-reason" rows=${2} optional maxlength=${REASON_MAX} label=${t("customer.second.reason")} value=${draft.reason} onValue=${onReason} />
  </section>`;
}
