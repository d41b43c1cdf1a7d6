// Where the journal goes: each taker of the ERP with its lag in plain words, and the phones with what they still hold.
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { needsOf, setAlarms, setAttention } from "../attention.js";
import { kinds } from "../kinds.js";
import { useLoad } from "../load.js";
import { ButtonLink } from "../parts/button.js";
import { Empty, Loaded } from "../parts/states.js";
import { Board } from "../sync/board.js";
import { ConsumerCard } from "../sync/consumer.js";
import { Incoming, readIncoming } from "../sync/incoming.js";

const EVERY_MS = 5_000;

async function look() {
  const asked = [read("/api/v1/sync"), read("/api/v1/sync/phones"), readIncoming(), kinds()];
  const [state, board, incoming, declared] = await Promise.all(asked);
  setAlarms(state.erp.consumers);
  setAttention("sync", needsOf(state.erp.consumers, board.phones));
  return { erp: state.erp, board, incoming, kinds: declared };
}

/** @param {{erp: import("../types.js").SyncState["erp"], onChange: () => void}} props */
function Consumers({ erp, onChange }) {
  if (!erp.consumers.length)
    return html`<${Empty} icon="sync" title=${t("sync.empty")}><p>${t("sync.empty.help")}</p><//>`;
  return html`<ul class="cards">${erp.consumers.map((one) => html`<${ConsumerCard} key=${one.name} consumer=${one} onChange=${onChange} />`)}</ul>`;
}

export function Sync() {
  const load = useLoad(look, { every: EVERY_MS, deps: [language.value] });
  return html`<header class="head"><div><h1>${t("nav.sync")}</h1><p class="lede">${t("sync.lede")}</p></div>
      <div class="actions">
        <${ButtonLink} icon="check" href="#/comparisons">${t("nav.comparisons")}<//>
        <${ButtonLink} icon="play" href="#/schedule">${t("nav.schedule")}<//>
      </div></header>
    <${Loaded} load=${load}>${(/** @type {any} */ { erp, board, incoming, kinds: declared }) => html`
      <section aria-labelledby="erp"><h2 id="erp">${t("sync.erp")}${erp.connectors.length ? html` <span class="soft">${erp.connectors.join(", ")}</span>` : ""}</h2>
        <${Consumers} erp=${erp} onChange=${load.reload} /></section>
      <${Incoming} connectors=${incoming} kinds=${declared} />
      <section aria-labelledby="phones"><h2 id="phones">${t("sync.phones")}</h2><${Board} phones=${board.phones} days=${board.silent_days} /></section>`}
    <//>`;
}
