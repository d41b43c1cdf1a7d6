// Files of records: brought in, and taken out.
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { kinds } from "../kinds.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Badge, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { go, route } from "../router.js";
import { Export } from "../transfer/export.js";
import { OneImport, STATE_TONES } from "../transfer/one.js";
import { Upload } from "../transfer/upload.js";

/** @typedef {import("../types.js").Import} Import */
/** @typedef {import("../types.js").Kind} Kind */

const EVERY_MS = 5_000;

/** @param {{imports: Import[], kinds: Kind[]}} props */
function ImportTable({ imports, kinds }) {
  const name = (/** @type {string} */ kind) => label(kinds.find((one) => one.name === kind)?.labels) || kind;
  return html`<h2>${t("transfer.earlier")}</h2><table class="stacking">
    <thead><tr><th>${t("transfer.file")}</th><th>${t("transfer.kind")}</th><th class="number">${t("transfer.rows")}</th><th>${t("transfer.state")}</th><th>${t("transfer.when")}</th></tr></thead>
    <tbody>${imports.map(
      (one) => html`<tr key=${one.id}>
      <td><a href=${`#/transfer/${one.id}`}>${one.name}</a></td>
      <td data-label=${t("transfer.kind")}>${name(one.kind)}</td>
      <td data-label=${t("transfer.rows")} class="number">${t("number", { number: one.shape.rows })}</td>
      <td data-label=${t("transfer.state")}><${Badge} tone=${STATE_TONES[one.state] ?? "calm"}>${t(`transfer.state.${one.state}`)}<//></td>
      <td data-label=${t("transfer.when")}><${Ago} at=${one.created_at} /></td>
    </tr>`,
    )}</tbody>
  </table>`;
}

function Overview() {
  const load = useLoad(
    async () => ({
      kinds: await kinds(),
      imports: may("import list") ? (await read("/api/v1/imports")).imports : [],
    }),
    { every: EVERY_MS },
  );
  return html`<header class="head"><div><h1>${t("nav.transfer")}</h1><p class="lede">${t("transfer.lede")}</p></div></header>
    <${Loaded} load=${load}>${(/** @type {{kinds: Kind[], imports: Import[]}} */ data) => html`<div class="stack">
      <div class="cards">
        ${may("import create") && html`<${Upload} kinds=${data.kinds.filter((one) => may(`${one.name} create`) || may(`${one.name} update`))} onSent=${(/** @type {Import} */ sent) => go(`transfer/${sent.id}`)} />`}
        ${may("record export") && html`<${Export} kinds=${data.kinds.filter((one) => may(`${one.name} export`))} />`}
      </div>
      ${data.imports.length > 0 && html`<${ImportTable} imports=${data.imports} kinds=${data.kinds} />`}
    </div>`}<//>`;
}

export function Transfer() {
  const id = route.value.split("/")[1];
  return id ? html`<${OneImport} key=${id} id=${id} />` : html`<${Overview} />`;
}
