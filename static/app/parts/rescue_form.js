// Taking unsent work along: a file sealed with words that only its owner knows, and the way back in.
import "../later_words.js";
import { useRef, useState } from "preact/hooks";
import { deedOf } from "../centre/names.js";
import { wake } from "../data.js";
import { dateTime } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { bringIn, mayBringIn, readWork, saveUnsent } from "../rescue.js";
import { NotOpened, normal, PASSPHRASE_MIN } from "../rescue_file.js";
import { account, changed, here } from "../runtime.js";
import { Button, say } from "./controls.js";
import { Icon } from "./icons.js";

/** @typedef {import("../rescue.js").Work} Work */
/** @typedef {import("../types.js").Account} Account */

const SHOWN = 30;

/** @param {unknown} error */
function sentenceOf(error) {
  if (!(error instanceof NotOpened)) throw error;
  return t(`rescue.${error.why}`);
}

/** @param {{text: string, id: string}} props */
const Wrong = ({ text, id }) =>
  text ? html`<p class="wrong" role="alert" id=${id}><${Icon} name="alert" /><span>${text}</span></p>` : null;

/** @param {{id: string, hint: string, wrong: string}} props */
const Passphrase = ({ id, hint, wrong }) =>
  html`<div class="field"><label class="label" for=${id}>${t("rescue.words")}</label>
    <input class="input" id=${id} name="words" autocomplete="off" autocapitalize="off" spellcheck=${false} required aria-invalid=${wrong ? "true" : undefined} aria-describedby=${`${id}-hint ${id}-wrong`} />
    <span class="soft" id=${`${id}-hint`}>${hint}</span></div>`;

/**
 * @param {{onSaved?: () => unknown}} props  called when the browser has the file
 */
export function SaveFile({ onSaved }) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const words = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("words"));
    if (normal(words).length < PASSPHRASE_MIN) return setWrong(t("rescue.short", { count: PASSPHRASE_MIN }));
    setBusy(true);
    setWrong("");
    try {
      const name = await saveUnsent(here(), /** @type {Account} */ (account.value), words);
      setOpen(false);
      say(t("sync.file_saved", { name }));
      await onSaved?.();
    } catch (error) {
      setWrong(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }
  if (!open) return html`<${Button} icon="download" onClick=${() => setOpen(true)}>${t("sync.save_file")}<//>`;
  return html`<form class="rescue-form" onSubmit=${submit}>
    <${Passphrase} id="rescue-new" hint=${t("rescue.hint", { count: PASSPHRASE_MIN })} wrong=${wrong} /><${Wrong} text=${wrong} id="rescue-new-wrong" />
    <div class="actions"><${Button} look="main" icon="download" type="submit" busy=${busy} disabled=${busy}>${t("rescue.save")}<//>
      <${Button} look="quiet" onClick=${() => setOpen(false)}>${t("cancel")}<//></div></form>`;
}

/** What an opened file holds, before any of it is taken in. @param {{work: Work, onDone: () => void}} props */
function Inside({ work, onDone }) {
  const { user } = /** @type {Account} */ (account.value);
  const own = work.user.id === user.id;
  const may = mayBringIn(work, user);
  const words = { count: work.operations.length, who: work.user.name, time: dateTime(Date.parse(work.saved_at)) };
  async function take() {
    const brought = await bringIn(here().db, work);
    onDone();
    await changed(brought.operations.map(({ kind, record }) => ({ kind, id: record })));
    say(
      t(brought.operations.length + brought.drafts ? "rescue.brought" : "rescue.known", {
        count: brought.operations.length,
      }),
    );
    await wake("saved");
  }
  return html`<div class="rescue-form" role="group" aria-labelledby="rescue-inside">
    <h3 id="rescue-inside" tabindex="-1">${t("rescue.inside", words)}</h3>
    <p>${t(own ? "rescue.own" : may ? "rescue.theirs" : "rescue.not_yours", words)}</p>
    <ul class="withdraw-goes">${work.operations.slice(0, SHOWN).map((op) => html`<li key=${op.id}>${deedOf(op)}: ${op.title || t("customer.unnamed")} <span class="code">${op.reference}</span></li>`)}
      ${work.operations.length > SHOWN && html`<li>${t("rescue.more", { count: work.operations.length - SHOWN })}</li>`}
      ${work.drafts.length > 0 && html`<li>${t("rescue.drafts", { count: work.drafts.length })}</li>`}</ul>
    <div class="actions">${may && html`<${Button} look="main" onClick=${take}>${t("rescue.take")}<//>`}
      <${Button} look="quiet" onClick=${onDone}>${t("cancel")}<//></div></div>`;
}

export function BringIn() {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const [work, setWork] = useState(/** @type {Work | null} */ (null));
  const file = useRef(/** @type {HTMLInputElement | null} */ (null));
  const close = () => {
    setWork(null);
    setOpen(false);
  };

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const words = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get("words"));
    const chosen = file.current?.files?.[0];
    if (!chosen) return;
    setBusy(true);
    setWrong("");
    try {
      setWork(await readWork(await chosen.text(), words));
    } catch (error) {
      setWrong(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }
  if (!open) return html`<${Button} look="quiet" onClick=${() => setOpen(true)}>${t("rescue.bring")}<//>`;
  if (work) return html`<${Inside} work=${work} onDone=${close} />`;
  return html`<form class="rescue-form" onSubmit=${submit}>
    <p class="soft">${t("rescue.bring_text")}</p>
    <div class="field"><label class="label" for="rescue-file">${t("rescue.file")}</label>
      <input class="input" id="rescue-file" type="file" accept=".json,application/json" ref=${file} required /></div>
    <${Passphrase} id="rescue-open" hint=${t("rescue.open_hint")} wrong=${wrong} /><${Wrong} text=${wrong} id="rescue-open-wrong" />
    <div class="actions"><${Button} look="main" type="submit" busy=${busy} disabled=${busy}>${t(busy ? "rescue.opening" : "rescue.open")}<//>
      <${Button} look="quiet" onClick=${close}>${t("cancel")}<//></div></form>`;
}
