// A form drawn from a kind's declaration: one input per writable field, repeated groups as small blocks.

import { applies } from "../../app/forms/values.js";
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { named } from "../format.js";
import { fromText, toText } from "../forms.js";
import { countries, currencies } from "../places.js";
import { session } from "../session.js";
import { Button } from "./button.js";
import { AreaField, CheckField, SelectField, TextField } from "./fields.js";

/** @typedef {import("../types.js").Field} Field */
/** @typedef {{field: Field, value: any, onValue: (value: any) => void, errors: Record<string, string>, path: string, record: Record<string, any>}} InputProps */

/** @type {Record<string, string>} */
const INPUT_MODES = { money: "decimal", decimal: "decimal", integer: "numeric", gtin: "numeric", phone: "tel" };

const CODES = new Set(["gtin", "code", "tax_id", "iban", "bic", "account_number", "postal_code"]);

/** @type {Record<string, string>} */
const INPUT_TYPES = { email: "email", url: "url", date: "date", phone: "tel" };

/** @param {Field} field */
function choicesFor(field) {
  if (field.type === "country") return countries();
  if (field.type === "currency") return currencies();
  if (field.type === "language")
    return ["en", "zh-CN", "zh-TW", "de", "fr"].map((value) => ({ value, label: named("language", value) }));
  return (field.rules?.choices ?? []).map((choice) => ({ value: choice.value, label: label(choice.labels) }));
}

/** @param {InputProps} props */
function FieldInput({ field, value, onValue, errors, path }) {
  const currency = session.value?.gateway.currency ?? "EUR";
  const common = { name: path, label: label(field.labels), error: errorAt(errors, path), optional: !field.required };
  if (field.type === "boolean") return html`<${CheckField} ...${common} value=${value === true} onValue=${onValue} />`;
  if (["choice", "country", "currency", "language"].includes(field.type)) {
    return html`<${SelectField} ...${common} blank=${t("choose")} choices=${choicesFor(field)} value=${value ?? ""}
      onValue=${(/** @type {string} */ picked) => onValue(picked || null)} />`;
  }
  const typed = { ...common, onValue: (/** @type {string} */ text) => onValue(keep(field, text, currency)) };
  // While an amount is being typed its text is kept beside it, so that "18." does not jump to "18.00".
  const shown = value?.typed ?? toText(field, value, currency);
  if (field.type === "multiline") return html`<${AreaField} ...${typed} value=${shown} />`;
  const hint =
    field.type === "money" ? t("form.money", { currency }) : field.type === "tags" ? t("form.tags") : undefined;
  return html`<${TextField} ...${typed} value=${shown} hint=${hint} code=${CODES.has(field.type) || field.rules?.items === "gtin"} autocomplete="off"
    type=${INPUT_TYPES[field.type] ?? "text"} inputmode=${INPUT_MODES[field.type]} />`;
}

/** What is wrong with a field, or with one of the values it lists. @param {Record<string, string>} errors @param {string} path */
const errorAt = (errors, path) => errors[path] ?? Object.entries(errors).find(([at]) => at.startsWith(`${path}.`))?.[1];

/** @param {Field} field @param {string} text @param {string} currency */
const keep = (field, text, currency) => ({ typed: text, value: fromText(field, text, currency) });

/** Data as the wire wants it: typed texts give way to what they mean. @param {any} data @returns {any} */
export function settled(data) {
  if (Array.isArray(data) || typeof data !== "object" || data === null) return data;
  if ("typed" in data) return data.value;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, settled(value)]));
}

/** A group whose elements are fixed: one block for each. @param {InputProps} props */
function KeyedInput({ field, value, onValue, errors, path, record }) {
  return html`<fieldset class="group">
    <legend>${label(field.labels)}</legend>
    ${(field.rules?.keys ?? []).map(
      ({ value: key, labels }) => html`<fieldset class="group-part" key=${key}>
      <legend>${label(labels)}</legend>
      <${KindFields} fields=${(field.fields ?? []).map((member) => ({ ...member, required: false }))} data=${value?.[key] ?? {}} record=${record} errors=${errors} path=${`${path}.${key}.`}
        onData=${(/** @type {any} */ next) => onValue({ ...value, [key]: next })} />
    </fieldset>`,
    )}
  </fieldset>`;
}

/** @param {InputProps} props */
function GroupInput({ field, value, onValue, errors, path, record }) {
  const parts = Object.entries(value ?? {}).filter(([, part]) => part !== null);
  const set = (/** @type {string} */ id, /** @type {any} */ part) => onValue({ ...value, [id]: part });
  const without = (/** @type {string} */ id) =>
    onValue(Object.fromEntries(Object.entries(value).filter(([other]) => other !== id)));
  return html`<fieldset class="group">
    <legend>${label(field.labels)}</legend>
    ${parts.map(
      ([id, part]) => html`<div class="group-part" key=${id}>
      <${KindFields} fields=${field.fields ?? []} data=${part} record=${record} errors=${errors} path=${`${path}.${id}.`} onData=${(/** @type {any} */ next) => set(id, next)} />
      <${Button} look="quiet" icon="close" label=${t("form.remove", { what: label(field.labels) })} onClick=${() => without(id)} />
    </div>`,
    )}
    <${Button} icon="plus" onClick=${() => set(crypto.randomUUID(), {})}>${t("form.add", { what: label(field.labels) })}<//>
  </fieldset>`;
}

/** @param {Field} field */
const shapeOf = (field) => (field.type !== "group" ? FieldInput : field.rules?.keys ? KeyedInput : GroupInput);

/**
 * The fields that go with what is chosen; the seldom filled ones behind one more click.
 * @param {{fields: readonly Field[], data: Record<string, any>, errors: Record<string, string>, onData: (data: any) => void, path?: string,
 *   record?: Record<string, any>}} props  record: the whole record, where `data` is that of an element
 */
export function KindFields({ fields, data, errors, onData, path = "", record = data }) {
  const asked = fields.filter((field) => field.writable !== false && applies(field, data, record));
  const draw = (/** @type {Field} */ field) =>
    html`<${shapeOf(field)} key=${field.name} field=${field} path=${`${path}${field.name}`} value=${data[field.name]} errors=${errors} record=${record}
      onValue=${(/** @type {any} */ value) => onData({ ...data, [field.name]: value })} />`;
  const folded = asked.filter((field) => field.folded);
  const wanted = folded.some((field) => data[field.name] !== undefined || errorAt(errors, `${path}${field.name}`));
  return html`${asked.filter((field) => !field.folded).map(draw)}
    ${folded.length > 0 && html`<details class="folded" open=${wanted || undefined}><summary>${t("form.more_fields", { count: folded.length })}</summary><div class="kind-fields">${folded.map(draw)}</div></details>`}`;
}
