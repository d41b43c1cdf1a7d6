// Everything the gateway knows of one customer: what stands there and where it came from, what waits, how good it is.
import { html } from "../../app/html.js";
import { label, t } from "../../app/i18n.js";
import { read } from "../api.js";
import { dateTime } from "../format.js";
import { kind } from "../kinds.js";
import { useLoad } from "../load.js";
import { may } from "../may.js";
import { ButtonLink } from "../parts/button.js";
import { Badge, Loaded } from "../parts/states.js";
import { fieldAt, Value } from "../parts/value.js";
import { wordFor } from "../words.js";
import { Erase } from "./erase.js";
import { History } from "./history.js";
import { titleOf } from "./list.js";
import { OutcomePanel } from "./outcome.js";
import { Quality } from "./quality.js";
import { Told } from "./told.js";
import { Trust } from "./trust.js";

/** @typedef {import("../types.js").Kind} Kind */
/** @typedef {import("../types.js").Field} Field */
/** @typedef {import("../types.js").Row} Row */
/** @typedef {Record<string, import("../types.js").Source>} Sources */

/** @param {import("../types.js").Source} source */
const wholeOf = ({ by, at, version }) => t("customer.source", { name: by, when: dateTime(at), version });

/** What most values came from, said once: by the version that brought them. @param {Sources} sources */
function usual(sources) {
  /** @type {Map<number, {source: import("../types.js").Source, many: number}>} */
  const seen = new Map();
  for (const source of Object.values(sources)) {
    if (!source.channel) continue;
    seen.set(source.version, { source, many: (seen.get(source.version)?.many ?? 0) + 1 });
  }
  return [...seen.values()].sort((one, two) => two.many - one.many)[0]?.source;
}

/** @param {{sources: Sources}} props */
function Usual({ sources }) {
  const source = usual(sources);
  if (!source) return null;
  return html`<p class="soft origin-usual">${t("customer.source.usual", { channel: wordFor("channel", source.channel), source: wholeOf(source) })}</p>`;
}

/** Where a value came from that came otherwise than most: a word, and the rest of it on hover or one tap away. @param {{source: import("../types.js").Source | undefined}} props */
function Origin({ source }) {
  if (!source?.channel) return null;
  const whole = wholeOf(source);
  return html`<details class="origin"><summary title=${whole}>${wordFor("channel", source.channel)}</summary><span>${whole}</span></details>`;
}

/** @param {{field: Field, value: any, path: string, sources: Sources, but: number | undefined, masked: string[], currency: string}} props  but: the version whose word is said already */
function Line({ field, value, path, sources, but, masked, currency }) {
  return html`<div><dt>${label(field.labels)}</dt><dd><${Value} value=${value} field=${field} currency=${currency} />
    ${masked.includes(path) && html` <span class="soft">${t("customer.masked")}</span>`}<${Origin} source=${sources[path]?.version === but ? undefined : sources[path]} /></dd></div>`;
}

/** One step of the form, as far as anything stands in it. @param {{step: any, declaration: Kind, row: Row, sources: Sources}} props */
function Step({ step, declaration, row, sources }) {
  const shared = {
    sources,
    but: usual(sources)?.version,
    masked: row.masked ?? [],
    currency: String(row.data.currency ?? ""),
  };
  const fields = declaration.fields.filter(
    (field) => step.fields.includes(field.name) && row.data[field.name] !== undefined,
  );
  if (!fields.length) return null;
  return html`<section class="panel"><h2>${label(step.labels)}</h2>
    <dl class="lines">${fields.filter((field) => !field.fields).map((field) => html`<${Line} key=${field.name} field=${field} value=${row.data[field.name]} path=${field.name} ...${shared} />`)}</dl>
    ${fields.filter((field) => field.fields).map((field) => html`<${Group} key=${field.name} field=${field} elements=${row.data[field.name]} shared=${shared} alone=${fields.length === 1} />`)}
  </section>`;
}

/** @param {{field: Field, elements: any, shared: any, alone: boolean}} props  alone: the step has named it already */
function Group({ field, elements, shared, alone }) {
  const keys = field.rules?.keys ?? [];
  return html`${!alone && html`<h3>${label(field.labels)}</h3>`}
    ${Object.entries(elements).map(
      ([id, members]) => html`<dl class="lines inner" key=${id}>
      ${keys.some((key) => key.value === id) && html`<div class="lines-name"><dt>${label(keys.find((key) => key.value === id)?.labels)}</dt></div>`}
      ${(field.fields ?? []).filter((member) => members[member.name] !== undefined).map((member) => html`<${Line} key=${member.name} field=${member} value=${members[member.name]} path=${`${field.name}.${id}.${member.name}`} ...${shared} />`)}
    </dl>`,
    )}`;
}

/** What waits for a person: contested values and what takes a second one. @param {{row: Row, declaration: Kind}} props */
function Waiting({ row, declaration }) {
  const proposals = row.proposals ?? [];
  if (!row.conflicts && !proposals.length) return null;
  return html`<section class="panel"><h2>${t("customer.waiting")}</h2>
    ${row.conflicts > 0 && html`<p>${t("customer.conflicts", { count: row.conflicts })} ${may("conflict list") && html`<a href="#/conflicts">${t("customer.conflicts.open")}</a>`}</p>`}
    ${proposals.map((one) => {
      const { field, name } = fieldAt(declaration, one.field);
      return html`<p key=${one.id}>${name}: <strong><${Value} value=${one.proposed} field=${field} /></strong> <span class="soft">${t("conflicts.by", { name: one.by })}</span>
        ${may("approval list") && html` <a href="#/approvals">${t("customer.proposals.open")}</a>`}</p>`;
    })}
  </section>`;
}

/** @param {{data: {row: Row, declaration: Kind, sources: Sources, rules: import("../types.js").TrustRule[]}, onChange: () => void}} props */
function Whole({ data: { row, declaration, sources, rules }, onChange }) {
  return html`<header class="head"><div>
      <p><a href="#/customers">${t("nav.customers")}</a></p>
      <h1>${titleOf(row)}</h1>
      <p class="lede"><span class="code">${row.number}</span> <${Badge} tone=${row.stage === "rejected" ? "bad" : "calm"}>${t(`customer.stage.${row.stage}`)}<//> ${t("history.version", { version: row.version })}</p>
    </div>
      <div class="actions"><${Told} record=${row.id} />${may("customer export") && html`<a class="button plain" href=${`/api/v1/exports/customer/${row.id}`} download>${t("customer.held")}</a>`}${may("customer erase") && html`<${Erase} row=${row} />`}${may("customer update") && html`<${ButtonLink} href=${`#/customers/${row.id}/edit`} look="main" icon="edit">${t("customer.edit")}<//>`}</div></header>
    <div class="record-page">
      <div class="record-main">
        <${OutcomePanel} record=${row.id} declaration=${declaration} />
        <${Waiting} row=${row} declaration=${declaration} />
        <${Usual} sources=${sources} />
        ${(declaration.steps ?? []).map((step) => html`<${Step} key=${step.name} step=${step} declaration=${declaration} row=${row} sources=${sources} />`)}
      </div>
      <div class="record-side"><${Quality} key=${row.version} row=${row} declaration=${declaration} onChecked=${onChange} /><${Trust} rules=${rules} declaration=${declaration} /></div>
    </div>
    <${History} key=${`history-${row.version}`} row=${row} declaration=${declaration} onRestored=${onChange} />`;
}

/** @param {{id: string}} props */
export function CustomerPage({ id }) {
  const load = useLoad(
    async () => {
      const place = `/api/v1/records/customer/${id}`;
      const [row, origin, declaration] = await Promise.all([
        read(place),
        read(`${place}/provenance`),
        kind("customer"),
      ]);
      return { row, sources: origin.provenance, rules: origin.rules, declaration };
    },
    { deps: [id] },
  );
  return html`<${Loaded} load=${load} rows=${8}>${(/** @type {any} */ data) =>
    html`<${Whole} data=${data} onChange=${load.reload} />`}<//>`;
}
