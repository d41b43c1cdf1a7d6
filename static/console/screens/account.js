// The own account: its passkeys, and where one is signed in.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { OwnPasskeys } from "../account/passkeys.js";
import { OwnSessions } from "../account/sessions.js";
import { session } from "../session.js";

export function Account() {
  return html`<header class="head">
      <div><h1>${t("nav.account")}</h1><p class="lede">${session.value?.user.name}</p></div>
    </header>
    <${OwnPasskeys} />
    <${OwnSessions} />`;
}
