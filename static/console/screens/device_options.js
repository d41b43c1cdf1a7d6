// The options of a device's driver: what it has been told, and what holds where it has been told nothing.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { post, read } from "../api.js";
import { useForm, useLoad } from "../load.js";
import { configOf, textsOf, written } from "../options.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { SelectField, TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Loaded, ProblemNote } from "../parts/states.js";
import { wordFor } from "../words.js";

/** @typedef {import("../options.js").Option} Option */
/** @typedef {{options: Record<string, Option>, config: import("../options.js").Config}} Told */

/** What the manual of every scanner names; the rest is for the odd one. */
const FIRST = ["baud", "byte_size", "parity", "stop_bits", "flow", "ack", "nak"];

/** @param {string} name @param {string | number | boolean} value */
function valueWord(name, value) {
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  const word = wordFor(`option.${name}`, String(value));
  return word || t("options.none");
}

/** @param {{name: string, option: Option, value: string, onValue: (value: string) => void}} props */
function OptionField({ name, option, value, onValue }) {
  const choices = option.enum ?? (option.type === "boolean" ? [true, false] : undefined);
  const common = { name: `option-${name}`, label: wordFor("option", name), value, onValue };
  if (choices) {
    const named = choices.map((one) => ({ value: String(one), label: valueWord(name, one) }));
    const blank = t("options.default", { value: valueWord(name, option.default ?? "") });
    return html`<${SelectField} ...${common} choices=${named} blank=${blank} />`;
  }
  const standard = written(option.default);
  const hint = standard ? t("options.default", { value: standard }) : t("options.default.none");
  const type = option.type === "integer" ? { inputmode: "numeric" } : { code: true };
  return html`<${TextField} ...${common} ...${type} hint=${hint} autocomplete="off" />`;
}

/** @param {{told: Told, device: import("../types.js").Device, onClose: () => void, onChange: () => void}} props */
function OptionsForm({ told, device, onClose, onChange }) {
  const { options, config } = told;
  const form = useForm(textsOf(options, config), async (texts) => {
    const action = { action: "configure", config: configOf(options, texts, config) };
    await post(`/api/v1/devices/${encodeURIComponent(device.id)}`, action);
    say(t("options.done", { name: device.name }));
    onChange();
    onClose();
  });
  const field = (/** @type {string} */ name) =>
    html`<${OptionField} key=${name} name=${name} option=${options[name]} value=${form.values[name]}
      onValue=${(/** @type {string} */ value) => form.set(name, value)} />`;
  const names = Object.keys(options);
  const rest = names.filter((name) => !FIRST.includes(name));
  return html`<form onSubmit=${form.onSubmit}>
    <p class="soft">${t("options.help")}</p>
    <${ProblemNote} problem=${form.problem} />
    ${form.errors.config && html`<p class="note bad" role="alert" tabindex="-1">${form.errors.config}</p>`}
    <div class="option-grid">${FIRST.filter((name) => names.includes(name)).map(field)}</div>
    ${rest.length > 0 && html`<details open=${rest.some((name) => config[name] !== undefined)}><summary>${t("options.more")}</summary><div class="option-grid">${rest.map(field)}</div></details>`}
    <footer>
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} look="main" type="submit" busy=${form.busy}>${t("save")}<//>
    </footer>
  </form>`;
}

/** @param {{device: import("../types.js").Device, onClose: () => void, onChange: () => void}} props */
export function DeviceOptions({ device, onClose, onChange }) {
  const load = useLoad(() => read(`/api/v1/devices/${encodeURIComponent(device.id)}/options`));
  return html`<${Dialog} wide title=${t("options.title", { name: device.name })} onClose=${onClose}>
    <${Loaded} load=${load}>${(/** @type {Told} */ told) => html`<${OptionsForm} told=${told} device=${device} onClose=${onClose} onChange=${onChange} />`}<//>
  <//>`;
}
