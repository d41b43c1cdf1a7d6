// One setting: its value, where it comes from, and exactly what to write where to change it.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { CopyBlock } from "../parts/copy.js";
import { Badge } from "../parts/states.js";
import { changed, lines, literal, plain } from "./toml.js";

/** @typedef {import("../types.js").Setting} Setting */

/** @param {{setting: Setting}} props */
function Shown({ setting }) {
  if (setting.secret)
    return html`<span class="soft">${t(setting.given ? "settings.secret" : "settings.no_secret")}</span>`;
  if (typeof setting.value === "boolean") return t(setting.value ? "yes" : "no");
  const value = plain(setting.value, "");
  if (!value) return html`<span class="soft">${t("settings.nothing")}</span>`;
  return html`<span class="code">${value}</span>${setting.unit && html` <span class="soft">${setting.unit}</span>`}`;
}

/** @param {{source: Setting["source"]}} props */
function Source({ source }) {
  return html`<${Badge} tone=${source.layer === "default" ? "calm" : "good"}>${t(`settings.source.${source.layer}`)}<//>`;
}

/** Where the value stands now, in a sentence. @param {Setting} setting */
function origin({ source }) {
  const { layer, place, through } = source;
  const words = t(`settings.origin.${layer}`, { place });
  return through ? `${words} ${t("settings.through", { place: through })}` : words;
}

/** @param {{setting: Setting, file: string}} props */
function Change({ setting, file }) {
  const name = `${setting.section}.${setting.key}`;
  return html`<div class="setting-change">
    <p>${t("settings.write", { file })}</p>
    <${CopyBlock} text=${lines(setting)} label=${name} />
    ${setting.secret && html`<p class="soft">${t("settings.secret.file")}</p>`}
    <p>${t("settings.or_variable")}</p>
    <${CopyBlock} text=${setting.variable} label=${setting.variable} />
    <p class="soft">${t("settings.restart")}</p>
  </div>`;
}

/** @param {{setting: Setting, file: string}} props */
export function SettingLine({ setting, file }) {
  const standard = setting.secret ? t("settings.no_secret") : literal(setting.default);
  return html`<li class="setting"><details>
    <summary>
      <span class="setting-key code">${setting.key}</span>
      <span class="setting-value"><${Shown} setting=${setting} /></span>
      <span class="setting-source"><${Source} source=${setting.source} /></span>
    </summary>
    <div class="setting-body">
      <p>${setting.meaning}</p>
      <dl class="figures">
        <div><dt>${t("settings.expected")}</dt><dd>${setting.expected}</dd></div>
        <div><dt>${t("settings.default")}</dt><dd class="code">${standard}</dd></div>
        <div><dt>${t("settings.from")}</dt><dd>${origin(setting)}</dd></div>
      </dl>
      ${changed(setting) && setting.source.layer !== "site" && html`<p class="note warn">${t(`settings.wins.${setting.source.layer}`, { place: setting.source.place })}</p>`}
      <${Change} setting=${setting} file=${file} />
    </div>
  </details></li>`;
}
