// How a file is read and by which rules it is imported: what the gateway guessed, and what a person may say instead.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { SelectField } from "../parts/fields.js";

/** @typedef {import("../types.js").ImportDetail} ImportDetail */

const ENCODINGS = ["utf-8-sig", "utf-16", "gb18030", "cp1252"];
const DELIMITERS = [",", ";", "\t", "|"];
const RULES = {
  mode: ["both", "create", "update"],
  duplicates: ["skip", "create", "update"],
  blanks: ["keep", "clear"],
};

/** @param {readonly string[]} values @param {string} family */
const choices = (values, family) => values.map((value) => ({ value, label: t(`transfer.${family}.${value}`) }));

/** @param {{found: ImportDetail, onLook: (asked: Record<string, any>) => void}} props */
export function Reading({ found, onLook }) {
  const { shape, asked } = found;
  const look = (/** @type {string} */ name) => (/** @type {any} */ value) => onLook({ ...asked, [name]: value });
  const rows = Array.from({ length: 10 }, (_, at) => ({ value: String(at + 1), label: String(at + 1) }));
  return html`<details><summary>${t("transfer.reading")}</summary><div class="fields-row">
    ${
      shape.format === "csv" &&
      html`<${SelectField} name="encoding" label=${t("transfer.encoding")} value=${shape.encoding} choices=${choices(ENCODINGS, "encoding")} onValue=${look("encoding")} />
        <${SelectField} name="delimiter" label=${t("transfer.delimiter")} value=${shape.delimiter} choices=${choices(DELIMITERS, "delimiter")} onValue=${look("delimiter")} />`
    }
    ${shape.sheets?.length > 1 && html`<${SelectField} name="sheet" label=${t("transfer.sheet")} value=${shape.sheet} choices=${shape.sheets.map((name) => ({ value: name, label: name }))} onValue=${look("sheet")} />`}
    ${
      ["csv", "xlsx"].includes(shape.format) &&
      html`<${SelectField} name="header_row" label=${t("transfer.header_row")} value=${String(shape.header_row)} choices=${rows}
        onValue=${(/** @type {string} */ value) => look("header_row")(Number(value))} />`
    }
  </div></details>`;
}

/** @param {{rules: Record<string, string>, onRules: (rules: Record<string, string>) => void}} props */
export function Rules({ rules, onRules }) {
  return html`<div class="fields-row">${Object.entries(RULES).map(
    ([
      name,
      values,
    ]) => html`<${SelectField} key=${name} name=${name} label=${t(`transfer.${name}`)} value=${rules[name]}
      choices=${choices(values, name)} onValue=${(/** @type {string} */ value) => onRules({ ...rules, [name]: value })} />`,
  )}</div>`;
}
