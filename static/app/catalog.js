// The list of records in memory: one short entry each, kept in step with the storage row by row.
import { signal } from "@preact/signals";
import { kindNamed } from "./kinds.js";
import { allOperations } from "./outbox.js";
import { eachRecord } from "./replica.js";
import { fold } from "./search.js";
import { stageOf } from "./stages.js";
import { searchLine, subtitleOf, titleOf } from "./summary.js";

/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").GatewayRecord} GatewayRecord */
/** @typedef {import("./types.js").OwnRow} OwnRow */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./db.js").Storage} Storage */

/** @type {Map<string, Entry>} */
const entries = new Map();
/** @type {Map<string, Entry[]>} */
let sorted = new Map();

/** Rises with every change of the list. */
export const catalogRevision = signal(0);
export const catalogReady = signal(false);

/** @param {string} kind @param {string} id */
const keyOf = (kind, id) => `${kind} ${id}`;

/** @param {GatewayRecord | undefined} record @param {OwnRow | undefined} own @param {Operation[]} ops @returns {Entry | null} */
function entryOf(record, own, ops) {
  const known = own ?? record;
  if (!known) return null;
  const { kind, id, data } = known;
  const title = titleOf(data);
  const reference = own?.reference || ops.find((op) => op.reference)?.reference || "";
  const number = record?.number ?? ops.find((op) => op.number)?.number ?? reference;
  const line = searchLine(kindNamed(kind), data, [number, reference]);
  const state =
    ops.length || record?.conflicts || record?.stage === "rejected" ? stageOf(record, ops) : (record?.stage ?? "saved");
  return { id, kind, title, subtitle: subtitleOf(kindNamed(kind), data), number, line, order: fold(title), state };
}

/** @param {string} key @param {Entry | null} entry */
function place(key, entry) {
  if (entry) entries.set(key, entry);
  else entries.delete(key);
}

const PAUSE_MS = 400;
let announcing = 0;
let announcedAt = -PAUSE_MS;

/** Tell the screen at once, but no oftener than it can follow while a whole copy arrives. */
function announce() {
  if (announcing) return;
  const tell = () => {
    announcing = 0;
    announcedAt = performance.now();
    sorted = new Map();
    catalogRevision.value += 1;
  };
  const wait = announcedAt + PAUSE_MS - performance.now();
  if (wait > 0) announcing = Number(setTimeout(tell, wait));
  else tell();
}

/** @param {Operation[]} ops @returns {Map<string, Operation[]>} */
function byRecord(ops) {
  /** @type {Map<string, Operation[]>} */
  const groups = new Map();
  for (const op of ops) groups.set(op.record, [...(groups.get(op.record) ?? []), op]);
  return groups;
}

/** Read everything once. @param {Storage} db */
export async function loadCatalog(db) {
  const ops = byRecord(await allOperations(db));
  const own = new Map(
    (await db.read(["own"], (tx) => tx.objectStore("own").getAll())).map((row) => [keyOf(row.kind, row.id), row]),
  );
  entries.clear();
  await eachRecord(db, (record) => {
    const key = keyOf(record.kind, record.id);
    place(key, entryOf(record, own.get(key), ops.get(record.id) ?? []));
    own.delete(key);
  });
  for (const [key, row] of own) place(key, entryOf(undefined, row, ops.get(row.id) ?? []));
  catalogReady.value = true;
  announce();
}

/**
 * Take in what changed.
 * @param {Storage} db @param {{kind: string, id: string}[]} changed
 * @param {readonly GatewayRecord[]} [arrived]  records at hand, which need not be read again
 */
export async function refreshCatalog(db, changed, arrived = []) {
  const records = new Map(arrived.map((record) => [keyOf(record.kind, record.id), record]));
  await db.read(["records", "own", "outbox"], async (tx) => {
    const own = new Map((await tx.objectStore("own").getAll()).map((row) => [keyOf(row.kind, row.id), row]));
    const ops = byRecord(await tx.objectStore("outbox").getAll());
    const read = changed.filter(({ kind, id }) => !records.has(keyOf(kind, id)));
    const rows = await Promise.all(read.map(({ kind, id }) => tx.objectStore("records").get([kind, id])));
    for (const row of rows) if (row) records.set(keyOf(row.kind, row.id), row);
    for (const { kind, id } of changed) {
      const key = keyOf(kind, id);
      place(key, entryOf(records.get(key), own.get(key), ops.get(id) ?? []));
    }
  });
  announce();
}

/** All records of a kind by name. @param {string} kind @returns {Entry[]} */
export function listed(kind) {
  let list = sorted.get(kind);
  if (!list) {
    list = [...entries.values()].filter((entry) => entry.kind === kind);
    list.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
    sorted.set(kind, list);
  }
  return list;
}

/** @param {string} kind @param {string} id */
export const entryFor = (kind, id) => entries.get(keyOf(kind, id));
