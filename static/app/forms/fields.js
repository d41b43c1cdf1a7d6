// Several fields of one place: those that go with what is chosen, the seldom filled ones behind one more tap.
import { useSignal } from "@preact/signals";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { Icon } from "../parts/icons.js";
import { startingValues } from "./begin.js";
import { Field } from "./field.js";
import { hasTable } from "./places.js";
import { isEmpty } from "./values.js";

/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Values} Values */
/** @typedef {import("./entry.js").Entry} Entry */
/** @typedef {{fields: readonly FieldSchema[], path: string[], entry: Entry}} FieldsProps */

/** Filled with something else than it starts with, or wrong: then it is not hidden. @param {FieldSchema} field @param {string[]} path @param {Entry} entry */
function speaks(field, path, entry) {
  const value = entry.get(path);
  const starts = startingValues([field], entry.place)[field.name];
  return (!isEmpty(value) && value !== starts) || Boolean(entry.shownAt(path));
}

/** @param {FieldsProps} props */
function Folded({ fields, path, entry }) {
  const chosen = useSignal(/** @type {boolean | null} */ (null));
  const open = chosen.value ?? fields.some((field) => speaks(field, [...path, field.name], entry));
  const onToggle = (/** @type {Event} */ event) => {
    chosen.value = /** @type {HTMLDetailsElement} */ (event.currentTarget).open;
  };
  return html`<details class="fold" open=${open} onToggle=${onToggle}>
    <summary><span class="fold-title">${t("form.more_fields", { count: fields.length })}<${Icon} name="next" /></span>
      <span class="fold-names">${fields.map((field) => label(field.labels)).join(" · ")}</span></summary>
    <div class="fold-fields">${fields.map((field) => html`<${Field} key=${field.name} field=${field} path=${[...path, field.name]} entry=${entry} />`)}</div>
  </details>`;
}

/** @param {FieldsProps} props */
export function Fields({ fields, path, entry }) {
  const beside = /** @type {Values} */ (path.length ? (entry.get(path) ?? {}) : entry.values.value);
  const asked = fields.filter((field) => entry.asks(field, [...path, field.name]));
  const isFolded = (/** @type {FieldSchema} */ field) => field.folded && !(field.rules?.place && hasTable(beside));
  const folded = asked.filter(isFolded);
  return html`${asked
    .filter((field) => !isFolded(field))
    .map((field) => html`<${Field} key=${field.name} field=${field} path=${[...path, field.name]} entry=${entry} />`)}
    ${folded.length > 0 && html`<${Folded} fields=${folded} path=${path} entry=${entry} />`}`;
}
