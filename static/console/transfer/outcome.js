// What a check found or an import did: how far it is, the counts, and each row that a person has to look at.
import { useEffect, useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { asProblem, read } from "../api.js";
import { useLoad } from "../load.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Badge, Loaded } from "../parts/states.js";

/** @typedef {import("../types.js").ImportDetail} ImportDetail */
/** @typedef {import("../types.js").ImportRow} ImportRow */

const PAGE = 20;
const ORDER = ["created", "updated", "unchanged", "waiting", "duplicate", "problem"];
const UNDO_ORDER = ["closed", "restored", "partly", "left", "erp"];
const UNDOING = ["undoing", "undone", "halted"];
/** @type {Record<string, "good" | "warn" | "bad" | "calm">} */
const TONES = { problem: "bad", duplicate: "warn", waiting: "warn", partly: "warn", left: "warn" };

/** @param {{found: ImportDetail}} props */
export function Progress({ found }) {
  const { position, work, state } = found;
  return html`<div class="progress" role="status">
    <progress value=${position} max=${work} aria-label=${t(`transfer.state.${state}`)}></progress>
    <span>${t("transfer.progress", { position, rows: work })}</span>
  </div>`;
}

/** @param {{found: ImportDetail}} props */
export function Counts({ found }) {
  const tense = ["checked", "checking", "uploaded"].includes(found.state) ? "will" : "did";
  const order = UNDOING.includes(found.state) ? UNDO_ORDER : ORDER;
  return html`<dl class="figures">${order
    .filter((name) => found.counts[name])
    .map(
      (name) =>
        html`<div key=${name}><dt>${t(`transfer.${tense}.${name}`)}</dt><dd>${t("number", { number: found.counts[name] ?? 0 })}</dd></div>`,
    )}</dl>`;
}

/** @param {{row: ImportRow}} props */
function RowLine({ row }) {
  return html`<tr>
    <td><strong>${t("transfer.row", { row: row.row })}</strong></td>
    <td data-label=${t("transfer.outcome")}><${Badge} tone=${TONES[row.outcome] ?? "calm"}>${t(`transfer.outcome.${row.outcome}`)}<//></td>
    <td data-label=${t("transfer.what")}><ul class="said">${row.problems.map((problem) => html`<li>${problem.column && html`<strong>${problem.column}</strong> `}${problem.detail}</li>`)}</ul></td>
  </tr>`;
}

/** Rows with something to say: those left out, and apart from them what to know of those that went in. @param {{found: ImportDetail}} props */
export function Rows({ found }) {
  const [open, setOpen] = useState(false);
  const onToggle = (/** @type {any} */ event) => setOpen(event.currentTarget.open);
  return html`<${RowList} found=${found} show="out" />
    ${
      !UNDOING.includes(found.state) &&
      html`<details onToggle=${onToggle}><summary>${t("transfer.notes")}</summary>${open && html`<${RowList} found=${found} show="in" none=${t("transfer.rows.none")} />`}</details>`
    }`;
}

/** Page after page; `none` is said where there is none. @param {{found: ImportDetail, show: "out" | "in", none?: string}} props */
function RowList({ found, show: which, none }) {
  const [more, setMore] = useState(/** @type {ImportRow[]} */ ([]));
  const [full, setFull] = useState(false);
  const path = (/** @type {number} */ after) =>
    `/api/v1/imports/${found.id}/rows?show=${which}&after=${after}&limit=${PAGE}`;
  const load = useLoad(() => read(path(0)), { deps: [found.id, found.updated_at, language.value] });
  const rows = [...(load.data?.rows ?? []), ...more];
  useEffect(() => {
    setMore([]);
    setFull((load.data?.rows.length ?? 0) === PAGE);
  }, [load.data]);

  async function show() {
    try {
      const next = (await read(path(rows.at(-1)?.row ?? 0))).rows;
      setMore([...more, ...next]);
      setFull(next.length === PAGE);
    } catch (error) {
      say(asProblem(error).message);
    }
  }
  return html`<${Loaded} load=${load}>${() =>
    rows.length === 0
      ? none && html`<p class="hint">${none}</p>`
      : html`<table class="stacking">
      <thead><tr><th>${t("transfer.row.head")}</th><th>${t("transfer.outcome")}</th><th>${t("transfer.what")}</th></tr></thead>
      <tbody>${rows.map((row) => html`<${RowLine} key=${row.row} row=${row} />`)}</tbody>
    </table>`}<//>
    ${full && html`<p class="more"><${Button} onClick=${show}>${t("more")}<//></p>`}`;
}

/** Refused rows as a file to mend and send again. @param {{found: ImportDetail}} props */
export function ProblemFile({ found }) {
  const names = UNDOING.includes(found.state) ? ["partly", "left"] : ["problem", "duplicate"];
  if (!found.kept || !names.some((name) => found.counts[name])) return null;
  return html`<a class="button" href=${`/api/v1/imports/${found.id}/problems.csv`} download>${t(UNDOING.includes(found.state) ? "transfer.left_file" : "transfer.problem_file")}</a>`;
}
