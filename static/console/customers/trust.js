// Whose word about a field stands, by the way it came in: to be read here, set in the site's file.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { fieldAt } from "../parts/value.js";
import { wordFor } from "../words.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").TrustRule} TrustRule */

/** Channels from the highest down, equal ones together. @param {string[][]} channels */
const inWords = (channels) =>
  channels.map((rank) => rank.map((channel) => wordFor("channel", channel)).join(" = ")).join(" > ");

/** @param {TrustRule} rule */
function sentence({ channels, newest, lower }) {
  if (!channels.length && !newest) return t("trust.merge");
  const parts = [inWords(channels), newest ? t("trust.newest") : "", t(`trust.${lower}`)];
  return parts.filter(Boolean).join("; ");
}

/** @param {{rules: TrustRule[], declaration: Kind}} props */
export function Trust({ rules, declaration }) {
  return html`<section class="panel"><h2>${t("trust.title")}</h2>
    <p class="soft">${t("trust.help")}</p>
    ${
      rules.length
        ? html`<dl class="lines">${rules.map((rule) => {
            const name =
              rule.field === "*"
                ? t(rules.length > 1 ? "trust.others" : "trust.all")
                : fieldAt(declaration, rule.field).name;
            return html`<div key=${rule.field}><dt>${name}</dt><dd>${sentence(rule)} <span class="soft">${t(rule.by_site ? "trust.site" : "trust.house")}</span></dd></div>`;
          })}</dl>`
        : html`<p>${t("trust.merge")}</p>`
    }
  </section>`;
}
