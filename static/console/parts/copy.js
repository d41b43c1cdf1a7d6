// A secret or an identifier with a button that copies it, and says that it did.
import { useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { Button } from "./button.js";

/** @param {{text: string, label: string}} props */
export function CopyLine({ text, label }) {
  const [done, setDone] = useState(false);
  const line = useRef(/** @type {HTMLInputElement | null} */ (null));

  async function copy() {
    line.current?.select();
    // The clipboard exists on secure origins only; on plain HTTP in the shop's network the selected text is copied the old way.
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else document.execCommand("copy");
    setDone(true);
  }

  return html`<div class="copy-line">
    <input ref=${line} class="code" readonly value=${text} aria-label=${label} onFocus=${() => line.current?.select()} />
    <${Button} look="main" icon=${done ? "check" : "copy"} onClick=${copy}>${done ? t("copied") : t("copy")}<//>
    <span class="visually-hidden" role="status">${done ? t("copied") : ""}</span>
  </div>`;
}
