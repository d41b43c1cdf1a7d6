// What this gateway runs with, each value with where it comes from; to be read here, and changed in the site's file.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { LANGUAGES, language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { CopyBlock } from "../parts/copy.js";
import { Empty, Loaded } from "../parts/states.js";
import { chooseLanguage, session } from "../session.js";
import { Alerting } from "../settings/alerts.js";
import { Keys } from "../settings/keys.js";
import { SettingLine } from "../settings/setting.js";
import { matches } from "../settings/toml.js";
import { PairPhone } from "./pair_phone.js";

/** @typedef {import("../types.js").RunningSettings} RunningSettings */

function Language() {
  return html`<div class="field"><label for="console-language">${t("settings.language")}</label>
    <select id="console-language" onChange=${(/** @type {any} */ event) => chooseLanguage(event.currentTarget.value)}>
      ${LANGUAGES.map(({ value, label }) => html`<option value=${value} selected=${value === language.value}>${label}</option>`)}
    </select><p class="hint">${t("settings.language.hint")}</p></div>`;
}

/** The way in for a phone, from the place where people look for it. */
function Pairing() {
  const [open, setOpen] = useState(false);
  const load = useLoad(() => read("/api/v1/phones"));
  const people = load.data?.people ?? [];
  return html`<div class="field"><span class="field-name">${t("phones.title")}</span>
    <p class="hint">${t("settings.pairing")}</p>
    <div><${Button} look="main" icon="phone" disabled=${!people.length} onClick=${() => setOpen(true)}>${t("pairing.title")}<//></div>
    ${open && html`<${PairPhone} people=${people} onPaired=${load.reload} onClose=${() => setOpen(false)} />`}</div>`;
}

/** @param {{running: RunningSettings}} props */
function Here({ running }) {
  const gateway = session.value?.gateway;
  return html`<section aria-labelledby="here"><h2 id="here">${t("settings.here")}</h2>
    <div class="panel">
      <dl class="figures">
        <div><dt>${t("settings.shop")}</dt><dd>${gateway?.name}</dd></div>
        <div><dt>${t("settings.country")}</dt><dd>${gateway?.country}, ${gateway?.currency}</dd></div>
        <div><dt>${t("board.version")}</dt><dd class="code">${gateway?.build}</dd></div>
      </dl>
      <div class="option-grid"><${Language} /><${Pairing} /></div>
      <p class="field-name">${t("settings.file")}</p>
      <${CopyBlock} text=${running.site_file} label=${t("settings.file")} />
      <p class="hint">${t(running.site_file_exists ? "settings.file.there" : "settings.file.none")}</p>
    </div></section>`;
}

/** @param {{running: RunningSettings}} props */
function Own({ running }) {
  const there = running.tables.filter(({ names }) => Object.keys(names).length);
  return html`<section aria-labelledby="own"><h2 id="own">${t("settings.own")}</h2>
    ${
      there.length
        ? html`<div class="cards">${there.map(
            (table) =>
              html`<div class="card"><h3>${t(`settings.own.${table.name}`)}</h3>
            <dl>${Object.entries(table.names).map(([kind, names]) => html`<dt class="soft">${kind}</dt><dd class="code">${names.join(", ")}</dd>`)}</dl>
            <p class="soft code">${table.place}</p></div>`,
          )}</div>`
        : html`<p class="soft">${t("settings.own.none")}</p>`
    }</section>`;
}

/** @param {{running: RunningSettings}} props */
function All({ running }) {
  const [wanted, setWanted] = useState({ text: "", changed: false });
  const sections = running.sections
    .map((one) => ({ ...one, settings: one.settings.filter((setting) => matches(setting, wanted)) }))
    .filter(({ settings }) => settings.length);
  return html`<section aria-labelledby="all"><h2 id="all">${t("settings.all")}</h2>
    <div class="filter" role="search" aria-label=${t("settings.filter")}>
      <input type="search" placeholder=${t("settings.search")} aria-label=${t("settings.search")} value=${wanted.text}
        onInput=${(/** @type {any} */ event) => setWanted({ ...wanted, text: event.currentTarget.value })} />
      <div class="choices" role="group" aria-label=${t("settings.which")}>
        <button type="button" class="choice" aria-pressed=${!wanted.changed} onClick=${() => setWanted({ ...wanted, changed: false })}>${t("settings.every")}</button>
        <button type="button" class="choice" aria-pressed=${wanted.changed} onClick=${() => setWanted({ ...wanted, changed: true })}>${t("settings.changed")}</button>
      </div>
    </div>
    ${!sections.length && html`<${Empty} icon="search" title=${t("settings.nothing_found")}><p>${t("settings.nothing_found.help")}</p><//>`}
    ${sections.map(
      ({ name, about, settings }) =>
        html`<div class="setting-group" key=${name}><h3><span class="code">[${name}]</span> <span class="soft">${about}</span></h3>
      <ul class="settings">${settings.map((setting) => html`<${SettingLine} key=${setting.key} setting=${setting} file=${running.site_file} />`)}</ul></div>`,
    )}</section>`;
}

export function Settings() {
  const load = useLoad(() => read("/api/v1/settings"), { deps: [language.value] });
  return html`<header class="head"><div><h1>${t("nav.settings")}</h1><p class="lede">${t("settings.lede")}</p></div></header>
    <${Loaded} load=${load} rows=${8}>${(/** @type {RunningSettings} */ running) => html`
      <${Here} running=${running} /><${Alerting} /><${Keys} /><${Own} running=${running} /><${All} running=${running} />`}<//>`;
}
