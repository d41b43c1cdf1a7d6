// A device that was found becomes one of the shop's: its name, what it is, and what nobody but a person can know of it.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { post, read } from "../api.js";
import { useForm, useLoad } from "../load.js";
import { configOf } from "../options.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { SelectField, TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { ProblemNote } from "../parts/states.js";
import { wordFor } from "../words.js";
import { OptionGrid } from "./option_grid.js";

/** @typedef {Record<string, import("../options.js").Option>} Options */
/** @typedef {{drivers: {kind: string, options: Options}[]}} Drivers */

/** What a device must be told before it can be used, and how it lets the gateway in where that is asked for. @param {Options} options @returns {Options} */
function asked(options) {
  const named = Object.entries(options);
  if (!named.some(([, option]) => option.default === undefined)) return {};
  return Object.fromEntries(
    named.filter(([name, one]) => one.default === undefined || one.writeOnly || name === "user"),
  );
}

/** @param {{proposal: import("../types.js").Proposal, onClose: () => void, onChange: () => void}} props */
export function ConfirmDevice({ proposal, onClose, onChange }) {
  const known = useLoad(() => read("/api/v1/drivers"));
  const [texts, setTexts] = useState(/** @type {Record<string, string>} */ ({}));
  const start = { name: proposal.description, driver: proposal.drivers[0] ?? "" };
  const optionsOf = (/** @type {string} */ kind) =>
    asked(/** @type {Drivers | undefined} */ (known.data)?.drivers.find((one) => one.kind === kind)?.options ?? {});
  const form = useForm(start, async ({ name, driver }) => {
    const config = configOf(optionsOf(driver), texts, {});
    await post(`/api/v1/devices/proposals/${proposal.id}`, { action: "confirm", name: name.trim(), driver, config });
    say(t("devices.confirmed", { name: name.trim() }));
    onChange();
    onClose();
  });
  const options = optionsOf(form.values.driver);
  return html`<${Dialog} title=${t("devices.confirm.title")} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <${ProblemNote} problem=${form.problem} />
      ${form.errors.config && html`<p class="note bad" role="alert" tabindex="-1">${form.errors.config}</p>`}
      <${TextField} name="device-name" label=${t("field.name")} hint=${t("devices.name.hint")} required autocomplete="off" value=${form.values.name}
        error=${form.errors.name} onValue=${(/** @type {string} */ value) => form.set("name", value)} />
      ${
        proposal.drivers.length > 1 &&
        html`<${SelectField} name="device-kind" label=${t("devices.add.kind")} value=${form.values.driver}
        choices=${proposal.drivers.map((kind) => ({ value: kind, label: wordFor("driver", kind) }))}
        onValue=${(/** @type {string} */ value) => form.set("driver", value)} />`
      }
      ${
        Object.keys(options).length > 0 &&
        html`<${OptionGrid} driver=${form.values.driver} options=${options} texts=${texts} told=${{}}
        onText=${(/** @type {string} */ name, /** @type {string} */ value) => setTexts((old) => ({ ...old, [name]: value }))} />`
      }
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy}>${t("save")}<//>
      </footer>
    </form>
  <//>`;
}
