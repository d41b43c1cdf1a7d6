// What to mend in a record, place by place, at a glance: each field leads to its place in the form.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { byPlace } from "../findings.js";
import { may } from "../may.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../findings.js").Told} Told */

/** The field, and the way to it for whoever may write. @param {{told: Told, record: string}} props */
const FieldLink = ({ told: { finding, name }, record }) =>
  may("customer update")
    ? html`<a href=${`#/customers/${record}/edit/${finding.field}`}>${name}</a>`
    : html`<strong>${name}</strong>`;

/** @param {{place: import("../findings.js").Place, record: string}} props */
function PlaceLine({ place: { name, points, doubtful, missing }, record }) {
  return html`<li><p class="findings-head"><strong>${name}</strong><span class="soft">${t("quality.points", { points })}</span></p>
    ${doubtful.map((told) => html`<p key=${told.finding.field}><${FieldLink} told=${told} record=${record} />: ${told.finding.detail}</p>`)}
    ${missing.length > 0 && html`<ul class="findings-missing" aria-label=${t("quality.missing")}><li class="soft" aria-hidden="true">${t("quality.missing")}</li>${missing.map((told) => html`<li key=${told.finding.field}><${FieldLink} told=${told} record=${record} /></li>`)}</ul>`}
  </li>`;
}

/** The places worth most, the others folded away. @param {{findings: import("../types.js").Finding[], declaration: Kind | undefined, record: string, first: number}} props */
export function Findings({ findings, declaration, record, first }) {
  const places = byPlace(findings, declaration);
  const rest = places.slice(first);
  const lines = (/** @type {typeof places} */ some) =>
    html`<ul class="findings">${some.map((place) => html`<${PlaceLine} key=${place.place} place=${place} record=${record} />`)}</ul>`;
  return html`${lines(places.slice(0, first))}
    ${rest.length > 0 && html`<details class="rest"><summary>${t("quality.rest", { count: rest.length })}</summary>${lines(rest)}</details>`}`;
}
