// The rest: who is here, the language, and what somebody who helps will ask for.
import { useSignal, useSignalEffect } from "@preact/signals";
import { find } from "../data.js";
import { count, dateTime } from "../format.js";
import { html } from "../html.js";
import { LANGUAGES, language, t } from "../i18n.js";
import { Button, ButtonLink } from "../parts/controls.js";
import { Page } from "../parts/frame.js";
import { Icon } from "../parts/icons.js";
import { saveUnsent } from "../rescue.js";
import { account, counts, here, received, revision, sent, skew } from "../runtime.js";
import { chooseLanguage, signOut } from "../session.js";
import { runningBuild } from "../updates.js";
import { OpeningCard } from "./opening.js";
import { PairedCard } from "./unpair.js";

const MEGABYTE = 1_048_576;

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
    <div class="actions"><${Button} icon="download" onClick=${() => saveUnsent(here())}>${t("sync.save_file")}<//>
      <${Button} look="bad" onClick=${leave}>${t("sign_out.anyway")}<//><${Button} look="quiet" onClick=${() => {
        asked.value = false;
      }}>${t("cancel")}<//></div></div>`;
}

function Languages() {
  return html`<div class="choices" role="radiogroup" aria-labelledby="language-title">
    ${LANGUAGES.map(({ value, label }) => html`<label class="choice" key=${value} lang=${value}><input type="radio" name="language" value=${value} checked=${value === language.value} onChange=${() => chooseLanguage(value)} /><span>${label}</span></label>`)}
  </div>`;
}

/** What a helper asks for first, ready to be copied. */
function Phone() {
  const records = useSignal("");
  const used = useSignal("");
  const kept = useSignal(false);
  useSignalEffect(() => {
    revision.value;
    find("customer", "", 0).then(({ all }) => {
      records.value = count(all);
    });
    navigator.storage?.estimate().then(({ usage = 0 }) => {
      used.value = count(Math.round((usage / MEGABYTE) * 10) / 10);
    });
    navigator.storage?.persisted().then((answer) => {
      kept.value = answer;
    });
  });
  const rows = [
    [t("phone.records"), records.value],
    [t("phone.storage"), used.value && t("phone.megabytes", { size: used.value })],
    [t("phone.kept"), t(kept.value ? "phone.kept_yes" : "phone.kept_no")],
    [t("phone.clock"), t("phone.seconds", { count: Math.round(Math.abs(skew.value) / 1000) })],
    [t("sync.last_sent"), sent.value ? dateTime(sent.value.at) : t("sync.never")],
    [t("sync.last_received"), received.value ? dateTime(received.value.at) : t("sync.never")],
    [t("phone.version"), html`<span class="code">${runningBuild()}</span>`],
    [t("phone.id"), html`<span class="code">${here().device}</span>`],
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

export function More() {
  const { user, gateway } = account.value ?? {};
  return html`<${Page} title=${t("nav.more")}><div class="column">
    <section class="card person"><span class="monogram large" aria-hidden="true"><${Icon} name="people" /></span><div><h2>${user?.name}</h2><p class="soft">${t(`role.${user?.role}`)} · ${gateway?.name}</p></div></section>
    <section class="card"><h2 class="card-head" id="language-title">${t("language")}</h2><${Languages} /></section>
    <section class="card"><h2 class="card-head">${t("phone.title")}</h2><${Phone} /></section>
    <${OpeningCard} /><${PairedCard} />
    <div class="actions"><${Leave} />${user?.role !== "rep" && html`<${ButtonLink} href="/console" look="quiet" icon="chart">${t("console")}<//>`}</div>
  </div><//>`;
}
