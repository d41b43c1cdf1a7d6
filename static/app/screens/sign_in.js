// Signing in: the first time, after a session has ended, or as somebody else. What waits on the phone stays there.
import { useRef, useState } from "preact/hooks";
import { Failure } from "../api.js";
import { html } from "../html.js";
import { LANGUAGES, language, t } from "../i18n.js";
import { Button } from "../parts/controls.js";
import { Icon, Mark } from "../parts/icons.js";
import { go } from "../router.js";
import { account, counts } from "../runtime.js";
import { chooseLanguage, signIn } from "../session.js";

/** @param {Failure} failure */
export function sentenceFor(failure) {
  if (failure.kind === "unreachable") return t("sign_in.unreachable");
  if (failure.kind === "not_the_gateway") return t("sign_in.captive");
  return failure.problem?.detail ?? t("sign_in.failed");
}

export function LanguageChoice() {
  return html`<div class="select small"><select class="input" aria-label=${t("language")} value=${language.value} onChange=${(/** @type {any} */ event) => chooseLanguage(event.currentTarget.value)}>
    ${LANGUAGES.map(({ value, label }) => html`<option value=${value}>${label}</option>`)}
  </select><${Icon} name="next" /></div>`;
}

export function SignIn() {
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(false);
  const password = useRef(/** @type {HTMLInputElement | null} */ (null));
  const waiting = counts.value.waiting;
  const known = account.value?.user.name ?? "";

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    setBusy(true);
    setWrong("");
    try {
      await signIn(String(form.get("name")).trim(), String(form.get("password")));
      if (location.hash === "#/sign-in") go("customers", { replace: true });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setWrong(sentenceFor(error));
      password.current?.select();
    } finally {
      setBusy(false);
    }
  }

  return html`<main class="door" id="main">
    <div class="door-head"><${Mark} /><p>${account.value?.gateway.name ?? t("app")}</p></div>
    <form class="door-card" onSubmit=${submit}>
      <h1>${known ? t("sign_in.again") : t("sign_in.title")}</h1>
      <p class="soft">${waiting ? t("sign_in_needed.text", { count: waiting }) : t("sign_in.text")}</p>
      ${wrong && html`<p class="wrong" role="alert" id="sign-in-wrong"><${Icon} name="alert" /><span>${wrong}</span></p>`}
      <div class="field"><label class="label" for="name">${t("sign_in.name")}</label>
        <input class="input" id="name" name="name" defaultValue=${known} autocomplete="username" autocapitalize="off" spellcheck=${false} required aria-describedby=${wrong ? "sign-in-wrong" : undefined} /></div>
      <div class="field"><label class="label" for="password">${t("sign_in.password")}</label>
        <div class="with-unit"><input class="input" id="password" name="password" ref=${password} type=${open ? "text" : "password"} autocomplete="current-password" required aria-describedby=${wrong ? "sign-in-wrong" : undefined} />
          <button type="button" class="unit-button" aria-pressed=${open} onClick=${() => setOpen(!open)}>${t(open ? "sign_in.hide" : "sign_in.show")}</button></div></div>
      <${Button} look="main" type="submit" busy=${busy} disabled=${busy}>${t(busy ? "sign_in.busy" : "sign_in")}<//>
      ${known && html`<a class="button quiet" href="#/customers">${t("sign_in.later")}</a>`}
      <a class="button quiet" href="#/pair">${t("sign_in.pair")}</a>
    </form>
    <${LanguageChoice} />
  </main>`;
}
