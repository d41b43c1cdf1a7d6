// What has to fit together across fields: the declarations that the gateway checks as well, under the same codes.
import { label } from "../i18n.js";
import { elementsOf, isEmpty } from "./values.js";

/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").FieldRules} FieldRules */
/** @typedef {import("../types.js").Finding} Finding */
/** @typedef {import("../types.js").Values} Values */

/** @param {readonly FieldSchema[]} fields @param {readonly string[]} names */
const labelsOf = (fields, names) =>
  names.map((name) => label(fields.find((field) => field.name === name)?.labels) || name).join(", ");

/**
 * None of several fields is filled, of which one has to be: found at the first of them.
 * @param {FieldRules | undefined} rules @param {readonly FieldSchema[]} fields @param {Values} values @param {string[]} path
 * @returns {Finding[]}
 */
export function unmet(rules, fields, values, path) {
  return (rules?.one_of ?? [])
    .filter((one) => one.fields.every((name) => isEmpty(values[name])))
    .map((one) => ({
      path: [...path, one.fields[0] ?? ""],
      code: one.code,
      params: { fields: labelsOf(fields, one.fields) },
    }));
}

/**
 * More than one element has a value that only one may have: found at each but the first.
 * @param {FieldSchema} field @param {Values} values @param {string[]} path
 * @returns {Finding[]}
 */
export function doubled(field, values, path) {
  const elements = Object.entries(elementsOf(values[field.name]));
  return (field.rules?.single ?? []).flatMap((one) =>
    elements
      .filter(([, element]) => element[one.field] === one.value)
      .slice(1)
      .map(([id]) => ({ path: [...path, id, one.field], code: one.code, params: {} })),
  );
}

/**
 * An empty field without which a filled one beside it is of no use.
 * @param {readonly FieldSchema[]} fields @param {Values} values @param {string[]} path
 * @returns {Finding[]}
 */
export function wanting(fields, values, path) {
  return fields
    .filter((field) => field.rules?.needs && !isEmpty(values[field.name]))
    .flatMap((field) =>
      (field.rules?.needs ?? [])
        .filter((name) => isEmpty(values[name]) && fields.some((other) => other.name === name))
        .map((name) => ({ path: [...path, name], code: "field_needed", params: { field: label(field.labels) } })),
    );
}
