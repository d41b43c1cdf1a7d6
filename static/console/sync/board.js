// The phones as they were last heard of: who keeps silent and what they still hold, whose clock or version is off.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { bytes, count, span } from "../format.js";
import { Icon } from "../parts/icons.js";
import { Badge, Empty } from "../parts/states.js";
import { Ago, now } from "../parts/time.js";
import { session } from "../session.js";

/** @typedef {import("../types.js").BoardPhone} BoardPhone */

const DAY_MS = 86_400_000;
/** People notice ten minutes; entries are ordered by number, not by clock. */
const CLOCK_MS = 600_000;
const FULL = 0.9;

/** What needs somebody: silent, and holding something. @param {BoardPhone[]} phones */
export const missing = (phones) => phones.filter((phone) => phone.silent && (phone.unsent ?? 0) > 0);

/** @param {BoardPhone} phone */
const nameOf = (phone) => phone.name || t("board.unnamed", { id: phone.device.slice(-8) });

/** @param {{phones: BoardPhone[]}} props */
export function Alerts({ phones }) {
  const gone = missing(phones);
  if (!gone.length) return null;
  return html`<ul class="alerts">${gone.map((phone) => {
    const days = Math.floor((now.value - Date.parse(phone.last_seen_at)) / DAY_MS);
    const held = t("board.held", { count: phone.unsent ?? 0 });
    return html`<li key=${phone.device} class="note bad"><${Icon} name="warn" /><p><strong>${nameOf(phone)}</strong> (${phone.user}): ${t("board.silent_for", { count: days })} ${held}</p></li>`;
  })}</ul>`;
}

/** @param {{phone: BoardPhone}} props */
function Clock({ phone }) {
  const off = phone.clock_offset_ms;
  if (off === null) return html`<span class="soft">${t("phones.unsaid")}</span>`;
  if (Math.abs(off) < 2_000) return t("board.clock.right");
  const words = t(off > 0 ? "board.clock.behind" : "board.clock.ahead", { span: span(Math.abs(off)) });
  return Math.abs(off) > CLOCK_MS ? html`<${Badge} tone="warn">${words}<//>` : words;
}

/** @param {{phone: BoardPhone}} props */
function Room({ phone }) {
  const { storage_used: used, storage_quota: quota } = phone;
  if (used === null || !quota) return html`<span class="soft">${t("phones.unsaid")}</span>`;
  const words = t("board.room", { used: bytes(used), quota: bytes(quota) });
  return used > FULL * quota ? html`<${Badge} tone="warn">${words}<//>` : words;
}

/** @param {{phone: BoardPhone}} props */
function Version({ phone }) {
  if (!phone.build) return html`<span class="soft">${t("phones.unsaid")}</span>`;
  const current = phone.build === session.value?.gateway.build;
  return current
    ? html`<span>${t("board.current")}</span>`
    : html`<span>${t("board.older")} <span class="code soft">${phone.build}</span></span>`;
}

/** @param {{phone: BoardPhone}} props */
function Unsent({ phone }) {
  if (phone.unsent === null) return html`<span class="soft">${t("phones.unsaid")}</span>`;
  return phone.unsent
    ? html`<span class="two"><${Badge} tone=${phone.silent ? "bad" : "warn"}>${count(phone.unsent)}<//>${phone.oldest_unsent_at && html`<span class="soft">${t("board.oldest")} <${Ago} at=${phone.oldest_unsent_at} /></span>`}</span>`
    : html`<span>${count(0)}</span>`;
}

/** @param {{phone: BoardPhone}} props */
function Row({ phone }) {
  return html`<tr class=${phone.retired ? "off" : ""}>
    <td data-label=${t("sync.phone.device")}><span class="two"><strong>${nameOf(phone)}</strong><span class="soft">${phone.user}</span></span></td>
    <td data-label=${t("sync.phone.seen")}><span class="two"><span><${Ago} at=${phone.last_seen_at} /></span>${phone.silent ? html`<${Badge} tone="bad">${t("board.silent")}<//>` : phone.retired ? html`<${Badge} tone="calm">${t("phones.retired")}<//>` : null}</span></td>
    <td data-label=${t("sync.phone.unsent")}><${Unsent} phone=${phone} /></td>
    <td data-label=${t("board.sent")}><span class="two"><span><${Ago} at=${phone.last_push_at} /></span>${phone.restarts ? html`<span class="soft">${t("board.restarts", { count: phone.restarts })}</span>` : null}</span></td>
    <td data-label=${t("board.clock")}><${Clock} phone=${phone} /></td>
    <td data-label=${t("board.storage")}><${Room} phone=${phone} /></td>
    <td data-label=${t("board.version")}><${Version} phone=${phone} /></td>
  </tr>`;
}

/** @param {{phones: BoardPhone[], days: number}} props */
export function Board({ phones, days }) {
  if (!phones.length)
    return html`<${Empty} icon="phone" title=${t("sync.phones.empty")}><p>${t("sync.phones.empty.help")}</p><//>`;
  const heads = ["sync.phone.device", "sync.phone.seen", "sync.phone.unsent", "board.sent", "board.clock"];
  return html`<${Alerts} phones=${phones} />
    <table class="stacking">
      <thead><tr>${[...heads, "board.storage", "board.version"].map((head) => html`<th scope="col">${t(head)}</th>`)}</tr></thead>
      <tbody>${phones.map((phone) => html`<${Row} key=${phone.device} phone=${phone} />`)}</tbody>
    </table>
    <p class="soft foot-note">${t("board.rule", { count: days })}</p>`;
}
