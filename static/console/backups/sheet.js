// The recovery sheet: shown once, to be printed or copied by hand, and typed back before it counts.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { call } from "../api.js";
import { useForm } from "../load.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { AreaField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { ProblemNote } from "../parts/states.js";

/** @typedef {{words: string[], key: string, recipient: string}} Drawn  a key that the gateway keeps nothing of */

/** @param {{drawn: Drawn, onNext: () => void, onClose: () => void}} props */
function Shown({ drawn, onNext, onClose }) {
  return html`<p>${t("backups.sheet.once")}</p>
    <div class="recovery-sheet">
      <h3>${t("backups.sheet.title")}</h3>
      <ol>${drawn.words.map((word) => html`<li key=${word}><span class="code">${word}</span></li>`)}</ol>
      <p class="soft">${t("backups.sheet.age")}</p>
      <p class="code key">${drawn.key}</p>
      <p>${t("backups.sheet.use")}</p>
    </div>
    <footer>
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} onClick=${() => window.print()}>${t("backups.sheet.print")}<//>
      <${Button} look="main" onClick=${onNext}>${t("backups.sheet.written")}<//>
    </footer>`;
}

/** @param {{drawn: Drawn, onBack: () => void, onDone: () => void}} props */
function TypedBack({ drawn, onBack, onDone }) {
  const form = useForm({ words: "" }, async ({ words }) => {
    const typed = JSON.stringify({ recipient: drawn.recipient, words: words.trim() });
    await call("PUT", "/api/v1/backups/key", typed);
    say(t("backups.sheet.proved"));
    onDone();
  });
  return html`<form onSubmit=${form.onSubmit}>
    <p>${t("backups.sheet.back")}</p>
    <${ProblemNote} problem=${form.problem} />
    <${AreaField} name="sheet-words" code label=${t("backups.sheet.words")} hint=${t("backups.sheet.words.hint")} autocomplete="off" autocapitalize="characters"
      required value=${form.values.words} error=${form.errors.words} onValue=${(/** @type {string} */ value) => form.set("words", value)} />
    <footer>
      <${Button} onClick=${onBack}>${t("backups.sheet.again")}<//>
      <${Button} look="main" type="submit" busy=${form.busy}>${t("backups.sheet.prove")}<//>
    </footer>
  </form>`;
}

/** @param {{drawn: Drawn, onClose: () => void, onDone: () => void}} props */
export function Sheet({ drawn, onClose, onDone }) {
  const [typing, setTyping] = useState(false);
  return html`<${Dialog} wide guarded title=${t("backups.sheet.title")} onClose=${onClose}>
    ${
      typing
        ? html`<${TypedBack} drawn=${drawn} onBack=${() => setTyping(false)} onDone=${onDone} />`
        : html`<${Shown} drawn=${drawn} onNext=${() => setTyping(true)} onClose=${onClose} />`
    }
  <//>`;
}
