// What was found takes the place of a device that is away: an exchanged scanner, or one on another socket.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { post } from "../api.js";
import { useForm } from "../load.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { SelectField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { ProblemNote } from "../parts/states.js";

/** @typedef {import("../types.js").Device} Device */
/** @typedef {import("../types.js").Proposal} Proposal */

const AWAY = ["offline", "connecting", "degraded"];

/** The devices whose place it could take. @param {Proposal} proposal @param {Device[]} devices */
export const replaceable = (proposal, devices) =>
  devices.filter((one) => AWAY.includes(one.state) && proposal.drivers.includes(one.driver));

/** @param {{proposal: Proposal, devices: Device[], onClose: () => void, onChange: () => void}} props */
export function Replace({ proposal, devices, onClose, onChange }) {
  const form = useForm({ device: devices[0]?.id ?? "" }, async ({ device }) => {
    const answer = await post(`/api/v1/devices/proposals/${proposal.id}/replace`, { device });
    say(t("device.replace.done", { name: answer.name }));
    onChange();
    onClose();
  });
  return html`<${Dialog} title=${t("device.replace.title")} onClose=${onClose}>
    <form onSubmit=${form.onSubmit}>
      <p class="soft">${t("device.replace.help")}</p>
      <${ProblemNote} problem=${form.problem} />
      <${SelectField} name="device-replaced" label=${t("device.replace.which")} value=${form.values.device}
        choices=${devices.map((one) => ({ value: one.id, label: one.name }))}
        onValue=${(/** @type {string} */ value) => form.set("device", value)} />
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} look="main" type="submit" busy=${form.busy}>${t("device.replace.do")}<//>
      </footer>
    </form>
  <//>`;
}
