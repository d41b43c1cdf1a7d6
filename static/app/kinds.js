// The gateway's declarations of its kinds: every form, label and rule on this phone follows from them. The last known
// ones are kept, so that a form opens without a network.
import { signal } from "@preact/signals";
import { label, language } from "./i18n.js";

/** @typedef {import("./types.js").KindSchema} KindSchema */
/** @typedef {import("./types.js").FieldSchema} FieldSchema */
/** @typedef {import("./types.js").Step} Step */
/** @typedef {import("./types.js").FormStep} FormStep */
/** @typedef {import("./db.js").Storage} Storage */

/** @type {import("@preact/signals").Signal<KindSchema[]>} */
export const kinds = signal([]);

/** @param {string} name */
export const kindNamed = (name) => kinds.value.find((kind) => kind.name === name);

/** A kind within a sentence: "task". @param {string} name */
export function kindWord(name) {
  const word = label(kindNamed(name)?.labels);
  return language.value === "en" ? word.toLowerCase() : word;
}

/** Where a record is shown. @param {string} kind @param {string} id */
export const placeOf = (kind, id) => `${kind}s/${id}`;

/** @param {Storage} db */
export async function loadKinds(db) {
  kinds.value = (await db.get("kinds")) ?? [];
}

/** May this person set the field, alone or with a second person? @param {FieldSchema} field */
const isOpen = (field) => field.writable !== false;

/**
 * The steps of a kind with all their fields.
 * @param {KindSchema} kind
 * @returns {Step[]}
 */
export function stepsOf(kind) {
  const byName = new Map(kind.fields.map((field) => [field.name, field]));
  const steps = kind.steps.length ? kind.steps : [{ name: kind.name, labels: kind.labels, fields: kind.fields }];
  return steps.map(({ name, labels, fields }) => ({
    name,
    labels,
    fields: fields.flatMap((field) => (typeof field === "string" ? (byName.get(field) ?? []) : field)),
  }));
}

/** @param {readonly FieldSchema[]} fields @returns {FieldSchema[]} */
const openFields = (fields) =>
  fields.filter(isOpen).map((field) => (field.fields ? { ...field, fields: openFields(field.fields) } : field));

/**
 * The steps of a form: what can be entered, and what can only be read there. Steps without either are left out.
 * @param {KindSchema} kind
 * @returns {FormStep[]}
 */
export function formSteps(kind) {
  return stepsOf(kind)
    .map((step) => ({
      ...step,
      fields: openFields(step.fields),
      locked: step.fields.filter((field) => !isOpen(field)),
    }))
    .filter((step) => step.fields.length > 0);
}

/** Everything a form can enter, in its order. @param {KindSchema} kind @returns {FieldSchema[]} */
export const formFields = (kind) => formSteps(kind).flatMap((step) => step.fields);
