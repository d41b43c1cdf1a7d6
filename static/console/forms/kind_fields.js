// The fields of a kind in a form: one input each, repeated groups as small blocks, the seldom filled ones folded away.
import { useLayoutEffect, useState } from "preact/hooks";
import { hasTable } from "../../app/forms/places.js";
import { elementsOf, isEmpty } from "../../app/forms/values.js";
import { html } from "../../app/html.js";
import { label, language, t } from "../../app/i18n.js";
import { uuid7 } from "../../app/ids.js";
import { Button } from "../parts/button.js";
import { Icon } from "../parts/icons.js";
import { FieldInput, fieldId } from "./inputs.js";

/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../../app/types.js").Value} Value */
/** @typedef {import("../../app/types.js").Values} Values */
/** @typedef {import("./sheet.js").Sheet} Sheet */
/** @typedef {{field: Field, path: readonly string[], sheet: Sheet}} GroupProps */

/** Put the cursor into a field; where it has none, to its group. @param {readonly string[]} path */
export function focusField(path) {
  const target = () =>
    document.getElementById(fieldId(path)) ??
    document.getElementById(fieldId(path.slice(0, 2))) ??
    document.getElementById(fieldId(path.slice(0, 1)));
  target()?.closest("details")?.setAttribute("open", "");
  requestAnimationFrame(() => target()?.focus());
}

/** What is wrong with a whole element or group. @param {{sheet: Sheet, path: readonly string[]}} props */
function Wrong({ sheet, path }) {
  const error = sheet.wrong(path);
  return error ? html`<p class="field-error" role="alert"><${Icon} name="warn" />${error}</p>` : null;
}

/** A group whose elements are fixed, such as consents: a list of questions; what belongs to an answer unfolds below it. @param {GroupProps} props */
function Questions({ field, path, sheet }) {
  const [answer, ...details] = field.fields ?? [];
  if (!answer) return null;
  /** @param {string} key @param {Value} value */
  function set(key, value) {
    const element = /** @type {Values | undefined} */ (sheet.get([...path, key])) ?? sheet.starting(details);
    sheet.set([...path, key], isEmpty(value) ? undefined : { ...element, [answer?.name ?? ""]: value });
  }
  return html`<fieldset class="group" id=${fieldId(path)} tabindex="-1">
    <legend>${label(field.labels)}</legend>
    <div class="questions">${(field.rules?.keys ?? []).map(({ value: key, labels }) => {
      const here = [...path, key];
      const answered = !isEmpty(/** @type {any} */ (sheet.get([...here, answer.name])));
      return html`<div class=${answered ? "question answered" : "question"} key=${key}>
        <${FieldInput} field=${{ ...answer, labels, required: true }} path=${[...here, answer.name]} sheet=${sheet} onSet=${(/** @type {Value} */ value) => set(key, value)} />
        ${answered && html`<${KindFields} fields=${details} path=${here} sheet=${sheet} />`}
        <${Wrong} sheet=${sheet} path=${here} />
      </div>`;
    })}</div>
  </fieldset>`;
}

/** What an element is called: its first text. @param {Field} field @param {Values} element */
function nameOf(field, element) {
  const named = (field.fields ?? []).find(({ name, type }) => type === "text" && typeof element[name] === "string");
  return String((named && element[named.name]) || "");
}

/** @param {GroupProps} props */
function Elements({ field, path, sheet }) {
  const [removed, setRemoved] = useState(/** @type {{id: string, element: Values}[]} */ ([]));
  const [added, setAdded] = useState("");
  // Before anything is painted, so that not a key of whoever types on is lost.
  useLayoutEffect(() => {
    if (added) document.getElementById(fieldId([...path, added, field.fields?.[0]?.name ?? ""]))?.focus();
  }, [added]);
  const what = label(field.one ?? field.labels);
  const elements = Object.entries(elementsOf(sheet.get(path)));
  function add() {
    const id = uuid7(Date.now());
    sheet.set([...path, id], sheet.starting(field.fields ?? []));
    setAdded(id);
  }
  /** @param {string} id @param {Values} element */
  function remove(id, element) {
    sheet.set([...path, id], undefined);
    setRemoved([...removed, { id, element }]);
  }
  /** @param {{id: string, element: Values}} one */
  function putBack(one) {
    sheet.set([...path, one.id], one.element);
    setRemoved(removed.filter(({ id }) => id !== one.id));
  }
  return html`<fieldset class="group" id=${fieldId(path)} tabindex="-1">
    <legend>${label(field.labels)}</legend><${Wrong} sheet=${sheet} path=${path} />
    ${elements.map(([id, element], at) => {
      const name = nameOf(field, element) || t("form.element", { what, number: at + 1 });
      return html`<fieldset class="group-part" key=${id} id=${fieldId([...path, id])} tabindex="-1">
      <legend>${name}</legend><${Wrong} sheet=${sheet} path=${[...path, id]} />
      <${KindFields} fields=${field.fields ?? []} path=${[...path, id]} sheet=${sheet} />
      <${Button} look="quiet" icon="close" label=${t("form.remove", { what: name })} onClick=${() => remove(id, element)} />
    </fieldset>`;
    })}
    ${removed.map((one) => html`<p class="removed" key=${one.id}><span>${t("form.removed", { what: nameOf(field, one.element) || what })}</span> <${Button} look="quiet" onClick=${() => putBack(one)}>${t("form.put_back")}<//></p>`)}
    <${Button} icon="plus" onClick=${add}>${t("form.add", { what: what.toLocaleLowerCase(language.value) })}<//>
  </fieldset>`;
}

/** @param {Field} field */
const shapeOf = (field) => (field.type !== "group" ? FieldInput : field.rules?.keys ? Questions : Elements);

/** @param {{fields: readonly Field[], sheet: Sheet, path?: readonly string[]}} props */
export function KindFields({ fields, sheet, path = [] }) {
  const beside = /** @type {Values} */ (path.length ? (sheet.get(path) ?? {}) : sheet.values);
  const asked = sheet.asked(
    fields.filter((field) => field.writable !== false),
    path,
  );
  const isFolded = (/** @type {Field} */ field) => field.folded && !(field.rules?.place && hasTable(beside));
  const draw = (/** @type {Field} */ field) =>
    html`<${shapeOf(field)} key=${field.name} field=${field} path=${[...path, field.name]} sheet=${sheet} />`;
  const folded = asked.filter(isFolded);
  const starts = sheet.starting(folded);
  const speaks = folded.some(({ name }) => {
    const value = beside[name];
    return (!isEmpty(value) && value !== starts[name]) || sheet.wrong([...path, name]);
  });
  return html`${asked.filter((field) => !isFolded(field)).map(draw)}
    ${folded.length > 0 && html`<details class="folded" open=${speaks || undefined}><summary>${t("form.more_fields", { count: folded.length })}</summary><div class="kind-fields">${folded.map(draw)}</div></details>`}`;
}
