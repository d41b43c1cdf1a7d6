// The list of customers with its search.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { kind } from "../kinds.js";
import { Button } from "../parts/button.js";
import { useRested } from "../parts/rested.js";
import { Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { fieldAt, Value } from "../parts/value.js";
import { usePages } from "./pages.js";

/** @typedef {import("../types.js").Row} Row */
/** @typedef {import("../types.js").Kind} Kind */

const PAGE = 50;
const COLUMNS = ["status", "territory", "phone"];

/** What a customer is recognised by. @param {Row} row */
export const titleOf = (row) => String(row.data.trade_name ?? row.data.legal_name ?? row.number ?? row.id);

/** @param {{row: Row, declaration: Kind}} props */
function CustomerRow({ row, declaration }) {
  return html`<tr>
    <td data-label=${t("field.name")}><a href=${`#/customers/${row.id}`}>${titleOf(row)}</a></td>
    <td data-label=${t("products.number")} class="code">${row.number}</td>
    ${COLUMNS.map((name) => {
      const { field, name: heading } = fieldAt(declaration, name);
      return html`<td key=${name} data-label=${heading}><${Value} value=${row.data[name]} field=${field} none="–" /></td>`;
    })}
    <td data-label=${t("products.updated")}><${Ago} at=${row.updated_at} /></td>
  </tr>`;
}

/** @param {{rows: Row[], declaration: Kind}} props */
function CustomerTable({ rows, declaration }) {
  const named = (/** @type {string} */ name) => label(declaration.fields.find((one) => one.name === name)?.labels);
  return html`<table class="stacking">
    <thead><tr><th>${t("field.name")}</th><th>${t("products.number")}</th>${COLUMNS.map((name) => html`<th key=${name}>${named(name)}</th>`)}<th>${t("products.updated")}</th></tr></thead>
    <tbody>${rows.map((row) => html`<${CustomerRow} key=${row.id} row=${row} declaration=${declaration} />`)}</tbody>
  </table>`;
}

/** @param {{query: string}} props */
function Nothing({ query }) {
  return query
    ? html`<${Empty} icon="search" title=${t("customers.nothing_found", { query })}><p>${t("customers.nothing_found.help")}</p><//>`
    : html`<${Empty} icon="users" title=${t("customers.empty")}><p>${t("customers.empty.help")}</p><//>`;
}

export function CustomerList() {
  const [query, setQuery] = useState("");
  const rested = useRested(query);
  const { load, rows, next, show } = usePages(
    async (after) => {
      const asked = new URLSearchParams({ q: rested, after, limit: String(PAGE) });
      const [declaration, page] = await Promise.all([kind("customer"), read(`/api/v1/records/customer?${asked}`)]);
      return { rows: page.records, next: page.next, declaration };
    },
    [rested],
  );
  return html`<div class="filter" role="search"><input type="search" value=${query} placeholder=${t("customers.search")} aria-label=${t("customers.search")}
      onInput=${(/** @type {any} */ event) => setQuery(event.currentTarget.value)} /></div>
    <${Loaded} load=${load} rows=${8}>${(/** @type {any} */ { declaration }) =>
      rows.length
        ? html`<${CustomerTable} rows=${rows} declaration=${declaration} />`
        : html`<${Nothing} query=${rested} />`}
    <//>
    ${next && html`<p class="more"><${Button} onClick=${show}>${t("more")}<//></p>`}`;
}
