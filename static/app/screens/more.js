// The rest: who is here, the language, and what somebody who helps will ask for.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { html } from "../html.js";
import { LANGUAGES, language, t } from "../i18n.js";
import { Button, ButtonLink } from "../parts/controls.js";
import { Page } from "../parts/frame.js";
import { Icon } from "../parts/icons.js";
import { PhoneFacts } from "../parts/phone_facts.js";
import { SaveFile } from "../parts/rescue_form.js";
import { account, counts } from "../runtime.js";
import { chooseLanguage, signOut } from "../session.js";
import { OpeningCard } from "./opening.js";
import { PairedCard } from "./unpair.js";

/** Leaving with unsent work takes a second, informed press. */
function Leave() {
  const asked = useSignal(false);
  const unsent = counts.value.waiting + counts.value.needsYou;
  const leave = () => {
    if (unsent && !asked.value) asked.value = true;
    else void signOut();
  };
  if (!asked.value) return html`<${Button} icon="key" onClick=${leave}>${t("sign_out")}<//>`;
  return html`<div class="card leave" role="alert"><h3>${t("sign_out.unsent", { count: unsent })}</h3><p>${t("sign_out.unsent_text")}</p>
    <${SaveFile} />
    <div class="actions"><${Button} look="bad" onClick=${leave}>${t("sign_out.anyway")}<//><${Button} look="quiet" onClick=${() => {
      asked.value = false;
    }}>${t("cancel")}<//></div></div>`;
}

function Languages() {
  return html`<div class="choices" role="radiogroup" aria-labelledby="language-title">
    ${LANGUAGES.map(({ value, label }) => html`<label class="choice" key=${value} lang=${value}><input type="radio" name="language" value=${value} checked=${value === language.value} onChange=${() => chooseLanguage(value)} /><span>${label}</span></label>`)}
  </div>`;
}

/** On a phone the sync centre has no way of its own below. */
function ToSync() {
  const attention = counts.value.needsYou + counts.value.conflicts;
  const words = attention ? t("more.sync_needs", { count: attention }) : t("more.sync_text");
  return html`<ul class="list"><li><a class="row" href="#/sync"><span class=${`monogram${attention ? " bad" : ""}`} aria-hidden="true"><${Icon} name="sync" /></span>
    <span class="row-words"><span class="row-line"><strong>${t("nav.sync")}</strong></span><span class="row-line second"><span>${words}</span></span></span><span class="row-go"><${Icon} name="next" /></span></a></li></ul>`;
}

export function More() {
  const { user, gateway } = account.value ?? {};
  return html`<${Page} title=${t("nav.more")}><div class="column">
    <${ToSync} />
    <section class="card person"><span class="monogram large" aria-hidden="true"><${Icon} name="people" /></span><div><h2>${user?.name}</h2><p class="soft">${t(`role.${user?.role}`)} · ${gateway?.name}</p></div></section>
    <section class="card"><h2 class="card-head" id="language-title">${t("language")}</h2><${Languages} /></section>
    <section class="card"><h2 class="card-head">${t("phone.title")}</h2><${PhoneFacts} /></section>
    <${OpeningCard} /><${PairedCard} />
    <div class="actions"><${Leave} />${user?.role !== "rep" && html`<${ButtonLink} href="/console" look="quiet" icon="chart">${t("console")}<//>`}</div>
  </div><//>`;
}
