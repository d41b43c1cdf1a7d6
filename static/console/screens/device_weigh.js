// Weighing: the scale is asked all the time while the dialog is open, and what it says stands there with its state.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post } from "../api.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { say } from "../parts/notice.js";
import { Ago, gatewayTime } from "../parts/time.js";

const PAUSE_MS = 400;

/** @typedef {{status?: string, weight?: string | null, unit?: string, net?: boolean}} Weight */
/** @typedef {{weight: Weight, reason: string}} Said  reason: a sentence where there is no weight */

/** Whether this is what a scale measures. @param {object} values */
export const isWeight = (values) => "weight" in values;

/** A weight with its unit, or why there is none, in a word or two. @param {Weight} weight */
export function weightText(weight) {
  if (weight.weight) return `${weight.weight} ${weight.unit}${weight.net ? ` ${t("weigh.net")}` : ""}`;
  return t(`weigh.status.${weight.status}`);
}

/** What the scale says, asked again and again, one question after the other. @param {string} path */
function useScale(path) {
  const [said, setSaid] = useState(/** @type {Said | undefined} */ (undefined));
  const [last, setLast] = useState(/** @type {{text: string, at: string} | undefined} */ (undefined));
  useEffect(() => {
    let open = true;
    let timer = 0;
    const ask = async () => {
      if (!document.hidden) {
        const now = await read(path);
        if (!open) return;
        setSaid(now);
        if (now.weight.weight) setLast({ text: weightText(now.weight), at: new Date(gatewayTime()).toISOString() });
      }
      timer = setTimeout(ask, PAUSE_MS);
    };
    ask();
    return () => {
      open = false;
      clearTimeout(timer);
    };
  }, [path]);
  return { said, last };
}

/** @param {string} path @returns {Promise<Said>} */
async function read(path) {
  try {
    const result = await post(path, { command: "read_weight" });
    return { weight: result.data ?? {}, reason: result.reason ?? "" };
  } catch (error) {
    return { weight: {}, reason: asProblem(error).message };
  }
}

/** @param {{said: Said | undefined}} props */
function Shown({ said }) {
  if (!said) return html`<p class="weight soft" role="status">${t("weigh.asking")}</p>`;
  const { weight, reason } = said;
  const text = (weight.weight ?? weight.status) ? weightText(weight) : t("weigh.status.none");
  return html`<p class=${weight.weight ? "weight" : "weight soft"} role="status">${text}</p>
    ${reason && html`<p class="note warn">${reason}</p>`}`;
}

/** @param {{device: import("../types.js").Device, onClose: () => void}} props */
export function Weigh({ device, onClose }) {
  const path = `/api/v1/devices/${encodeURIComponent(device.id)}/commands`;
  const { said, last } = useScale(path);
  const [trouble, setTrouble] = useState("");
  const press = async (/** @type {string} */ command) => {
    try {
      const result = await post(path, { command });
      setTrouble(result.reason ?? "");
      if (!result.reason) say(t(`weigh.done.${command}`));
    } catch (error) {
      setTrouble(asProblem(error).message);
    }
  };
  return html`<${Dialog} title=${t("weigh.title", { name: device.name })} onClose=${onClose}>
    <div class="stack">
      <p class="soft">${t("weigh.help")}</p>
      <${Shown} said=${said} />
      ${last && !said?.weight.weight && html`<p class="soft">${t("weigh.last", { weight: last.text })} <${Ago} at=${last.at} /></p>`}
      ${trouble && html`<p class="note bad" role="alert">${trouble}</p>`}
      <div class="actions">
        <${Button} onClick=${() => press("tare")}>${t("command.tare")}<//>
        <${Button} onClick=${() => press("zero")}>${t("command.zero")}<//>
      </div>
    </div>
  <//>`;
}
