// What is on the network: under which name this gateway is announced there, and what else is found.
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { useLoad } from "../load.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { wordFor } from "../words.js";

/** @typedef {import("../types.js").NetworkFound} NetworkFound */
/** @typedef {import("../types.js").NetworkSeen} NetworkSeen */

const EVERY_MS = 5_000;

/** @param {{network: NetworkSeen}} props */
function Mine({ network }) {
  const { announced, trouble } = network;
  return html`
    ${announced && html`<p class="soft">${t("network.announced", { name: announced.name, places: announced.addresses.map((one) => `${one}:${announced.port}`).join(", ") })}</p>`}
    ${trouble && html`<p class="note warn">${trouble}</p>`}`;
}

/** @param {{one: NetworkFound}} props */
function Status({ one }) {
  if (one.device) return html`<${Badge} tone="good">${t("network.in_use", { name: one.device })}<//>`;
  if (one.proposed) return html`<${Badge} tone="warn">${t("devices.new")}<//>`;
  return html`<span class="soft">${t(one.sort === "gateway" ? "network.gateway" : "network.no_driver")}</span>`;
}

/** @param {{one: NetworkFound}} props */
function Row({ one }) {
  return html`<tr>
    <td data-label=${t("field.name")}><strong>${one.name}</strong></td>
    <td data-label=${t("network.sort")}>${wordFor("network.sort", one.sort)}</td>
    <td data-label=${t("network.place")}><span class="code">${one.address || t("network.no_address")}</span></td>
    <td data-label=${t("network.status")}><${Status} one=${one} /></td>
  </tr>`;
}

/** @param {{found: NetworkFound[]}} props */
function Found({ found }) {
  if (!found.length)
    return html`<${Empty} icon="devices" title=${t("network.empty")}><p>${t("network.empty.help")}</p><//>`;
  return html`<table class="stacking">
    <thead><tr><th>${t("field.name")}</th><th>${t("network.sort")}</th><th>${t("network.place")}</th><th>${t("network.status")}</th></tr></thead>
    <tbody>${found.map((one) => html`<${Row} key=${`${one.sort} ${one.name}`} one=${one} />`)}</tbody>
  </table>`;
}

export function OnTheNetwork() {
  const load = useLoad(() => read("/api/v1/network"), { every: EVERY_MS, deps: [language.value] });
  return html`<section aria-labelledby="network"><h2 id="network">${t("network.title")}</h2>
    <${Loaded} load=${load}>${(/** @type {NetworkSeen} */ network) =>
      network.on
        ? html`<${Mine} network=${network} /><${Found} found=${network.found} />`
        : html`<p class="soft">${t("network.off")}</p>`}<//>
  </section>`;
}
