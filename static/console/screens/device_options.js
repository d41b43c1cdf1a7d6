// The options of a device's driver: what it has been told, and what holds where it has been told nothing.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { post, read } from "../api.js";
import { useForm, useLoad } from "../load.js";
import { configOf, textsOf } from "../options.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { say } from "../parts/notice.js";
import { Loaded, ProblemNote } from "../parts/states.js";
import { OptionGrid } from "./option_grid.js";

/** @typedef {import("../options.js").Option} Option */
/** @typedef {{options: Record<string, Option>, config: import("../options.js").Config}} Told */

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
  return html`<form onSubmit=${form.onSubmit}>
    <p class="soft">${t("options.help")}</p>
    <${ProblemNote} problem=${form.problem} />
    ${form.errors.config && html`<p class="note bad" role="alert" tabindex="-1">${form.errors.config}</p>`}
    <${OptionGrid} driver=${device.driver} options=${options} texts=${form.values} told=${config} onText=${form.set} />
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
