// The record as it will be stored, or what an edit changes of it. Where the stored form is not what was typed, both are
// there to be seen.
import { readable } from "../format.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { Button } from "../parts/controls.js";
import { Facts, hasFacts, isFilled, linesOf, shown, Waits } from "../parts/facts.js";
import { asMap } from "../summary.js";
import { anyChange, changedElements, changedFields } from "./changes.js";
import { waitingFields } from "./second.js";
import { looksSame } from "./tidy.js";

/** @typedef {import("../types.js").Data} Data */
/** @typedef {import("../types.js").Json} Json */
/** @typedef {import("../types.js").FormStep} FormStep */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("./changes.js").Change} Change */
/** @typedef {import("./changes.js").ElementChange} ElementChange */
/** @typedef {import("./entry.js").Entry} Entry */

const TYPED_MAX = 80;

/** @param {Data} data @param {string[]} path @returns {Json | undefined} */
const at = (data, path) => path.reduce((/** @type {any} */ here, name) => asMap(here)[name], data);

/** @param {string} text */
const brief = (text) => ([...text].length > TYPED_MAX ? `${[...text].slice(0, TYPED_MAX).join("")}…` : text);

/** What was typed, where the stored form reads otherwise. @param {Entry} entry @param {Data} stored @returns {(path: string[]) => any} */
function noteFor(entry, stored) {
  const { data } = entry;
  const before = entry.draft.base?.data ?? {};
  return (path) => {
    const [typed, kept] = [at(data, path), at(stored, path)];
    if (typeof typed !== "string" || !typed || typed === kept || typed === at(before, path)) return null;
    const written = kept === undefined || kept === null ? "" : String(kept);
    if (looksSame(typed, written)) return html`<span class="typed" key=${path.join()}>${t("check.tidied")}</span>`;
    if (looksSame(typed.replaceAll(" ", ""), readable.value(written).replaceAll(" ", ""))) return null;
    return html`<span class="typed" key=${path.join()}>${t("check.typed", { text: brief(typed) })}</span>`;
  };
}

/** @param {{entry: Entry, step: FormStep, at: number, children: any}} props */
function StepCard({ entry, step, at, children }) {
  return html`<section class="card" key=${step.name} aria-labelledby=${`check-${step.name}`}>
    <header class="card-head"><h3 id=${`check-${step.name}`}>${label(step.labels)}</h3>
      <${Button} look="quiet" icon="edit" aria-label=${t("form.edit_step", { what: label(step.labels) })} onClick=${() => entry.goTo(at)}>${t("edit")}<//></header>
    ${children}
  </section>`;
}

/** A new record: all of it. @param {{entry: Entry}} props */
export function Whole({ entry }) {
  const stored = entry.stored.value;
  const note = noteFor(entry, stored);
  return entry.steps.map((step, at) => {
    const fields = [...step.fields, ...step.locked];
    return html`<${StepCard} key=${step.name} entry=${entry} step=${step} at=${at}>
      ${hasFacts(fields, stored) ? html`<${Facts} fields=${fields} data=${stored} note=${note} />` : html`<p class="soft">${t("form.nothing_here")}</p>`}
    <//>`;
  });
}

/** @param {{change: Change, waits: boolean, note: (path: string[]) => any}} props */
function Row({ change: { field, path, before, after }, waits, note }) {
  return html`<div class="change"><dt>${label(field.labels)}${waits && html`<${Waits} />`}</dt>
    <dd>${isFilled(before) && html`<del><span class="visually-hidden">${t("check.before")} </span>${shown(field, before)}</del>`}
      ${isFilled(after) ? html`<ins><span class="visually-hidden">${t("check.after")} </span>${shown(field, after)}${note(path)}</ins>` : html`<ins class="gone">${t("check.emptied")}</ins>`}</dd></div>`;
}

/** What an element is called: its key, its address, or its first words, if it has any. @param {ElementChange} change */
function nameOf({ group, id, element }) {
  const key = group.rules?.keys?.find(({ value }) => value === id);
  if (key) return label(key.labels);
  if ((group.fields ?? []).some(({ rules }) => rules?.place)) return linesOf(element).join(", ");
  const named = (group.fields ?? []).find(({ name, type }) => type === "text" && element[name]);
  return String(element[named?.name ?? ""] ?? "");
}

/** @param {{change: ElementChange, waits: boolean, note: (path: string[]) => any}} props */
function ElementRow({ change, waits, note }) {
  const { kind, changes } = change;
  const title = [label(change.group.labels), nameOf(change)].filter(Boolean).join(": ");
  return html`<div class="facts-block" data-change=${kind}>
    <h4><span class="badge" data-tone=${kind === "removed" ? "bad" : kind === "added" ? "good" : "calm"}>${t(`check.${kind}`)}</span> <span>${title}</span>${waits && html`<${Waits} />`}</h4>
    ${kind !== "removed" && html`<dl class="facts">${changes.map((each) => html`<${Row} key=${each.path.join()} change=${each} waits=${false} note=${note} />`)}</dl>`}
  </div>`;
}

/** @param {{entry: Entry, step: FormStep, at: number, waiting: ReadonlySet<string>, before: Data, after: Data}} props */
function StepChanges({ entry, step, at, waiting, before, after }) {
  const note = noteFor(entry, after);
  const rows = changedFields(step.fields, before, after);
  const groups = step.fields.filter(({ type }) => type === "group");
  return html`<${StepCard} entry=${entry} step=${step} at=${at}>
    ${rows.length > 0 && html`<dl class="facts">${rows.map((change) => html`<${Row} key=${change.field.name} change=${change} waits=${waiting.has(change.field.name)} note=${note} />`)}</dl>`}
    ${groups.map((group) => changedElements(group, before, after).map((change) => html`<${ElementRow} key=${change.id} change=${change} waits=${waiting.has(group.name)} note=${note} />`))}
  <//>`;
}

/** An edit: only what it changes. @param {{entry: Entry}} props */
export function Changes({ entry }) {
  const [before, after] = [entry.draft.base?.data ?? {}, entry.stored.value];
  const about = { edits: true, currency: entry.context.currency };
  const waiting = new Set(waitingFields(entry.fields, before, after, about).map(({ name }) => name));
  const steps = entry.steps
    .map((step, at) => ({ step, at }))
    .filter(({ step }) => anyChange(step.fields, before, after));
  if (!steps.length) return html`<p class="card soft">${t("check.nothing")}</p>`;
  return html`<p class="soft check-hint">${t("check.only_changes")}</p>
    ${steps.map(({ step, at }) => html`<${StepChanges} key=${step.name} entry=${entry} step=${step} at=${at} waiting=${waiting} before=${before} after=${after} />`)}`;
}
