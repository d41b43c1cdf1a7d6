// Values of a file that no field knows: a person says once what each means, and the mapping keeps it.
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { named } from "../format.js";
import { countries, currencies } from "../places.js";
import { fieldOf } from "./targets.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../types.js").ImportDetail} ImportDetail */
/** @typedef {import("../types.js").ImportColumn} ImportColumn */
/** @typedef {{value: string, count: number, guess: string}} Unknown */

const LANGUAGES = ["en", "zh-CN", "zh-Hant", "zh-TW", "de", "fr", "es", "it", "ja", "ko"];
// In a list of choices, for a cell that shall count as empty; in the mapping that is the empty text.
const NOTHING = " ";

/** @param {Field} field */
function meanings(field) {
  if (field.type === "country") return countries();
  if (field.type === "currency") return currencies();
  if (field.type === "language") return LANGUAGES.map((value) => ({ value, label: named("language", value) }));
  if (field.type === "boolean")
    return ["true", "false"].map((value) => ({ value, label: t(`transfer.values.${value}`) }));
  return (field.rules?.choices ?? []).map((choice) => ({ value: choice.value, label: label(choice.labels) }));
}

/** What a column's values stand for, with our guess where nobody has said it yet. @param {ImportColumn} column @param {readonly Unknown[]} unknown */
function guessed(column, unknown) {
  const said = column.values ?? {};
  const fresh = unknown.filter(({ value, guess }) => guess && !(value in said));
  return { ...said, ...Object.fromEntries(fresh.map(({ value, guess }) => [value, guess])) };
}

/** The columns with every guess in its place. @param {readonly ImportColumn[]} columns @param {ImportDetail} found */
export function withGuesses(columns, found) {
  return columns.map((column) => {
    const unknown = found.unknown.filter((one) => one.column === column.column);
    return unknown.length ? { ...column, values: guessed(column, unknown) } : column;
  });
}

/** @param {{column: ImportColumn, field: Field, one: Unknown, onValues: (values: Record<string, string>) => void}} props */
function ValueRow({ column, field, one, onValues }) {
  const said = column.values ?? {};
  const chosen = one.value in said ? said[one.value] || NOTHING : "";
  /** @param {string} meaning */
  const say = (meaning) => {
    const { [one.value]: _, ...rest } = said;
    onValues(meaning ? { ...rest, [one.value]: meaning.trim() } : rest);
  };
  const name = t("transfer.values.of", { value: one.value });
  const onChange = (/** @type {any} */ event) => say(event.currentTarget.value);
  return html`<tr>
    <td><strong class="sample">${one.value}</strong></td>
    <td class="number" data-label=${t("transfer.rows")}>${one.count ? t("number", { number: one.count }) : ""}</td>
    <td data-label=${t("transfer.values.means")}><div class="goes">${
      field.type === "integer"
        ? html`<input type="number" aria-label=${name} value=${chosen.trim()} onInput=${onChange} />`
        : html`<select aria-label=${name} onChange=${onChange}>
          <option value="" selected=${!chosen}>${t("transfer.values.unsaid")}</option>
          <option value=${NOTHING} selected=${chosen === NOTHING}>${t("transfer.values.nothing")}</option>
          ${meanings(field).map(({ value, label: text }) => html`<option value=${value} selected=${value === chosen}>${text}</option>`)}
        </select>`
    } ${one.guess && chosen === one.guess && html`<span class="hint">${t("transfer.values.guessed")}</span>`}</div></td>
  </tr>`;
}

/** @param {{column: ImportColumn, field: Field, head: string, unknown: Unknown[], onValues: (values: Record<string, string>) => void}} props */
function ColumnValues({ column, field, head, unknown, onValues }) {
  return html`<table class="stacking values">
    <caption><strong>${head}</strong> → ${label(field.labels)}</caption>
    <thead><tr><th>${t("transfer.values.value")}</th><th class="number">${t("transfer.rows")}</th><th>${t("transfer.values.means")}</th></tr></thead>
    <tbody>${unknown.map((one) => html`<${ValueRow} key=${one.value} column=${column} field=${field} one=${one} onValues=${onValues} />`)}</tbody>
  </table>`;
}

/**
 * What was found in the file, and what has been said of earlier ones with the same head.
 * @param {{found: ImportDetail, columns: ImportColumn[], kind: Kind, onColumns: (columns: ImportColumn[]) => void}} props
 */
export function Values({ found, columns, kind, onColumns }) {
  const parts = columns.flatMap((column, place) => {
    const field = fieldOf(kind, column.to ?? "");
    const fresh = found.unknown.filter((one) => one.column === column.column);
    const known = Object.keys(column.values ?? {})
      .filter((value) => !fresh.some((one) => one.value === value))
      .map((value) => ({ value, count: 0, guess: "" }));
    return field && fresh.length + known.length ? [{ column, place, field, unknown: [...fresh, ...known] }] : [];
  });
  if (!parts.length) return null;
  return html`<section aria-labelledby="values">
    <h3 id="values">${t("transfer.values")}</h3>
    <p class="hint">${t("transfer.values.hint")}</p>
    ${parts.map(
      ({ column, place, field, unknown }) => html`<${ColumnValues} key=${column.column} column=${column} field=${field}
        head=${found.shape.header[column.column] ?? ""} unknown=${unknown}
        onValues=${(/** @type {Record<string, string>} */ values) => onColumns(columns.map((one, at) => (at === place ? { ...one, values } : one)))} />`,
    )}
  </section>`;
}
