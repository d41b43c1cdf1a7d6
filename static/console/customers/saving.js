// A form on its way to the gateway, and what came of it: which values are whose, what is contested, what waits.
import { signal } from "@preact/signals";
import { diff } from "../../app/patch.js";
import { post, read } from "../api.js";

/** @typedef {import("../types.js").Row} Row */
/** @typedef {import("../../app/types.js").Candidate} Candidate */
/** @typedef {import("../types.js").Difference} Difference */
/** @typedef {import("../../app/types.js").Data} Data */
/** @typedef {import("../../app/types.js").Json} Json */
/** @typedef {import("./drafts.js").Draft} Draft */
/**
 * @typedef {{record: string, status: string, number: string, told: import("../types.js").ChangeTold[], mine: string[],
 *   conflicts: import("../types.js").Conflict[], proposals: {id: string, field: string, proposed: Json}[],
 *   warnings: import("../types.js").Remark[], duplicates: Candidate[]}} Outcome
 *   told: since the form was opened, by anybody; mine: the places that this form changed
 */

const CUSTOMERS = "/api/v1/records/customer";

/** What came of the last form, for the page of its record. @type {import("@preact/signals").Signal<Outcome | null>} */
export const outcome = signal(/** @type {Outcome | null} */ (null));

/** @param {Json} value @returns {value is Data} */
const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** The places a patch speaks of, parts joined by dots. @param {Data} patch @returns {string[]} */
export const placesOf = (patch) =>
  Object.entries(patch).flatMap(([name, value]) =>
    isMap(value) ? placesOf(value).map((inner) => `${name}.${inner}`) : [name],
  );

/** Do two places hold something of each other? @param {string} left @param {string} right */
const meet = (left, right) => left === right || left.startsWith(`${right}.`) || right.startsWith(`${left}.`);

/** @param {string} place @param {readonly string[]} places */
export const isAmong = (place, places) => places.some((one) => meet(place, one));

/** @param {Draft} draft @param {Data} data */
export const patchOf = (draft, data) => diff(draft.base?.data ?? {}, data);

/** @param {string} record @param {number} from @param {number} to @returns {Promise<Difference>} */
export const differences = (record, from, to) => read(`${CUSTOMERS}/${record}/diff?from=${from}&to=${to}`);

/**
 * What a person should know of a record that looks like what is being typed.
 * @param {Data} data @param {string} record  the one it belongs to, or ""
 * @returns {Promise<Candidate[]>}
 */
export const lookalikes = async (data, record) =>
  (await post(`${CUSTOMERS}/duplicates`, { data, id: record })).candidates;

/** @param {Draft} draft @param {Data} data @returns {Promise<Outcome>} */
async function create({ id, reason, denied }, data) {
  const made = await post(CUSTOMERS, { data, id, reason, not_duplicate_of: denied });
  const { warnings, duplicates, proposals, number } = made;
  return {
    record: made.id,
    status: "created",
    number,
    told: [],
    mine: [],
    conflicts: [],
    proposals,
    warnings,
    duplicates,
  };
}

/** @param {Draft} draft @param {Data} data @param {{version: number}} base @returns {Promise<Outcome>} */
async function edit(draft, data, base) {
  const patch = patchOf(draft, data);
  const { id, reason, denied } = draft;
  const said = { base_version: base.version, patch, reason, not_duplicate_of: denied };
  const answer = await post(`${CUSTOMERS}/${id}`, said);
  const { status, record, conflicts, proposals, warnings } = answer;
  const joined = status === "merged" || status === "conflict";
  const told = joined ? (await differences(id, base.version, record.version)).changes : [];
  return {
    record: record.id,
    status,
    number: record.number,
    told,
    mine: placesOf(patch),
    conflicts,
    proposals,
    warnings,
    duplicates: [],
  };
}

/**
 * Send a form.
 * @param {Draft} draft @param {Data} data  the whole record as the form leaves it
 * @returns {Promise<Outcome | null>} null when nothing was changed
 */
export async function save(draft, data) {
  if (draft.base && !Object.keys(patchOf(draft, data)).length) return null;
  outcome.value = await (draft.base ? edit(draft, data, draft.base) : create(draft, data));
  return outcome.value;
}
