// A merge that waits for a second person: which record goes, and all that would change in the one that stays.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { fieldAt, Side } from "../parts/value.js";

/** @typedef {import("../types.js").Kind} Kind */

/** @param {{merge: import("../types.js").ProposedMerge, kind: Kind | undefined, currency: string}} props */
export function ProposedMerge({ merge, kind, currency }) {
  const { title, number, changes } = merge;
  return html`<p class="clash-field">${t("approvals.merge", { title: title || number, number })}</p>
    <p class="soft">${t(changes.length > 0 ? "approvals.merge.changes" : "approvals.merge.nothing")}</p>
    ${changes.map((one) => {
      const { field, name } = fieldAt(kind, one.field);
      return html`<section class="place"><h3>${name}</h3><div class="sides">
        <${Side} title=${t("approvals.from")} value=${one.old} field=${field} currency=${currency} />
        <${Side} strong title=${t("approvals.to")} value=${one.new} field=${field} currency=${currency} />
      </div></section>`;
    })}`;
}
