// What a till has left in its folder: the last files with what became of their rows, and a file to try out first.
import { useRef, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, post } from "../api.js";
import { count } from "../format.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { Dialog } from "../parts/dialog.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { wordFor } from "../words.js";

/** @typedef {Record<string, string> & {code: string}} Sentences  a sentence in each language */
/** @typedef {{file: string, at?: string, is?: string, stored?: number, duplicate?: number, quarantined?: number, refused?: number, skipped?: number, problem?: Sentences}} TakenFile */
/** @typedef {{folder: string, files: TakenFile[], stuck: TakenFile[]}} Folder */
/** @typedef {{line: number, type: string, outcome: string, data: Record<string, unknown>, problem?: Sentences}} Draft */
/** @typedef {{format?: string, encoding?: string, delimiter?: string, counts?: Record<string, number>, facts?: Draft[], problem?: Sentences}} Tried */

const EVERY_MS = 3_000;
const BYTES_MAX = 524_288;
const OUTCOMES = ["stored", "duplicate", "quarantined", "refused", "skipped"];

/** @param {Sentences} told */
const sentence = (told) => told[language.value] ?? told.en ?? told.code;

/** @param {Record<string, unknown>} counts @param {boolean} would  nothing was kept yet */
const counted = (counts, would = false) =>
  OUTCOMES.filter((name) => counts[name])
    .map((name) => {
      const count = Number(counts[name]);
      return would ? t(`files.would.${name}`, { count }) : t(`files.${name}`, { count });
    })
    .join(" · ");

/** Base64 of a file's bytes, in pieces that a call can take. @param {ArrayBuffer} bytes */
function encoded(bytes) {
  const view = new Uint8Array(bytes);
  let text = "";
  for (let at = 0; at < view.length; at += 8_192) text += String.fromCharCode(...view.subarray(at, at + 8_192));
  return btoa(text);
}

/** @param {{file: TakenFile}} props */
function FileRow({ file }) {
  const failed = file.is?.startsWith("failed/");
  const tone = failed ? "bad" : file.quarantined ? "warn" : "good";
  return html`<li class="card">
    <div class="card-head"><h4 class="code">${file.file}</h4><${Badge} tone=${tone}>${t(failed ? "files.failed" : file.is ? "files.done" : "files.stuck")}<//></div>
    <p>${counted(file) || t("files.nothing")}</p>
    <p class="soft">${file.at && html`<${Ago} at=${file.at} />`} ${file.is && html`<span class="code">${file.is}</span>`}</p>
    ${file.problem && html`<p class="note warn">${sentence(file.problem)}</p>`}
  </li>`;
}

/** @param {{tried: Tried}} props */
function Outlook({ tried }) {
  if (tried.problem) return html`<p class="note warn" role="alert">${sentence(tried.problem)}</p>`;
  const facts = tried.facts ?? [];
  const shape = [tried.format, tried.encoding, tried.delimiter && JSON.stringify(tried.delimiter)];
  return html`<div class="stack" role="status">
    <p><strong>${counted(tried.counts ?? {}, true)}</strong> <span class="soft">${shape.filter(Boolean).join(", ")}</span></p>
    <p class="soft">${t("files.try.kept_nothing")}</p>
    <ul class="plain">${facts.map(
      (draft) => html`<li key=${draft.line}>
        <details><summary>${t("files.line", { line: draft.line })} · ${wordFor("type", draft.type)}${draft.problem && html` · <span class="bad-text">${t("files.waits")}</span>`}</summary>
        ${draft.problem && html`<p class="note warn">${sentence(draft.problem)}</p>`}
        <pre class="code">${JSON.stringify(draft.data, null, 1)}</pre></details></li>`,
    )}</ul>
  </div>`;
}

/** @param {{path: string}} props */
function TryOut({ path }) {
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const [tried, setTried] = useState(/** @type {Tried | undefined} */ (undefined));
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const take = async (/** @type {File | undefined} */ file) => {
    if (!file) return;
    setTrouble("");
    setTried(undefined);
    if (file.size > BYTES_MAX) return setTrouble(t("files.try.too_large", { size: count(BYTES_MAX / 1024) }));
    setBusy(true);
    try {
      const args = { name: file.name.slice(0, 200), content: encoded(await file.arrayBuffer()) };
      const result = await post(`${path}/commands`, { command: "try_out", args });
      if (result.reason) setTrouble(result.reason);
      else setTried(result.data);
    } catch (error) {
      setTrouble(asProblem(error).message);
    }
    setBusy(false);
  };
  return html`<section class="stack"><h3>${t("files.try")}</h3>
    <p class="soft">${t("files.try.help")}</p>
    <input ref=${input} type="file" class="visually-hidden" tabindex="-1" aria-label=${t("files.try.choose")} accept=".csv,.tsv,.txt,.json,.jsonl,.ndjson,.xml"
      onChange=${(/** @type {any} */ event) => {
        take(event.currentTarget.files[0]);
        event.currentTarget.value = "";
      }} />
    <div class="actions"><${Button} busy=${busy} onClick=${() => input.current?.click()}>${t("files.try.choose")}<//></div>
    ${trouble && html`<p class="note warn" role="alert">${trouble}</p>`}
    ${tried && html`<${Outlook} tried=${tried} />`}
  </section>`;
}

/** @param {{device: import("../types.js").Device, onClose: () => void}} props */
export function DeviceFiles({ device, onClose }) {
  const path = `/api/v1/devices/${encodeURIComponent(device.id)}`;
  const load = useLoad(() => post(`${path}/commands`, { command: "files" }), { every: EVERY_MS });
  return html`<${Dialog} wide title=${t("files.title", { name: device.name })} onClose=${onClose}>
    ${may("device run") && html`<${TryOut} path=${path} />`}
    <section class="stack"><h3>${t("files.last")}</h3>
    <${Loaded} load=${load}>${(/** @type {{reason?: string, data: Folder}} */ { reason, data }) =>
      reason
        ? html`<p class="note warn" role="status">${reason}</p>`
        : html`<p class="soft">${t("files.folder")} <span class="code">${data.folder}</span></p>
        ${
          data.files.length + data.stuck.length
            ? html`<ul class="cards">${[...data.stuck, ...data.files].map((file, at) => html`<${FileRow} key=${`${file.is}${file.at}${at}`} file=${file} />`)}</ul>`
            : html`<${Empty} icon="devices" title=${t("files.empty")}><p>${t("files.empty.help")}</p><//>`
        }`}
    <//></section>
  <//>`;
}
