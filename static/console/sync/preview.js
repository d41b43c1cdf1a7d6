// What would be sent to an ERP for one entry, by its mapping: field by field, and what the ERP has no place for.
import { html } from "../../app/html.js";
import { language, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { useLoad } from "../load.js";
import { Badge, Empty, Loaded } from "../parts/states.js";
import { wordFor } from "../words.js";

/** @typedef {import("../types.js").PreviewField} PreviewField */
/** @typedef {import("../types.js").PreviewDocument} PreviewDocument */
/** @typedef {import("../types.js").MappingPreview} MappingPreview */

/** The value itself, what it is looked up by, or why there is none. @param {{field: PreviewField}} props */
function Value({ field }) {
  if (field.hidden) return html`<${Badge} tone="calm">${t("preview.hidden")}<//>`;
  if (field.problem) return html`<p class="bad-text">${field.problem.detail}</p>`;
  if (field.value === null || field.value === "") return html`<span class="soft">${t("preview.empty")}</span>`;
  return html`<span class="two"><span>${String(field.value)}</span>
    ${field.looked_up && html`<span class="soft">${t("preview.looked_up", { place: field.looked_up })}</span>`}</span>`;
}

/** @param {{fields: PreviewField[], label: string}} props */
function Fields({ fields, label }) {
  return html`<table class="stacking" aria-label=${label}>
    <thead><tr><th scope="col">${t("preview.there")}</th><th scope="col">${t("preview.value")}</th><th scope="col">${t("preview.here")}</th></tr></thead>
    <tbody>${fields.map(
      (field) => html`<tr key=${field.theirs}>
      <td><strong class="code">${field.theirs}</strong></td>
      <td data-label=${t("preview.value")}><${Value} field=${field} /></td>
      <td data-label=${t("preview.here")} class="code soft">${field.ours.join(", ") || t("preview.constant")}</td></tr>`,
    )}</tbody>
  </table>`;
}

const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** What an element is called: by its place where our own name for it tells a person nothing. @param {{key: string}} element @param {number} at */
const called = ({ key }, at) => (ID.test(key) ? String(at + 1) : key);

/** @param {{document: PreviewDocument}} props */
function Document({ document }) {
  const name = document.key ? `${document.model} · ${document.key}` : document.model;
  return html`<section aria-label=${name}>
    <div class="section-head"><h2 class="code">${name}</h2>${!document.concerns && html`<${Badge} tone="calm">${t("preview.not_sent")}<//>`}</div>
    <${Fields} fields=${document.fields} label=${name} /></section>
    ${document.lists.map((list) =>
      list.elements.map(
        (element, at) => html`<section aria-label=${`${list.theirs} ${called(element, at)}`}>
          <div class="section-head"><h3 class="code">${list.theirs} · ${called(element, at)}</h3></div>
          <${Fields} fields=${element.fields} label=${`${list.theirs} ${called(element, at)}`} /></section>`,
      ),
    )}`;
}

/** @param {{preview: MappingPreview}} props */
function Left({ preview }) {
  if (!preview.left.length) return html`<${Empty} icon="check" title=${t("preview.whole")} />`;
  return html`<section aria-labelledby="left"><h2 id="left">${t("preview.left")}</h2>
    <p class="soft">${t("preview.left.help")}</p>
    <p class="code">${preview.left.join(", ")}</p></section>`;
}

/** The connectors that push by a mapping: only their entries have a preview. */
export async function mapped() {
  return /** @type {string[]} */ ((await read("/api/v1/sync/mapping")).consumers);
}

/** An entry of a batch. @param {{name: string, id: string, seq: string}} props  a consumer, its batch, and an entry of it */
export function EntryPreview({ name, id, seq }) {
  const words = { title: "preview.title", lede: "preview.lede", back: "preview.back" };
  return html`<${PreviewPage} name=${name} asked=${{ seq }} back=${`#/batches/${name}/${id}`} words=${words} />`;
}

/** A record as it is, also before anything of it was offered. @param {{name: string, record: string}} props */
export function RecordPreview({ name, record }) {
  const words = { title: "preview.record.title", lede: "preview.record.lede", back: "preview.record.back" };
  return html`<${PreviewPage} name=${name} asked=${{ record }} back=${`#/customers/${record}`} words=${words} />`;
}

/** @param {{name: string, asked: Record<string, string>, back: string, words: {title: string, lede: string, back: string}}} props */
function PreviewPage({ name, asked, back, words }) {
  const path = `/api/v1/sync/mapping/${name}/preview?${new URLSearchParams(asked)}`;
  const load = useLoad(() => read(path), { deps: [path, language.value] });
  const source = load.data?.source ?? "";
  const word = source.includes(".") ? wordFor("type", source) : wordFor("kind", source);
  return html`<header class="head">
      <div><h1>${source ? t(words.title, { what: word, ...asked }) : t("preview.open")}</h1><p class="lede">${t(words.lede, { name })}</p></div>
      <a class="button" href=${back}>${t(words.back)}</a>
    </header>
    <${Loaded} load=${load}>${(/** @type {MappingPreview} */ preview) => html`
      ${preview.documents.map((one) => html`<${Document} key=${`${one.model} ${one.key}`} document=${one} />`)}
      <${Left} preview=${preview} />`}<//>`;
}
