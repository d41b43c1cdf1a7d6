// A device that cannot be found by looking, such as a scanner on the network: what it is, its name, and where it is.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { post, read } from "../api.js";
import { useForm, useLoad } from "../load.js";
import { configOf, textsOf } from "../options.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { SelectField, TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Empty, Loaded, ProblemNote } from "../parts/states.js";
import { wordFor } from "../words.js";
import { OptionGrid } from "./option_grid.js";

/** @typedef {{kind: string, found: boolean, options: Record<string, import("../options.js").Option>}} Driver */

/** @param {{driver: Driver, onClose: () => void, onChange: () => void}} props */
function AddForm({ driver, onClose, onChange }) {
  const [name, setName] = useState("");
  const form = useForm(textsOf(driver.options, {}), async (texts) => {
    await post("/api/v1/devices", {
      driver: driver.kind,
      name: name.trim(),
      config: configOf(driver.options, texts, {}),
    });
    say(t("devices.confirmed", { name: name.trim() }));
    onChange();
    onClose();
  });
  return html`<form onSubmit=${form.onSubmit}>
    <p class="soft">${t("options.help.new")}</p>
    <${ProblemNote} problem=${form.problem} />
    ${form.errors.config && html`<p class="note bad" role="alert" tabindex="-1">${form.errors.config}</p>`}
    <${TextField} name="device-name" label=${t("field.name")} hint=${t("devices.name.hint")} required autocomplete="off" value=${name}
      error=${form.errors.name} onValue=${setName} />
    <${OptionGrid} driver=${driver.kind} options=${driver.options} texts=${form.values} told=${{}} onText=${form.set} />
    <footer>
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} look="main" type="submit" busy=${form.busy}>${t("devices.add.do")}<//>
    </footer>
  </form>`;
}

/** @param {{drivers: Driver[], onClose: () => void, onChange: () => void}} props */
function Kinds({ drivers, onClose, onChange }) {
  const [kind, setKind] = useState(drivers[0]?.kind ?? "");
  const driver = drivers.find((one) => one.kind === kind);
  if (!driver) return html`<${Empty} icon="devices" title=${t("devices.add.none")} />`;
  const choices = drivers.map((one) => ({ value: one.kind, label: wordFor("driver", one.kind) }));
  return html`<div class="stack">
    <${SelectField} name="device-kind" label=${t("devices.add.kind")} value=${kind} choices=${choices} onValue=${setKind} />
    <${AddForm} key=${kind} driver=${driver} onClose=${onClose} onChange=${onChange} />
  </div>`;
}

/** @param {{onClose: () => void, onChange: () => void}} props */
export function AddDevice({ onClose, onChange }) {
  const load = useLoad(() => read("/api/v1/drivers"));
  return html`<${Dialog} wide title=${t("devices.add")} onClose=${onClose}>
    <${Loaded} load=${load}>${(/** @type {{drivers: Driver[]}} */ { drivers }) => html`<${Kinds} drivers=${drivers.filter((one) => !one.found)} onClose=${onClose} onChange=${onChange} />`}<//>
  <//>`;
}
