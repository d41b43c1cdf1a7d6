// Instants that keep themselves current: one timer for the whole page, and only the small leaf is drawn again.
import { signal } from "@preact/signals";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { clockOffset } from "../api.js";
import { ago, dateTime } from "../format.js";

/** What the gateway's clock says, Unix ms: ages must not depend on a wrong clock in somebody's computer. */
export const gatewayTime = () => Date.now() + clockOffset();

export const now = signal(gatewayTime());

setInterval(() => {
  if (!document.hidden) now.value = gatewayTime();
}, 1000);

/** @param {{at: string | null | undefined, none?: string}} props */
export function Ago({ at, none }) {
  if (!at) return html`<span class="soft">${none ?? t("never")}</span>`;
  return html`<time datetime=${at} title=${dateTime(at)}>${ago(at, now.value)}</time>`;
}
