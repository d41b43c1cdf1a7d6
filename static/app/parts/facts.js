// A record in words: every filled field under its label, groups as blocks. The same on a record's page and on the last
// look before saving.
import { day, money, named, readable, timeOrDate } from "../format.js";
import { choicesFor } from "../forms/choices.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { account } from "../runtime.js";
import { asMap } from "../summary.js";
import { addressLines } from "./address.js";
import { RecordName } from "./record_name.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Json} Json */
/** @typedef {import("../types.js").Children} Children */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Proposal} Proposal */
/** @typedef {(path: string[]) => Children} Note  something to say under a value, such as what was typed */

/** @type {Record<string, (value: string) => any>} */
const LINKS = {
  phone: (value) => html`<a href=${`tel:${value.replace(";ext=", ",")}`}>${readable.value(value)}</a>`,
  email: (value) => html`<a href=${`mailto:${value}`}>${value}</a>`,
  url: (value) =>
    /^https?:\/\//i.test(value) ? html`<a href=${value} target="_blank" rel="noreferrer">${value}</a>` : value,
  date: (value) => day(value),
  instant: (value) => timeOrDate(Date.parse(value)),
  multiline: (value) => html`<span class="lines">${value}</span>`,
  tax_id: (value) => html`<span class="code">${value}</span>`,
  iban: (value) => html`<span class="code">${value.replace(/(.{4})(?=.)/g, "$1 ")}</span>`,
  gtin: (value) => html`<span class="code">${value}</span>`,
};

/** More characters than any stored value has; what is longer was refused, and its beginning is enough to know it by. */
const LONG = 600;
const LONG_NOTE = 6_000;
const BEGINNING = 120;

/** One value in words. @param {FieldSchema} field @param {Json | undefined} value @returns {any} */
export function shown(field, value) {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value))
    return html`<span class="tags">${value.map((tag) => html`<span class="tag still">${String(tag)}</span>`)}</span>`;
  if (field.type === "money" && typeof value === "number")
    return money(value, account.value?.gateway.currency ?? "EUR");
  return worded(field, String(value));
}

/** @param {FieldSchema} field @param {string} text */
function worded(field, text) {
  if (field.type === "country") return named("region", text);
  if (field.type === "currency" || field.type === "language") return named(field.type, text);
  if (field.type === "choice") return choicesFor(field).find((choice) => choice.value === text)?.label ?? text;
  if (field.type === "reference") return html`<${RecordName} kind=${field.rules?.to ?? "customer"} id=${text} />`;
  if (text.length > (field.type === "multiline" ? LONG_NOTE : LONG)) return `${text.slice(0, BEGINNING)}…`;
  return LINKS[field.type]?.(text) ?? text;
}

/** @param {Json | undefined} value */
export const isFilled = (value) =>
  value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);

/** What an element of a fixed group is called. @param {FieldSchema} group @param {string} id */
function titleIn(group, id) {
  const key = group.rules?.keys?.find(({ value }) => value === id);
  return key && html`<h4>${label(key.labels)}</h4>`;
}

/** @param {FieldSchema} group */
const isAddress = (group) => (group.fields ?? []).some(({ rules }) => rules?.place);
const WRITTEN = new Set(["recipient", "street", "district", "city", "region", "postal_code", "country"]);

/** A country is named where it is not one's own. @param {Data} address */
export const linesOf = (address) =>
  addressLines(
    address,
    address.country === account.value?.gateway.country ? "" : named("region", String(address.country ?? "")),
  );

/** @param {{group: FieldSchema, element: Data, path: string[], note: Note | undefined}} props */
function Address({ group, element, path, note }) {
  const members = group.fields ?? [];
  const rest = members.filter(({ name }) => !WRITTEN.has(name));
  return html`<address class="address">${linesOf(element).map((line) => html`<span key=${line}>${line}</span>`)}</address>
    ${note && members.filter(({ name }) => WRITTEN.has(name)).map(({ name }) => note([...path, name]))}
    <${Facts} fields=${rest} data=${element} path=${path} note=${note} />`;
}

/** @param {readonly Proposal[]} waiting @param {string} name */
const waitsAt = (waiting, name) => waiting.some(({ field }) => field === name);

/** A mark that a change of this place waits for a second person. */
export const Waits = () => html` <span class="badge" data-tone="warn">${t("second.mark")}</span>`;

/** @param {{fields: readonly FieldSchema[], data: Data, waiting?: readonly Proposal[], path?: string[], note?: Note}} props  waiting: what waits beside the record */
export function Facts({ fields, data, waiting = [], path = [], note }) {
  const plain = fields.filter(({ name, type }) => type !== "group" && (isFilled(data[name]) || waitsAt(waiting, name)));
  const groups = fields.filter((field) => field.type === "group" && Object.keys(asMap(data[field.name])).length > 0);
  return html`
    ${plain.length > 0 && html`<dl class="facts">${plain.map((field) => html`<div key=${field.name}><dt>${label(field.labels)}</dt><dd>${isFilled(data[field.name]) && shown(field, data[field.name])}${waitsAt(waiting, field.name) && html`<${Waits} />`}${note?.([...path, field.name])}</dd></div>`)}</dl>`}
    ${groups.map((field) =>
      Object.entries(asMap(data[field.name])).map(([id, element]) => {
        const inside = { element: asMap(element), path: [...path, field.name, id], note };
        return html`<div class="facts-block" key=${id}>${titleIn(field, id)}${waitsAt(waiting, `${field.name}.${id}`) && html`<${Waits} />`}
          ${isAddress(field) ? html`<${Address} group=${field} ...${inside} />` : html`<${Facts} fields=${field.fields ?? []} data=${inside.element} path=${inside.path} note=${note} />`}</div>`;
      }),
    )}`;
}

/** @param {readonly FieldSchema[]} fields @param {Data} data @param {readonly Proposal[]} [waiting] */
export const hasFacts = (fields, data, waiting = []) =>
  fields.some((field) =>
    field.type === "group"
      ? Object.keys(asMap(data[field.name])).length > 0
      : isFilled(data[field.name]) || waitsAt(waiting, field.name),
  );
