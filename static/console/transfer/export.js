// Records as a file: the format, which ones, and a plain link that the browser saves piece by piece.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { SelectField, TextField } from "../parts/fields.js";

const FORMATS = ["xlsx", "csv", "jsonl"];

/** @param {{kinds: import("../types.js").Kind[]}} props */
export function Export({ kinds }) {
  const [kind, setKind] = useState(kinds[0]?.name ?? "");
  const [format, setFormat] = useState("xlsx");
  const [words, setWords] = useState("");
  const href = `/api/v1/exports/${kind}?${new URLSearchParams({ format, q: words.trim() })}`;
  return html`<section class="panel" aria-labelledby="take">
    <h2 id="take">${t("transfer.take")}</h2>
    <p class="hint">${t("transfer.take.hint")}</p>
    <${SelectField} name="export-kind" label=${t("transfer.kind")} value=${kind} onValue=${setKind}
      choices=${kinds.map((one) => ({ value: one.name, label: label(one.labels) }))} />
    <${SelectField} name="export-format" label=${t("transfer.format")} value=${format} onValue=${setFormat}
      choices=${FORMATS.map((value) => ({ value, label: t(`transfer.format.${value}`) }))} />
    <${TextField} name="export-words" label=${t("transfer.words")} hint=${t("transfer.words.hint")} value=${words} onValue=${setWords} optional maxlength="200" />
    <footer><a class="button main" href=${href} download>${t("transfer.export")}</a></footer>
  </section>`;
}
