// One field of a form: its label, its control, and what is wrong with it, tied together for everybody.
import { named } from "../format.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { LaterPart } from "../later.js";
import { Icon } from "../parts/icons.js";
import { choicesFor } from "./choices.js";
import { namesFor } from "./places.js";
import { TwinsAt } from "./twin_cards.js";

/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Finding} Finding */
/** @typedef {import("../types.js").Value} Value */
/** @typedef {import("./entry.js").Entry} Entry */
/** @typedef {{field: FieldSchema, path: string[], entry: Entry, onSet?: (value: Value) => void}} FieldProps  onSet: instead of setting this one value */
/** @typedef {{id: string, field: FieldSchema, value: Value | undefined, described: string | undefined, invalid: boolean, currency: string, offers: string[],
 *   onValue: (value: Value) => void, onLeave: (event: FocusEvent) => void}} ControlProps */

/** @type {Record<string, string>} */
const INPUT_TYPES = { phone: "tel", email: "email", url: "url", date: "date" };
/** @type {Record<string, string>} */
const INPUT_MODES = {
  money: "decimal",
  decimal: "decimal",
  integer: "numeric",
  gtin: "numeric",
  phone: "tel",
  email: "email",
  url: "url",
};
const CODES = new Set(["tax_id", "iban", "gtin", "code", "bic", "account_number", "postal_code"]);
const SELECTS = new Set(["choice", "country", "currency", "language"]);
const FEW = 4;

/** @param {string[]} path */
export const fieldId = (path) => `field-${path.join("-")}`;

/**
 * Put the cursor into a field that the next drawing brings; where it has none, to the heading of its group.
 * @param {string[]} path
 */
export function focusField(path) {
  const target = () => document.getElementById(fieldId(path)) ?? document.getElementById(fieldId(path.slice(0, 1)));
  const unfold = () => target()?.closest("details")?.setAttribute("open", "");
  requestAnimationFrame(() => {
    unfold();
    requestAnimationFrame(() => target()?.focus());
  });
}

/** What is wrong, in the language on screen; the gateway's own sentence where it said one. @param {Finding} finding */
export const sentence = ({ code, params, detail }) =>
  detail || t(`rule.${code}`, { ...params, country: named("region", String(params?.country ?? "")) });

/** @param {ControlProps} props */
const common = ({ id, field, described, invalid, onLeave }) => ({
  id,
  name: id,
  "aria-describedby": described,
  "aria-invalid": invalid || undefined,
  "aria-required": field.required || undefined,
  onBlur: onLeave,
});

/** A scan that this field takes. Fields that are not declared so are never scanned into. @param {FieldSchema} field @param {(code: string) => void} take */
const scanned = (field, take) =>
  field.scannable && {
    "data-scannable": "",
    onscan: (/** @type {CustomEvent} */ event) => {
      event.preventDefault();
      take(event.detail);
    },
  };

/** @param {Event} event */
const typed = (event) => /** @type {HTMLInputElement} */ (event.currentTarget).value;

/** @param {ControlProps} props */
function TextControl(props) {
  const { id, field, value, onValue, currency, offers } = props;
  const code = CODES.has(field.type);
  const input = html`<input ...${common(props)} ...${scanned(field, onValue)} type=${INPUT_TYPES[field.type] ?? "text"} inputmode=${INPUT_MODES[field.type]} class=${`input${code ? " code" : ""}`}
    value=${value ?? ""} autocomplete="off" autocapitalize=${code ? "characters" : field.type === "text" ? "sentences" : "off"} spellcheck=${field.type === "text" ? undefined : false}
    list=${offers.length ? `${id}-offers` : undefined} onInput=${(/** @type {Event} */ event) => onValue(typed(event))} />`;
  if (offers.length)
    return html`${input}<datalist id=${`${id}-offers`}>${offers.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>`;
  if (field.type !== "money") return input;
  return html`<div class="with-unit">${input}<span class="unit" aria-hidden="true">${currency}</span></div>`;
}

/** @param {ControlProps} props */
function AreaControl(props) {
  return html`<textarea ...${common(props)} class="input area" rows="4" value=${props.value ?? ""} onInput=${(/** @type {Event} */ event) => props.onValue(typed(event))}></textarea>`;
}

/** @param {ControlProps} props */
function SelectControl(props) {
  const { field, value, onValue } = props;
  const choices = choicesFor(field);
  const unknown = typeof value === "string" && value && !choices.some((choice) => choice.value === value);
  return html`<div class="select"><select ...${common(props)} class="input" value=${value ?? ""} onChange=${(/** @type {Event} */ event) => onValue(typed(event))}>
    <option value="">${t("form.choose")}</option>
    ${unknown && html`<option value=${value}>${field.type === "choice" ? value : named(field.type === "country" ? "region" : /** @type {any} */ (field.type), String(value))}</option>`}
    ${choices.map((choice) => html`<option key=${choice.value} value=${choice.value}>${choice.label}</option>`)}
  </select><${Icon} name="next" /></div>`;
}

/** A handful of choices is shown, not hidden in a list. @param {ControlProps} props */
function ChoiceControl(props) {
  const { id, field, value, onValue, described } = props;
  return html`<div class="choices" role="radiogroup" id=${id} tabindex="-1" aria-labelledby=${`${id}-label`} aria-describedby=${described} aria-required=${field.required || undefined}>
    ${choicesFor(field).map(
      (choice) => html`<label key=${choice.value} class="choice">
        <input type="radio" name=${id} value=${choice.value} checked=${value === choice.value} onChange=${() => onValue(choice.value)} /><span>${choice.label}</span>
      </label>`,
    )}
    ${!field.required && value && html`<button type="button" class="choice-none" onClick=${() => onValue("")}>${t("form.none")}</button>`}
  </div>`;
}

/** @param {ControlProps} props */
function TagsControl(props) {
  const { field, value, onValue, onLeave } = props;
  const tags = Array.isArray(value) ? value : [];
  const add = (/** @type {string} */ text) => {
    const fresh = text
      .split(/[,，;；\n]/)
      .map((text) => text.trim())
      .filter((text) => text && !tags.includes(text));
    if (fresh.length) onValue([...tags, ...fresh]);
  };
  const take = (/** @type {HTMLInputElement} */ input) => {
    const text = input.value;
    input.value = "";
    add(text);
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing || !["Enter", ",", "，"].includes(event.key)) return;
    event.preventDefault();
    take(/** @type {HTMLInputElement} */ (event.currentTarget));
  };
  return html`<div class="tags">
    ${tags.map((tag) => html`<button type="button" key=${tag} class="tag" aria-label=${t("form.remove", { what: tag })} onClick=${() => onValue(tags.filter((other) => other !== tag))}>${tag}<${Icon} name="close" /></button>`)}
    <input ...${common(props)} ...${scanned(field, add)} class="input" autocomplete="off" placeholder=${t("form.tags")} onKeyDown=${onKeyDown}
      onBlur=${(/** @type {FocusEvent} */ event) => {
        take(/** @type {HTMLInputElement} */ (event.currentTarget));
        onLeave(event);
      }} />
  </div>`;
}

/** Few forms name another record. @param {ControlProps} props */
const ReferenceControl = (props) => html`<${LaterPart} name="reference" ...${props} />`;

/** @param {FieldSchema} field */
function controlFor(field) {
  if (field.type === "multiline") return AreaControl;
  if (field.type === "tags") return TagsControl;
  if (field.type === "reference") return ReferenceControl;
  if (field.type === "choice" && choicesFor(field).length <= FEW) return ChoiceControl;
  return SELECTS.has(field.type) ? SelectControl : TextControl;
}

/** @param {{id: string, finding: Finding | undefined}} props */
const Wrong = ({ id, finding }) =>
  finding ? html`<p class="wrong" id=${id}><${Icon} name="alert" /><span>${sentence(finding)}</span></p>` : null;

/** @param {FieldProps} props */
export function Field({ field, path, entry, onSet }) {
  const id = fieldId(path);
  const finding = entry.shownAt(path);
  const value = entry.get(path);
  const errorId = finding ? `${id}-wrong` : undefined;
  const onValue = onSet ?? ((/** @type {Value} */ next) => entry.set(path, next));
  const beside = /** @type {import("../types.js").Values} */ (entry.get(path.slice(0, -1)) ?? {});
  const offers = namesFor(field.rules?.place, beside);
  // Words that appear under a field move what stands below; whoever is pressing a button there must still hit it.
  const onLeave = (/** @type {FocusEvent} */ { relatedTarget }) => {
    if (!(relatedTarget instanceof Element && relatedTarget.closest("button"))) entry.judge(path);
  };
  if (field.type === "boolean") {
    return html`<div class="field"><label class="tick"><input type="checkbox" id=${id} checked=${value === true} aria-describedby=${errorId}
      onChange=${(/** @type {any} */ event) => onValue(event.currentTarget.checked)} /><span>${label(field.labels)}</span></label><${Wrong} id=${errorId ?? ""} finding=${finding} /></div>`;
  }
  const Control = controlFor(field);
  const name = html`${label(field.labels)}${field.required && html`<span class="required">${t("form.required")}</span>`}`;
  return html`<div class="field" data-invalid=${Boolean(finding)}>
    ${Control === ChoiceControl ? html`<span class="label" id=${`${id}-label`}>${name}</span>` : html`<label class="label" for=${id}>${name}</label>`}
    <${Control} id=${id} field=${field} value=${value} described=${errorId} invalid=${Boolean(finding)} currency=${entry.context.currency} offers=${offers} onValue=${onValue} onLeave=${onLeave} />
    <${Wrong} id=${errorId ?? ""} finding=${finding} />
    ${path.length === 1 && html`<${TwinsAt} entry=${entry} name=${field.name} />`}
  </div>`;
}
