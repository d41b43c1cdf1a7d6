// What tells one refused thing from the others in the list: its own figures, not only what went wrong with it.
import { timeOrDate } from "../app/format.js";
import { label, t } from "../app/i18n.js";
import { money } from "./format.js";
import { wordFor } from "./words.js";

/** @typedef {import("./types.js").QuarantineItem} Item */
/** @typedef {import("./types.js").Kind} Kind */

const FIELDS_SHOWN = 3;

/** What happened at a till or a scanner; whatever of it can be read. @param {any} event */
function aboutFact({ type, time, data }) {
  const at = Date.parse(time);
  const when = Number.isNaN(at) ? "" : timeOrDate(at);
  if (type !== "sale.completed") return [String(data?.text ?? data?.gtin ?? ""), when];
  const total = Number.isInteger(data?.total) && /^[A-Z]{3}$/.test(data?.currency);
  return [
    total ? money(data.total, data.currency) : "",
    data?.register ? t("refused.register", { register: String(data.register) }) : "",
    data?.receipt ? t("refused.receipt", { receipt: String(data.receipt) }) : "",
    when,
  ];
}

/** What a phone did to a record: its fields, not their values. @param {any} body @param {Kind[]} kinds */
function aboutRecord({ kind, fields = [], at }, kinds) {
  if (!kind) return [];
  const declared = kinds.find((one) => one.name === kind);
  const names = fields.map((/** @type {string} */ name) => {
    const field = declared?.fields.find((one) => one.name === name);
    return field ? label(field.labels) : name;
  });
  const shown = names.slice(0, FIELDS_SHOWN).join(", ");
  const more = names.length - FIELDS_SHOWN;
  return [
    declared ? label(declared.labels) : kind,
    more > 0 ? t("refused.fields", { fields: shown, count: more }) : shown,
    Number.isNaN(Date.parse(at)) ? "" : timeOrDate(Date.parse(at)),
  ];
}

/** @param {Item} item @param {Kind[]} kinds @returns {string} */
export function about({ body }, kinds) {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return "";
  const parts = "specversion" in body ? aboutFact(body) : aboutRecord(body, kinds);
  return parts.filter(Boolean).join(" · ");
}

/** The first thing that is wrong, in its own words, and how many more there are. @param {Item} item */
export function reason({ problem }) {
  const [first, ...more] = problem.errors ?? [];
  if (!first) return problem.detail ?? problem.title ?? problem.code ?? "";
  return more.length ? t("refused.reasons", { first: first.detail, count: more.length }) : first.detail;
}

/** What it is: a fact that a phone sent by the name of the fact. @param {Item} item */
export function what({ type, body }) {
  const event = typeof body === "object" && body !== null && "event" in body ? body.event : "";
  return wordFor("type", type === "fact" && event ? String(event) : type);
}
