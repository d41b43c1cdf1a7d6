// A file on its way to the gateway: chosen or dropped, sent as a stream, with how far it is.
import { useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { label, language, t } from "../../app/i18n.js";
import { Problem, signedOut } from "../api.js";
import { SelectField } from "../parts/fields.js";
import { Icon } from "../parts/icons.js";
import { ProblemNote } from "../parts/states.js";

/** @param {XMLHttpRequest} request */
function refusal(request) {
  if (request.status === 401) signedOut.value += 1;
  try {
    return new Problem(request.status, JSON.parse(request.responseText));
  } catch {
    return new Problem(request.status, { code: "not_the_gateway", detail: t("problem.not_the_gateway") });
  }
}

/**
 * fetch tells nothing of how far a body has been sent, so the old way is taken.
 * @param {string} kind @param {File} file @param {(share: number) => void} onShare
 * @returns {Promise<any>}
 */
export function send(kind, file, onShare) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/imports?${new URLSearchParams({ kind, name: file.name })}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept-Language", language.value);
    request.setRequestHeader("X-Waystation", "1");
    request.upload.onprogress = (event) => onShare(event.total ? event.loaded / event.total : 0);
    request.onload = () =>
      request.status === 201 ? resolve(JSON.parse(request.responseText)) : reject(refusal(request));
    request.onerror = () => reject(new Problem(0, { code: "unreachable", detail: t("problem.unreachable") }));
    request.send(file);
  });
}

/** @param {{kinds: import("../types.js").Kind[], onSent: (found: any) => void}} props */
export function Upload({ kinds, onSent }) {
  const [kind, setKind] = useState(kinds[0]?.name ?? "");
  const [share, setShare] = useState(-1);
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState(/** @type {Problem | undefined} */ (undefined));
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));

  /** @param {File | undefined} file */
  async function take(file) {
    if (!file || share >= 0) return;
    setProblem(undefined);
    setShare(0);
    try {
      onSent(await send(kind, file, setShare));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setProblem(error);
    } finally {
      setShare(-1);
      if (input.current) input.current.value = "";
    }
  }

  /** @param {DragEvent} event @param {boolean} inside */
  const drag = (event, inside) => {
    event.preventDefault();
    setOver(inside);
  };
  return html`<section class="panel" aria-labelledby="bring">
    <h2 id="bring">${t("transfer.bring")}</h2>
    <${SelectField} name="kind" label=${t("transfer.kind")} value=${kind} onValue=${setKind}
      choices=${kinds.map((one) => ({ value: one.name, label: label(one.labels) }))} />
    <label class=${over ? "drop over" : "drop"} onDragOver=${(/** @type {DragEvent} */ event) => drag(event, true)}
      onDragLeave=${(/** @type {DragEvent} */ event) => drag(event, false)}
      onDrop=${(/** @type {DragEvent} */ event) => {
        drag(event, false);
        take(event.dataTransfer?.files[0]);
      }}>
      <${Icon} name="transfer" />
      <strong>${t("transfer.choose")}</strong>
      <span class="hint">${t("transfer.choose.hint")}</span>
      <input ref=${input} type="file" class="visually-hidden" accept=".csv,.tsv,.txt,.xlsx,.vcf,.jsonl,.ndjson" disabled=${share >= 0}
        onChange=${(/** @type {any} */ event) => take(event.currentTarget.files[0])} />
    </label>
    ${share >= 0 && html`<div class="progress" role="status"><progress value=${share} max="1" aria-label=${t("transfer.sending")}></progress><span class="hint">${t("transfer.sending")}</span></div>`}
    <${ProblemNote} problem=${problem} />
  </section>`;
}
