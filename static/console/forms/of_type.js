// What of one type a record holds, wherever its kind keeps it: all barcodes of a product, for example.

/** @typedef {import("../types.js").Field} Field */

/** The fields that hold values of one type, alone or as a list of them. @param {readonly Field[]} fields @param {string} type */
export const fieldsOf = (fields, type) => fields.filter((field) => field.type === type || field.rules?.items === type);

/** Every value of one type, groups included.
 * @param {readonly Field[]} fields @param {Record<string, any>} data @param {string} type @returns {any[]} */
export function valuesOf(fields, data, type) {
  return fields.flatMap((field) => {
    const value = data[field.name];
    if (value === undefined || value === null) return [];
    if (field.type === "group")
      return Object.values(value).flatMap((part) => valuesOf(field.fields ?? [], part ?? {}, type));
    if (field.rules?.items === type && Array.isArray(value)) return value;
    return field.type === type ? [value] : [];
  });
}
