// A customer in a list, and the ones that were opened last.
import { useSignal, useSignalEffect } from "@preact/signals";
import { named } from "../data.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { route } from "../router.js";
import { here, revision } from "../runtime.js";
import { monogram } from "../summary.js";
import { StageBadge } from "./stage.js";

/** @typedef {import("../types.js").Entry} Entry */

const RECENT = 5;
/** Stages that need no badge in a list: everything is as it should be. */
const QUIET = new Set(["at_gateway", "taken", "accepted"]);

/** @param {{entry: Entry}} props */
export function CustomerRow({ entry }) {
  const open = route.value.id === entry.id;
  return html`<li><a class="row" href=${`#/customers/${entry.id}`} aria-current=${open ? "true" : undefined}>
    <span class="monogram" aria-hidden="true">${monogram(entry.title)}</span>
    <span class="row-words">
      <span class="row-line"><strong>${entry.title || t("customer.unnamed")}</strong>${!QUIET.has(entry.state) && html`<${StageBadge} stage=${entry.state} />`}</span>
      <span class="row-line second"><span>${entry.subtitle}</span><span class="code">${entry.number}</span></span>
    </span>
  </a></li>`;
}

/** @returns {Entry[]} */
export function useRecents() {
  const recents = useSignal(/** @type {Entry[]} */ ([]));
  useSignalEffect(() => {
    route.value;
    revision.value;
    here()
      .db.get("recents")
      .then((ids = []) => named("customer", ids.slice(0, RECENT)))
      .then((entries) => {
        recents.value = entries;
      });
  });
  return recents.value;
}

/** @param {{entries: readonly Entry[]}} props */
export const Recents = ({ entries }) =>
  html`<section class="list-part" aria-labelledby="recents-title"><h2 id="recents-title">${t("customers.recent")}</h2>
    <ul class="list">${entries.map((entry) => html`<${CustomerRow} key=${entry.id} entry=${entry} />`)}</ul></section>`;
