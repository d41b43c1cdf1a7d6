// Pairing this phone: by the link in the console's QR code, or by its typed code. Nothing is claimed before a tap.
import "../later_words.js";
import { useState } from "preact/hooks";
import { Failure } from "../api.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { canPair, installFirst, leadsElsewhere, pair, partsOf } from "../pairing.js";
import { Button } from "../parts/controls.js";
import { Icon, Mark } from "../parts/icons.js";
import { go, invitation } from "../router.js";
import { LanguageChoice, sentenceFor } from "./sign_in.js";

/** What most people would call the thing in their hand. */
function usualName() {
  const found = /iPhone|iPad|Android/.exec(navigator.userAgent)?.[0];
  return found ? t("pair.name.usual", { kind: found }) : t("pair.name.any");
}

const Password = () => html`<a class="button quiet" href="#/sign-in">${t("pair.password")}</a>`;

/** @param {{onAnyway: () => void}} props */
function InstallFirst({ onAnyway }) {
  return html`<div class="door-card"><h1>${t("pair.install.title")}</h1>
    <p class="soft">${t("pair.install.text")}</p>
    <ol>${["share", "add", "code"].map((step, index) => html`<li key=${step}>${index + 1}. ${t(`pair.install.${step}`)}</li>`)}</ol>
    <${Button} onClick=${onAnyway}>${t("pair.install.anyway")}<//>${Password()}</div>`;
}

function NoKeys() {
  return html`<div class="door-card"><h1>${t("pair.title")}</h1>
    <p class="wrong" role="alert"><${Icon} name="alert" /><span>${t("pair.insecure", { address: location.origin })}</span></p>${Password()}</div>`;
}

function Form() {
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const [linked, setLinked] = useState(invitation);

  /** @param {SubmitEvent} event */
  async function submit(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    setBusy(true);
    setWrong("");
    try {
      if (await leadsElsewhere(linked)) {
        setWrong(t("pair.elsewhere", { address: location.host }));
        return;
      }
      const shown = linked ? { token: partsOf(linked).token } : { code: String(form.get("code")) };
      await pair(shown, String(form.get("phone-name")).trim());
      go("customers", { replace: true });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setWrong(sentenceFor(error));
      // A link that is over leads nowhere; a code can still be typed.
      if (error.problem?.code === "pairing_over") setLinked("");
    } finally {
      setBusy(false);
    }
  }

  const told = wrong ? "pair-wrong" : undefined;
  return html`<form class="door-card" onSubmit=${submit}>
    <h1>${t("pair.title")}</h1>
    <p class="soft">${t(linked ? "pair.by_link" : "pair.by_code", { address: location.host })}</p>
    ${wrong && html`<p class="wrong" role="alert" id="pair-wrong"><${Icon} name="alert" /><span>${wrong}</span></p>`}
    ${
      !linked &&
      html`<div class="field"><label class="label" for="code">${t("pair.code")}</label>
      <input class="input code" id="code" name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck=${false} maxlength="20" placeholder="XXXX-XXXX" required aria-describedby=${told} /></div>`
    }
    <div class="field"><label class="label" for="phone-name">${t("pair.name")}</label>
      <input class="input" id="phone-name" name="phone-name" defaultValue=${usualName()} autocomplete="off" maxlength="60" required aria-describedby="phone-name-hint" />
      <span class="soft" id="phone-name-hint">${t("pair.name.hint")}</span></div>
    <${Button} look="main" type="submit" busy=${busy} disabled=${busy}>${t(busy ? "pair.busy" : "pair.do")}<//>${Password()}
  </form>`;
}

export function Pair() {
  const [anyway, setAnyway] = useState(!installFirst());
  const inside = !canPair()
    ? html`<${NoKeys} />`
    : anyway
      ? html`<${Form} />`
      : html`<${InstallFirst} onAnyway=${() => setAnyway(true)} />`;
  return html`<main class="door" id="main">
    <div class="door-head"><${Mark} /><p>${t("app")}</p></div>
    ${inside}
    <${LanguageChoice} />
  </main>`;
}
