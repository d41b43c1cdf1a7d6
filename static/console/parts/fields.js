// Form fields: a label above the input, a hint below it, and the gateway's sentence when something is wrong.

import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { Icon } from "./icons.js";

/** @typedef {{value: string, label: string}} Choice */
/**
 * @typedef {{name: string, label: string, value: string, onValue: (value: string) => void, hint?: string, error?: string,
 *   required?: boolean, disabled?: boolean}} FieldProps
 */

/** @param {{name: string, label: string, hint?: string, error?: string, optional?: boolean, children: import("../types.js").Children}} props */
export function Field({ name, label, hint, error, optional = false, children }) {
  return html`<div class="field">
    <label for=${name}>${label}${optional && html` <span class="optional">${t("optional")}</span>`}</label>
    ${children} ${hint && html`<p class="hint" id=${`${name}-hint`}>${hint}</p>`}
    ${error && html`<p class="field-error" id=${`${name}-error`}><${Icon} name="warn" />${error}</p>`}
  </div>`;
}

/** @param {string} name @param {string | undefined} hint @param {string | undefined} error */
export function described(name, hint, error) {
  const ids = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ");
  return { "aria-describedby": ids || undefined, "aria-invalid": error ? "true" : undefined };
}

/** @param {FieldProps & {type?: string, autocomplete?: string, inputmode?: string, code?: boolean, optional?: boolean, placeholder?: string}} props */
export function TextField({
  name,
  label,
  value,
  onValue,
  hint,
  error,
  type = "text",
  code = false,
  optional,
  ...rest
}) {
  return html`<${Field} ...${{ name, label, hint, error, optional }}>
    <input id=${name} name=${name} type=${type} value=${value} class=${code ? "code" : ""} spellcheck=${code ? false : undefined}
      onInput=${(/** @type {InputEvent} */ event) => onValue(/** @type {HTMLInputElement} */ (event.currentTarget).value)}
      ...${described(name, hint, error)} ...${rest} />
  <//>`;
}

/** @param {FieldProps & {rows?: number, code?: boolean, optional?: boolean}} props */
export function AreaField({ name, label, value, onValue, hint, error, rows = 4, code = false, optional, ...rest }) {
  return html`<${Field} ...${{ name, label, hint, error, optional }}>
    <textarea id=${name} name=${name} rows=${rows} value=${value} class=${code ? "code" : ""} spellcheck=${code ? false : undefined}
      onInput=${(/** @type {InputEvent} */ event) => onValue(/** @type {HTMLTextAreaElement} */ (event.currentTarget).value)}
      ...${described(name, hint, error)} ...${rest}></textarea>
  <//>`;
}

/** @param {FieldProps & {choices: Choice[], blank?: string, optional?: boolean}} props  blank: what the empty choice says */
export function SelectField({ name, label, value, onValue, hint, error, choices, blank, optional, ...rest }) {
  return html`<${Field} ...${{ name, label, hint, error, optional }}>
    <select id=${name} name=${name} value=${value}
      onChange=${(/** @type {Event} */ event) => onValue(/** @type {HTMLSelectElement} */ (event.currentTarget).value)}
      ...${described(name, hint, error)} ...${rest}>
      ${blank !== undefined && html`<option value="" selected=${value === ""}>${blank}</option>`}
      ${choices.map((choice) => html`<option key=${choice.value} value=${choice.value} selected=${choice.value === value}>${choice.label}</option>`)}
    </select>
  <//>`;
}

/** @param {{name: string, label: string, value: boolean, onValue: (value: boolean) => void, hint?: string, error?: string}} props */
export function CheckField({ name, label, value, onValue, hint, error }) {
  return html`<div class="field check">
    <input id=${name} name=${name} type="checkbox" checked=${value} ...${described(name, hint, error)}
      onChange=${(/** @type {Event} */ event) => onValue(/** @type {HTMLInputElement} */ (event.currentTarget).checked)} />
    <label for=${name}>${label}</label>
    ${hint && html`<p class="hint" id=${`${name}-hint`}>${hint}</p>`}
    ${error && html`<p class="field-error" id=${`${name}-error`}><${Icon} name="warn" />${error}</p>`}
  </div>`;
}
