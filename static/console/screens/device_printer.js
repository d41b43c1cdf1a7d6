// A receipt printer or a cash drawer: how it is, what it is to print, its queue, and the drawer with a reason.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { uuid7 } from "../../app/ids.js";
import { asProblem, post } from "../api.js";
import { useForm } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { TextField } from "../parts/fields.js";
import { say } from "../parts/notice.js";
import { Badge, ProblemNote } from "../parts/states.js";
import { PrintForm } from "./print_form.js";
import { PrintQueue } from "./print_queue.js";

/** @typedef {import("../types.js").Device} Device */

const PRINTERS = ["network_printer", "serial_printer"];

/** @type {Record<string, "good" | "warn" | "bad" | "calm">} */
const TONES = { enough: "good", closed: "good", near_end: "warn", end: "bad", open: "bad", unknown: "calm" };

/** What the printer last said of its paper and its cover. @param {Device} device */
function told(device) {
  const code = device.reason_code ?? "";
  const answers = device.state === "online" || device.state === "degraded";
  if (!answers || code === "printer_silent") return { paper: "unknown", cover: "unknown" };
  const paper = code === "paper_end" ? "end" : code === "paper_near_end" ? "near_end" : "enough";
  return { paper, cover: code === "cover_open" ? "open" : "closed" };
}

/** @param {{device: Device}} props */
function Standing({ device }) {
  const { paper, cover } = told(device);
  return html`<dl class="figures">
    <div><dt>${t("printer.paper")}</dt><dd><${Badge} tone=${TONES[paper]}>${t(`printer.paper.${paper}`)}<//></dd></div>
    <div><dt>${t("printer.cover")}</dt><dd><${Badge} tone=${TONES[cover]}>${t(`printer.cover.${cover}`)}<//></dd></div>
  </dl>`;
}

/** @param {{device: Device, onClose: () => void}} props */
function Drawer({ device, onClose }) {
  const [trouble, setTrouble] = useState("");
  const form = useForm({ reason: "", register: "" }, async ({ reason, register }) => {
    const path = `/api/v1/devices/${encodeURIComponent(device.id)}/commands`;
    const args = register.trim() ? { reason: reason.trim(), register: register.trim() } : { reason: reason.trim() };
    const result = await post(path, { command: "open_drawer", args });
    if (result.reason) setTrouble(result.reason);
    else {
      say(t("drawer.done"));
      onClose();
    }
  });
  return html`<form class="panel" aria-label=${t("drawer.title")} onSubmit=${form.onSubmit}>
    <p class="soft">${t("drawer.help")}</p>
    <${ProblemNote} problem=${form.problem} />
    ${trouble && html`<p class="note warn" role="alert">${trouble}</p>`}
    <${TextField} name="drawer-reason" label=${t("drawer.reason")} required autocomplete="off" value=${form.values.reason}
      onValue=${(/** @type {string} */ value) => form.set("reason", value)} />
    <${TextField} name="drawer-register" label=${t("print.register")} optional autocomplete="off" value=${form.values.register}
      onValue=${(/** @type {string} */ value) => form.set("register", value)} />
    <div class="actions">
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} look="main" type="submit" busy=${form.busy} disabled=${!form.values.reason.trim()}>${t("command.open_drawer")}<//>
    </div>
  </form>`;
}

/** @param {{device: Device, onClose: () => void}} props */
export function Printer({ device, onClose }) {
  const prints = PRINTERS.includes(device.driver);
  const opens = may("device run");
  const [open, setOpen] = useState(prints ? "" : "drawer");
  const [turn, setTurn] = useState(0);
  const asked = () => setTurn(turn + 1);
  const test = () =>
    post("/api/v1/print-jobs", { id: uuid7(Date.now()), printer: device.id, template: "test_page" }).then(
      asked,
      (error) => say(asProblem(error).message),
    );
  const back = () => (prints ? setOpen("") : onClose());
  return html`<${Dialog} wide title=${t("printer.title", { name: device.name })} onClose=${onClose}>
    <div class="stack">
      ${device.reason && html`<p class="note warn">${device.reason}</p>`}
      ${prints && html`<${Standing} device=${device} />`}
      ${
        open === "" &&
        html`<div class="actions">
        ${may("print create") && html`<${Button} onClick=${test}>${t("printer.test")}<//><${Button} onClick=${() => setOpen("print")}>${t("print.title")}<//>`}
        ${opens && html`<${Button} onClick=${() => setOpen("drawer")}>${t("drawer.title")}<//>`}
      </div>`
      }
      ${open === "drawer" && opens && html`<${Drawer} device=${device} onClose=${back} />`}
      ${open === "print" && html`<${PrintForm} printer=${device.id} onClose=${back} onAsked=${asked} />`}
      ${prints && html`<${PrintQueue} printer=${device.id} turn=${turn} />`}
    </div>
  <//>`;
}
