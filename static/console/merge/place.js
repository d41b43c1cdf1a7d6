// One difference of two records: both values side by side, and which of them holds.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { fieldAt, Value } from "../parts/value.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").MergePlace} MergePlace */

/** What a side is called, and its value. @param {MergePlace} place @param {string} side */
const sideOf = (place, side) => (side === "kept" ? place.kept : side === "other" ? place.other : place.result);

/** @param {{place: MergePlace, side: string, chosen: boolean, field: any, currency: string, onChoose: () => void}} props */
function Option({ place, side, chosen, field, currency, onChoose }) {
  return html`<label class=${`side option${chosen ? " strong" : ""}`}>
    <span class="option-head"><input type="radio" name=${`merge-${place.field}`} value=${side} checked=${chosen} onChange=${onChoose} />
      ${t(`merge.side.${side}`)}</span>
    <span class="side-value">${side === "both" ? t("merge.both.help") : html`<${Value} value=${sideOf(place, side)} field=${field} currency=${currency} />`}</span>
  </label>`;
}

/** A place that a rule alone decides. @param {{place: MergePlace, field: any, currency: string}} props */
function Settled({ place, field, currency }) {
  return html`<div class="sides">
    ${["kept", "other"].map((side) => html`<div class="side"><p class="soft">${t(`merge.side.${side}`)}</p><div class="side-value"><${Value} value=${sideOf(place, side)} field=${field} currency=${currency} /></div></div>`)}
  </div>`;
}

/** @param {{place: MergePlace, kind: Kind | undefined, choice: string, currency: string, onChoose: (side: string) => void}} props */
export function Place({ place, kind, choice, currency, onChoose }) {
  const { field, name } = fieldAt(kind, place.field);
  return html`<fieldset class="place">
    <legend>${name}</legend>
    <p class="soft">${t(`merge.reason.${place.reason}`)}</p>
    ${
      place.sides.length === 0
        ? html`<${Settled} place=${place} field=${field} currency=${currency} />`
        : html`<div class="sides">${place.sides.map(
            (side) =>
              html`<${Option} key=${side} place=${place} side=${side} chosen=${choice === side} field=${field} currency=${currency} onChoose=${() => onChoose(side)} />`,
          )}</div>`
    }
  </fieldset>`;
}
