// A secret or an identifier with a button that copies it, and says that it did.
import { useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { Button } from "./button.js";
import { say } from "./notice.js";

/** The clipboard exists on secure origins only; on plain HTTP in the shop's network it is done the old way. @param {string} text */
async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** The beginning of a long identifier, and a button for all of it. @param {{text: string, label: string}} props */
export function CopyShort({ text, label }) {
  const copy = () => toClipboard(text).then(() => say(t("copied")));
  return html`<span class="copy-short"><span class="code" title=${text}>${text.slice(0, 8)}…</span><${Button} look="quiet" icon="copy" label=${label} onClick=${copy} /></span>`;
}

/** Lines of text as they are typed elsewhere, with a button that copies them. @param {{text: string, label: string}} props */
export function CopyBlock({ text, label }) {
  const copy = () => toClipboard(text).then(() => say(t("copied")));
  return html`<div class="copy-block"><pre class="code" tabindex="0" role="region" aria-label=${label}>${text}</pre><${Button} icon="copy" onClick=${copy} label=${`${t("copy")}: ${label}`} /></div>`;
}

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
