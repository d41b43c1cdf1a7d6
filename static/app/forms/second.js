// What of an entry waits for a second person, and why this person asks for it: said before it is saved, with or
// without a network.
import { useSignal } from "@preact/signals";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { Icon } from "../parts/icons.js";
import { same } from "../patch.js";
import { asMap } from "../summary.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("./entry.js").Entry} Entry */

export const REASON_MAX = 500;

/**
 * The guarded fields that a form has changed by more than one person decides alone. At entry small values need nobody.
 * @param {readonly FieldSchema[]} fields @param {Data} before @param {Data} after @param {{edits: boolean, currency: string}} about
 * @returns {FieldSchema[]}
 */
export function waitingFields(fields, before, after, { edits, currency }) {
  const home = !after.currency || after.currency === currency;
  return fields.filter((field) => {
    const value = after[field.name];
    if (!field.guarded || same(before[field.name] ?? null, value ?? null)) return false;
    const bounded = field.alone_up_to !== undefined && (home || field.type !== "money");
    return edits || !bounded || typeof value !== "number" || value > (field.alone_up_to ?? 0);
  });
}

/** @param {{entry: Entry}} props */
export function SecondPerson({ entry }) {
  const reason = useSignal(entry.draft.reason ?? "");
  const about = { edits: entry.draft.edits, currency: entry.context.currency };
  const waiting = waitingFields(entry.fields, asMap(entry.draft.base?.data), entry.data, about);
  if (!waiting.length) return null;
  function onInput(/** @type {Event} */ event) {
    reason.value = /** @type {HTMLTextAreaElement} */ (event.currentTarget).value;
    entry.draft = { ...entry.draft, reason: reason.value };
    void entry.write();
  }
  return html`<section class="findings" data-tone="warn" aria-labelledby="second-title">
    <h3 id="second-title"><${Icon} name="clock" />${t("second.title", { count: waiting.length })}</h3>
    <ul>${waiting.map((field) => html`<li key=${field.name}><strong>${label(field.labels)}</strong></li>`)}</ul>
    <p class="soft">${t("second.text")}</p>
    <div class="field"><label class="label" for="second-reason">${t("second.reason")}</label>
      <textarea id="second-reason" class="input area" rows="2" maxlength=${REASON_MAX} value=${reason.value} onInput=${onInput}></textarea></div>
  </section>`;
}
