// How good a record is, what is missing in it, and who last found it right.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Badge, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { Findings } from "./findings.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Quality} QualityTold */

const GOOD = 90;
const FAIR = 60;
/** So many places are read at once; the rest is folded away. */
const FIRST = 3;

/** A score as a word of colour. @param {number} score */
export const tone = (score) => (score >= GOOD ? "good" : score >= FAIR ? "warn" : "bad");

/** @param {{told: QualityTold, declaration: Kind, record: string, onCheck: () => void, busy: boolean}} props */
function Told({ told, declaration, record, onCheck, busy }) {
  return html`<p class="score"><${Badge} tone=${tone(told.score)}>${t("quality.score", { score: told.score })}<//></p>
    <dl class="figures"><div><dt>${t("quality.complete")}</dt><dd>${told.completeness} %</dd></div><div><dt>${t("quality.valid")}</dt><dd>${told.validity} %</dd></div></dl>
    ${told.findings.length ? html`<${Findings} findings=${told.findings} declaration=${declaration} record=${record} first=${FIRST} />` : html`<p>${t("quality.perfect")}</p>`}
    <p class=${told.due ? "" : "soft"}>${told.due && html`<${Badge} tone="warn">${t("quality.due")}<//> `}
      ${told.verified_at ? html`${t("quality.last", { name: told.verified_by ?? "" })} <${Ago} at=${told.verified_at} />` : t("quality.never")}</p>
    ${may("customer update") && html`<div class="actions"><${Button} icon="check" busy=${busy} onClick=${onCheck}>${t("quality.check")}<//></div>`}`;
}

/** @param {{row: import("../types.js").Row, declaration: Kind, onChecked: () => void}} props */
export function Quality({ row, declaration, onChecked }) {
  const [busy, setBusy] = useState(false);
  const place = `/api/v1/records/${row.kind}/${row.id}`;
  const load = useLoad(() => read(`${place}/quality`), { deps: [place, row.version] });
  async function check() {
    setBusy(true);
    try {
      await post(`${place}/checked`, { version: row.version });
      say(t("quality.checked"));
      await load.reload();
    } catch (error) {
      say(asProblem(error).message);
    } finally {
      setBusy(false);
      onChecked();
    }
  }
  return html`<section class="panel"><h2>${t("quality.title")}</h2>
    <${Loaded} load=${load} rows=${3}>${(/** @type {QualityTold} */ told) =>
      html`<${Told} told=${told} declaration=${declaration} record=${row.id} onCheck=${check} busy=${busy} />`}<//>
  </section>`;
}
