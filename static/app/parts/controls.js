// The few things one can press, and the short word that something happened.
import { signal } from "@preact/signals";
import { html } from "../html.js";
import { Icon } from "./icons.js";

/** @typedef {import("../types.js").Children} Children */

/**
 * @param {{look?: "main" | "plain" | "quiet" | "bad", icon?: string, label?: string, type?: string, busy?: boolean, children?: Children,
 *   onClick?: (event: MouseEvent) => unknown, [name: string]: unknown}} props  label: for a button without words
 */
export function Button({ look = "plain", icon, label, type = "button", busy = false, children, onClick, ...rest }) {
  return html`<button type=${type} class=${`button ${look}${children ? "" : " lone"}`} aria-label=${label} aria-busy=${busy} onClick=${onClick} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}${children && html`<span>${children}</span>`}
  </button>`;
}

/** @param {{href: string, look?: string, icon?: string, label?: string, children?: Children}} props */
export function ButtonLink({ href, look = "plain", icon, label, children }) {
  return html`<a href=${href} class=${`button ${look}${children ? "" : " lone"}`} aria-label=${label}>
    ${icon && html`<${Icon} name=${icon} />`}${children && html`<span>${children}</span>`}
  </a>`;
}

/** @typedef {{text: string, action?: {label: string, run: () => unknown}}} Note */

const note = signal(/** @type {Note | null} */ (null));
const SHORT_MS = 5_000;
const UNDO_MS = 10_000;
let hiding = 0;

/** Say something in passing. With an action it stays for ten seconds. @param {string} text @param {Note["action"]} [action] */
export function say(text, action) {
  clearTimeout(hiding);
  note.value = action ? { text, action } : { text };
  hiding = setTimeout(hush, action ? UNDO_MS : SHORT_MS);
}

function hush() {
  clearTimeout(hiding);
  note.value = null;
}

/** Where passing words appear; always in the page, so that screen readers notice the change. */
export function Toast() {
  const { text = "", action = undefined } = note.value ?? {};
  const act = () => {
    hush();
    action?.run();
  };
  return html`<div class="toast" role="status" data-empty=${!text}>
    ${text && html`<${Icon} name="check" /><span>${text}</span>`}
    ${action && html`<button type="button" onClick=${act}>${action.label}</button>`}
  </div>`;
}

/** @param {{tone: "good" | "calm" | "warn" | "bad", icon?: string, title?: string, alert?: boolean, actions?: Children, children?: Children}} props */
export function Banner({ tone, icon = "alert", title, alert = false, actions, children }) {
  return html`<div class="banner" data-tone=${tone} role=${alert ? "alert" : undefined}>
    <${Icon} name=${icon} />
    <div class="banner-words">${title && html`<strong>${title}</strong>`}${children && html`<p>${children}</p>`}</div>
    ${actions && html`<div class="banner-actions">${actions}</div>`}
  </div>`;
}

/** @param {{icon: string, title: string, children?: Children, action?: Children}} props */
export function Empty({ icon, title, children, action }) {
  return html`<div class="empty"><span class="empty-icon"><${Icon} name=${icon} /></span><h2>${title}</h2>${children && html`<p>${children}</p>`}${action}</div>`;
}
