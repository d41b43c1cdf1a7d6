// What somebody must hear of wherever they are: a damaged database, a disk that fills, an ERP that keeps silent, a round that
// stands still, a shop that cannot be brought back.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { ailments, alarms, sheetless } from "../attention.js";
import { route } from "../router.js";
import { Icon } from "./icons.js";

export function Alarms() {
  return html`<div role="status">${ailments.value.map(
    ({ name, detail }) => html`<div key=${name} class="note bad"><${Icon} name="warn" /><p>${detail}</p>
      ${name === "damage" && route.value !== "damage" && html`<a href="#/damage">${t("alarms.damage")}</a>`}</div>`,
  )}${alarms.value.map(
    (sentence) => html`<div key=${sentence} class="note bad"><${Icon} name="warn" /><p>${sentence}</p>
      <a href="#/sync">${t("alarms.look")}</a></div>`,
  )}${
    sheetless.value &&
    !route.value.startsWith("backups") &&
    html`<div class="note warn"><${Icon} name="key" /><p>${t("backups.sheet.missing")}</p>
      <a href="#/backups/sheet">${t("backups.sheet.make")}</a></div>`
  }</div>`;
}
