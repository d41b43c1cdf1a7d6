// One journal entry in one line: when, what, which product or code, from which device; the whole entry on request.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { clock, money } from "../format.js";
import { groupOf } from "../live_rows.js";
import { Icon } from "../parts/icons.js";
import { wordFor } from "../words.js";

/** @typedef {import("../types.js").LiveEvent} LiveEvent */

/** @type {Record<string, string>} */
const ICONS = { scan: "scan", sale: "sale", record: "edit", device: "devices", trouble: "warn" };

/** @param {LiveEvent} event @returns {{main: any, side: any}} */
function wordsFor(event) {
  const { data, product } = event;
  if (event.type === "sale.completed") {
    const lines = Array.isArray(data.lines) ? data.lines.length : 0;
    return {
      main: money(Number(data.total), String(data.currency)),
      side: t("live.sale", { count: lines, receipt: String(data.receipt ?? "") }),
    };
  }
  const code = String(data.gtin ?? data.text ?? data.epc ?? "");
  if (product) return { main: product.name, side: html`<span class="code">${code}</span>` };
  if (code)
    return {
      main: html`<span class="code">${code}</span>`,
      side:
        event.type === "scan.captured" ? t("live.no_product") : event.type === "rfid.observed" ? `×${data.count}` : "",
    };
  if (event.kind)
    return { main: wordFor("kind", event.kind), side: html`<span class="code">${event.subject?.slice(-8)}</span>` };
  const name = data.name ?? data.reason ?? "";
  return { main: typeof name === "string" ? name : "", side: "" };
}

/** @param {{event: LiveEvent, still: boolean}} props  still: it does not light up when it comes */
export function LiveRow({ event, still }) {
  const [open, setOpen] = useState(false);
  const group = groupOf(event);
  const { main, side } = wordsFor(event);
  return html`<li class=${`live-row ${group}${still ? " still" : ""}`}>
    <button type="button" class="live-line" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      <time datetime=${event.received_at}>${clock(event.received_at)}</time>
      <span class="live-kind"><${Icon} name=${ICONS[group]} />${wordFor("type", event.type)}</span>
      <span class="live-what"><span class="live-main">${main}</span><span class="live-side">${side}</span></span>
      <span class="live-device">${event.device_name || t("live.gateway")}</span>
    </button>
    ${open && html`<pre class="code well" tabindex="0" aria-label=${t("live.entry")}>${JSON.stringify(event, null, 2)}</pre>`}
  </li>`;
}
