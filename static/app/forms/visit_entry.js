// The state of one open visit. It is on disk from its first moment, every change is written at once, and leaving,
// closing or losing power costs nothing.
import { computed, signal } from "@preact/signals";
import { holdDraft, loadDraft, removeDraft, saveDraft, writeThrough } from "../drafts.js";
import { commitVisit } from "../facts.js";
import { dropPhotos, photosOf } from "../files.js";
import { uuid7 } from "../ids.js";
import { findingsOf } from "../operations.js";
import { rowAt } from "../packs.js";
import { titleOf } from "../summary.js";
import { beginning, eventOf, isTouched, missingIn, taskOf, valuesOf, whereabouts } from "../visits.js";

/** @typedef {import("../types.js").Draft} Draft */
/** @typedef {import("../types.js").Value} Value */
/** @typedef {import("../types.js").Values} Values */
/** @typedef {import("../types.js").Attached} Attached */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../db.js").Storage} Storage */
/** @typedef {{db: Storage, device: string, geolocation: Geolocation | undefined, now: () => number}} Place */

/** Somebody who leaves so soon without a word has only looked. */
const LOOKED_MS = 120_000;

/** @param {Storage} db @param {string} customer @returns {Promise<string | null>} its name, null when it is not on this phone */
async function nameOf(db, customer) {
  const [row, own] = await db.read(["packs", "own"], (tx) =>
    Promise.all([rowAt(tx, "customer", customer), tx.objectStore("own").get(["customer", customer])]),
  );
  const data = own?.data ?? row?.data;
  return data ? titleOf(data) : null;
}

/** @param {Place} place @param {Operation | undefined} refused @param {string} customer @returns {Draft} */
function begun({ now }, refused, customer) {
  const at = now();
  const event = /** @type {import("../types.js").VisitEvent | undefined} */ (refused?.event);
  const { position, position_missing, check_in } = event?.data ?? {};
  return {
    ...{ id: `visit ${customer}`, kind: "visit", record: uuid7(at), mode: "visit", edits: false, step: 0, at },
    about: customer,
    values: event ? valuesOf(event) : beginning(),
    started_at: check_in ? Date.parse(check_in) : at,
    ...(refused && { id: `fix ${refused.id}`, record: refused.id, operation: refused.id }),
    ...(position && { whereabouts: { position } }),
    ...(position_missing && { whereabouts: { position_missing } }),
  };
}

/**
 * Begin a visit to a customer, go on with the one that was begun, or mend one that was refused.
 * @param {Place} place @param {string} id  of the customer, or of the refused visit
 * @returns {Promise<VisitEntry | "gone" | "elsewhere" | "on_its_way">}
 */
export async function openVisit(place, id) {
  const { db } = place;
  /** @type {Operation | undefined} */
  const op = await db.read(["outbox"], (tx) => tx.objectStore("outbox").get(id));
  const refused = op?.type === "fact" ? op : undefined;
  if (refused && refused.state !== "needs_you") return "on_its_way";
  const customer = refused?.about ?? id;
  const name = (await nameOf(db, customer)) ?? refused?.title;
  if (name === undefined) return "gone";
  const fresh = { ...begun(place, refused, customer), title: name };
  const release = await holdDraft(fresh.id);
  if (!release) return "elsewhere";
  const known = await loadDraft(db, fresh.id);
  if (!known) await saveDraft(db, fresh);
  const draft = known ?? fresh;
  const photos = await photosOf(db, draft.record);
  return new VisitEntry(place, { draft, fresh, photos, refused, release, isNew: !known });
}

export class VisitEntry {
  /**
   * @param {Place} place
   * @param {{draft: Draft, fresh: Draft, photos: Attached[], refused: Operation | undefined, release: () => void, isNew: boolean}} found
   *   fresh: as it stood before anybody typed
   */
  constructor(place, { draft, fresh, photos, refused, release, isNew }) {
    this.place = place;
    this.draft = draft;
    this.release = release;
    this.initial = fresh.values;
    this.mends = Boolean(refused);
    this.saved = false;
    this.task = { id: uuid7(place.now()), record: uuid7(place.now()) };
    this.values = signal(draft.values);
    this.checkedIn = signal(draft.started_at);
    this.photos = signal(photos);
    /** Photos that are taken away for good when the form is left. @type {Attached[]} */
    this.dropped = [];
    this.whereabouts = signal(draft.whereabouts);
    this.looking = signal(false);
    /** What the gateway objected to. */
    this.objections = signal(findingsOf(refused?.problem));
    this.missing = computed(() => missingIn(this.values.value));
    /** Nobody is corrected before having tried to save. */
    this.judged = signal(false);
    const wasTouched = isTouched(draft.values, this.initial) || photos.some(({ state }) => state === "draft");
    this.continuedFrom = signal(!isNew && wasTouched ? draft.at : null);
    this.unsaved = signal(/** @type {unknown} */ (null));
    this.writer = writeThrough((/** @type {Draft} */ value) => saveDraft(place.db, value));
    if (!draft.whereabouts) void this.look();
  }

  /** Ask the phone where it is; whatever it says, the visit goes on. */
  async look() {
    this.looking.value = true;
    const found = await whereabouts(this.place.geolocation);
    this.looking.value = false;
    if (this.saved) return;
    this.whereabouts.value = found;
    await this.write();
  }

  get touched() {
    return isTouched(this.values.value, this.initial) || this.photos.value.some(({ state }) => state === "draft");
  }

  async write() {
    if (this.saved) return;
    const { draft, place, values, whereabouts: found, checkedIn } = this;
    this.draft = { ...draft, values: values.value, started_at: checkedIn.value, at: place.now() };
    if (found.value) this.draft.whereabouts = found.value;
    try {
      await this.writer.put(this.draft);
      this.unsaved.value = null;
    } catch (error) {
      // The words are still on the screen; the next letter tries again, and the person is told meanwhile.
      this.unsaved.value = error;
    }
  }

  /** @param {string} name @param {Value} value */
  set(name, value) {
    this.values.value = { ...this.values.value, [name]: value };
    this.objections.value = this.objections.value.filter(({ path }) => path.at(-1) !== name);
    void this.write();
  }

  /** Photos were taken in: look at them again. */
  async recount() {
    const gone = new Set(this.dropped.map(({ file }) => file));
    const found = await photosOf(this.place.db, this.draft.record);
    this.photos.value = found.filter(({ file }) => !gone.has(file));
    await this.write();
  }

  /** Take photos away. @param {Attached[]} rows @returns {() => void} brings them back */
  drop(rows) {
    this.dropped = [...this.dropped, ...rows];
    void this.recount();
    return () => {
      this.dropped = this.dropped.filter((row) => !rows.includes(row));
      void this.recount();
    };
  }

  /** Empty the form and check in anew. @returns {() => void} brings back what stood there */
  startOver() {
    const before = { values: this.values.value, at: this.checkedIn.value, found: this.whereabouts.value };
    const undrop = this.drop(this.photos.value.filter(({ state }) => state === "draft"));
    this.values.value = this.initial;
    this.checkedIn.value = this.place.now();
    this.judged.value = false;
    this.continuedFrom.value = null;
    void this.look();
    return () => {
      this.values.value = before.values;
      this.checkedIn.value = before.at;
      this.whereabouts.value = before.found;
      undrop();
    };
  }

  /**
   * Put the visit on disk for good, with its task and its photos' leave to go.
   * @param {string} taskTitle  when nobody wrote another
   * @returns {Promise<"saved" | "already" | "gone">}
   */
  async save(taskTitle) {
    await this.write();
    await this.writer.idle();
    const { db, device, now } = this.place;
    await dropPhotos(db, this.dropped);
    const { draft } = this;
    const event = eventOf(draft, [...new Set(this.photos.value.map(({ file }) => file))], now());
    const data = this.mends ? null : taskOf(draft, taskTitle);
    const task = data && { ...this.task, data };
    const result = await commitVisit(db, { draft, event, title: draft.title ?? "", now: now(), device, task });
    this.saved = true;
    return result;
  }

  /** The form is left: what was entered stays as a draft, a mere look leaves no trace. */
  async close() {
    const { db, now } = this.place;
    try {
      await this.writer.last();
      if (!this.saved) await dropPhotos(db, this.dropped);
      if (!this.saved && !this.touched && now() - this.checkedIn.value < LOOKED_MS) {
        this.saved = true;
        await removeDraft(db, this.draft.id);
      }
    } finally {
      this.release();
    }
  }
}
