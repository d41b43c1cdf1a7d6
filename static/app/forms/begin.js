// Beginning a form, or finding the one that was begun: a new record, an edit, or the correction of a refused entry.
import { allDrafts, heldDrafts, loadDraft, removeDraft, saveDraft } from "../drafts.js";
import { today } from "../format.js";
import { uuid7 } from "../ids.js";
import { formFields, kindNamed } from "../kinds.js";
import { isOpen, project } from "../operations.js";
import { operationsOf } from "../outbox.js";
import { rowAt } from "../packs.js";
import { applyPatch } from "../patch.js";
import { toValue, toValues } from "./values.js";

/** @typedef {import("../types.js").Draft} Draft */
/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("../types.js").Gateway} Gateway */
/** @typedef {import("../types.js").Values} Values */
/** @typedef {import("../db.js").Storage} Storage */
/** @typedef {{db: Storage, gateway: Gateway, exponent: number}} Place */

/**
 * What a new record, or a new element of a group, starts with: the kind's defaults, and the shop's own country.
 * @param {readonly FieldSchema[]} fields @param {Place} place @returns {Values}
 */
export function startingValues(fields, { gateway, exponent }) {
  /** @type {Values} */
  const values = {};
  for (const field of fields) {
    if (field.default === "{today}") values[field.name] = today();
    else if (field.default !== undefined) values[field.name] = toValue(field, field.default, { exponent });
    else if (field.type === "country") values[field.name] = gateway.country;
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
export async function beginCreate(place, kindName) {
  const { db } = place;
  const held = await heldDrafts();
  const known = (await allDrafts(db)).find(
    (draft) => draft.mode === "create" && draft.kind === kindName && !held.has(draft.id),
  );
  if (known) return known.id;
  const kind = kindNamed(kindName);
  const id = uuid7(Date.now());
  const values = kind ? startingValues(formFields(kind), place) : {};
  return begin(db, { id, kind: kindName, record: id, mode: "create", edits: false, values });
}

/** The record as the screen shows it, the version the gateway knows, and what it is known not to be. @param {Storage} db @param {string} kind @param {string} record */
async function currentState(db, kind, record) {
  const [row, own, ops] = await Promise.all([
    db.read(["packs"], (tx) => rowAt(tx, kind, record)),
    db.read(["own"], (tx) => tx.objectStore("own").get([kind, record])),
    operationsOf(db, record),
  ]);
  const base = { version: row?.version ?? 0, data: /** @type {Data} */ (own?.data ?? project(row?.data, ops) ?? {}) };
  return { base, others: ops.flatMap(({ not_duplicate_of = [] }) => not_duplicate_of) };
}

/**
 * The unfinished edit of a record, or one that starts from what the screen shows.
 * @param {Place} place @param {string} kindName @param {string} record
 */
export async function beginEdit({ db, exponent }, kindName, record) {
  const id = `edit ${record}`;
  if (await loadDraft(db, id)) return id;
  const { base, others } = await currentState(db, kindName, record);
  const kind = kindNamed(kindName);
  const values = kind ? toValues(formFields(kind), base.data, { exponent }) : {};
  const said = others.length ? { not_duplicate_of: others } : {};
  return begin(db, { id, kind: kindName, record, mode: "edit", edits: true, values, base, ...said });
}

/**
 * The correction of an operation that the gateway refused: the form shows what was entered then.
 * @param {Place} place @param {string} operation
 * @returns {Promise<string | null>} null when it was mended meanwhile
 */
export async function beginFix({ db, exponent }, operation) {
  const op = await db.read(["outbox"], (tx) => tx.objectStore("outbox").get(operation));
  if (!op || !isOpen(op)) return null;
  const id = `fix ${operation}`;
  if (await loadDraft(db, id)) return id;
  const kind = kindNamed(op.kind);
  const edits = op.type === "record.edit";
  /** @type {Data} */
  const entered = op.data ?? applyPatch(op.before ?? {}, op.patch ?? {});
  const values = kind ? toValues(formFields(kind), entered, { exponent }) : {};
  const base = { version: op.base_version ?? 0, data: edits ? (op.before ?? {}) : entered };
  const said = op.not_duplicate_of ? { not_duplicate_of: op.not_duplicate_of } : {};
  return begin(db, { id, kind: op.kind, record: op.record, mode: "fix", edits, operation, values, base, ...said });
}

/**
 * Somebody at the shop mended the entry first: what was typed here goes on as an edit of the record.
 * @param {Place} place @param {Draft} draft
 */
export async function continueAsEdit({ db }, draft) {
  const { operation, ...rest } = draft;
  const { base } = await currentState(db, draft.kind, draft.record);
  await saveDraft(db, { ...rest, id: `edit ${draft.record}`, mode: "edit", edits: true, base });
  await removeDraft(db, draft.id);
  return `edit ${draft.record}`;
}
