// A pair of records that may be one: both by name, and why somebody should look.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post } from "../api.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Badge } from "../parts/states.js";
import { fieldAt } from "../parts/value.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Pair} Pair */
/** @typedef {import("../types.js").MergeRecord} MergeRecord */

/** @param {MergeRecord} record */
export const titleOf = (record) => String(record.data.trade_name ?? record.data.legal_name ?? record.number);

/** What was compared, by how it came out. @param {{pair: Pair, kind: Kind | undefined}} props */
function Reasons({ pair, kind }) {
  const of = (/** @type {string} */ code) => [
    ...new Set(pair.reasons.filter((one) => one.code === code).map((one) => fieldAt(kind, one.field).name)),
  ];
  return html`<ul class="plain soft">${["same", "alike", "different"].map((code) => {
    const names = of(code);
    return names.length > 0 && html`<li>${t(`merge.why.${code}`, { fields: names.join(", ") })}</li>`;
  })}</ul>`;
}

/** @param {{pair: Pair, kind: Kind | undefined, onChange: () => void}} props */
export function PairCard({ pair, kind, onChange }) {
  const [busy, setBusy] = useState(false);
  const first = pair.records.find(({ id }) => id === pair.suggested) ?? pair.records[0];
  const second = pair.records.find((one) => one !== first);
  if (!first || !second) return null;
  async function notSame() {
    setBusy(true);
    try {
      await post(`/api/v1/records/${first?.kind}/${first?.id}/not-same`, { other: second?.id });
      say(t("merge.done.not_same"));
    } catch (error) {
      say(asProblem(error).message);
    } finally {
      setBusy(false);
      onChange();
    }
  }
  const tone = pair.grade === "same" ? "bad" : "warn";
  return html`<li class="card clash">
    <div class="card-head"><h2>${titleOf(first)}</h2><${Badge} tone=${tone}>${t(`merge.grade.${pair.grade}`)}<//></div>
    <div class="sides">${[first, second].map(
      (one) =>
        html`<div class="side"><h3>${titleOf(one)}</h3><p class="soft">${one.number}</p><p>${[one.data.email, one.data.phone ?? one.data.mobile, one.data.tax_id].filter(Boolean).join(" · ")}</p></div>`,
    )}</div>
    <${Reasons} pair=${pair} kind=${kind} />
    <div class="actions">
      ${may("customer merge") && html`<a class="button main" href=${`#/duplicates/${first.id}/${second.id}`}>${t("merge.compare")}</a>`}
      ${may("duplicate update") && html`<${Button} icon="close" busy=${busy} onClick=${notSame}>${t("merge.not_same")}<//>`}
    </div>
  </li>`;
}
