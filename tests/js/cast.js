// What several tests need: operations and records with the usual values, and a storage of their own.
import "fake-indexeddb/auto";
import { Storage } from "../../static/app/db.js";
import { Seal } from "../../static/app/sealing.js";

export const NOW = 1_800_000_000_000;
export const PHONE = "0192d1a0-0000-7000-8000-00000000a1b2";

let names = 0;

const CIPHER = { name: "AES-GCM", length: 256 };
export const KEY = await crypto.subtle.generateKey(CIPHER, false, ["encrypt", "decrypt"]);

/** What a browser keeps beside its databases, and whether it has room for more. */
export const beside = { kept: new Map(), full: false };
globalThis.caches = {
  open: async () => ({
    keys: async () => [...beside.kept.keys()],
    delete: async (key) => beside.kept.delete(key),
    put: async (key, value) => {
      if (beside.full) throw new DOMException("full", "QuotaExceededError");
      beside.kept.set(key, value);
    },
  }),
};

/** A storage that is unlocked. @param {string} name */
export function unlocked(name, key = KEY) {
  const db = new Storage(name);
  db.seal = new Seal(key);
  return db;
}

/** A storage nobody else has. */
export const storage = () => unlocked(`test ${++names}`);

/** @param {Partial<import("../../static/app/types.js").Operation>} more */
export const operation = (more) => ({
  id: `op-${more.origin_seq ?? 1}`,
  origin_seq: 1,
  type: "record.create",
  kind: "customer",
  record: "r1",
  title: "Corner",
  reference: "P-A1B2-0001",
  data: { legal_name: "Corner" },
  at: "2027-01-15T08:00:00.000Z",
  saved_at: NOW,
  revision: 0,
  depends_on: [],
  state: "waiting",
  answered: false,
  tries: 0,
  ...more,
});

/** @param {Partial<import("../../static/app/types.js").GatewayRecord>} [more] */
export const record = (more) => ({
  kind: "customer",
  id: "r1",
  version: 1,
  number: "W1-C000001",
  data: { legal_name: "Corner" },
  stage: "at_gateway",
  stage_detail: null,
  updated_at: "2027-01-15T08:00:00.000Z",
  conflicts: 0,
  ...more,
});

/** The line of a row where nobody looks for it. @param {import("../../static/app/types.js").ReplicaRow} row */
export const bare = ({ id, kind }) => ({ id, kind, title: id, subtitle: "", number: "", line: id, state: "taken" });

/** @param {Partial<import("../../static/app/types.js").Draft>} [more] */
export const draft = (more) => ({
  id: "r1",
  kind: "customer",
  record: "r1",
  mode: "create",
  edits: false,
  values: {},
  step: 0,
  started_at: NOW,
  at: NOW,
  ...more,
});
