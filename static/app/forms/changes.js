// What an edit changes, place by place: what the last look before saving shows of a record that exists already.
import { same } from "../patch.js";
import { asMap } from "../summary.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Json} Json */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {{field: FieldSchema, path: string[], before: Json | undefined, after: Json | undefined}} Change  undefined: nothing stands there */
/** @typedef {{group: FieldSchema, id: string, kind: "added" | "removed" | "changed", element: Data, changes: Change[]}} ElementChange  element: as it will be, or as it was */

/** @param {Json | undefined} value @returns {Json | undefined} */
const filled = (value) => (value === "" || value === null ? undefined : value);

/** @param {readonly FieldSchema[]} fields @param {Data} before @param {Data} after @param {string[]} path @returns {Change[]} */
export function changedFields(fields, before, after, path = []) {
  return fields
    .filter(({ type }) => type !== "group")
    .map((field) => ({
      field,
      path: [...path, field.name],
      before: filled(before[field.name]),
      after: filled(after[field.name]),
    }))
    .filter((change) => !same(change.before, change.after));
}

/** @param {FieldSchema} group @param {Data} before @param {Data} after @returns {ElementChange[]} */
export function changedElements(group, before, after) {
  const [old, now] = [asMap(before[group.name]), asMap(after[group.name])];
  const ids = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return ids.flatMap((id) => {
    const [was, is] = [asMap(old[id]), asMap(now[id])];
    const changes = changedFields(group.fields ?? [], was, is, [group.name, id]);
    if (!changes.length) return [];
    const kind = id in old ? (id in now ? "changed" : "removed") : "added";
    return [{ group, id, kind, element: kind === "removed" ? was : is, changes }];
  });
}

/** Does anything of these fields change? @param {readonly FieldSchema[]} fields @param {Data} before @param {Data} after */
export const anyChange = (fields, before, after) =>
  changedFields(fields, before, after).length > 0 ||
  fields.some((field) => field.type === "group" && changedElements(field, before, after).length > 0);
