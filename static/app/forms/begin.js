// Beginning a form, or finding the one that was begun: a new record, an edit, or the correction of a refused entry.
import { allDrafts, heldDrafts, saveDraft } from "../drafts.js";
import { uuid7 } from "../ids.js";
import { kindNamed, stepsOf } from "../kinds.js";
import { project } from "../operations.js";
import { operationsOf } from "../outbox.js";
import { applyPatch } from "../patch.js";
import { toValues } from "./values.js";

/** @typedef {import("../types.js").Draft} Draft */
/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").KindSchema} KindSchema */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Gateway} Gateway */
/** @typedef {import("../types.js").Values} Values */
/** @typedef {import("../db.js").Storage} Storage */
/** @typedef {{db: Storage, gateway: Gateway, exponent: number}} Place */

/** @param {KindSchema} kind */
export const formFields = (kind) => stepsOf(kind).flatMap((step) => step.fields);

/** What a new record, or a new element of a group, starts with. @param {readonly FieldSchema[]} fields @param {Gateway} gateway @returns {Values} */
export function startingValues(fields, gateway) {
  /** @type {Values} */
  const values = {};
  for (const { name, type, required } of fields) {
    if (type === "country") values[name] = gateway.country;
    if (type === "currency" && required) values[name] = gateway.currency;
  }
  return values;
}

/** @param {Storage} db @param {Omit<Draft, "step" | "started_at" | "at">} draft @returns {Promise<string>} its id */
async function begin(db, draft) {
  const now = Date.now();
  await saveDraft(db, { ...draft, step: 0, started_at: now, at: now });
  return draft.id;
}

/**
 * The unfinished new record of this phone, or an empty one.
 * @param {Place} place @param {string} kindName
 */
export async function beginCreate({ db, gateway }, kindName) {
  const held = await heldDrafts();
  const known = (await allDrafts(db)).find((draft) => draft.mode === "create" && draft.kind === kindName && !held.has(draft.id));
  if (known) return known.id;
  const kind = kindNamed(kindName);
  const id = uuid7(Date.now());
  return begin(db, { id, kind: kindName, record: id, mode: "create", values: kind ? startingValues(formFields(kind), gateway) : {} });
}

/**
 * The unfinished edit of a record, or one that starts from what the screen shows.
 * @param {Place} place @param {string} kindName @param {string} record
 */
export async function beginEdit({ db, exponent }, kindName, record) {
  const id = `edit ${record}`;
  if (await db.read(["drafts"], (tx) => tx.objectStore("drafts").get(id))) return id;
  const [row, own, ops] = await Promise.all([
    db.read(["records"], (tx) => tx.objectStore("records").get([kindName, record])),
    db.read(["own"], (tx) => tx.objectStore("own").get([kindName, record])),
    operationsOf(db, record),
  ]);
  const kind = kindNamed(kindName);
  const data = own?.data ?? project(row?.data, ops) ?? {};
  const values = kind ? toValues(formFields(kind), data, { exponent }) : {};
  return begin(db, { id, kind: kindName, record, mode: "edit", values, base: { version: row?.version ?? 0, data } });
}

/**
 * The correction of an operation that the gateway refused: the form shows what was entered then.
 * @param {Place} place @param {string} operation
 * @returns {Promise<string | null>} null when it was mended meanwhile
 */
export async function beginFix({ db, exponent }, operation) {
  const op = await db.read(["outbox"], (tx) => tx.objectStore("outbox").get(operation));
  if (op?.state !== "needs_you") return null;
  const id = `fix ${operation}`;
  if (await db.read(["drafts"], (tx) => tx.objectStore("drafts").get(id))) return id;
  const kind = kindNamed(op.kind);
  const before = op.before ?? {};
  /** @type {Data} */
  const entered = op.data ?? applyPatch(before, op.patch ?? {});
  const values = kind ? toValues(formFields(kind), entered, { exponent }) : {};
  const base = { version: op.base_version ?? 0, data: op.type === "record.create" ? entered : before };
  return begin(db, { id, kind: op.kind, record: op.record, mode: "fix", operation, values, base });
}
