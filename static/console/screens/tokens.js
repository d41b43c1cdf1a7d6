// Keys for programs: tills, scanners and the ERP. A key is shown once, when it is made.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { dateTime } from "../format.js";
import { useForm, useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { CopyLine } from "../parts/copy.js";
import { Confirm, Dialog } from "../parts/dialog.js";
import { SelectField, TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded, ProblemNote } from "../parts/states.js";
import { Ago, now } from "../parts/time.js";

/** @typedef {import("../types.js").Token} Token */

const ROLES = ["pos", "device", "erp", "web"];

/** Older ones are better replaced. */
const OLD_MS = 90 * 24 * 3_600_000;
const KEEP_HOURS = ["24", "1", "168", "0"];

/** @param {{made: {name: string, token: string}, onClose: () => void}} props */
function Shown({ made, onClose }) {
  return html`<${Dialog} guarded title=${t("tokens.made", { name: made.name })} onClose=${onClose}>
    <p>${t("tokens.once")}</p>
    <${CopyLine} text=${made.token} label=${t("tokens.token")} />
    <p class="hint">${t("tokens.use")}</p>
    <footer><${Button} onClick=${onClose}>${t("tokens.stored")}<//></footer>
  <//>`;
}

/** @param {{onMade: (made: {name: string, token: string}) => void, onClose: () => void}} props */
function AddToken({ onMade, onClose }) {
  const form = useForm({ name: "", role: "pos" }, async ({ name, role }) =>
    onMade(await post("/api/v1/tokens", { name: name.trim(), role })),
  );
  return html`<${Dialog} title=${t("tokens.add")} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <${ProblemNote} problem=${form.problem} />
      <${TextField} name="token-name" label=${t("field.name")} hint=${t("tokens.name.hint")} autocomplete="off" required value=${form.values.name}
        error=${form.errors.name} onValue=${(/** @type {string} */ value) => form.set("name", value)} />
      <${SelectField} name="token-role" label=${t("field.role")} hint=${t(`role.${form.values.role}.help`)} value=${form.values.role}
        error=${form.errors.role} choices=${ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        onValue=${(/** @type {string} */ value) => form.set("role", value)} />
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy}>${t("tokens.make")}<//>
      </footer>
    </form>
  <//>`;
}

/** @param {{token: Token, onClose: () => void, onDone: () => void}} props */
function Revoke({ token, onClose, onDone }) {
  const [state, setState] = useState({ busy: false, problem: /** @type {any} */ (undefined) });
  async function revoke() {
    setState({ busy: true, problem: undefined });
    try {
      await post(`/api/v1/tokens/${encodeURIComponent(token.id)}`, { action: "revoke" });
      say(t("tokens.revoked", { name: token.name }));
      onDone();
    } catch (error) {
      setState({ busy: false, problem: asProblem(error) });
    }
  }
  return html`<${Confirm} title=${t("tokens.revoke.title", { name: token.name })} text=${t("tokens.revoke.text")} yes=${t("tokens.revoke")}
    busy=${state.busy} problem=${state.problem} onYes=${revoke} onClose=${onClose} />`;
}

/** @param {{token: Token, onMade: (made: {name: string, token: string}) => void, onClose: () => void}} props */
function Replace({ token, onMade, onClose }) {
  const form = useForm({ keep: "24" }, async ({ keep }) =>
    onMade(await post(`/api/v1/tokens/${encodeURIComponent(token.id)}/secret`, { keep_hours: Number(keep) })),
  );
  return html`<${Dialog} title=${t("tokens.replace.title", { name: token.name })} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <${ProblemNote} problem=${form.problem} />
      <p>${t("tokens.replace.text")}</p>
      <${SelectField} name="token-keep" label=${t("tokens.keep")} value=${form.values.keep} choices=${KEEP_HOURS.map((value) => ({ value, label: t(`tokens.keep.${value}`) }))}
        onValue=${(/** @type {string} */ value) => form.set("keep", value)} />
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy}>${t("tokens.replace.do")}<//>
      </footer>
    </form>
  <//>`;
}

/** When the token in use was made, and what is to be known of that. @param {{token: Token}} props */
function Made({ token }) {
  const old = !token.revoked && now.value - Date.parse(token.made_at) > OLD_MS;
  return html`<span class="two"><span><${Ago} at=${token.made_at} /></span>
    ${token.old_until && html`<span class="soft">${t("tokens.before", { at: dateTime(token.old_until) })}</span>`}
    ${old && html`<${Badge} tone="warn">${t("tokens.is_old")}<//>`}</span>`;
}

/** @param {{token: Token, onReplace: () => void, onRevoke: () => void}} props */
function TokenRow({ token, onReplace, onRevoke }) {
  return html`<tr class=${token.revoked ? "off" : ""}>
    <td data-label=${t("field.name")}><strong>${token.name}</strong></td>
    <td data-label=${t("field.role")}>${t(`role.${token.role}`)}</td>
    <td data-label=${t("tokens.created")}><${Made} token=${token} /></td>
    <td data-label=${t("tokens.seen")}><${Ago} at=${token.last_seen_at} /></td>
    <td class="row-actions">${
      token.revoked
        ? html`<${Badge} tone="calm">${t("tokens.is_revoked")}<//>`
        : may("token update") &&
          html`<${Button} look="quiet" onClick=${onReplace}>${t("tokens.replace")}<//><${Button} look="quiet" onClick=${onRevoke}>${t("tokens.revoke")}<//>`
    }</td>
  </tr>`;
}

/** @param {{tokens: Token[], onReplace: (token: Token) => void, onRevoke: (token: Token) => void}} props */
function TokenTable({ tokens, onReplace, onRevoke }) {
  return html`<table class="stacking">
    <thead><tr><th>${t("field.name")}</th><th>${t("field.role")}</th><th>${t("tokens.created")}</th><th>${t("tokens.seen")}</th><th><span class="visually-hidden">${t("actions")}</span></th></tr></thead>
    <tbody>${tokens.map((token) => html`<${TokenRow} key=${token.id} token=${token} onReplace=${() => onReplace(token)} onRevoke=${() => onRevoke(token)} />`)}</tbody>
  </table>`;
}

export function Tokens() {
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState(/** @type {{name: string, token: string} | null} */ (null));
  const [leaving, setLeaving] = useState(/** @type {Token | null} */ (null));
  const [replacing, setReplacing] = useState(/** @type {Token | null} */ (null));
  const load = useLoad(() => read("/api/v1/tokens"));
  function onMade(/** @type {{name: string, token: string}} */ token) {
    setAdding(false);
    setReplacing(null);
    setMade(token);
    load.reload();
  }
  return html`<header class="head">
      <div><h1>${t("nav.tokens")}</h1><p class="lede">${t("tokens.lede")}</p></div>
      ${may("token create") && html`<${Button} look="main" icon="plus" onClick=${() => setAdding(true)}>${t("tokens.add")}<//>`}
    </header>
    <${Loaded} load=${load}>${(/** @type {{tokens: Token[]}} */ { tokens }) =>
      tokens.length
        ? html`<${TokenTable} tokens=${tokens} onReplace=${setReplacing} onRevoke=${setLeaving} />`
        : html`<${Empty} icon="key" title=${t("tokens.empty")}><p>${t("tokens.empty.help")}</p><//>`}<//>
    ${adding && html`<${AddToken} onMade=${onMade} onClose=${() => setAdding(false)} />`}
    ${replacing && html`<${Replace} token=${replacing} onMade=${onMade} onClose=${() => setReplacing(null)} />`}
    ${made && html`<${Shown} made=${made} onClose=${() => setMade(null)} />`}
    ${
      leaving &&
      html`<${Revoke} token=${leaving} onClose=${() => setLeaving(null)} onDone=${() => {
        setLeaving(null);
        load.reload();
      }} />`
    }`;
}
