// The state of one open form. Every change goes to disk at once; leaving, closing or losing power costs nothing.
import { batch, computed, signal } from "@preact/signals";
import { holdDraft, loadDraft, removeDraft, saveDraft, writeThrough } from "../drafts.js";
import { today } from "../format.js";
import { uuid7 } from "../ids.js";
import { formFields, formSteps, kindNamed } from "../kinds.js";
import { findingsOf } from "../operations.js";
import { commit } from "../outbox.js";
import { same } from "../patch.js";
import { titleOf } from "../summary.js";
import { startingValues } from "./begin.js";
import { readTables } from "./companies.js";
import { findingsIn } from "./findings.js";
import { readPlans } from "./phones.js";
import { storedData } from "./stored.js";
import { overlaid, Trial } from "./trial.js";
import { Twins } from "./twins.js";
import { applies, isEmpty, toData, toValues, valueAt, withValue } from "./values.js";

/** @typedef {import("../types.js").Draft} Draft */
/** @typedef {import("../types.js").Value} Value */
/** @typedef {import("../types.js").Values} Values */
/** @typedef {import("../types.js").Finding} Finding */
/** @typedef {import("../types.js").Json} Json */
/** @typedef {import("../types.js").KindSchema} KindSchema */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("./begin.js").Place} Place */

/** A form on its own asks nobody. @type {import("./twins.js").Line} */
const ALONE = { online: () => false, call: () => Promise.reject(new Error("no line")), likely: async () => [] };

/** @param {string[]} path */
export const keyOf = (path) => path.join("/");

/** @param {Values} left @param {Values} right */
const sameValues = (left, right) => same(/** @type {Json} */ (left), /** @type {Json} */ (right));

/**
 * Open a draft.
 * @param {Place & {device: string, line?: import("./twins.js").Line}} place  line: the way to the gateway, if there is one
 * @param {string} id
 * @returns {Promise<Entry | "gone" | "elsewhere" | "no_form">} elsewhere: another tab has it open
 */
export async function openEntry(place, id) {
  const draft = await loadDraft(place.db, id);
  if (!draft) return "gone";
  const kind = kindNamed(draft.kind);
  if (!kind) return "no_form";
  const release = await holdDraft(id);
  if (!release) return "elsewhere";
  const refused = draft.operation
    ? await place.db.read(["outbox"], (tx) => tx.objectStore("outbox").get(draft.operation ?? ""))
    : null;
  return new Entry(place, draft, kind, findingsOf(refused?.problem), release);
}

export class Entry {
  /**
   * @param {Place & {device: string, line?: import("./twins.js").Line}} place @param {Draft} draft @param {KindSchema} kind
   * @param {Finding[]} objections  of the gateway, for a correction
   * @param {() => void} release
   */
  constructor(place, draft, kind, objections, release) {
    this.place = place;
    this.draft = draft;
    this.kind = kind;
    this.release = release;
    this.steps = formSteps(kind);
    this.fields = formFields(kind);
    this.operation = uuid7(Date.now());
    this.saved = false;
    this.initial = this.valuesAtStart();
    this.values = signal(draft.values);
    this.step = signal(Math.min(draft.step, this.steps.length));
    /** What the gateway objected to; it does not stop anybody from sending the same again. */
    this.objections = signal(objections);
    /** Fields whose findings may be shown: nobody is corrected before having typed. */
    this.judged = signal(/** @type {ReadonlySet<string>} */ (new Set()));
    /** When what stands here was typed before this form was opened, Unix ms. */
    this.continuedFrom = signal(sameValues(draft.values, this.initial) ? null : draft.at);
    this.unsaved = signal(/** @type {unknown} */ (null));
    const { currency, country } = place.gateway;
    this.context = { exponent: place.exponent, currency, country, today: today() };
    this.findings = computed(() => this.found());
    const { line = ALONE } = place;
    this.twins = new Twins(this, line);
    this.trial = new Trial(this, line);
    this.stored = computed(() => this.asStored());
    void readPlans();
    void readTables();
    this.writer = writeThrough((/** @type {Draft} */ value) => saveDraft(place.db, value));
  }

  valuesAtStart() {
    const { mode, base, starts } = this.draft;
    if (mode === "create") return { ...startingValues(this.fields, this.place), ...starts };
    return toValues(this.fields, base?.data ?? {}, { exponent: this.place.exponent });
  }

  /** What must be mended before saving. */
  found() {
    const { fields, initial, context } = this;
    const form = { rules: this.kind.rules, fields, initial, edits: this.draft.edits, context };
    return findingsIn(form, this.values.value);
  }

  /** Is a field asked for, with what is chosen beside it? @param {FieldSchema} field @param {string[]} path  of the field */
  asks(field, path) {
    const beside = /** @type {Values | undefined} */ (
      path.length > 1 ? this.get(path.slice(0, -1)) : this.values.value
    );
    return applies(field, beside ?? {}, this.values.value);
  }

  get touched() {
    return !sameValues(this.values.value, this.initial);
  }

  async write() {
    if (this.saved) return;
    this.draft = { ...this.draft, values: this.values.value, step: this.step.value, at: Date.now() };
    try {
      await this.writer.put(this.draft);
      this.unsaved.value = null;
    } catch (error) {
      // The words are still on the screen; the next letter tries again, and the person is told meanwhile.
      this.unsaved.value = error;
    }
  }

  /** @param {string[]} path @param {Value | undefined} value  undefined removes an element */
  set(path, value) {
    const key = keyOf(path);
    batch(() => {
      this.values.value = withValue(this.values.value, path, value);
      this.objections.value = this.objections.value.filter((finding) => !keyOf(finding.path).startsWith(key));
    });
    void this.write();
  }

  /** @param {string[]} path */
  get(path) {
    return valueAt(this.values.value, path);
  }

  /** The person has left this field: from now on it may be judged. @param {string[]} path */
  judge(path) {
    if (isEmpty(this.get(path)) || this.judged.value.has(keyOf(path))) return;
    this.judged.value = new Set([...this.judged.value, keyOf(path)]);
  }

  /** @param {number} step  steps.length is the last look before saving */
  goTo(step) {
    const passed = step > this.step.value ? this.findingsIn(this.step.value) : [];
    const all = step === this.steps.length ? this.findings.value : passed;
    batch(() => {
      this.judged.value = new Set([...this.judged.value, ...all.map(({ path }) => keyOf(path))]);
      this.step.value = step;
    });
    void this.write();
    if (step < this.steps.length) return;
    void this.twins.look();
    void this.trial.ask();
  }

  /** @param {number} step */
  findingsIn(step) {
    const names = new Set((this.steps[step]?.fields ?? []).map(({ name }) => name));
    return this.findings.value.filter(({ path }) => names.has(path[0] ?? ""));
  }

  /** @param {string[]} path @returns {Finding | undefined} */
  shownAt(path) {
    const key = keyOf(path);
    const objection = this.objections.value.find((finding) => keyOf(finding.path) === key);
    if (objection || !this.judged.value.has(key)) return objection;
    return this.findings.value.find((finding) => keyOf(finding.path) === key);
  }

  /** Empty the form. @returns {() => void} brings back what stood there */
  startOver() {
    const before = { values: this.values.value, step: this.step.value };
    this.put(this.initial, 0);
    return () => this.put(before.values, before.step);
  }

  /** @param {Values} values @param {number} step */
  put(values, step) {
    batch(() => {
      this.values.value = values;
      this.step.value = step;
      this.judged.value = new Set();
      this.continuedFrom.value = null;
    });
    void this.write();
  }

  /** The whole record as the form leaves it. */
  get data() {
    return toData(this.fields, this.values.value, this.draft.base?.data ?? {}, { exponent: this.place.exponent });
  }

  /** The same as it will be stored: by the phone's own rules, and by the gateway's where it has answered. */
  asStored() {
    const { data, draft, trial, kind } = this;
    const own = storedData(kind, this.fields, data, draft.base?.data ?? {}, this.context);
    const { data: theirs, masked } = trial.current ?? { data: null, masked: [] };
    return theirs ? overlaid(own, theirs, masked, !draft.edits) : own;
  }

  /** Looks like another in so many words, and nobody has said yet that it is not. */
  get mustAnswer() {
    return this.twins.open.value.some(({ grade }) => grade === "same");
  }

  /**
   * Put the entry on disk for good.
   * @returns {Promise<"saved" | "already" | "gone" | "unchanged">}
   */
  async save() {
    await this.writer.last(); // its draft is there to fall back on
    const { db, device } = this.place;
    const { data, draft } = this;
    if (draft.mode === "edit" && same(data, draft.base?.data ?? {})) {
      await this.discard();
      return "unchanged";
    }
    const result = await commit(db, { draft, data, title: titleOf(data), id: this.operation, device, now: Date.now() });
    this.saved = true;
    return result;
  }

  async discard() {
    this.saved = true;
    await this.writer.idle();
    await removeDraft(this.place.db, this.draft.id);
  }

  /** The form is left: what was typed stays as a draft, an untouched one leaves no trace. */
  async close() {
    this.twins.close();
    this.trial.close();
    try {
      if (!this.saved && !this.touched) await this.discard();
      await this.writer.last();
    } finally {
      this.release(); // also where the disk took nothing more, or the draft could not be opened again
    }
  }
}
