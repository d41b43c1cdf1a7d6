// The own passkeys: added, seen and removed. The password goes on working beside them.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, call, proving, read } from "../api.js";
import { useForm, useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { Confirm, Dialog } from "../parts/dialog.js";
import { TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Empty, Loaded, ProblemNote } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { able, addPasskey } from "./webauthn.js";

/** @typedef {import("../types.js").OwnPasskey} OwnPasskey */
/** @typedef {import("../types.js").OwnPasskeys} Own */

/** @param {{onDone: () => void, onClose: () => void}} props */
function Add({ onDone, onClose }) {
  const form = useForm({ name: "" }, async ({ name }) => {
    await proving(() => addPasskey(name.trim()));
    say(t("passkeys.added"));
    onDone();
  });
  return html`<${Dialog} title=${t("passkeys.add")} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <${ProblemNote} problem=${form.problem} />
      <${TextField} name="passkey-name" label=${t("passkeys.name")} hint=${t("passkeys.name.hint")} autocomplete="off" required
        value=${form.values.name} error=${form.errors.name} onValue=${(/** @type {string} */ value) => form.set("name", value)} />
      <footer><${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy}>${t("passkeys.add")}<//></footer>
    </form>
  <//>`;
}

/** @param {{one: OwnPasskey, onDone: () => void, onClose: () => void}} props */
function Remove({ one, onDone, onClose }) {
  const [state, setState] = useState(/** @type {{busy: boolean, problem?: any}} */ ({ busy: false }));
  async function remove() {
    setState({ busy: true });
    try {
      await call("DELETE", `/api/v1/passkeys/${one.id}`);
      say(t("passkeys.removed"));
      onDone();
    } catch (error) {
      setState({ busy: false, problem: asProblem(error) });
    }
  }
  return html`<${Confirm} title=${t("passkeys.remove.title", { name: one.name })} text=${t("passkeys.remove.text")} yes=${t("passkeys.remove")}
    busy=${state.busy} problem=${state.problem} onYes=${remove} onClose=${onClose} />`;
}

/** @param {{keys: OwnPasskey[], onRemove: (one: OwnPasskey) => void}} props */
function Table({ keys, onRemove }) {
  return html`<table class="stacking">
    <thead><tr><th>${t("field.name")}</th><th>${t("passkeys.since")}</th><th>${t("passkeys.used")}</th><th><span class="visually-hidden">${t("actions")}</span></th></tr></thead>
    <tbody>${keys.map(
      (one) => html`<tr key=${one.id}>
        <td data-label=${t("field.name")}><strong>${one.name}</strong></td>
        <td data-label=${t("passkeys.since")}><${Ago} at=${one.added_at} /></td>
        <td data-label=${t("passkeys.used")}><${Ago} at=${one.last_used_at} none="–" /></td>
        <td class="row-actions"><${Button} look="quiet" onClick=${() => onRemove(one)}>${t("passkeys.remove")}<//></td>
      </tr>`,
    )}</tbody>
  </table>`;
}

/** Why none can be added on this page, and what to do; empty where one can. @param {Own} own */
function hindrance({ offered, origin }) {
  if (!offered) return t("passkeys.no_name");
  if (location.origin !== origin) return t("passkeys.elsewhere", { origin });
  return able() ? "" : t("passkeys.old_browser");
}

/** A section of the screen "Your account". */
export function OwnPasskeys() {
  /** @type {import("../types.js").Load<Own>} */
  const load = useLoad(() => read("/api/v1/passkeys"));
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState(/** @type {OwnPasskey | null} */ (null));
  const why = load.data ? hindrance(load.data) : "";
  function onDone() {
    setAdding(false);
    setLeaving(null);
    load.reload();
  }
  return html`<section aria-labelledby="own-passkeys">
    <div class="section-head"><h2 id="own-passkeys">${t("passkeys.title")}</h2>
      ${load.data && !why && html`<${Button} look="main" icon="plus" onClick=${() => setAdding(true)}>${t("passkeys.add")}<//>`}</div>
    <p class="hint">${t("passkeys.help")}</p>
    ${why && html`<p class="note warn">${why}</p>`}
    <${Loaded} load=${load}>${(/** @type {Own} */ { passkeys }) =>
      passkeys.length
        ? html`<${Table} keys=${passkeys} onRemove=${setLeaving} />`
        : html`<${Empty} icon="key" title=${t("passkeys.empty")} />`}<//>
    ${adding && html`<${Add} onDone=${onDone} onClose=${() => setAdding(false)} />`}
    ${leaving && html`<${Remove} one=${leaving} onDone=${onDone} onClose=${() => setLeaving(null)} />`}
  </section>`;
}
