// What one comparison found: the documents that are not the same on both sides, and offering them once more.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { asProblem, post, read } from "../api.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { Badge, Loaded } from "../parts/states.js";

/**
 * @typedef {{fault: "missing" | "twice" | "unfinished" | "differs", seq: number, title: string, id: string, refs: string[],
 *   fields: string[], ours: Record<string, string>, theirs: Record<string, string>}} Finding
 */

/** The sums of both sides where they are others, else the fields. @param {{one: Finding}} props */
function Values({ one }) {
  const names = Object.keys(one.ours).filter((name) => one.ours[name] !== one.theirs[name]);
  if (one.fault !== "differs" || !names.length) return html`${one.fields.join(", ")}`;
  return html`${names.map((name) => html`<span key=${name} class="code">${name}: ${one.ours[name]} → ${one.theirs[name] ?? "–"}</span> `)}`;
}

/** @param {{one: Finding, onAgain: (seqs: number[]) => void, busy: boolean}} props */
function Row({ one, onAgain, busy }) {
  return html`<tr>
    <td><strong>${one.title}</strong></td>
    <td data-label=${t("comparisons.fault")}><${Badge} tone="bad">${t(`comparisons.${one.fault}`)}<//></td>
    <td data-label=${t("comparisons.values")}><${Values} one=${one} /></td>
    <td data-label=${t("comparisons.there")} class="code">${one.refs.join(", ")}</td>
    ${may("sync run") && html`<td class="row-actions"><${Button} look="quiet" icon="sync" busy=${busy} onClick=${() => onAgain([one.seq])}>${t("outstanding.offer")}<//></td>`}
  </tr>`;
}

/** @param {{consumer: string, source: string, day: string}} props */
export function Findings({ consumer, source, day }) {
  const [busy, setBusy] = useState(false);
  const asked = new URLSearchParams({ consumer, source, day });
  const load = useLoad(() => read(`/api/v1/sync/tallies/findings?${asked}`), { deps: [consumer, source, day] });
  async function again(/** @type {number[]} */ seqs) {
    setBusy(true);
    try {
      await post("/api/v1/sync/tallies/again", { consumer, seqs });
      say(t("comparisons.offered", { count: seqs.length }));
    } catch (error) {
      say(asProblem(error).message);
    }
    setBusy(false);
  }
  return html`<${Loaded} load=${load} rows=${2}>${(/** @type {{findings: Finding[]}} */ { findings }) => html`
    ${
      may("sync run") &&
      findings.length > 1 &&
      html`<p class="more"><${Button} icon="sync" busy=${busy} onClick=${() => again(findings.map(({ seq }) => seq))}>${t("outstanding.all")}<//></p>`
    }
    <table class="stacking" aria-label=${t("comparisons.findings")}>
      <thead><tr><th scope="col">${t("comparisons.document")}</th><th scope="col">${t("comparisons.fault")}</th><th scope="col">${t("comparisons.values")}</th>
        <th scope="col">${t("comparisons.there")}</th>${may("sync run") && html`<th><span class="visually-hidden">${t("outstanding.offer")}</span></th>`}</tr></thead>
      <tbody>${findings.map((one) => html`<${Row} key=${`${one.fault} ${one.id}`} one=${one} busy=${busy} onAgain=${again} />`)}</tbody>
    </table>`}<//>`;
}
