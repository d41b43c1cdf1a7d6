// What was done with an entry, by its kind, and where the entry is looked at: pure.

/** @typedef {import("../types.js").Operation} Operation */

const NAMED = ["customer", "task"];
/** What becomes of a task with one tap, by the status it gets. @type {Record<string, string>} */
const TAPS = { done: "task_done", open: "task_open", dropped: "task_dropped" };

/** What is told of goods, by the type of the fact. @type {Record<string, string>} */
const GOODS = { "stock.counted": "count", "stock.received": "receive", "stock.reversed": "reverse" };

/** Which words say it. @param {Pick<Operation, "type" | "kind" | "patch" | "event">} op */
export function deed({ type, kind, patch, event }) {
  if (type === "fact") return GOODS[event?.type ?? ""] ?? "visit";
  const tap = kind === "task" && type === "record.edit" && TAPS[String(patch?.status)];
  return tap || `${type === "record.create" ? "create" : "edit"}.${NAMED.includes(kind) ? kind : "other"}`;
}

/** A visit is looked at where its customer is, goods where they are counted. @param {Pick<Operation, "kind" | "record" | "about">} op */
export function placeOf({ kind, record, about }) {
  if (kind === "task") return `#/tasks/${record}`;
  if (kind === "stock") return "#/goods";
  return `#/customers/${kind === "visit" ? (about ?? "") : record}`;
}
