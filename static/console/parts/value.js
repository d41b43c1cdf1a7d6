// A field of a kind and its value, in words: for screens that lay two values side by side.
import { dateTime, day } from "../../app/format.js";
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { money, named } from "../format.js";
import { session } from "../session.js";

/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../types.js").Kind} Kind */

/**
 * The declaration a path such as "phones.<element>.number" ends at, and the labels on the way.
 * @param {Kind | undefined} kind @param {string} path
 */
export function fieldAt(kind, path) {
  let fields = kind?.fields ?? [];
  /** @type {Field | undefined} */
  let field;
  const labels = [];
  for (const part of path.split(/[./]/).filter(Boolean)) {
    const found = fields.find((one) => one.name === part);
    if (!found) continue; // an element's id
    field = found;
    fields = found.fields ?? [];
    labels.push(label(found.labels));
  }
  return { field, name: labels.join(" · ") || path };
}

/** What a stored value of these types is on screen. @type {Record<string, (value: string) => string>} */
const WRITTEN = {
  country: (value) => named("region", value),
  currency: (value) => named("currency", value),
  language: (value) => named("language", value),
  date: day,
  instant: (value) => dateTime(Date.parse(value)),
};

/** @param {{value: any, field: Field | undefined, currency?: string, none?: string}} props  currency: of amounts; else the shop's */
export function Value({ value, field, currency, none }) {
  if (value === null || value === undefined || value === "")
    return html`<span class="soft">${none ?? t("conflicts.nothing")}</span>`;
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object") {
    return html`<dl class="value">${Object.entries(value).map(([name, part]) => {
      const inner = field?.fields?.find((one) => one.name === name);
      return html`<div><dt>${inner ? label(inner.labels) : name}</dt><dd><${Value} value=${part} field=${inner} currency=${currency} /></dd></div>`;
    })}</dl>`;
  }
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (field?.type === "money" && typeof value === "number")
    return money(value, currency || session.value?.gateway.currency || "EUR");
  const written = WRITTEN[field?.type ?? ""];
  if (written) return written(String(value));
  const choice = field?.rules?.choices?.find((one) => one.value === value);
  return choice ? label(choice.labels) : String(value);
}

/** @param {{title: string, value: any, field: Field | undefined, currency?: string, children?: any, strong?: boolean}} props */
export function Side({ title, value, field, currency, children, strong = false }) {
  return html`<div class=${`side${strong ? " strong" : ""}`}><h3>${title}</h3>
    <div class="side-value"><${Value} value=${value} field=${field} currency=${currency} /></div>${children}</div>`;
}
