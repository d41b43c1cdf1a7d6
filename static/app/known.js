// All that this phone has about one record: as the gateway last sent it, as this phone's edits make it, and those edits.
import { useSignal, useSignalEffect } from "@preact/signals";
import { operationsOf } from "./outbox.js";
import { rowAt } from "./packs.js";
import { here, revision } from "./runtime.js";

/** @typedef {import("./types.js").Data} Data */
/** @typedef {import("./types.js").GatewayRecord} GatewayRecord */
/** @typedef {import("./types.js").OwnRow} OwnRow */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {{record?: GatewayRecord, own?: OwnRow, ops: Operation[]}} Known */

/** @param {string} kind @param {string} id @returns {Promise<Known>} */
async function read(kind, id) {
  const { db } = here();
  const [rows, ops] = await Promise.all([
    db.read(["packs", "own"], (tx) => Promise.all([rowAt(tx, kind, id), tx.objectStore("own").get([kind, id])])),
    operationsOf(db, id),
  ]);
  const [record, own] = rows;
  return { ...(record && { record }), ...(own && { own }), ops };
}

/** What is known, read again whenever something changes; null before the first answer. @param {string} kind @param {string} id */
export function useKnown(kind, id) {
  const known = useSignal(/** @type {Known | null} */ (null));
  useSignalEffect(() => {
    revision.value;
    read(kind, id).then((found) => {
      known.value = found;
    });
  });
  return known.value;
}

/** The values as the screen shows them. @param {Known} known @returns {Data | undefined} */
export const dataOf = ({ own, record }) => own?.data ?? record?.data;

/** @param {Known} known */
export function numberOf({ record, own, ops }) {
  const official = record?.number ?? ops.find(({ number }) => number)?.number;
  const reference = own?.reference || ops.find((op) => op.reference)?.reference;
  return { official, reference };
}
