// A modal on the platform's own <dialog>: focus stays inside, Escape closes, focus returns where it was.
import { useEffect, useId, useRef } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { Button } from "./button.js";

/**
 * @param {{title: string, onClose: () => void, children: import("../types.js").Children, wide?: boolean, guarded?: boolean}} props
 *   guarded: Escape does not close it, because closing would lose something that is shown once
 */
export function Dialog({ title, onClose, children, wide = false, guarded = false }) {
  const id = useId();
  const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const before = document.activeElement;
    box.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  /** @param {Event} event */
  const onCancel = (event) => {
    event.preventDefault();
    if (!guarded) onClose();
  };

  return html`<dialog ref=${box} class=${wide ? "wide" : ""} aria-labelledby=${id} onCancel=${onCancel}>
    <header>
      <h2 id=${id}>${title}</h2>
      ${!guarded && html`<${Button} look="quiet" icon="close" label=${t("close")} onClick=${onClose} />`}
    </header>
    ${children}
  </dialog>`;
}

/**
 * A question before something that cannot be taken back.
 * @param {{title: string, text: string, yes: string, busy?: boolean, problem?: any, onYes: () => void, onClose: () => void}} props
 */
export function Confirm({ title, text, yes, busy = false, problem, onYes, onClose }) {
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${text}</p>
    ${problem && html`<p class="note bad" role="alert">${problem.message}</p>`}
    <footer>
      <${Button} onClick=${onClose}>${t("cancel")}<//>
      <${Button} look="bad" busy=${busy} onClick=${onYes}>${yes}<//>
    </footer>
  <//>`;
}
