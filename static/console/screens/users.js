// The people of this gateway and what each may do.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { diff } from "../../app/patch.js";
import { post, read } from "../api.js";
import { useForm, useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { CheckField, SelectField, TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Badge, Empty, Loaded, ProblemNote } from "../parts/states.js";
import { Ago } from "../parts/time.js";

/** @typedef {import("../types.js").User} User */

const ROLES = ["rep", "clerk", "manager", "finance", "auditor", "admin"];

/** @param {{onDone: () => void, onClose: () => void}} props */
function AddUser({ onDone, onClose }) {
  const form = useForm({ name: "", role: "rep", password: "", territory: "" }, async (values) => {
    await post("/api/v1/users", { ...values, name: values.name.trim(), territory: values.territory.trim() });
    say(t("users.added", { name: values.name.trim() }));
    onDone();
  });
  const bound = (/** @type {"name" | "role" | "password" | "territory"} */ name) => ({
    name: `user-${name}`,
    value: form.values[name],
    error: form.errors[name],
    onValue: (/** @type {string} */ value) => form.set(name, value),
  });
  return html`<${Dialog} title=${t("users.add")} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <${ProblemNote} problem=${form.problem} />
      <${TextField} ...${bound("name")} label=${t("field.name")} autocomplete="off" autocapitalize="none" required />
      <${SelectField} ...${bound("role")} label=${t("field.role")} hint=${t(`role.${form.values.role}.help`)}
        choices=${ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />
      <${TextField} ...${bound("territory")} label=${t("field.territory")} hint=${t("users.territory.hint")} autocomplete="off" optional />
      <${TextField} ...${bound("password")} label=${t("field.password")} hint=${t("users.password.hint")} type="password" autocomplete="new-password" required />
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy}>${t("users.add")}<//>
      </footer>
    </form>
  <//>`;
}

/** @param {{user: User, others: User[], onDone: () => void, onClose: () => void}} props */
function ChangeUser({ user, others, onDone, onClose }) {
  const before = {
    role: user.role,
    territory: user.territory,
    disabled: user.disabled === true,
    same_person_as: user.same_person_as ?? "",
  };
  const form = useForm({ ...before, password: "" }, async ({ password, ...rest }) => {
    await post(`/api/v1/users/${user.id}`, { ...diff(before, rest), ...(password && { password }) });
    say(t("users.changed", { name: user.name }));
    onDone();
  });
  return html`<${Dialog} title=${user.name} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <${ProblemNote} problem=${form.problem} />
      <${SelectField} name="user-role" label=${t("field.role")} hint=${t(`role.${form.values.role}.help`)} value=${form.values.role}
        error=${form.errors.role} choices=${ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        onValue=${(/** @type {string} */ value) => form.set("role", value)} />
      <${TextField} name="user-territory" label=${t("field.territory")} hint=${t("users.territory.hint")} autocomplete="off" optional
        value=${form.values.territory} error=${form.errors.territory} onValue=${(/** @type {string} */ value) => form.set("territory", value)} />
      <${TextField} name="user-password" label=${t("users.new_password")} hint=${t("users.new_password.hint")} type="password"
        autocomplete="new-password" optional value=${form.values.password} error=${form.errors.password}
        onValue=${(/** @type {string} */ value) => form.set("password", value)} />
      <${SelectField} name="user-person" label=${t("users.person")} hint=${t("users.person.hint")} optional blank=${t("users.person.none")}
        value=${form.values.same_person_as} error=${form.errors.same_person_as} choices=${others.map(({ id, name }) => ({ value: id, label: name }))}
        onValue=${(/** @type {string} */ value) => form.set("same_person_as", value)} />
      <${CheckField} name="user-disabled" label=${t("users.disable")} hint=${t("users.disable.hint")} value=${form.values.disabled}
        onValue=${(/** @type {boolean} */ value) => form.set("disabled", value)} />
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy}>${t("save")}<//>
      </footer>
    </form>
  <//>`;
}

/** @param {{user: User, onEdit: () => void}} props */
function UserRow({ user, onEdit }) {
  return html`<tr>
    <td data-label=${t("field.name")}>${may("user update") ? html`<button type="button" class="link" onClick=${onEdit}>${user.name}</button>` : html`<strong>${user.name}</strong>`}</td>
    <td data-label=${t("field.role")}>${t(`role.${user.role}`)}</td>
    <td data-label=${t("field.territory")}>${user.territory || "–"}</td>
    <td data-label=${t("users.since")}><${Ago} at=${user.created_at} none="–" /></td>
    <td data-label=${t("users.state")}><${Badge} tone=${user.disabled ? "calm" : "good"}>${t(user.disabled ? "users.disabled" : "users.active")}<//></td>
  </tr>`;
}

/** @param {{users: User[], onEdit: (user: User) => void}} props */
function UserTable({ users, onEdit }) {
  return html`<table class="stacking">
    <thead><tr><th>${t("field.name")}</th><th>${t("field.role")}</th><th>${t("field.territory")}</th><th>${t("users.since")}</th><th>${t("users.state")}</th></tr></thead>
    <tbody>${users.map((user) => html`<${UserRow} key=${user.id} user=${user} onEdit=${() => onEdit(user)} />`)}</tbody>
  </table>`;
}

export function Users() {
  const [adding, setAdding] = useState(false);
  /** @type {import("../types.js").Load<{users: User[]}>} */
  const load = useLoad(() => read("/api/v1/users"));
  const [editing, setEditing] = useState(/** @type {User | null} */ (null));
  function onDone() {
    setAdding(false);
    setEditing(null);
    load.reload();
  }
  return html`<header class="head">
      <div><h1>${t("nav.users")}</h1><p class="lede">${t("users.lede")}</p></div>
      ${may("user create") && html`<${Button} look="main" icon="plus" onClick=${() => setAdding(true)}>${t("users.add")}<//>`}
    </header>
    <${Loaded} load=${load}>${(/** @type {{users: User[]}} */ { users }) =>
      users.length
        ? html`<${UserTable} users=${users} onEdit=${setEditing} />`
        : html`<${Empty} icon="users" title=${t("users.empty")} />`}<//>
    ${adding && html`<${AddUser} onDone=${onDone} onClose=${() => setAdding(false)} />`}
    ${editing && html`<${ChangeUser} user=${editing} others=${(load.data?.users ?? []).filter(({ id }) => id !== editing.id)} onDone=${onDone} onClose=${() => setEditing(null)} />`}`;
}
