// One input for one field of a kind: which control it takes, what it says, and what it offers while one types.
import { useState } from "preact/hooks";
import { choicesFor } from "../../app/forms/choices.js";
import { namesFor } from "../../app/forms/places.js";
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { same } from "../../app/patch.js";
import { AreaField, CheckField, SelectField, TextField } from "../parts/fields.js";
import { keyOf } from "./findings.js";

/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../../app/types.js").Value} Value */
/** @typedef {import("./sheet.js").Sheet} Sheet */
/** @typedef {{field: Field, path: readonly string[], sheet: Sheet, onSet?: (value: Value) => void}} InputProps  onSet: instead of setting this one value */

/** @type {Record<string, string>} */
const INPUT_MODES = { money: "decimal", decimal: "decimal", integer: "numeric", gtin: "numeric", phone: "tel" };
/** @type {Record<string, string>} */
const INPUT_TYPES = { email: "email", url: "url", date: "date", phone: "tel" };
const CODES = new Set(["gtin", "code", "tax_id", "iban", "bic", "account_number", "postal_code"]);
const SELECTS = new Set(["choice", "country", "currency", "language"]);

/** @param {string} text */
const tagsIn = (text) =>
  text
    .split(/[,，;；\n]/)
    .map((tag) => tag.trim())
    .filter(Boolean);

/** Tags as one line of text, which keeps its last comma while somebody types on. @param {any} props */
function TagsInput({ value, onValue, ...rest }) {
  const [typed, setTyped] = useState("");
  const tags = Array.isArray(value) ? value : [];
  const shown = same(tagsIn(typed), tags) ? typed : tags.join(", ");
  const onText = (/** @type {string} */ text) => {
    setTyped(text);
    onValue([...new Set(tagsIn(text))]);
  };
  return html`<${TextField} ...${rest} hint=${t("form.tags")} value=${shown} onValue=${onText} />`;
}

/** @param {readonly string[]} path */
export const fieldId = (path) => keyOf(path);

/** What is wrong with a field, or with one of the values it lists. @param {Sheet} sheet @param {Field} field @param {readonly string[]} path */
function errorAt(sheet, field, path) {
  const listed =
    field.type === "tags" ? sheet.objections.find((one) => keyOf(one.path).startsWith(`${keyOf(path)}.`)) : undefined;
  return sheet.wrong(path) ?? listed?.detail;
}

/** @param {InputProps} props */
export function FieldInput({ field, path, sheet, onSet }) {
  const id = fieldId(path);
  const value = sheet.get(path);
  const onValue = onSet ?? ((/** @type {Value} */ next) => sheet.set(path, next));
  // Words that appear under a field move what stands below; whoever is pressing a button there must still hit it.
  const onLeave = (/** @type {FocusEvent} */ { relatedTarget }) => {
    if (!(relatedTarget instanceof Element && relatedTarget.closest("button, summary, a"))) sheet.leave(path);
  };
  const common = {
    name: id,
    label: label(field.labels),
    error: errorAt(sheet, field, path),
    optional: !field.required,
  };
  const typed = { ...common, onValue, onBlur: onLeave, autocomplete: "off" };
  if (field.type === "boolean") return html`<${CheckField} ...${common} value=${value === true} onValue=${onValue} />`;
  if (SELECTS.has(field.type))
    return html`<${SelectField} ...${typed} blank=${t("choose")} choices=${choicesFor(field)} value=${value ?? ""} />`;
  if (field.type === "multiline") return html`<${AreaField} ...${typed} value=${value ?? ""} />`;
  const code = CODES.has(field.type) || field.rules?.items === "gtin";
  if (field.type === "tags") return html`<${TagsInput} ...${typed} code=${code} value=${value} />`;
  const offers = namesFor(field.rules?.place, /** @type {any} */ (sheet.get(path.slice(0, -1))) ?? {});
  const hint = field.type === "money" ? t("form.money", { currency: sheet.currency }) : undefined;
  return html`<${TextField} ...${typed} value=${value ?? ""} hint=${hint} code=${code} list=${offers.length ? `${id}-offers` : undefined}
      type=${INPUT_TYPES[field.type] ?? "text"} inputmode=${INPUT_MODES[field.type]} />
    ${offers.length > 0 && html`<datalist id=${`${id}-offers`}>${offers.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>`}`;
}
