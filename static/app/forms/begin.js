// Beginning a form, or finding the one that was begun: a new record, an edit, or the correction of a refused entry.
import { allDrafts, heldDrafts, loadDraft, removeDraft, saveDraft } from "../drafts.js";
import { today } from "../format.js";
import { uuid7 } from "../ids.js";
import { formFields, kindNamed, kinds } from "../kinds.js";
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

/** Whose it is and what it is about, where the kind has room for that. @param {readonly FieldSchema[]} fields @param {string} owner @param {string} about  a record's id or "" @returns {Values} */
function firstValues(fields, owner, about) {
  const has = (/** @type {string} */ name, type = "text") =>
    fields.some((each) => each.name === name && each.type === type);
  return {
    ...(has("owner") && { owner }),
    ...(about && has("customer", "reference") && { customer: about }),
  };
}

/**
 * The unfinished new record of this phone, or an empty one. What is begun about a record is about that one.
 * @param {Place} place @param {string} kindName @param {{owner?: string, about?: string}} [from]
 */
export async function beginCreate(place, kindName, { owner = "", about = "" } = {}) {
  const { db } = place;
  const held = await heldDrafts();
  const known = (await allDrafts(db)).find(
    (draft) =>
      draft.mode === "create" &&
      draft.kind === kindName &&
      !held.has(draft.id) &&
      (!about || draft.values.customer === about),
  );
  if (known) return known.id;
  const kind = kindNamed(kindName);
  const id = uuid7(Date.now());
  const fields = kind ? formFields(kind) : [];
  const starts = firstValues(fields, owner, about);
  const values = { ...startingValues(fields, place), ...starts };
  return begin(db, { id, kind: kindName, record: id, mode: "create", edits: false, values, starts });
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

/** The kind of a record that stands on this phone, "" of one that does not. @param {Storage} db @param {string} record @returns {Promise<string>} */
export const kindOf = (db, record) =>
  db.read(["packs", "own"], async (tx) => {
    for (const { name } of kinds.value) {
      if ((await tx.objectStore("own").get([name, record])) || (await rowAt(tx, name, record))) return name;
    }
    return "";
  });

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
