// A group whose elements are fixed, such as consents: a list of questions, each answered with one tap. What belongs to
// an answer (since when, where the proof is) unfolds below it.
import { html } from "../html.js";
import { label } from "../i18n.js";
import { startingValues } from "./begin.js";
import { Field, fieldId } from "./field.js";
import { Fields } from "./fields.js";
import { isEmpty } from "./values.js";

/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Value} Value */
/** @typedef {import("../types.js").Values} Values */
/** @typedef {import("./entry.js").Entry} Entry */

/** @param {{field: FieldSchema, path: string[], entry: Entry}} props */
export function Questions({ field, path, entry }) {
  const [answer, ...details] = field.fields ?? [];
  if (!answer) return null;

  /** @param {string} key @param {Value} value */
  function set(key, value) {
    const before = /** @type {Values | undefined} */ (entry.get([...path, key]));
    const element = before ?? startingValues(details, entry.place);
    entry.set([...path, key], isEmpty(value) ? undefined : { ...element, [answer?.name ?? ""]: value });
  }

  return html`<section class="group" aria-labelledby=${fieldId(path)}>
    <h3 id=${fieldId(path)} tabindex="-1">${label(field.labels)}</h3>
    <div class="card fields">${(field.rules?.keys ?? []).map(({ value: key, labels }) => {
      const here = [...path, key];
      const asked = { ...answer, labels, required: false };
      return html`<div class="question" key=${key}>
        <${Field} field=${asked} path=${[...here, answer.name]} entry=${entry} onSet=${(/** @type {Value} */ value) => set(key, value)} />
        ${!isEmpty(entry.get([...here, answer.name])) && html`<${Fields} fields=${details} path=${here} entry=${entry} />`}
      </div>`;
    })}</div>
  </section>`;
}
