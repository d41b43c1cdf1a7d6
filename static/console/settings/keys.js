// How the key of the data is kept, and what becomes of a stolen box or disk: said without flattery.
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { useLoad } from "../load.js";
import { Badge, Loaded } from "../parts/states.js";

/** @typedef {import("../types.js").Protection} Protection */

/** @type {Record<Protection["box"]["level"], "good" | "warn" | "bad">} */
const TONES = { yes: "good", partly: "warn", no: "bad" };

/** @param {{what: "box" | "disk", said: Protection["box"]}} props */
function Stolen({ what, said }) {
  return html`<div><dt>${t(`keys.${what}`)} <${Badge} tone=${TONES[said.level]}>${t(`keys.level.${said.level}`)}<//></dt><dd>${said.told}</dd></div>`;
}

export function Keys() {
  const load = useLoad(() => read("/api/v1/keys"), { deps: [language.value] });
  return html`<section aria-labelledby="keys"><h2 id="keys">${t("keys.title")}</h2>
    <${Loaded} load=${load} rows=${2}>${(/** @type {Protection} */ kept) => html`<div class="panel">
      <p class="field-name">${kept.name}</p>
      <dl class="figures"><${Stolen} what="box" said=${kept.box} /><${Stolen} what="disk" said=${kept.disk} /></dl>
      <p class="hint">${t("keys.hint")}</p>
    </div>`}<//></section>`;
}
