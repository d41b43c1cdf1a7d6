// Visits as values: the event that one becomes, what must still be said before it can be saved, and the task that
// follows from it.

/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").Values} Values */
/** @typedef {import("./types.js").VisitEvent} VisitEvent */
/** @typedef {import("./types.js").Whereabouts} Whereabouts */
/** @typedef {import("./types.js").Data} Data */

/** Who visits customers; the gateway refuses a visit of anybody else. */
const VISITING = new Set(["rep", "clerk", "manager"]);
export const NOTE_MAX = 4_096;
export const PHOTOS_MAX = 50;

/** @param {string | undefined} role */
export const mayVisit = (role) => VISITING.has(role ?? "");

/** @param {Values} values @param {string} name */
export const said = (values, name) => (typeof values[name] === "string" ? String(values[name]).trim() : "");

/**
 * What stands in the controls when a visit begins. A visit with a next date makes a task, unless somebody says no.
 * @returns {Values}
 */
export const beginning = () => ({ outcome: "", note: "", next_date: "", task: true, task_title: "" });

/** What stands in the controls when a visit is mended. @param {VisitEvent} event @returns {Values} */
export const valuesOf = ({ data: { outcome, note = "", next_date = "" } }) => ({
  ...beginning(),
  outcome,
  note,
  next_date,
  task: false,
});

/** Has anything been entered beyond being there? @param {Values} values @param {Values} [before] */
export const isTouched = (values, before = beginning()) =>
  Object.keys(values).some((name) => values[name] !== before[name]);

/**
 * Why a visit cannot be saved yet, by field.
 * @param {Values} values
 * @returns {{field: "outcome" | "note" | "next_date", code: string}[]}
 */
export function missingIn(values) {
  /** @type {{field: "outcome" | "note" | "next_date", code: string}[]} */
  const found = [];
  if (!said(values, "outcome")) found.push({ field: "outcome", code: "outcome_missing" });
  if (said(values, "note").length > NOTE_MAX) found.push({ field: "note", code: "note_long" });
  const date = said(values, "next_date");
  if (date && !/^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/.test(date))
    found.push({ field: "next_date", code: "date_wrong" });
  return found;
}

/**
 * Where the phone is, as a visit says it; nothing found yet counts as no fix.
 * @param {Whereabouts | undefined} found @returns {Whereabouts}
 */
const placeOf = (found) =>
  found?.position ? { position: found.position } : { position_missing: found?.position_missing ?? "timeout" };

/**
 * @param {Draft} draft @param {string[]} files  ids of its photos @param {number} now  Unix ms
 * @returns {VisitEvent}
 */
export function eventOf({ record, about = "", values, whereabouts, started_at }, files, now) {
  const note = said(values, "note");
  const next = said(values, "next_date");
  // A clock that is set back in the middle of a visit must not make it end before it began.
  const out = Math.max(started_at, now);
  return {
    specversion: "1.0",
    id: record,
    source: "visit",
    type: "visit.completed",
    data: {
      customer: about,
      check_in: new Date(started_at).toISOString(),
      check_out: new Date(out).toISOString(),
      outcome: said(values, "outcome"),
      ...placeOf(whereabouts),
      ...(note ? { note } : {}),
      ...(next ? { next_date: next } : {}),
      files,
    },
  };
}

/**
 * The task that follows from a visit, null when none is wanted.
 * @param {Draft} draft @param {string} title  when nobody wrote another
 * @returns {Data | null}
 */
export function taskOf({ about = "", record, values }, title) {
  const due = said(values, "next_date");
  if (!due || values.task !== true) return null;
  const status = { status: "open", priority: "normal" };
  return { title: said(values, "task_title") || title, customer: about, due, visit: record, ...status };
}

/**
 * Where a geolocation says the phone is.
 * @param {{latitude: number, longitude: number, accuracy: number}} coords  degrees (WGS 84), metres
 * @returns {Whereabouts}
 */
export function foundAt({ latitude, longitude, accuracy }) {
  // Six digits are a tenth of a metre; more would be a promise that no phone keeps.
  const degrees = (/** @type {number} */ value) => value.toFixed(6);
  const accuracy_m = Math.min(Math.max(0, Math.ceil(accuracy)), 40_000_000);
  return { position: { latitude: degrees(latitude), longitude: degrees(longitude), accuracy_m } };
}

/** Why there is no position, by the code of a GeolocationPositionError. @type {Record<number, Whereabouts["position_missing"]>} */
const REASONS = { 1: "denied", 2: "unavailable", 3: "timeout" };

const LOOK_MS = 20_000;

/**
 * Ask the phone where it is. Never fails: a refusal or no fix is an answer too.
 * @param {Pick<Geolocation, "getCurrentPosition"> | undefined} geolocation
 * @returns {Promise<Whereabouts>}
 */
export function whereabouts(geolocation) {
  if (!geolocation) return Promise.resolve({ position_missing: "unsupported" });
  return new Promise((resolve) => {
    geolocation.getCurrentPosition(
      ({ coords }) => resolve(foundAt(coords)),
      ({ code }) => resolve({ position_missing: REASONS[code] ?? "unavailable" }),
      { enableHighAccuracy: true, timeout: LOOK_MS, maximumAge: 0 },
    );
  });
}
