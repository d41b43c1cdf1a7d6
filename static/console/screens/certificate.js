// The certificate that is served: who issued it, for which names, until when, and what is wrong with it.
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { dateTime } from "../format.js";
import { useLoad } from "../load.js";
import { ButtonLink } from "../parts/button.js";
import { Badge, Empty, Loaded } from "../parts/states.js";

/** @typedef {import("../types.js").Certificate} Served */

const EVERY_MS = 30_000;

/** @param {{served: Served}} props */
function Authority({ served }) {
  return html`<section class="panel">
    <dl class="figures"><div><dt>${t("certificate.authority")}</dt><dd class="code key">${served.authority}</dd></div></dl>
    <p class="soft">${t("certificate.compare")}</p>
    <div class="actions"><${ButtonLink} icon="key" href="/trust">${t("certificate.help")}<//></div>
  </section>`;
}

/** @param {{served: Served}} props */
function Shown({ served }) {
  const faulty = served.faults.length > 0;
  return html`
    ${served.faults.map(({ code, detail }) => html`<p key=${code} class="note bad" role="alert">${detail}</p>`)}
    <section class="card">
      <div class="card-head"><h3>${t(served.own ? "certificate.own" : "certificate.given")}</h3><${Badge} tone=${faulty ? "bad" : "good"}>${t(faulty ? "certificate.faulty" : "certificate.good")}<//></div>
      <dl class="figures">
        <div><dt>${t("certificate.issuer")}</dt><dd>${served.issuer}</dd></div>
        <div><dt>${t("certificate.names")}</dt><dd class="key">${served.names.join(", ")}</dd></div>
        <div><dt>${t("certificate.begins")}</dt><dd><time datetime=${served.begins_at}>${dateTime(served.begins_at)}</time></dd></div>
        <div><dt>${t("certificate.ends")}</dt><dd><time datetime=${served.ends_at}>${dateTime(served.ends_at)}</time></dd></div>
      </dl>
      <dl class="figures">
        <div><dt>${t("certificate.fingerprint")}</dt><dd class="code key">${served.fingerprint}</dd></div>
      </dl>
      <p class="soft">${t(served.own ? "certificate.renewed" : "certificate.taken")}</p>
    </section>
    ${served.authority && html`<${Authority} served=${served} />`}`;
}

export function Certificate() {
  const load = useLoad(() => read("/api/v1/certificate"), { every: EVERY_MS, deps: [language.value] });
  return html`<header class="head"><div><h1>${t("nav.certificate")}</h1><p class="lede">${t("certificate.lede")}</p></div></header>
    <${Loaded} load=${load}>${(/** @type {Served} */ served) =>
      served.on
        ? html`<div class="backups"><${Shown} served=${served} /></div>`
        : html`<${Empty} icon="key" title=${t("certificate.off")}><p>${t("certificate.off.help")}</p><//>`}<//>`;
}
