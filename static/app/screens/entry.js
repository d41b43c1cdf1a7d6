// Entering a record step by step. It opens where it was left, keeps every letter, and saves without asking anybody.
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { likely, named, wake } from "../data.js";
import { isFull } from "../db.js";
import { timeOrDate } from "../format.js";
import { beginCreate, beginEdit, beginFix, continueAsEdit, kindOf } from "../forms/begin.js";
import { Entry, openEntry } from "../forms/entry.js";
import { Fields } from "../forms/fields.js";
import { Group } from "../forms/group.js";
import { useOpened } from "../forms/opened.js";
import { TwinsHeard } from "../forms/twin_cards.js";
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { kinds, kindWord, placeOf } from "../kinds.js";
import { LaterPart } from "../later.js";
import { Banner, Button, ButtonLink, Empty, say } from "../parts/controls.js";
import { Facts, hasFacts } from "../parts/facts.js";
import { Page } from "../parts/frame.js";
import { styled } from "../parts/sheet.js";
import { go, route } from "../router.js";
import { account, call, changed, here, status, trouble } from "../runtime.js";

await Promise.all([styled("entry"), styled("check")]);

/** @typedef {import("../types.js").FormStep} FormStep */

const CUSTOMER = "customer";

const line = { online: () => status.peek().link === "online", call, likely };
const place = () => ({
  ...here(),
  line,
  gateway: /** @type {import("../types.js").Account} */ (account.value).gateway,
});

/** @param {string} draft */
const entryAt = (draft) => `entry/${encodeURIComponent(draft)}`;

/** A count and an arrival are opened again; what takes one back says nothing that could be mended. @param {import("../types.js").Operation} op */
function goodsAt({ id, event }) {
  if (event?.type === "stock.reversed") return "goods";
  return `goods/${event?.type === "stock.counted" ? "count" : "receive"}/${id}`;
}

/** Where a refused entry is mended: a visit has a form of its own. @param {string} operation */
async function mendingAt(operation) {
  const op = await here().db.read(["outbox"], (tx) => tx.objectStore("outbox").get(operation));
  if (op?.kind === "stock") return goodsAt(op);
  if (op?.type === "fact") return `visit/${operation}`;
  const draft = await beginFix(place(), operation);
  return draft ? entryAt(draft) : "sync";
}

/** What is done to a record of a kind, in words. @param {"create" | "edit" | "fix" | "save"} what @param {string} [kind] */
const words = (what, kind = CUSTOMER) =>
  kind === CUSTOMER || what === "fix" ? t(`entry.${what}`) : t(`entry.any.${what}`, { kind: kindWord(kind) });

/** Find or begin the draft that an address such as #/new/customer asks for. @param {{screen: string, id: string}} props */
export function Begin({ screen, id }) {
  const hasForms = kinds.value.length > 0;
  useEffect(() => {
    if (!hasForms) return;
    const { about } = route.value;
    const begun =
      screen === "new"
        ? beginCreate(place(), id, { about, owner: account.value?.user.name ?? "" }).then(entryAt)
        : screen === "edit"
          ? kindOf(here().db, id)
              .then((kind) => beginEdit(place(), kind || CUSTOMER, id))
              .then(entryAt)
          : mendingAt(id);
    begun.then((address) => go(address, { replace: true }));
  }, [screen, id, hasForms]);
  return html`<${Page} title=${screen === "new" ? words("create", id) : t("edit")} alone back="#/today">
    ${!hasForms && html`<${NotOpen} state="no_form" />`}<//>`;
}

/** @param {Entry} entry */
const backTo = (entry) =>
  entry.draft.mode === "create"
    ? `#/${placeOf(entry.draft.kind, "")}`
    : entry.draft.mode === "fix"
      ? "#/sync"
      : `#/${placeOf(entry.draft.kind, entry.draft.record)}`;

/** @param {{entry: Entry}} props */
function Steps({ entry }) {
  const here = entry.step.value;
  const names = [...entry.steps.map((step) => label(step.labels)), t("entry.check")];
  return html`<nav class="steps" aria-label=${t("entry.steps")}>
    <p class="steps-now"><strong>${names[here]}</strong><span>${t("entry.step", { step: here + 1, of: names.length })}</span></p>
    <ol>${names.map(
      (name, at) => html`<li key=${name} data-state=${at < here ? "past" : at === here ? "now" : "ahead"}>
        <button type="button" aria-current=${at === here ? "step" : undefined} onClick=${() => entry.goTo(at)}><span class="steps-mark">${at + 1}</span><span class="steps-name">${name}</span></button>
      </li>`,
    )}</ol>
  </nav>`;
}

/** What belongs to this step but is for others to change. @param {{step: FormStep, entry: Entry}} props */
function Locked({ step, entry }) {
  const { data } = entry;
  if (!entry.draft.edits || !hasFacts(step.locked, data)) return null;
  return html`<section class="card"><h3 class="card-head">${t("entry.locked")}</h3><${Facts} fields=${step.locked} data=${data} /></section>`;
}

/** @param {{step: FormStep, entry: Entry}} props */
function StepFields({ step, entry }) {
  const asked = step.fields.filter((field) => entry.asks(field, [field.name]));
  const plain = asked.filter(({ type }) => type !== "group");
  const groups = asked.filter(({ type }) => type === "group");
  return html`
    ${plain.length > 0 && html`<div class="card fields"><${Fields} key=${step.name} fields=${plain} path=${[]} entry=${entry} /></div>`}
    ${groups.map((field) => html`<${Group} key=${field.name} field=${field} path=${[field.name]} entry=${entry} />`)}
    <${Locked} step=${step} entry=${entry} />`;
}

/** @param {{entry: Entry}} props */
function Continued({ entry }) {
  const at = entry.continuedFrom.value;
  if (!at) return null;
  const restart = () => say(t("entry.started_over"), { label: t("undo"), run: entry.startOver() });
  return html`<p class="continued"><span>${t("entry.continued", { time: timeOrDate(at) })}</span><button type="button" onClick=${restart}>${t("entry.start_over")}</button></p>`;
}

/** @param {unknown} error */
function failureWords(error) {
  if (isFull(error)) return t("save.full");
  if (!(error instanceof Error) || error.name !== "StorageLost") throw error;
  trouble.value = "lost";
  return t("save.lost");
}

/** @param {Entry} entry @param {string} result */
async function leave(entry, result) {
  const { kind, record, mode } = entry.draft;
  if (mode === "fix" && result === "gone") {
    say(t("save.mended"));
    go(`entry/${encodeURIComponent(await continueAsEdit(place(), entry.draft))}`, { replace: true });
    return;
  }
  const isSaved = result === "saved" || result === "already";
  if (isSaved) {
    await changed([{ kind, id: record }]); // the pill counts the entry before anybody reads that it is saved
    await wake("saved");
  }
  const [known] = mode === "create" ? await named(kind, [record]) : [];
  const number = known?.number;
  const saved = number ? t("save.saved_as", { number }) : t("save.saved");
  say(isSaved ? saved : t(result === "unchanged" ? "save.unchanged" : "save.elsewhere"));
  go(mode === "fix" ? "sync" : placeOf(kind, record), { replace: true });
}

/** @param {{entry: Entry}} props */
function Form({ entry }) {
  const saving = useSignal(false);
  const failed = useSignal("");
  const title = useRef(/** @type {HTMLElement | null} */ (null));
  const at = entry.step.value;
  const step = entry.steps[at];
  const isLast = !step;

  // A step begins at its top, however one came to it; a field that is gone to scrolls itself into view afterwards.
  useLayoutEffect(() => scrollTo(0, 0), [at]);

  /** @param {number} next */
  function move(next) {
    entry.goTo(next);
    title.current?.focus({ preventScroll: true });
  }

  async function save() {
    const stop = entry.findings.value.length ? "findings" : entry.mustAnswer ? "twins" : "";
    if (stop) {
      document.getElementById(stop)?.focus();
      return;
    }
    saving.value = true;
    failed.value = "";
    try {
      await leave(entry, await entry.save());
    } catch (error) {
      failed.value = failureWords(error);
    } finally {
      saving.value = false;
    }
  }

  /** @param {SubmitEvent} event */
  function onSubmit(event) {
    event.preventDefault();
    if (isLast) void save();
    else move(at + 1);
  }

  const unsaved = entry.unsaved.value ? failureWords(entry.unsaved.value) : "";
  const problem = failed.value || unsaved;
  return html`<div class="entry"><${Steps} entry=${entry} />
    <form class="entry-form" onSubmit=${onSubmit} noValidate>
      <h2 class="visually-hidden" tabindex="-1" ref=${title}>${step ? label(step.labels) : t("entry.check")}</h2>
      <${Continued} entry=${entry} />
      ${problem && html`<${Banner} tone="bad" alert title=${t("save.not_saved")}>${problem}<//>`}
      <${TwinsHeard} entry=${entry} />
      ${step ? html`<${StepFields} step=${step} entry=${entry} />` : html`<${LaterPart} name="check_step" entry=${entry} />`}
      <div class="entry-bar"><div class="entry-bar-inside">
        ${at > 0 && html`<${Button} icon="back" label=${t("entry.previous")} onClick=${() => move(at - 1)} />`}
        <${Button} look="main" type="submit" busy=${saving.value} disabled=${saving.value}>${isLast ? (entry.draft.mode === "fix" ? t("entry.resend") : words("save", entry.draft.kind)) : t("entry.next", { step: nextName(entry) })}<//>
      </div></div>
    </form></div>`;
}

/** @param {Entry} entry */
function nextName(entry) {
  const next = entry.steps[entry.step.value + 1];
  return next ? label(next.labels) : t("entry.check");
}

/** @param {{state: string}} props */
function NotOpen({ state }) {
  const action = html`<${ButtonLink} href="#/customers" look="main">${t("nav.customers")}<//>`;
  return html`<${Empty} icon="edit" title=${t(`entry.${state}.title`)} action=${action}>${t(`entry.${state}.text`)}<//>`;
}

/** @param {{id: string}} props */
export function EntryScreen({ id }) {
  const state = useOpened(id, (draft) => openEntry(place(), draft));
  const entry = state instanceof Entry ? state : null;
  const { kind = CUSTOMER } = entry?.draft ?? {};
  const mode = /** @type {"create" | "edit" | "fix"} */ (entry?.draft.mode ?? "create"); // a visit has its own screen
  return html`<${Page} title=${words(mode, kind)} alone back=${entry ? backTo(entry) : "#/today"}>
    ${entry ? html`<${Form} key=${route.value.id} entry=${entry} />` : state !== "opening" && html`<${NotOpen} state=${state} />`}
  <//>`;
}
