// What the gateway knows of a customer beyond the record: visits, sales, tasks and files. It is read when somebody looks,
// and what was read last stays on the phone with its age.
import { Failure } from "./api.js";

/** @typedef {import("./types.js").Story} Story */
/** @typedef {import("./types.js").Dealing} Dealing */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Attached} Attached */
/** @typedef {import("./types.js").FileView} FileView */
/** @typedef {import("./db.js").Storage} Storage */
/** @typedef {{type: string, id: string, at: number, by: string, data: import("./types.js").Data, number: string, masked: string[], op?: Operation}} Moment
 *   op: this phone's own, for how far it has come */
/** @typedef {{file: string, type: string, purpose: string, at: number, thumb?: ArrayBuffer, row?: Attached}} Picture */

/** So many stories stay on the phone, those looked at last. */
const KEPT = 50;
const PAGE = 50;

/** @param {string} customer */
const keyOf = (customer) => `story ${customer}`;

/** @param {Storage} db @param {string} customer @returns {Promise<Story | undefined>} */
export const keptStory = (db, customer) => db.get(keyOf(customer));

/** @param {Storage} db @param {string} customer @param {Story} story */
const keep = (db, customer, story) =>
  db.write(["meta"], async (tx) => {
    const meta = tx.objectStore("meta");
    /** @type {string[]} */
    const known = (await meta.get("stories")) ?? [];
    const next = [customer, ...known.filter((other) => other !== customer)];
    for (const old of next.slice(KEPT)) await meta.delete(keyOf(old));
    await meta.put(next.slice(0, KEPT), "stories");
    await meta.put(story, keyOf(customer));
  });

/**
 * Ask the gateway, and keep the answer.
 * @param {{db: Storage, call: import("./api.js").Call, now: () => number}} world @param {string} customer
 * @returns {Promise<Story>}
 * @throws {Failure}
 */
export async function fetchStory({ db, call, now }, customer) {
  const path = `/api/v1/records/customer/${customer}`;
  const [{ dealings }, { attachments }] = await Promise.all([
    call(`${path}/timeline?limit=${PAGE}`),
    call(`${path}/attachments`),
  ]);
  if (!Array.isArray(dealings) || !Array.isArray(attachments)) throw new Failure("not_the_gateway");
  const story = { at: now(), dealings, files: attachments };
  await keep(db, customer, story);
  return story;
}

/** @param {Operation} op  a visit, or a new task @returns {Moment[]} none when only the gateway still knows what was in it */
function momentOf(op) {
  const visit = /** @type {import("./types.js").VisitEvent | undefined} */ (op.event);
  const data = /** @type {import("./types.js").Data | undefined} */ (visit?.data ?? op.data);
  if (!data) return [];
  const at = visit ? Date.parse(visit.data.check_in) : op.saved_at;
  return [{ type: op.kind, id: op.record, at, by: "", data, number: op.number ?? op.reference, masked: [], op }];
}

/**
 * The gateway's story with this phone's own visits and tasks in it, newest first. What both know is told once, by the
 * gateway, as far as it has come there.
 * @param {Dealing[]} dealings @param {Operation[]} ops  this phone's own
 * @returns {Moment[]}
 */
export function moments(dealings, ops) {
  const told = new Set(dealings.map(({ id }) => id));
  const known = dealings.map((one) => ({ ...one, at: Date.parse(one.at) }));
  const own = ops.filter(({ record }) => !told.has(record)).flatMap(momentOf);
  return [...known, ...own].sort((a, b) => b.at - a.at);
}

/**
 * The gateway's files with this phone's own photos, newest first, each picture of a record once.
 * @param {FileView[]} files @param {Attached[]} rows
 * @returns {Picture[]}
 */
export function pictures(files, rows) {
  const own = new Map(rows.filter(({ state }) => state !== "draft").map((row) => [`${row.file} ${row.record}`, row]));
  const theirs = files
    .filter(({ id, record }) => !own.has(`${id} ${record}`))
    .map(({ id, type, purpose, at }) => ({ file: id, type, purpose, at: Date.parse(at) }));
  const mine = [...own.values()].map((row) => {
    const { file, type, purpose, at, thumb } = row;
    return { file, type, purpose, at, thumb, row };
  });
  return [...mine, ...theirs].sort((a, b) => b.at - a.at);
}
