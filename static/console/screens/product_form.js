// One product: a creation, or an edit against the version that was on screen, so that two people's changes merge.

import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { diff } from "../../app/patch.js";
import { post } from "../api.js";
import { defaultsOf, filled } from "../forms.js";
import { useForm } from "../load.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { KindFields, settled } from "../parts/kind_form.js";
import { say } from "../parts/notice.js";
import { ProblemNote } from "../parts/states.js";

/** @param {import("../types.js").Row | null} row @param {Record<string, any>} data */
async function save(row, data) {
  if (!row) {
    await post("/api/v1/records/product", { data: filled(data) });
    return t("products.added");
  }
  const answer = await post(`/api/v1/records/product/${row.id}`, {
    base_version: row.version,
    patch: diff(row.data, filled(data)),
  });
  return t(`products.saved.${answer.status}`);
}

/**
 * @param {{declaration: import("../types.js").Kind, row: import("../types.js").Row | null, onSaved: () => void, onClose: () => void}} props
 */
export function ProductForm({ declaration, row, onSaved, onClose }) {
  const form = useForm(
    { data: /** @type {Record<string, any>} */ (row?.data ?? defaultsOf(declaration.fields)) },
    async ({ data }) => {
      say(await save(row, settled(data)));
      onSaved();
    },
  );
  return html`<${Dialog} wide title=${row ? t("products.edit") : t("products.add")} onClose=${onClose}>
    <form onSubmit=${form.onSubmit} novalidate>
      <${ProblemNote} problem=${form.problem} />
      <div class="kind-fields">
        <${KindFields} fields=${declaration.fields} data=${form.values.data} errors=${form.errors}
          onData=${(/** @type {Record<string, any>} */ data) => form.set("data", data)} />
      </div>
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy}>${t("save")}<//>
      </footer>
    </form>
  <//>`;
}
