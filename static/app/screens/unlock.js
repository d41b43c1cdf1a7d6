// A locked phone: what opens it, and what helps whoever has forgotten. Nothing that anybody entered is on this screen.
import "../later_words.js";
import { useState } from "preact/hooks";
import { Failure } from "../api.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { Button } from "../parts/controls.js";
import { Icon, Mark } from "../parts/icons.js";
import { Passphrase } from "../parts/passphrase.js";
import { call, counts, deviceId, here, locked, unlock } from "../runtime.js";
import { signOut } from "../session.js";
import { byGateway, byPasskey, byPassphrase, NotOpened, useRing } from "../unlocking.js";
import { Choices } from "./opening.js";
import { LanguageChoice, sentenceFor } from "./sign_in.js";

/** @typedef {import("../types.js").Children} Children */

/** What happened, and what is safe. @param {unknown} error */
function sentenceOf(error) {
  if (error instanceof Failure) return `${sentenceFor(error)} ${t("lock.safe")}`;
  if (!(error instanceof NotOpened)) throw error;
  const { waitMs, wiped, left } = error;
  const wait = waitMs ? ` ${t("lock.wait", { seconds: Math.ceil(waitMs / 1000) })}` : "";
  if (wiped) return t("lock.wiped") + wait;
  if (left) return `${t("lock.wrong")} ${t("lock.left", { count: left })}${wait}`;
  return wait.trim() || t("lock.not_opened");
}

/** @param {string} wrong */
const Wrong = (wrong) =>
  wrong && html`<p class="wrong" role="alert" id="lock-wrong"><${Icon} name="alert" /><span>${wrong}</span></p>`;

/** Try something that may fail, and say why it did. @returns {[string, boolean, (work: () => Promise<unknown>) => Promise<void>]} */
function useTry() {
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  /** @param {() => Promise<unknown>} work */
  async function attempt(work) {
    setBusy(true);
    setWrong("");
    try {
      await work();
    } catch (error) {
      setWrong(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }
  return [wrong, busy, attempt];
}

/** @param {{passkey: boolean, onForgotten: () => void}} props */
function Open({ passkey, onForgotten }) {
  const [wrong, busy, attempt] = useTry();
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    const { db } = here();
    return attempt(async () => {
      await unlock(passkey ? await byPasskey(db) : await byPassphrase(db, String(form.get("passphrase")), Date.now()));
    });
  };
  const waiting = counts.value.waiting + counts.value.needsYou;
  return html`<form class="door-card" onSubmit=${submit}>
    <h1>${t("lock.title")}</h1>
    <p class="soft">${waiting ? t("lock.waiting", { count: waiting }) : t("lock.text")}</p>
    ${Wrong(wrong)}
    ${!passkey && html`<${Passphrase} name="passphrase" label=${t("lock.passphrase")} autocomplete="current-password" told=${wrong ? "lock-wrong" : undefined} />`}
    <${Button} look="main" icon="key" type="submit" busy=${busy} disabled=${busy}>${t(busy ? "lock.opening" : passkey ? "lock.passkey" : "lock.open")}<//>
    <${Button} look="quiet" onClick=${onForgotten}>${t(passkey ? "lock.fails" : "lock.forgotten")}<//>
    <${Button} look="quiet" onClick=${signOut}>${t("lock.other")}<//>
  </form>`;
}

/** @param {{onBack: () => void, onKey: (key: CryptoKey) => void}} props */
function Forgotten({ onBack, onKey }) {
  const [wrong, busy, attempt] = useTry();
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    return attempt(async () => {
      const body = { name: String(form.get("name")).trim(), password: String(form.get("password")) };
      await call("/api/v1/session", { method: "POST", body, headers: { "X-Waystation-Device": await deviceId() } });
      onKey(await byGateway(here().db, call));
    });
  };
  return html`<form class="door-card" onSubmit=${submit}>
    <h1>${t("lock.forgot.title")}</h1><p class="soft">${t("lock.forgot.text")}</p>
    ${Wrong(wrong)}
    <div class="field"><label class="label" for="name">${t("sign_in.name")}</label><input class="input" id="name" name="name" autocomplete="username" autocapitalize="off" spellcheck=${false} required /></div>
    <${Passphrase} name="password" label=${t("sign_in.password")} autocomplete="current-password" told=${wrong ? "lock-wrong" : undefined} />
    <${Button} look="main" type="submit" busy=${busy} disabled=${busy}>${t(busy ? "lock.opening" : "lock.forgot.do")}<//>
    <${Button} look="quiet" onClick=${onBack}>${t("lock.back")}<//>
  </form>`;
}

export function Unlock() {
  const [forgotten, setForgotten] = useState(false);
  const [key, setKey] = useState(/** @type {CryptoKey | null} */ (null));
  const ring = useRing(here().db);
  const opened = async () => unlock(/** @type {CryptoKey} */ (key));
  /** @type {Children} */
  let inside = null;
  if (key) inside = html`<${Choices} title=${t("lock.again")} data=${async () => key} onDone=${opened} />`;
  else if (forgotten) inside = html`<${Forgotten} onBack=${() => setForgotten(false)} onKey=${setKey} />`;
  else if (ring) inside = html`<${Open} passkey=${Boolean(ring.passkey)} onForgotten=${() => setForgotten(true)} />`;
  return html`<main class="door" id="main">
    <div class="door-head"><${Mark} /><p>${locked.value?.gateway.name}</p></div>
    ${inside}<${LanguageChoice} />
  </main>`;
}
