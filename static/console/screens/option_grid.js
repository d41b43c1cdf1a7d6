// The fields for what a driver can be told: those that every manual names first, the rest folded away.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { FORGOTTEN, written } from "../options.js";
import { Button } from "../parts/button.js";
import { AreaField, SelectField, TextField } from "../parts/fields.js";
import { wordFor } from "../words.js";

/** @typedef {import("../options.js").Option} Option */

/** What the manual of every device names; the rest is for the odd one. */
const FIRST = [
  "protocol",
  "folder",
  "becomes",
  "register",
  "currency",
  "columns",
  "mode",
  "host",
  "port",
  "topics",
  "user",
  "password",
  "form",
  "allow",
  "layout",
  "encoding",
  "baud",
  "bits",
  "style",
  "secret",
  "secret_2",
  "preset",
  "url",
  "printer",
  "printer_port",
  "byte_size",
  "parity",
  "stop_bits",
  "flow",
  "ack",
  "nak",
  "columns",
  "code_page",
  "receipts_of",
];

/** What an option is called: some mean another thing with one kind of device. @param {string} driver @param {string} name */
function labelOf(driver, name) {
  const own = wordFor(`option.${driver}`, name);
  return own === name ? wordFor("option", name) : own;
}

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

/** A secret: nobody reads it again, so it is entered anew, left as it is, or forgotten.
 * @param {{name: string, label: string, value: string, isSet: boolean, onValue: (value: string) => void}} props */
function SecretField({ name, label, value, isSet, onValue }) {
  const forgotten = value === FORGOTTEN;
  const hint = t(forgotten ? "options.secret.forgotten" : isSet ? "options.secret.set" : "options.secret.none");
  return html`<div>
    <${TextField} name=${`option-${name}`} label=${label} type="password" autocomplete="new-password" code
      value=${forgotten ? "" : value} hint=${hint} onValue=${onValue} />
    ${isSet && html`<${Button} onClick=${() => onValue(forgotten ? "" : FORGOTTEN)}>${t(forgotten ? "options.secret.keep" : "options.secret.forget")}<//>`}
  </div>`;
}

/** @param {{name: string, label: string, option: Option, value: string, isSet: boolean, onValue: (value: string) => void}} props */
function OptionField({ name, label, option, value, isSet, onValue }) {
  if (option.writeOnly) return html`<${SecretField} ...${{ name, label, value, isSet, onValue }} />`;
  const choices = option.enum ?? (option.type === "boolean" ? [true, false] : undefined);
  const common = { name: `option-${name}`, label, value, onValue };
  if (choices) {
    const named = choices
      .filter((one) => one !== "")
      .map((one) => ({ value: String(one), label: valueWord(name, one) }));
    const blank = t("options.default", { value: valueWord(name, option.default ?? "") });
    return html`<${SelectField} ...${common} choices=${named} blank=${blank} />`;
  }
  const type = option.type === "integer" ? { inputmode: "numeric" } : { code: true };
  const required = option.default === undefined;
  if (option.format === "lines") return html`<${AreaField} ...${common} required=${required} code />`;
  return html`<${TextField} ...${common} ...${type} required=${required} hint=${standardOf(option)} autocomplete="off" />`;
}

/**
 * @param {{driver: string, options: Record<string, Option>, texts: Record<string, string>, told: import("../options.js").Config,
 *   onText: (name: string, value: string) => void}} props  told: what the device has been told; of the folded ones it shows at once
 */
export function OptionGrid({ driver, options, texts, told, onText }) {
  const field = (/** @type {string} */ name) => {
    const option = options[name];
    return (
      option &&
      html`<${OptionField} key=${name} name=${name} label=${labelOf(driver, name)} option=${option} value=${texts[name]} isSet=${told[name] !== undefined}
        onValue=${(/** @type {string} */ value) => onText(name, value)} />`
    );
  };
  const rest = Object.keys(options).filter((name) => !FIRST.includes(name));
  return html`<div class="option-grid">${FIRST.filter((name) => name in options).map(field)}</div>
    ${rest.length > 0 && html`<details open=${rest.some((name) => told[name] !== undefined)}><summary>${t("options.more")}</summary><div class="option-grid">${rest.map(field)}</div></details>`}`;
}
