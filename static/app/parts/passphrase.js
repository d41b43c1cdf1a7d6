// One field for a passphrase: shown while a finger says so, pasted into, filled by a password manager.
import { useState } from "preact/hooks";
import { html } from "../html.js";
import { t } from "../i18n.js";

/** @typedef {import("../types.js").Children} Children */

/** @param {{name: string, label: string, autocomplete: string, told?: string | undefined, onInput?: (text: string) => void, children?: Children}} props
 *   told: the id of what is said about it */
export function Passphrase({ name, label, autocomplete, told, onInput, children }) {
  const [open, setOpen] = useState(false);
  const typed = (/** @type {any} */ event) => onInput?.(event.currentTarget.value);
  return html`<div class="field"><label class="label" for=${name}>${label}</label>
    <div class="with-unit"><input class="input" id=${name} name=${name} type=${open ? "text" : "password"} autocomplete=${autocomplete} autocapitalize="off" spellcheck=${false} required aria-describedby=${told} onInput=${typed} />
      <button type="button" class="unit-button" aria-pressed=${open} onClick=${() => setOpen(!open)}>${t(open ? "sign_in.hide" : "sign_in.show")}</button></div>${children}</div>`;
}
