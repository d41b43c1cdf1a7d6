// What a phone says that followed the gateway's order and is empty.
import "../later_words.js";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { finish } from "../leaving.js";
import { Button, ButtonLink } from "../parts/controls.js";
import { Mark } from "../parts/icons.js";

export function Emptied() {
  const note = useSignal(/** @type {import("../leaving.js").Emptied | undefined} */ (undefined));
  const look = async () => {
    note.value = await finish();
  };
  useEffect(() => void look(), []);
  const { order = "retire", unsent = 0, told = false } = note.value ?? {};
  return html`<main class="door" id="main"><div class="door-head"><${Mark} /></div>
    <div class="door-card"><h1>${t(`emptied.${order}.title`)}</h1><p>${t(`emptied.${order}.text`)}</p>
      ${unsent > 0 && html`<p>${t("emptied.unsent", { count: unsent })}</p>`}
      ${note.value && !told && html`<p role="status">${t("emptied.untold")}</p><${Button} icon="sync" onClick=${look}>${t("emptied.again")}<//>`}
      <${ButtonLink} href="#/pair" icon="phone">${t("pair.do")}<//></div></main>`;
}
