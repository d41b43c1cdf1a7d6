// The last look before saving: everything that is still wrong, and the whole record as it will be kept.
import { html } from "../html.js";
import { label, t } from "../i18n.js";
import { Button } from "../parts/controls.js";
import { Facts, hasFacts } from "../parts/facts.js";
import { Icon } from "../parts/icons.js";
import { focusField, sentence } from "./field.js";
import { SecondPerson } from "./second.js";

/** @typedef {import("../types.js").Finding} Finding */
/** @typedef {import("../types.js").FieldSchema} FieldSchema */
/** @typedef {import("./entry.js").Entry} Entry */

/** The labels on the way to a field: "Contacts, E-mail". @param {readonly FieldSchema[]} fields @param {string[]} path @returns {string} */
function placeName(fields, path) {
  const field = fields.find(({ name }) => name === path[0]);
  if (!field) return path[0] ?? "";
  const key = field.rules?.keys?.find(({ value }) => value === path[1]);
  const inside = key ? label(key.labels) : placeName(field.fields ?? [], path.slice(2));
  const rest = field.type === "group" && path.length > 2 ? inside : "";
  return rest ? t("form.place", { group: label(field.labels), field: rest }) : label(field.labels);
}

/** Open the step of a finding and put the cursor there. @param {Entry} entry @param {string[]} path */
export function goToFinding(entry, path) {
  const step = entry.steps.findIndex(({ fields }) => fields.some(({ name }) => name === path[0]));
  if (step < 0) return;
  entry.goTo(step);
  focusField(path);
}

/** @param {{entry: Entry, found: readonly Finding[]}} props */
function FindingList({ entry, found }) {
  return html`<ul>${found.map(
    (finding) => html`<li><button type="button" onClick=${() => goToFinding(entry, finding.path)}>
      ${finding.path.length > 0 && html`<strong>${placeName(entry.kind.fields, finding.path)}</strong>`}<span>${sentence(finding)}</span>
    </button></li>`,
  )}</ul>`;
}

/** What stops the entry from being saved, else what the gateway objected to, else that all is well. @param {{entry: Entry}} props */
function Findings({ entry }) {
  const found = entry.findings.value;
  const objections = entry.objections.value;
  if (found.length > 0) {
    return html`<section class="findings" id="findings" role="alert" tabindex="-1" data-tone="bad">
      <h3><${Icon} name="alert" />${t("form.findings", { count: found.length })}</h3><${FindingList} entry=${entry} found=${found} /></section>`;
  }
  if (objections.length === 0) return html`<p class="all-well"><${Icon} name="check" />${t("form.all_well")}</p>`;
  return html`<section class="findings" data-tone="warn">
    <h3><${Icon} name="alert" />${t("form.objections")}</h3><${FindingList} entry=${entry} found=${objections} /></section>`;
}

/** @param {{entry: Entry}} props */
export function CheckStep({ entry }) {
  const { data } = entry;
  return html`<${Findings} entry=${entry} /><${SecondPerson} entry=${entry} />
    ${entry.steps.map(
      (step, at) => html`<section class="card" key=${step.name} aria-labelledby=${`check-${step.name}`}>
        <header class="card-head"><h3 id=${`check-${step.name}`}>${label(step.labels)}</h3>
          <${Button} look="quiet" icon="edit" aria-label=${t("form.edit_step", { what: label(step.labels) })} onClick=${() => entry.goTo(at)}>${t("edit")}<//></header>
        ${hasFacts([...step.fields, ...step.locked], data) ? html`<${Facts} fields=${[...step.fields, ...step.locked]} data=${data} />` : html`<p class="soft">${t("form.nothing_here")}</p>`}
      </section>`,
    )}`;
}
