import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { Icon } from "./icons.js";

/**
 * @param {{children?: import("../types.js").Children, onClick?: (event: MouseEvent) => void, look?: "main" | "plain" | "quiet" | "bad",
 *   icon?: string, type?: "button" | "submit", busy?: boolean, label?: string, pressed?: boolean, disabled?: boolean}} props
 *   label: the accessible name when the button shows an icon only
 */
export function Button({
  children,
  onClick,
  look = "plain",
  icon,
  type = "button",
  busy = false,
  label,
  pressed,
  disabled,
}) {
  return html`<button
    type=${type}
    class=${`button ${look}${children ? "" : " icon-only"}`}
    onClick=${onClick}
    aria-label=${label}
    aria-pressed=${pressed}
    aria-busy=${busy || undefined}
    disabled=${busy || disabled}
  >
    ${icon && html`<${Icon} name=${icon} />`}${children}
    ${busy && html`<span class="visually-hidden">${t("wait")}</span>`}
  </button>`;
}

/** @param {{href: string, children?: import("../types.js").Children, look?: "main" | "plain" | "quiet", icon?: string}} props */
export function ButtonLink({ href, children, look = "plain", icon }) {
  return html`<a class=${`button ${look}`} href=${href}>${icon && html`<${Icon} name=${icon} />`}${children}</a>`;
}
