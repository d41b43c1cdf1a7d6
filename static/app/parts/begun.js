// What was begun and not saved: one tap, and it goes on where it was left.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { allDrafts, heldDrafts } from "../drafts.js";
import { timeOrDate } from "../format.js";
import { toData } from "../forms/values.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { formFields, kindNamed, kindWord } from "../kinds.js";
import { route } from "../router.js";
import { here, revision } from "../runtime.js";
import { titleOf } from "../summary.js";
import { Icon } from "./icons.js";

/** @typedef {import("../types.js").Draft} Draft */

/** What the form is about, before it has a name. @param {Draft} draft */
const untitled = ({ kind, mode }) =>
  kind === "customer" || mode !== "create" ? t(`draft.${mode}`) : t("entry.any.create", { kind: kindWord(kind) });

/** Where it goes on: a visit and a count have screens of their own. @param {Draft} draft */
function placeOfDraft({ id, mode, operation, about }) {
  if (mode === "visit") return `#/visit/${operation ?? about}`;
  if (mode === "count" || mode === "receive") return `#/goods/${mode}/${operation ?? id}`;
  return `#/entry/${encodeURIComponent(id)}`;
}

/** @param {{draft: Draft}} props */
function DraftRow({ draft }) {
  const kind = kindNamed(draft.kind);
  const title = kind
    ? titleOf(toData(formFields(kind), draft.values, draft.base?.data ?? {}, { exponent: here().exponent }))
    : "";
  return html`<li><a class="row" href=${placeOfDraft(draft)}>
    <span class="monogram draft" aria-hidden="true"><${Icon} name="edit" /></span>
    <span class="row-words">
      <span class="row-line"><strong>${title || untitled(draft)}${draft.title && ` · ${draft.title}`}</strong></span>
      <span class="row-line second"><span>${t("draft.begun", { time: timeOrDate(draft.at) })}</span></span>
    </span>
    <span class="row-go">${t("draft.continue")}<${Icon} name="next" /></span>
  </a></li>`;
}

/** The drafts that no form holds open. @returns {Draft[]} */
export function useDrafts() {
  const drafts = useSignal(/** @type {Draft[]} */ ([]));
  useSignalEffect(() => {
    revision.value;
    route.value;
    Promise.all([allDrafts(here().db), heldDrafts()]).then(([all, held]) => {
      drafts.value = all.filter(({ id }) => !held.has(id));
    });
  });
  return drafts.value;
}

/** @param {{drafts: readonly Draft[]}} props */
export const Begun = ({ drafts }) =>
  html`<section class="list-part" aria-labelledby="drafts-title"><h2 id="drafts-title">${t("customers.drafts")}</h2>
    <ul class="list">${drafts.map((draft) => html`<${DraftRow} key=${draft.id} draft=${draft} />`)}</ul></section>`;
