// A field that names another record: found by the same search as in the lists, without a network, among what was entered
// on this phone as well.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { find } from "../data.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { Icon } from "../parts/icons.js";
import { useNamed } from "../parts/record_name.js";
import { monogram } from "../summary.js";

/** @typedef {import("../types.js").Entry} Entry */
/** @typedef {import("./field.js").ControlProps} ControlProps */

const SHOWN = 6;

/** @param {string} kind @param {string} query */
function useMatches(kind, query) {
  const matches = useSignal(/** @type {Entry[] | null} */ (null));
  const asked = useRef(0);
  useEffect(() => {
    asked.current += 1;
    const mine = asked.current;
    if (!query.trim()) {
      matches.value = null;
      return;
    }
    void find(kind, query, SHOWN).then(({ entries }) => {
      if (mine === asked.current) matches.value = entries;
    });
  }, [kind, query]);
  return matches.value;
}

/** @param {{id: string, entry: Entry, chosen: boolean, onTake: (entry: Entry) => void}} props */
function Offer({ id, entry, chosen, onTake }) {
  // The box keeps the cursor, so that the list does not close before the tap has arrived.
  const stay = (/** @type {Event} */ event) => event.preventDefault();
  return html`<li class="row" role="option" id=${id} aria-selected=${chosen} onMouseDown=${stay} onClick=${() => onTake(entry)}>
    <span class="monogram" aria-hidden="true">${monogram(entry.title)}</span>
    <span class="row-words"><span class="row-line"><strong>${entry.title || t("customer.unnamed")}</strong></span>
      <span class="row-line second"><span>${entry.subtitle}</span><span class="code">${entry.number}</span></span></span>
  </li>`;
}

/** @param {ControlProps & {kind: string}} props */
function Search({ id, field, described, invalid, kind, onValue, onLeave }) {
  const query = useSignal("");
  const at = useSignal(0);
  const matches = useMatches(kind, query.value);
  const offers = matches ?? [];
  const list = `${id}-list`;
  const take = (/** @type {Entry} */ { id: record }) => onValue(record);
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing || (!step && event.key !== "Enter" && event.key !== "Escape")) return;
    if (event.key === "Escape") query.value = "";
    const here = offers[at.value];
    if (event.key === "Enter" && here) take(here);
    if (step && offers.length) at.value = (at.value + step + offers.length) % offers.length;
    if (event.key !== "Enter" || here || query.value.trim()) event.preventDefault();
  };
  return html`<div class="reference">
    <div class="search"><${Icon} name="search" /><input id=${id} name=${id} class="input" role="combobox" autocomplete="off" spellcheck=${false} value=${query.value}
      placeholder=${t("customers.search_hint")} aria-expanded=${offers.length > 0} aria-controls=${list} aria-autocomplete="list"
      aria-activedescendant=${offers.length ? `${list}-${at.value}` : undefined} aria-describedby=${described} aria-invalid=${invalid || undefined}
      aria-required=${field.required || undefined} onKeyDown=${onKeyDown} onBlur=${onLeave}
      onInput=${(/** @type {any} */ event) => {
        query.value = event.currentTarget.value;
        at.value = 0;
      }} /></div>
    <ul class="list" role="listbox" id=${list} hidden=${offers.length === 0} aria-label=${label(field.labels)}>
      ${offers.map((entry, place) => html`<${Offer} key=${entry.id} id=${`${list}-${place}`} entry=${entry} chosen=${place === at.value} onTake=${take} />`)}</ul>
    <p class="soft" role="status">${matches?.length === 0 ? t("reference.nobody", { query: query.value.trim() }) : ""}</p>
  </div>`;
}

/** @param {ControlProps} props */
export function ReferenceControl(props) {
  const { id, field, value, described, onValue } = props;
  const kind = field.rules?.to ?? "customer";
  const entry = useNamed(kind, String(value ?? ""));
  if (!value) return html`<${Search} ...${props} kind=${kind} />`;
  return html`<div class="reference-chosen" aria-describedby=${described}>
    <span class="monogram" aria-hidden="true">${monogram(entry?.title ?? "")}</span>
    <span class="row-words"><strong>${entry?.title || (entry === null ? t("reference.elsewhere") : "")}</strong><span class="soft code">${entry?.number}</span></span>
    <button type="button" id=${id} class="button plain" onClick=${() => onValue("")}>${t("reference.change")}<span class="visually-hidden">: ${label(field.labels)}</span></button>
  </div>`;
}
