// Where a column may go: the fields of a kind, the members of its groups, and what names a record (pure).
import { label, t } from "../../app/i18n.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Field} Field */
/** @typedef {{value: string, label: string}} Choice */

const SPECIAL = ["@key", "@number", "@id", "@version"];
const PLACES = 2;

/** How many places of a group are offered: one more than any column uses. @param {string} group @param {readonly string[]} used */
function places(group, used) {
  const taken = used.filter((to) => to.startsWith(`${group}.`)).map((to) => Number(to.split(".")[1]) || 0);
  return Math.max(PLACES, ...taken.map((place) => place + 1));
}

/** @param {Field} field @param {number} place @returns {Choice[]} */
function members(field, place) {
  const named = (field.fields ?? []).map((member) => ({
    value: `${field.name}.${place}.${member.name}`,
    label: `${label(field.labels)} ${place}: ${label(member.labels)}`,
  }));
  return [
    ...named,
    { value: `${field.name}.${place}.@id`, label: `${label(field.labels)} ${place}: ${t("transfer.to.@id")}` },
  ];
}

/**
 * Every target, in groups for a list to choose from.
 * @param {Kind} kind @param {readonly string[]} used
 * @returns {{label: string, choices: Choice[]}[]}
 */
export function targets(kind, used) {
  const plain = kind.fields.filter((field) => field.type !== "group");
  const groups = kind.fields.filter((field) => field.type === "group");
  return [
    {
      label: t("transfer.fields"),
      choices: plain.map((field) => ({ value: field.name, label: label(field.labels) })),
    },
    {
      label: t("transfer.record"),
      choices: SPECIAL.map((value) => ({ value, label: t(`transfer.to.${value}`) })),
    },
    ...groups.map((field) => ({
      label: label(field.labels),
      choices: Array.from({ length: places(field.name, used) }, (_, place) => members(field, place + 1)).flat(),
    })),
  ];
}

/** The field that a target is. @param {Kind} kind @param {string} to */
export function fieldOf(kind, to) {
  const [name, , member] = to.split(".");
  const field = kind.fields.find((one) => one.name === name);
  return member ? field?.fields?.find((one) => one.name === member) : field;
}

/** The type of field a target has. @param {Kind} kind @param {string} to */
export const typeOf = (kind, to) => fieldOf(kind, to)?.type ?? "";
