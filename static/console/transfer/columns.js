// Which column goes to which field: guessed by the gateway, shown with what stands in the file, corrected here.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { Icon } from "../parts/icons.js";
import { targets, typeOf } from "./targets.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").ImportDetail} ImportDetail */
/** @typedef {import("../types.js").ImportColumn} ImportColumn */

const SAMPLES = 3;

/** What a type needs to be told about how it is written, and the words for it. @type {Record<string, {key: "decimal" | "dates", values: string[]}>} */
const WRITTEN = {
  money: { key: "decimal", values: [".", ","] },
  decimal: { key: "decimal", values: [".", ","] },
  date: { key: "dates", values: ["dmy", "mdy"] },
};

/** @param {{column: ImportColumn, head: string, kind: Kind, fixed: boolean, onColumn: (column: ImportColumn) => void}} props */
function Written({ column, head, kind, fixed, onColumn }) {
  const needs = WRITTEN[typeOf(kind, column.to ?? "")];
  if (!needs) return null;
  const chosen = column[needs.key] ?? "";
  return html`<select disabled=${fixed} aria-label=${t(`transfer.${needs.key}`, { column: head })}
    onChange=${(/** @type {any} */ event) => onColumn({ ...column, [needs.key]: event.currentTarget.value })}>
    <option value="" selected=${!chosen}>${t(`transfer.${needs.key}.guess`)}</option>
    ${needs.values.map((value) => html`<option value=${value} selected=${value === chosen}>${t(`transfer.${needs.key}.${value}`)}</option>`)}
  </select>`;
}

/** @param {{column: ImportColumn, head: string, samples: string[], kind: Kind, used: string[], warnings: string[], fixed: boolean, error?: string, onColumn: (column: ImportColumn) => void}} props */
function ColumnRow({ column, head, samples, kind, used, warnings, fixed, error, onColumn }) {
  const to = column.to ?? "";
  const shown = samples.filter(Boolean).slice(0, SAMPLES);
  return html`<tr class=${to ? "" : "off"}>
    <td data-label=${t("transfer.column")}><strong>${head || t("transfer.unnamed", { number: column.column + 1 })}</strong></td>
    <td data-label=${t("transfer.samples")}><div>${shown.length ? shown.map((text) => html`<span class="sample">${text}</span>`) : html`<span class="soft">${t("transfer.no_samples")}</span>`}</div></td>
    <td data-label=${t("transfer.goes_to")}><div class="goes">
      <select disabled=${fixed} aria-label=${t("transfer.goes_to.of", { column: head })} aria-invalid=${error ? "true" : undefined}
        onChange=${(/** @type {any} */ event) => onColumn({ ...column, to: event.currentTarget.value })}>
        <option value="" selected=${!to}>${t("transfer.leave_out")}</option>
        ${targets(kind, used).map(
          (group) => html`<optgroup label=${group.label}>
            ${group.choices.map(({ value, label }) => html`<option value=${value} selected=${value === to}>${label}</option>`)}
          </optgroup>`,
        )}
      </select>
      <${Written} column=${column} head=${head} kind=${kind} fixed=${fixed} onColumn=${onColumn} />
      ${warnings.map((text) => html`<p class="column-warning"><${Icon} name="warn" />${text}</p>`)}
      ${error && html`<p class="field-error">${error}</p>`}
    </div></td>
  </tr>`;
}

/**
 * @param {{found: ImportDetail, columns: ImportColumn[], kind: Kind, errors: Record<string, string>,
 *   onColumns: (columns: ImportColumn[]) => void}} props
 */
export function Columns({ found, columns, kind, errors, onColumns }) {
  const used = columns.map((column) => column.to ?? "");
  return html`<table class="stacking">
    <thead><tr><th>${t("transfer.column")}</th><th>${t("transfer.samples")}</th><th>${t("transfer.goes_to")}</th></tr></thead>
    <tbody>${columns.map(
      (column, place) => html`<${ColumnRow} key=${column.column} column=${column} kind=${kind} used=${used}
        head=${found.shape.header[column.column] ?? ""} samples=${found.samples.map((row) => row[column.column] ?? "")}
        warnings=${found.warnings.filter((one) => one.column === column.column).map((one) => one.detail)} fixed=${!found.own}
        error=${errors[`columns.${place}.to`]}
        onColumn=${(/** @type {ImportColumn} */ changed) => onColumns(columns.map((one, at) => (at === place ? changed : one)))} />`,
    )}</tbody>
  </table>`;
}
