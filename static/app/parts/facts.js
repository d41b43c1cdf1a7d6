// A record in words: every filled field under its label, groups as blocks. The same on a record's page and on the last
// look before saving.
import { day, money, named } from "../format.js";
import { choicesFor } from "../forms/choices.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { account } from "../runtime.js";
import { asMap } from "../summary.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Json} Json */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Proposal} Proposal */

/** @type {Record<string, (value: string) => any>} */
const LINKS = {
  phone: (value) => html`<a href=${`tel:${value.replace(";ext=", ",")}`}>${value.replace(";ext=", " ext. ")}</a>`,
  email: (value) => html`<a href=${`mailto:${value}`}>${value}</a>`,
  url: (value) =>
    /^https?:\/\//i.test(value) ? html`<a href=${value} target="_blank" rel="noreferrer">${value}</a>` : value,
  date: (value) => day(value),
  multiline: (value) => html`<span class="lines">${value}</span>`,
  tax_id: (value) => html`<span class="code">${value}</span>`,
  iban: (value) => html`<span class="code">${value.replace(/(.{4})(?=.)/g, "$1 ")}</span>`,
  gtin: (value) => html`<span class="code">${value}</span>`,
};

/** @param {FieldSchema} field @param {Json | undefined} value */
function shown(field, value) {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (Array.isArray(value))
    return html`<span class="tags">${value.map((tag) => html`<span class="tag still">${String(tag)}</span>`)}</span>`;
  if (field.type === "money" && typeof value === "number")
    return money(value, account.value?.gateway.currency ?? "EUR");
  const text = String(value);
  if (field.type === "country") return named("region", text);
  if (field.type === "currency" || field.type === "language") return named(field.type, text);
  if (field.type === "choice") return choicesFor(field).find((choice) => choice.value === text)?.label ?? text;
  return LINKS[field.type]?.(text) ?? text;
}

/** @param {Json | undefined} value */
const isFilled = (value) =>
  value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0);

/** What an element of a fixed group is called. @param {FieldSchema} group @param {string} id */
function titleIn(group, id) {
  const key = group.rules?.keys?.find(({ value }) => value === id);
  return key && html`<h4>${label(key.labels)}</h4>`;
}

/** @param {readonly Proposal[]} waiting @param {string} name */
const waitsAt = (waiting, name) => waiting.some(({ field }) => field === name);

/** A mark that a change of this place waits for a second person. */
const Waits = () => html` <span class="badge" data-tone="warn">${t("second.mark")}</span>`;

/** @param {{fields: readonly FieldSchema[], data: Data, waiting?: readonly Proposal[]}} props  waiting: what waits beside the record */
export function Facts({ fields, data, waiting = [] }) {
  const plain = fields.filter(({ name, type }) => type !== "group" && (isFilled(data[name]) || waitsAt(waiting, name)));
  const groups = fields.filter((field) => field.type === "group" && Object.keys(asMap(data[field.name])).length > 0);
  return html`
    ${plain.length > 0 && html`<dl class="facts">${plain.map((field) => html`<div key=${field.name}><dt>${label(field.labels)}</dt><dd>${isFilled(data[field.name]) && shown(field, data[field.name])}${waitsAt(waiting, field.name) && html`<${Waits} />`}</dd></div>`)}</dl>`}
    ${groups.map((field) =>
      Object.entries(asMap(data[field.name])).map(
        ([id, element]) =>
          html`<div class="facts-block" key=${id}>${titleIn(field, id)}${waitsAt(waiting, `${field.name}.${id}`) && html`<${Waits} />`}<${Facts} fields=${field.fields ?? []} data=${asMap(element)} /></div>`,
      ),
    )}`;
}

/** @param {readonly FieldSchema[]} fields @param {Data} data @param {readonly Proposal[]} [waiting] */
export const hasFacts = (fields, data, waiting = []) =>
  fields.some((field) =>
    field.type === "group"
      ? Object.keys(asMap(data[field.name])).length > 0
      : isFilled(data[field.name]) || waitsAt(waiting, field.name),
  );
