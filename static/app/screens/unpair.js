// What the phone is to the gateway, and leaving it for good. Work that is nowhere else must be sent or in a file first.
import "../later_words.js";
import { useSignal, useSignalEffect } from "@preact/signals";
import { dateTime } from "../format.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { ownPairing, tellGateway, wipe } from "../pairing.js";
import { Button, ButtonLink } from "../parts/controls.js";
import { SaveFile } from "../parts/rescue_form.js";
import { countUnsaved } from "../rescue.js";
import { account, here } from "../runtime.js";

/** @typedef {import("../pairing.js").Pairing} Pairing */

/** @param {{pairing: Pairing}} props */
function Unpair({ pairing }) {
  /** "" before anything was asked, then what is asked. */
  const step = useSignal("");
  const unsaved = useSignal(0);
  /** How much the file held that was saved last. */
  const saved = useSignal(0);

  async function ask() {
    unsaved.value = await countUnsaved(here().db);
    step.value = unsaved.value > saved.value ? "unsent" : "sure";
  }
  async function onSaved() {
    saved.value = unsaved.value;
    await ask();
  }
  async function leave() {
    await ask(); // something may have been entered in another tab
    if (step.value !== "sure") return;
    if (await tellGateway(pairing)) await wipe();
    else step.value = "alone";
  }
  const stay = () => {
    step.value = "";
  };

  if (!step.value) return html`<div class="actions"><${Button} icon="trash" onClick=${ask}>${t("unpair")}<//></div>`;
  const cancel = html`<${Button} look="quiet" onClick=${stay}>${t("cancel")}<//>`;
  return html`<div class="card leave" role="alert"><h3>${t(`unpair.${step.value}.title`, { count: unsaved.value })}</h3><p>${t(`unpair.${step.value}.text`)}</p>
    ${step.value === "unsent" && html`<${SaveFile} onSaved=${onSaved} />`}
    <div class="actions">
      ${step.value === "sure" && html`<${Button} look="bad" onClick=${leave}>${t("unpair.sure")}<//>`}
      ${step.value === "alone" && html`<${Button} look="bad" onClick=${wipe}>${t("unpair.anyway")}<//>`}
      ${cancel}</div></div>`;
}

/** A card of the screen "More". */
export function PairedCard() {
  const pairing = useSignal(/** @type {Pairing | null | undefined} */ (null));
  useSignalEffect(() => {
    account.value;
    void ownPairing().then((found) => {
      pairing.value = found;
    });
  });
  if (pairing.value === null) return null;
  return html`<section class="card"><h2 class="card-head">${t("paired.title")}</h2>
    ${
      pairing.value
        ? html`<dl class="facts"><div><dt>${t("paired.name")}</dt><dd>${pairing.value.name}</dd></div>
          <div><dt>${t("paired.since")}</dt><dd>${dateTime(pairing.value.at)}</dd></div></dl>`
        : html`<p class="soft">${t("paired.not")}</p><div class="actions"><${ButtonLink} href="#/pair" icon="phone">${t("pair.do")}<//></div>`
    }</section>${pairing.value && html`<${Unpair} pairing=${pairing.value} />`}`;
}
