// One product: a creation, or an edit against the version that was on screen, so that two people's changes merge.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { formFields } from "../../app/kinds.js";
import { diff } from "../../app/patch.js";
import { asProblem, post } from "../api.js";
import { KindFields } from "../forms/kind_fields.js";
import { useSheet } from "../forms/sheet.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { say } from "../parts/notice.js";
import { ProblemNote } from "../parts/states.js";
import { session } from "../session.js";

/** @typedef {import("../types.js").Row} Row */

/** @param {Row | null} row @param {import("../../app/types.js").Data} data */
async function save(row, data) {
  if (!row) {
    await post("/api/v1/records/product", { data });
    return t("products.added");
  }
  const answer = await post(`/api/v1/records/product/${row.id}`, {
    base_version: row.version,
    patch: diff(row.data, data),
  });
  return t(`products.saved.${answer.status}`);
}

/** @param {HTMLFormElement} form */
const focusTrouble = (form) =>
  requestAnimationFrame(() => {
    const found = form.querySelector("[aria-invalid=true]") ?? form.querySelector("[role=alert]");
    if (found instanceof HTMLElement) found.focus();
  });

/** @param {{declaration: import("../types.js").Kind, row: Row | null, onSaved: () => void, onClose: () => void}} props */
export function ProductForm({ declaration, row, onSaved, onClose }) {
  const gateway = /** @type {import("../types.js").Gateway} */ (session.value?.gateway);
  const sheet = useSheet({ kind: declaration, gateway, base: row?.data });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {import("../api.js").Problem | undefined} */ (undefined));

  /** @param {SubmitEvent} event */
  async function onSubmit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    setProblem(undefined);
    if (sheet.judge().length) {
      focusTrouble(form);
      return;
    }
    setBusy(true);
    try {
      say(await save(row, sheet.data()));
      onSaved();
    } catch (error) {
      const trouble = asProblem(error);
      sheet.object(trouble);
      setProblem(trouble);
      focusTrouble(form);
    } finally {
      setBusy(false);
    }
  }
  return html`<${Dialog} wide title=${row ? t("products.edit") : t("products.add")} onClose=${onClose}>
    <form onSubmit=${onSubmit} novalidate>
      <${ProblemNote} problem=${problem} />
      <div class="kind-fields"><${KindFields} fields=${formFields(declaration)} sheet=${sheet} /></div>
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${busy}>${t("save")}<//>
      </footer>
    </form>
  <//>`;
}
