// A small bar chart with its figures said in words, marks along its foot, and the same as a table for whoever wants it.
import { html } from "../../app/html.js";
import { t } from "../../app/i18n.js";
import { bars, highest } from "../charts.js";

const HEIGHT = 48;
const STEP = 10;

/**
 * @param {{columns: (readonly number[] | null)[], marks?: string[], most?: number}} props
 *   columns: parts of each from the ground up, null where nothing is known; marks: words under it, spread evenly
 */
export function Bars({ columns, marks = [], most = highest(columns) }) {
  const width = columns.length * STEP;
  const drawn = bars(columns, { step: STEP, height: HEIGHT - 2, most, least: 3 });
  return html`<div class="bars" aria-hidden="true">
    <svg viewBox=${`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" focusable="false">
      ${columns.map((parts, at) => html`<rect class=${parts ? "foot" : "foot unseen"} x=${at * STEP + 1} width=${STEP - 2} y=${HEIGHT - 2} height="2" />`)}
      ${drawn.map((bar) => html`<rect class=${`part-${bar.tone}`} x=${bar.x} y=${bar.y} width=${bar.width} height=${bar.height} />`)}
    </svg>
    ${marks.length > 0 && html`<div class="marks">${marks.map((mark) => html`<span>${mark}</span>`)}</div>`}
  </div>`;
}

/**
 * The figures of a chart, folded away. @param {{label: string, heads: string[], rows: string[][]}} props
 */
export function AsTable({ label, heads, rows }) {
  return html`<details class="as-table"><summary>${t("chart.table")}</summary>
    <div class="table-box" tabindex="0" role="region" aria-label=${label}><table>
      <thead><tr>${heads.map((head, at) => html`<th scope="col" class=${at ? "number" : ""}>${head}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr>${row.map((cell, at) => (at ? html`<td class="number">${cell}</td>` : html`<th scope="row">${cell}</th>`))}</tr>`)}</tbody>
    </table></div></details>`;
}
