// The fields for what a driver can be told: those that every manual names first, the rest folded away.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { written } from "../options.js";
import { SelectField, TextField } from "../parts/fields.js";
import { wordFor } from "../words.js";

/** @typedef {import("../options.js").Option} Option */

/** What the manual of every scanner names; the rest is for the odd one. */
const FIRST = ["mode", "host", "port", "allow", "baud", "byte_size", "parity", "stop_bits", "flow", "ack", "nak"];

/** @param {string} name @param {string | number | boolean} value */
function valueWord(name, value) {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  const word = wordFor(`option.${name}`, String(value));
  return word || t("options.none");
}

/** @param {Option} option */
function standardOf(option) {
  if (option.default === undefined) return t("options.default.must");
  const standard = written(option.default);
  return standard ? t("options.default", { value: standard }) : t("options.default.none");
}

/** @param {{name: string, option: Option, value: string, onValue: (value: string) => void}} props */
function OptionField({ name, option, value, onValue }) {
  const choices = option.enum ?? (option.type === "boolean" ? [true, false] : undefined);
  const common = { name: `option-${name}`, label: wordFor("option", name), value, onValue };
  if (choices) {
    const named = choices
      .filter((one) => one !== "")
      .map((one) => ({ value: String(one), label: valueWord(name, one) }));
    const blank = t("options.default", { value: valueWord(name, option.default ?? "") });
    return html`<${SelectField} ...${common} choices=${named} blank=${blank} />`;
  }
  const type = option.type === "integer" ? { inputmode: "numeric" } : { code: true };
  const required = option.default === undefined;
  return html`<${TextField} ...${common} ...${type} required=${required} hint=${standardOf(option)} autocomplete="off" />`;
}

/**
 * @param {{options: Record<string, Option>, texts: Record<string, string>, told: import("../options.js").Config,
 *   onText: (name: string, value: string) => void}} props  told: what the device has been told; of the folded ones it shows at once
 */
export function OptionGrid({ options, texts, told, onText }) {
  const field = (/** @type {string} */ name) => {
    const option = options[name];
    return (
      option &&
      html`<${OptionField} key=${name} name=${name} option=${option} value=${texts[name]}
        onValue=${(/** @type {string} */ value) => onText(name, value)} />`
    );
  };
  const rest = Object.keys(options).filter((name) => !FIRST.includes(name));
  return html`<div class="option-grid">${FIRST.filter((name) => name in options).map(field)}</div>
    ${rest.length > 0 && html`<details open=${rest.some((name) => told[name] !== undefined)}><summary>${t("options.more")}</summary><div class="option-grid">${rest.map(field)}</div></details>`}`;
}
