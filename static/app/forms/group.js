// A repeated part of a record, such as contacts: one card an element, added and taken away freely.
import { html } from "../html.js";
import { label, language, t } from "../i18n.js";
import { uuid7 } from "../ids.js";
import { Button, say } from "../parts/controls.js";
import { startingValues } from "./begin.js";
import { fieldId, focusField } from "./field.js";
import { Fields } from "./fields.js";
import { Questions } from "./questions.js";
import { TwinsAt } from "./twin_cards.js";
import { elementsOf } from "./values.js";

/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Values} Values */
/** @typedef {import("./entry.js").Entry} Entry */

/** @param {FieldSchema} field @param {Values} element */
function nameOf(field, element) {
  const named = (field.fields ?? []).find(
    ({ name, type }) => type === "text" && typeof element[name] === "string" && element[name],
  );
  return named ? String(element[named.name]) : "";
}

/** @param {{field: FieldSchema, path: string[], entry: Entry}} props */
export function Group(props) {
  return props.field.rules?.keys ? html`<${Questions} ...${props} />` : html`<${Elements} ...${props} />`;
}

/** @param {{field: FieldSchema, path: string[], entry: Entry}} props */
function Elements({ field, path, entry }) {
  const elements = Object.entries(elementsOf(entry.get(path)));
  const members = field.fields ?? [];
  const what = label(field.one ?? field.labels);
  const adding = { what: what.toLocaleLowerCase(language.value) };

  function add() {
    const id = uuid7(Date.now());
    entry.set([...path, id], startingValues(members, entry.place));
    const first = members[0];
    if (first) focusField([...path, id, first.name]);
  }

  /** @param {string} id @param {Values} element */
  function remove(id, element) {
    entry.set([...path, id], undefined);
    document.getElementById(`${fieldId(path)}-add`)?.focus();
    say(t("form.removed", { what: nameOf(field, element) || what }), {
      label: t("undo"),
      run: () => entry.set([...path, id], element),
    });
  }

  return html`<section class="group" aria-labelledby=${fieldId(path)}>
    <h3 id=${fieldId(path)} tabindex="-1">${label(field.labels)}${elements.length > 0 && html`<span class="group-count">${elements.length}</span>`}</h3>
    ${elements.map(
      ([id, element], at) => html`<fieldset class="element" key=${id}>
        <legend><span>${nameOf(field, element) || t("form.element", { what, number: at + 1 })}</span></legend>
        <${Button} look="quiet" icon="trash" label=${t("form.remove", { what: nameOf(field, element) || t("form.element", { what, number: at + 1 }) })} onClick=${() => remove(id, element)} />
        <${Fields} fields=${members} path=${[...path, id]} entry=${entry} />
      </fieldset>`,
    )}
    <${TwinsAt} entry=${entry} name=${field.name} />
    <${Button} icon="plus" id=${`${fieldId(path)}-add`} onClick=${add}>${t(elements.length ? "form.add_another" : "form.add", adding)}<//>
  </section>`;
}
