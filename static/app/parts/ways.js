// The ways to a customer: call, drive there, write, note a visit, plan a task. A hidden value leads nowhere.
import "../later_words.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { account } from "../runtime.js";
import { asMap } from "../summary.js";
import { mayVisit } from "../visits.js";
import { ButtonLink } from "./controls.js";
import { linesOf } from "./facts.js";
import { Icon } from "./icons.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {{fields: readonly FieldSchema[], place: Data}} Spot */

const HIDDEN = "•";

/** Every place of a record with the fields it may hold: the record itself, and each element of its groups. @param {string} kind @param {Data} data @returns {Spot[]} */
function spotsOf(kind, data) {
  const fields = kindNamed(kind)?.fields ?? [];
  const groups = fields.filter(({ type }) => type === "group");
  const elements = groups.flatMap((group) =>
    Object.values(asMap(data[group.name])).map((element) => ({ fields: group.fields ?? [], place: asMap(element) })),
  );
  return [{ fields, place: data }, ...elements];
}

/** @param {unknown} value @returns {string} "" for what is hidden or no text */
const clear = (value) => (typeof value === "string" && !value.includes(HIDDEN) ? value : "");

/** The first value of a type anywhere in the record. @param {Spot[]} spots @param {string} type @returns {string} */
function firstOf(spots, type) {
  const found = spots.flatMap(({ fields, place }) =>
    fields.filter((field) => field.type === type).map(({ name }) => clear(place[name])),
  );
  return found.find(Boolean) ?? "";
}

/**
 * Where a map may look: the first address, by its lines and without who receives there.
 * @param {Spot[]} spots @returns {string} "" without an address
 */
export function addressOf(spots) {
  for (const { fields, place } of spots) {
    if (!fields.some(({ rules }) => rules?.place)) continue;
    const lines = linesOf({ ...place, recipient: "" })
      .map(clear)
      .filter(Boolean);
    if (lines.length) return lines.join(", ");
  }
  return "";
}

/** Safari on a phone knows no "geo:"; its map opens by an address of its own. */
const APPLE = /iPhone|iPad|iPod/;

/** A phone opens its own map; at a desk a page does. @param {string} address @returns {string} */
function mapLink(address) {
  const asked = encodeURIComponent(address);
  if (APPLE.test(navigator.userAgent)) return `https://maps.apple.com/?q=${asked}`;
  const desk = matchMedia("(hover: hover) and (pointer: fine)").matches;
  return desk ? `https://www.openstreetmap.org/search?query=${asked}` : `geo:0,0?q=${asked}`;
}

/** @param {{kind: string, id: string, data: Data}} props */
export function Ways({ kind, id, data }) {
  const spots = spotsOf(kind, data);
  const phone = firstOf(spots, "phone");
  const email = firstOf(spots, "email");
  const address = addressOf(spots);
  return html`<div class="reach">
    ${phone && html`<${ButtonLink} href=${`tel:${phone.replace(";ext=", ",")}`} icon="phone">${t("customer.call")}<//>`}
    ${address && html`<a class="button plain" href=${mapLink(address)} target="_blank" rel="noreferrer"><${Icon} name="map" /><span>${t("customer.navigate")}</span></a>`}
    ${mayVisit(account.value?.user.role) && html`<${ButtonLink} href=${`#/visit/${id}`} icon="visit">${t("customer.visit")}<//>`}
    <${ButtonLink} href=${`#/new/task/${id}`} icon="task">${t("customer.task")}<//>
    ${email && html`<${ButtonLink} href=${`mailto:${email}`} icon="mail">${t("customer.write")}<//>`}
  </div>`;
}
