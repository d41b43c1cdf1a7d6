// What is sold: found by name, number or barcode, added and corrected here, with the same rules as everywhere.
import { useState } from "preact/hooks";
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { asProblem, read } from "../api.js";
import { money } from "../format.js";
import { fieldsOf, valuesOf } from "../forms/of_type.js";
import { kind } from "../kinds.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { Button } from "../parts/button.js";
import { say } from "../parts/notice.js";
import { useRested } from "../parts/rested.js";
import { Empty, Loaded } from "../parts/states.js";
import { Ago } from "../parts/time.js";
import { session } from "../session.js";
import { ProductForm } from "./product_form.js";

/** @typedef {import("../types.js").Row} Row */
/** @typedef {import("../types.js").Kind} Kind */

const PAGE = 50;

/** @param {string} query @param {string} after */
const page = (query, after) =>
  read(`/api/v1/records/product?${new URLSearchParams({ q: query, after, limit: String(PAGE) })}`);

/** A column is called what the kind calls its field. @param {Kind} declaration @param {string} type */
const heading = (declaration, type) => label(fieldsOf(declaration.fields, type)[0]?.labels);

/** @param {{row: Row, declaration: Kind, onEdit: (row: Row) => void}} props */
function ProductRow({ row, declaration, onEdit }) {
  const codes = valuesOf(declaration.fields, row.data, "gtin");
  const name = String(row.data.name ?? row.number ?? row.id);
  const price = valuesOf(declaration.fields, row.data, "money")[0];
  return html`<tr>
    <td data-label=${t("field.name")}>${may("product update") ? html`<button type="button" class="link" onClick=${() => onEdit(row)}>${name}</button>` : html`<strong>${name}</strong>`}</td>
    <td data-label=${t("products.number")} class="code">${row.number ?? ""}</td>
    <td data-label=${heading(declaration, "gtin")} class="code">${codes.join(" ")}</td>
    <td data-label=${heading(declaration, "money")} class="number">${typeof price === "number" ? money(price, session.value?.gateway.currency ?? "EUR") : "–"}</td>
    <td data-label=${t("products.updated")}><${Ago} at=${row.updated_at} /></td>
  </tr>`;
}

/** @param {{rows: Row[], declaration: Kind, onEdit: (row: Row) => void}} props */
function ProductTable({ rows, declaration, onEdit }) {
  return html`<table class="stacking">
    <thead><tr><th>${t("field.name")}</th><th>${t("products.number")}</th><th>${heading(declaration, "gtin")}</th><th class="number">${heading(declaration, "money")}</th><th>${t("products.updated")}</th></tr></thead>
    <tbody>${rows.map((row) => html`<${ProductRow} key=${row.id} row=${row} declaration=${declaration} onEdit=${onEdit} />`)}</tbody>
  </table>`;
}

/** @param {{query: string}} props */
function Nothing({ query }) {
  return query
    ? html`<${Empty} icon="search" title=${t("products.nothing_found", { query })}><p>${t("products.nothing_found.help")}</p><//>`
    : html`<${Empty} icon="products" title=${t("products.empty")}><p>${t("products.empty.help")}</p><//>`;
}

/** The found rows, page after page. @param {string} query */
function usePages(query) {
  const [more, setMore] = useState(/** @type {{rows: Row[], next: string | null} | null} */ (null));
  const load = useLoad(
    async () => {
      const [declaration, first] = await Promise.all([kind("product"), page(query, "")]);
      setMore(null);
      return { declaration, rows: first.records, next: first.next };
    },
    { deps: [query] },
  );
  const rows = [...(load.data?.rows ?? []), ...(more?.rows ?? [])];
  const next = more ? more.next : load.data?.next;
  async function show() {
    try {
      const answer = await page(query, next);
      setMore({ rows: [...(more?.rows ?? []), ...answer.records], next: answer.next });
    } catch (error) {
      say(asProblem(error).message);
    }
  }
  return { load, rows, next, show };
}

export function Products() {
  const [query, setQuery] = useState("");
  const [editing, setEditing] = useState(/** @type {Row | "new" | null} */ (null));
  const rested = useRested(query);
  const { load, rows, next, show } = usePages(rested);
  const declaration = load.data?.declaration;

  function onSaved() {
    setEditing(null);
    load.reload();
  }
  return html`<header class="head">
      <div><h1>${t("nav.products")}</h1><p class="lede">${t("products.lede")}</p></div>
      ${may("product create") && html`<${Button} look="main" icon="plus" disabled=${!declaration} onClick=${() => setEditing("new")}>${t("products.add")}<//>`}
    </header>
    <div class="filter" role="search"><input type="search" value=${query} placeholder=${t("products.search")} aria-label=${t("products.search")}
      onInput=${(/** @type {any} */ event) => setQuery(event.currentTarget.value)} /></div>
    <${Loaded} load=${load} rows=${8}>${() =>
      rows.length
        ? html`<${ProductTable} rows=${rows} declaration=${declaration} onEdit=${setEditing} />`
        : html`<${Nothing} query=${rested} />`}
    <//>
    ${next && html`<p class="more"><${Button} onClick=${show}>${t("more")}<//></p>`}
    ${editing && declaration && html`<${ProductForm} declaration=${declaration} row=${editing === "new" ? null : editing} onSaved=${onSaved} onClose=${() => setEditing(null)} />`}`;
}
