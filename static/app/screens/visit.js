// A visit, entered while it takes place: checked in with one tap, ended with a few more, with or without a signal.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { wake } from "../data.js";
import { isFull } from "../db.js";
import { count, timeOrDate, today } from "../format.js";
import { sentence } from "../forms/field.js";
import { useOpened } from "../forms/opened.js";
import { openVisit, VisitEntry } from "../forms/visit_entry.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { kindNamed } from "../kinds.js";
import { BlockedCustomer } from "../parts/blocked.js";
import { Banner, Button, ButtonLink, Empty, say } from "../parts/controls.js";
import { Page } from "../parts/frame.js";
import { Icon } from "../parts/icons.js";
import { PhotoAdd, PhotoTile, PhotoView, shownOf } from "../parts/photos.js";
import { Sign } from "../parts/signs.js";
import { go } from "../router.js";
import { account, changed, here, revision, trouble } from "../runtime.js";
import { mayVisit, NOTE_MAX, PHOTOS_MAX, said } from "../visits.js";

/** @typedef {import("../types.js").Outcome} Outcome */
/** @typedef {import("../parts/photos.js").Shown} Shown */
/** @typedef {{entry: VisitEntry}} Props */

const TITLE_MAX = 200;
const place = () => ({ ...here(), geolocation: navigator.geolocation, now: Date.now });

/** @param {unknown} error */
function failureWords(error) {
  if (isFull(error)) return t("save.full");
  if (!(error instanceof Error) || error.name !== "StorageLost") throw error;
  trouble.value = "lost";
  return t("save.lost");
}

/** Where and since when: said plainly, whatever it is, and never in the way. @param {Props} props */
function CheckIn({ entry }) {
  const { position, position_missing: missing } = entry.whereabouts.value ?? {};
  const looking = entry.looking.value;
  const words = looking
    ? t("visit.place.looking")
    : position
      ? t("visit.place.found", { metres: count(position.accuracy_m) })
      : t(`visit.place.${missing ?? "timeout"}`);
  return html`<section class="card check-in" data-tone=${position ? "good" : looking ? "calm" : "warn"}>
    <${Sign} name="pin" />
    <div><h2>${t("visit.since", { time: timeOrDate(entry.checkedIn.value) })}</h2><p role="status">${words}</p></div>
    ${!position && !looking && missing !== "unsupported" && html`<${Button} onClick=${() => entry.look()}>${t("visit.place.again")}<//>`}
  </section>`;
}

/** @param {Props} props */
function Continued({ entry }) {
  const at = entry.continuedFrom.value;
  if (!at) return null;
  const restart = () => say(t("entry.started_over"), { label: t("undo"), run: entry.startOver() });
  return html`<p class="continued"><span>${t("entry.continued", { time: timeOrDate(at) })}</span><button type="button" onClick=${restart}>${t("entry.start_over")}</button></p>`;
}

/** What is wrong with a field: what the gateway said, else what the form itself asks for. @param {VisitEntry} entry @param {string} field */
function wrongWith(entry, field) {
  const objection = entry.objections.value.find(({ path }) => path.at(-1) === field);
  if (objection) return sentence(objection);
  const missing = entry.judged.value && entry.missing.value.find((finding) => finding.field === field);
  return missing ? t(`visit.${missing.code}`) : "";
}

/** @param {{id: string, words: string}} props */
const Wrong = ({ id, words }) =>
  words ? html`<p class="wrong" id=${id}><${Icon} name="alert" /><span>${words}</span></p>` : null;

/** @param {Props} props */
function Outcomes({ entry }) {
  const offered = useSignal(/** @type {Outcome[] | null} */ (null));
  useEffect(() => {
    here()
      .db.get("outcomes")
      .then((found) => {
        offered.value = Array.isArray(found) ? found : [];
      });
  }, [revision.value]);
  const chosen = entry.values.value.outcome;
  const wrong = wrongWith(entry, "outcome");
  return html`<fieldset class="card field visit-outcome" aria-describedby=${wrong ? "outcome-wrong" : undefined}>
    <legend class="label">${t("visit.outcome")}<span class="required">${t("form.required")}</span></legend>
    <div class="choices" id="outcome" tabindex="-1">${(offered.value ?? []).map(
      ({ value, labels }) => html`<label key=${value} class="choice">
        <input type="radio" name="outcome" value=${value} checked=${chosen === value} onChange=${() => entry.set("outcome", value)} /><span>${label(labels) || value}</span></label>`,
    )}</div>
    ${offered.value?.length === 0 && html`<p class="soft">${t("visit.no_outcomes")}</p>`}
    <${Wrong} id="outcome-wrong" words=${wrong} />
  </fieldset>`;
}

/** @param {Event} event */
const typed = (event) => /** @type {HTMLInputElement} */ (event.currentTarget).value;

/** @param {Props} props */
function Note({ entry }) {
  const wrong = wrongWith(entry, "note");
  return html`<div class="card field"><label class="label" for="note">${t("visit.note")}</label>
    <textarea id="note" class="input area" rows="4" maxlength=${NOTE_MAX} value=${entry.values.value.note} aria-invalid=${wrong ? true : undefined} aria-describedby=${wrong ? "note-wrong" : undefined}
      onInput=${(/** @type {Event} */ event) => entry.set("note", typed(event))}></textarea>
    <${Wrong} id="note-wrong" words=${wrong} /></div>`;
}

/** @param {Props} props */
function Photos({ entry }) {
  const open = useSignal(/** @type {Shown | null} */ (null));
  const rows = entry.photos.value;
  const owner = { kind: "visit", record: entry.draft.record, customer: entry.draft.about ?? "", purpose: "photo" };
  const drop = (/** @type {import("../types.js").Attached} */ row) =>
    say(t("photo.dropped"), { label: t("undo"), run: entry.drop([row]) });
  return html`<section class="card field" aria-labelledby="photos-title"><h2 class="label" id="photos-title">${t("visit.photos")}</h2>
    <ul class="photos">${rows.map(
      (row, at) => html`<${PhotoTile} key=${row.file} shown=${shownOf(row)} number=${at + 1}
      onOpen=${() => {
        open.value = shownOf(row);
      }} onDrop=${row.state === "draft" ? () => drop(row) : undefined} />`,
    )}</ul>
    <${PhotoAdd} owner=${owner} draft most=${PHOTOS_MAX - rows.length} onKept=${() => entry.recount()} />
    ${
      open.value &&
      html`<${PhotoView} shown=${open.value} onClose=${() => {
        open.value = null;
      }} />`
    }
  </section>`;
}

/** @param {VisitEntry} entry */
const taskTitle = (entry) => t("visit.task_for", { name: entry.draft.title || t("customer.unnamed") });

/** @param {Props} props */
function Next({ entry }) {
  const values = entry.values.value;
  const wrong = wrongWith(entry, "next_date");
  const hasTask = Boolean(said(values, "next_date")) && !entry.mends && kindNamed("task");
  const wanted = values.task === true;
  return html`<div class="card field"><label class="label" for="next_date">${t("visit.next")}</label>
    <input id="next_date" type="date" class="input" min=${today()} value=${values.next_date} aria-invalid=${wrong ? true : undefined} aria-describedby=${wrong ? "next-wrong" : undefined}
      onInput=${(/** @type {Event} */ event) => entry.set("next_date", typed(event))} />
    <${Wrong} id="next-wrong" words=${wrong} />
    ${hasTask && html`<label class="tick"><input type="checkbox" checked=${wanted} onChange=${(/** @type {any} */ event) => entry.set("task", event.currentTarget.checked)} /><span>${t("visit.task")}</span></label>`}
    ${
      hasTask &&
      wanted &&
      html`<label class="label" for="task_title">${t("visit.task_title")}</label>
      <input id="task_title" class="input" maxlength=${TITLE_MAX} placeholder=${taskTitle(entry)} value=${values.task_title} autocomplete="off" onInput=${(/** @type {Event} */ event) => entry.set("task_title", typed(event))} />`
    }
  </div>`;
}

/** Objections that belong to no field of the form. @param {Props} props */
function Objections({ entry }) {
  const fields = new Set(["outcome", "note", "next_date"]);
  const rest = entry.objections.value.filter(({ path }) => !fields.has(path.at(-1) ?? ""));
  if (!entry.mends) return null;
  return html`<${Banner} tone="bad" title=${t("visit.refused")}>${rest.map(sentence).join(" ") || t("visit.refused_text")}<//>`;
}

/** @param {VisitEntry} entry @param {string} result */
async function leave(entry, result) {
  const { about = "", record, operation } = entry.draft;
  if (result !== "gone") {
    const rows = [{ kind: "visit", id: record }];
    await changed([...rows, { kind: "task", id: entry.task.record }]);
    await wake("saved");
  }
  say(t(result === "gone" ? "save.elsewhere" : "save.saved"));
  go(operation ? "sync" : `customers/${about}`, { replace: true });
}

/** @param {Props} props */
function Form({ entry }) {
  const saving = useSignal(false);
  const failed = useSignal("");
  async function save() {
    entry.judged.value = true;
    const [first] = entry.missing.value;
    if (first) {
      document.getElementById(first.field)?.focus();
      return;
    }
    saving.value = true;
    failed.value = "";
    try {
      await leave(entry, await entry.save(taskTitle(entry)));
    } catch (error) {
      failed.value = failureWords(error);
    } finally {
      saving.value = false;
    }
  }
  const onSubmit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    void save();
  };
  const problem = failed.value || (entry.unsaved.value ? failureWords(entry.unsaved.value) : "");
  return html`<form class="entry-form visit" onSubmit=${onSubmit} noValidate>
    <p class="visit-who"><a href=${`#/customers/${entry.draft.about}`}>${entry.draft.title || t("customer.unnamed")}</a></p>
    ${entry.draft.about && html`<${BlockedCustomer} customer=${entry.draft.about} />`}
    <${Continued} entry=${entry} />
    ${problem && html`<${Banner} tone="bad" alert title=${t("save.not_saved")}>${problem}<//>`}
    <${Objections} entry=${entry} />
    <${CheckIn} entry=${entry} /><${Outcomes} entry=${entry} /><${Note} entry=${entry} /><${Photos} entry=${entry} /><${Next} entry=${entry} />
    <div class="entry-bar"><div class="entry-bar-inside"><${Button} look="main" type="submit" busy=${saving.value} disabled=${saving.value}>${t(entry.mends ? "entry.resend" : "visit.save")}<//></div></div>
  </form>`;
}

/** @param {{state: string, id: string}} props */
function NotOpen({ state, id }) {
  const href = state === "elsewhere" || state === "not_allowed" ? `#/customers/${id}` : "#/customers";
  const action = html`<${ButtonLink} href=${href} look="main">${t("nav.customers")}<//>`;
  return html`<${Empty} icon="people" title=${t(`visit.${state}.title`)} action=${action}>${t(`visit.${state}.text`)}<//>`;
}

/** @param {{id: string}} props  of a customer, or of a visit that was refused */
export function Visit({ id }) {
  const state = useOpened(id, async () =>
    mayVisit(account.value?.user.role) ? openVisit(place(), id) : "not_allowed",
  );
  const entry = state instanceof VisitEntry ? state : null;
  const back = entry?.mends ? "#/sync" : `#/customers/${entry?.draft.about ?? id}`;
  return html`<${Page} title=${t("visit.title")} name=${entry?.draft.title ?? ""} alone back=${back}>
    ${entry ? html`<${Form} key=${entry.draft.id} entry=${entry} />` : state !== "opening" && html`<${NotOpen} state=${state} id=${id} />`}<//>`;
}
