// A record that another one names, by its name and as a way to it.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { named } from "../data.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { revision } from "../runtime.js";

/** @typedef {import("../types.js").Entry} Entry */

/** What this phone knows of a record. @param {string} kind @param {string} id @returns {Entry | null | undefined} null: nothing; undefined: asked */
export function useNamed(kind, id) {
  const found = useSignal(/** @type {Entry | null | undefined} */ (undefined));
  const wanted = useSignal(id);
  wanted.value = id;
  useSignalEffect(() => {
    revision.value;
    const asked = wanted.value;
    void named(kind, [asked]).then(([entry]) => {
      if (asked === wanted.peek()) found.value = entry ?? null;
    });
  });
  return found.value?.id === id || !found.value ? found.value : undefined;
}

/** @param {{kind: string, id: string}} props */
export function RecordName({ kind, id }) {
  const entry = useNamed(kind, id);
  if (entry === undefined) return null;
  if (entry === null) return html`<span class="soft">${t("reference.elsewhere")}</span>`;
  return html`<a href=${`#/${kind}s/${id}`}>${entry.title || t("customer.unnamed")}</a>`;
}
