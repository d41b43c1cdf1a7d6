// Name and password, or a passkey. Too many wrong tries show how long the door stays shut.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { LANGUAGES, language, t } from "../../app/i18n.js";
import { able } from "../account/webauthn.js";
import { asProblem } from "../api.js";
import { useForm } from "../load.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { TextField } from "../parts/fields.js";
import { Mark } from "../parts/icons.js";
import { ProblemNote } from "../parts/states.js";
import { chooseLanguage, leave, session, signIn, signInByPasskey } from "../session.js";

/** @param {number} from @returns {number} seconds left, counted down once a second */
function useCountdown(from) {
  const [left, setLeft] = useState(from);
  useEffect(() => {
    setLeft(from);
    const timer = setInterval(() => setLeft((old) => Math.max(0, old - 1)), 1000);
    return () => clearInterval(timer);
  }, [from]);
  return left;
}

function LanguageLinks() {
  return html`<p class="languages">
    ${LANGUAGES.map(
      ({
        value,
        label,
      }) => html`<button type="button" class="link" lang=${value} aria-pressed=${value === language.value}
        onClick=${() => chooseLanguage(value)}>${label}</button>`,
    )}
  </p>`;
}

/** A key instead of name and password, where the browser knows how. */
function PasskeyButton() {
  const [state, setState] = useState(/** @type {{busy: boolean, problem?: any}} */ ({ busy: false }));
  if (!able()) return null;
  async function enter() {
    setState({ busy: true });
    try {
      await signInByPasskey();
    } catch (error) {
      setState({ busy: false, problem: asProblem(error) });
    }
  }
  return html`<${ProblemNote} problem=${state.problem} />
    <${Button} icon="key" busy=${state.busy} onClick=${enter}>${t("passkeys.sign_in")}<//>`;
}

/** @param {{name?: string, children?: import("../types.js").Children}} props */
function SignInForm({ name = "", children }) {
  const form = useForm({ name, password: "" }, (values) => signIn(values.name.trim(), values.password));
  const left = useCountdown(form.problem?.retryAfterS ?? 0);
  return html`<form onSubmit=${form.onSubmit}>
    <${ProblemNote} problem=${form.problem} />
    ${left > 0 && html`<p class="hint">${t("sign_in.wait", { count: left })}</p>`}
    <${TextField} name="sign-in-name" label=${t("field.name")} autocomplete="username" required autocapitalize="none"
      value=${form.values.name} onValue=${(/** @type {string} */ value) => form.set("name", value)} />
    <${TextField} name="sign-in-password" label=${t("field.password")} type="password" autocomplete="current-password" required
      value=${form.values.password} onValue=${(/** @type {string} */ value) => form.set("password", value)} />
    <${Button} look="main" type="submit" busy=${form.busy} disabled=${left > 0}>${t("sign_in")}<//>
    ${children}
  </form>`;
}

/** Before what takes two people: whoever sits here shows that they are who signed in. @param {{onEnd: (given: boolean) => void}} props */
export function PasswordAgain({ onEnd }) {
  const form = useForm({ password: "" }, async ({ password }) => {
    await signIn(session.value?.user.name ?? "", password);
    onEnd(true);
  });
  const left = useCountdown(form.problem?.retryAfterS ?? 0);
  return html`<${Dialog} title=${t("password_again")} onClose=${() => onEnd(false)}>
    <p>${t("password_again.text")}</p>
    <form onSubmit=${form.onSubmit}>
      <input class="visually-hidden" tabindex="-1" aria-hidden="true" autocomplete="username" readonly value=${session.value?.user.name} />
      <${ProblemNote} problem=${form.problem} />
      ${left > 0 && html`<p class="hint">${t("sign_in.wait", { count: left })}</p>`}
      <${TextField} name="password-again" autofocus label=${t("field.password")} type="password" autocomplete="current-password" required
        value=${form.values.password} onValue=${(/** @type {string} */ value) => form.set("password", value)} />
      <footer><${Button} onClick=${() => onEnd(false)}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy} disabled=${left > 0}>${t("password_again.go")}<//></footer>
    </form>
  <//>`;
}

/** Over the screen of somebody whose session has ended: what is half typed there is kept. */
export function SignInAgain() {
  return html`<${Dialog} guarded title=${t("sign_in.again")} onClose=${leave}>
    <p class="hint">${t("sign_in.again.help")}</p>
    <${SignInForm} name=${session.value?.user.name}><${Button} look="quiet" onClick=${leave}>${t("sign_in.leave")}<//><//>
  <//>`;
}

/** @param {{shop: string | null}} props */
export function SignIn({ shop }) {
  useEffect(() => {
    document.title = `${t("sign_in")} · ${shop ?? t("app")}`;
  }, [language.value]);
  return html`<main class="lone narrow">
    <div class="lone-brand"><${Mark} /><span>${t("app")}</span></div>
    <h1>${shop ?? t("app")}</h1>
    <${SignInForm}><${PasskeyButton} /><//>
    <${LanguageLinks} />
  </main>`;
}
