// The head of the live screen: the last day hour by hour, what is plugged in, and what waits for a person.
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { attention, plugged } from "../attention.js";
import { highest } from "../charts.js";
import { count, hour } from "../format.js";
import { useLoad } from "../load.js";
import { AsTable, Bars } from "../parts/bars.js";
import { Icon } from "../parts/icons.js";
import { Loaded } from "../parts/states.js";

/** @typedef {{at: string, scans: number, sales: number, others: number}} Hour */

const EVERY_MS = 60_000;
/** What a person has to decide, in the order of its urgency; each is a screen. */
const WAITS = ["quarantine", "approvals", "conflicts", "duplicates", "sync"];
/** @type {Record<string, string>} */
const ICONS = { approvals: "check", duplicates: "merge" };

/** @param {Hour} one */
const partsOf = ({ sales, scans, others }) => [sales, scans, others];

/** @param {Hour[]} hours @param {"sales" | "scans" | "others"} part */
const sum = (hours, part) => hours.reduce((total, one) => total + one[part], 0);

/** @param {{overview: {hours: Hour[], complete: boolean}}} props */
function Day({ overview }) {
  const { hours, complete } = overview;
  const columns = hours.map(partsOf);
  const words = [t("today.hour"), t("today.sales"), t("today.scans"), t("today.others")];
  const rows = hours.map((one) => [hour(one.at), ...partsOf(one).map(count)]);
  const marks = hours.filter((_, at) => at % 6 === 0).map((one) => hour(one.at));
  return html`<figure class="today-day">
    <figcaption>
      <strong>${t("today.day", { count: hours.flatMap(partsOf).reduce((total, one) => total + one, 0) })}</strong>
      <span>${t("today.busiest", { count: highest(columns) })}</span>
    </figcaption>
    <${Bars} columns=${columns} marks=${marks} />
    <ul class="legend">
      ${["sales", "scans", "others"].map((part, at) => html`<li><span class=${`swatch part-${at}`}></span>${t(`today.${part}`)} <strong>${count(sum(hours, /** @type {"sales"} */ (part)))}</strong></li>`)}
    </ul>
    ${!complete && html`<p class="soft" role="status">${t("today.counting")}</p>`}
    <${AsTable} label=${t("today.by_hour")} heads=${words} rows=${rows} />
  </figure>`;
}

function Plugged() {
  const { known, up, all } = plugged.value;
  if (!known) return null;
  const words = all === 0 ? t("today.no_devices") : t("today.up", { up, count: all });
  return html`<a class=${`today-line ${up < all ? "bad" : "good"}`} href="#/devices"><${Icon} name=${up < all ? "warn" : "devices"} /><span>${words}</span></a>`;
}

function Waits() {
  const waiting = WAITS.filter((screen) => (attention.value[screen] ?? 0) > 0);
  if (!waiting.length)
    return html`<p class="today-line good"><${Icon} name="check" /><span>${t("today.nothing_waits")}</span></p>`;
  return waiting.map(
    (screen) =>
      html`<a key=${screen} class="today-line warn" href=${`#/${screen}`}><${Icon} name=${ICONS[screen] ?? screen} /><span>${t(`today.waits.${screen}`, { count: attention.value[screen] ?? 0 })}</span></a>`,
  );
}

export function Today() {
  const load = useLoad(() => read("/api/v1/overview"), { every: EVERY_MS, deps: [language.value] });
  return html`<section class="today" aria-labelledby="today"><h2 id="today" class="visually-hidden">${t("today.title")}</h2>
    <div class="panel"><${Loaded} load=${load} rows=${2}>${(/** @type {any} */ overview) => html`<${Day} overview=${overview} />`}<//></div>
    <div class="panel today-now"><${Plugged} /><${Waits} /></div>
  </section>`;
}
