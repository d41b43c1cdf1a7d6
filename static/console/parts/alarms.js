// What somebody must hear of wherever they are: a damaged database, an ERP that keeps silent, a round that stands still.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { alarms, damage } from "../attention.js";
import { Icon } from "./icons.js";

export function Alarms() {
  return html`<div role="status">${damage.value && html`<div class="note bad"><${Icon} name="warn" /><p>${damage.value}</p></div>`}${alarms.value.map(
    (sentence) => html`<div key=${sentence} class="note bad"><${Icon} name="warn" /><p>${sentence}</p>
      <a href="#/sync">${t("alarms.look")}</a></div>`,
  )}</div>`;
}
